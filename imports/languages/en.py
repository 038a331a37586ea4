"""English, and the names that programs of any language give in English."""

HEADERS = {
    "email": (
        "email, email address, mail, mail address, email id, email addr, electronic mail address, "
        "smtp address, primary smtp address, emails, user email"
    ),
    "mobile": (
        "mobile, mobile number, mobile phone, mobile phone number, mobile no, mobile telephone, cell, "
        "cell phone, cell phone number, cell number, cellular, cellular phone, sms, sms number, "
        "sms phone number, sms phone, whatsapp number, whatsapp phone number, phone mobile, "
        "phone number mobile, mob, mob no, mobile tel, handphone"
    ),
    "phone": (
        "phone, phone number, phone no, phone nr, telephone, telephone number, telephone no, tel, tel no, "
        "tel number, contact number, contact phone, contact phone number, daytime phone, "
        "daytime phone number, evening phone, landline, phones, phone numbers"
    ),
    "fax": "fax, fax number, fax no, fax phone",
    "first_name": "first name, given name, forename, fname, christian name, first, first names",
    "middle_name": "middle name, middle names, middle initial, additional name, mname",
    "last_name": "last name, surname, family name, lname, second name, last, last names",
    "full_name": (
        "full name, name, contact name, customer name, display name, first and last name, "
        "first name last name, first last name, name surname, name and surname, your name, complete name"
    ),
    "username": "username, user login, login, login name, nickname, screen name, file as",
    "salutation": (
        "salutation, title, prefix, name prefix, honorific, honorific prefix, courtesy title, mr mrs, "
        "form of address"
    ),
    "suffix": "suffix, name suffix, honorific suffix, generational suffix",
    "gender": "gender, sex",
    "birthday": "birthday, birth date, date of birth, dob, born on, born",
    "age": "age",
    "company": (
        "company, company name, associated company, primary company, organisation, organization, "
        "organisation name, organization name, account name, account, business name, employer, "
        "employer name, firm, company account, parent customer, org name, company organization"
    ),
    "department": "department, organization department, organisation department, dept",
    "job_title": (
        "job title, title, position, role, occupation, organization title, organisation title, job role, "
        "job, job function, job position, profession, position title"
    ),
    "industry": "industry, sector, line of business, business sector",
    "address": (
        "address, street, street address, address 1, address line 1, line 1, address line, address street, "
        "street 1, street name, street line 1, postal address, address street 1, house number and street, "
        "street and number"
    ),
    "address2": (
        "address 2, address line 2, line 2, street 2, street address 2, street line 2, extended address, "
        "address street 2, apartment, apt suite, address extended address"
    ),
    "postcode": (
        "postcode, address postcode, postal code, zip, zip code, zip postal code, postal zip code, "
        "postcode zip, zip postcode, postal, address postal code, address zip, address zip postal code"
    ),
    "city": "city, town, town city, city town, locality, post town, suburb, municipality, address city",
    "region": (
        "region, state, province, county, state province, state region, region state, province state, "
        "county state, state code, province code, region code, address state, address state province, "
        "state county, administrative area, address region, address county"
    ),
    "country": (
        "country, country name, country region, country code, cc, iso country, country iso code, "
        "country or region, country territory, address country, address country region, "
        "country of residence"
    ),
    "language": (
        "language, preferred language, locale, language code, lang, preferred locale, communication language"
    ),
    "timezone": "time zone, tz",
    "website": (
        "website, url, website url, homepage, web page, web, web address, company website, "
        "personal website, personal web page, website 1"
    ),
    "notes": (
        "note, notes, comment, comments, remarks, remark, description, additional notes, note text, memo"
    ),
    "tags": "tag, tags, labels, categories, category, interests",
    "source": (
        "source, lead source, original source, contact source, signup source, traffic source, "
        "acquisition source, how did you hear about us, original traffic source, original source type, "
        "subscription source, referral source"
    ),
    "lead_status": "lead status, contact status",
    "lifecycle_stage": "lifecycle stage, customer stage, funnel stage",
    "lead_score": "lead score, hubspot score, contact score, engagement score, activecampaign score",
    "customer_number": (
        "customer number, customer id, customer no, customer code, client number, client id, "
        "account number, account no, customer ref, customer reference"
    ),
    "customer_group": "customer group, customer type, customer segment, customer category, group name",
    "membership_number": (
        "membership number, member number, member id, membership id, membership no, loyalty card, "
        "loyalty card number, loyalty number, card number"
    ),
    "vat_number": (
        "vat number, vat id, vat no, tax vat number, tax id, tax number, vat, taxvat, vat registration number"
    ),
    "currency": "currency, currency code",
    "signup_date": (
        "signup date, create date, created at, created, date added, created on, created time, create time, "
        "creation date, created date, date created, subscribed at, subscription date, subscribe date, "
        "registration date, registered, registered at, registered on, date registered, date joined, "
        "joined, join date, joined at, customer since, member since, client since, date subscribed, "
        "signed up, signed up at, signed up on, user registered, sign up, sign up time, added on, "
        "added at, created utc, date of registration, optin time, opt in date"
    ),
    "updated_date": (
        "last changed, updated at, updated, last updated, last modified, last modified date, "
        "modified time, modified on, date modified, date updated, last update, changed on, "
        "last modified at, update date"
    ),
    "first_contact": "first contact, first contacted, first contact date, first seen, first active",
    "last_contact": (
        "last contact, last contacted, last contact date, last activity, last activity date, last seen, "
        "last active"
    ),
    "first_order": (
        "first order, first order date, first purchase date, first purchase, date of first order, "
        "date of first purchase"
    ),
    "last_order": (
        "last order, last order date, last purchase date, last purchase, latest order date, "
        "most recent order date, last order at, date of last order, date of last purchase, last purchased, "
        "latest purchase date, most recent purchase date, last order created at"
    ),
    "orders": (
        "orders, total orders, orders count, order count, number of orders, purchase count, payment count, "
        "no of orders, historic number of orders, number of purchases, total purchases, orders placed"
    ),
    "average_order": "average order, average order value, aov, avg order value, average order amount",
    "spend": (
        "spend, total spent, total spend, amount spent, lifetime value, customer lifetime value, ltv, clv, "
        "revenue, total revenue, turnover, money spent, total sales, lifetime spend, lifetime revenue, "
        "total customer lifetime value, historic customer lifetime value, lifetime sales"
    ),
    "points": "points, loyalty points, reward points, points balance, bonus points, loyalty points balance",
    "rating": "rating, member rating, score, contact rating, stars",
    "newsletter": (
        "newsletter, newsletter subscriber, newsletter subscription, newsletter opt in, "
        "subscribe to newsletter"
    ),
    "vip": "vip, is vip, vip customer",
    "tax_exempt": "tax exempt",
    "store": (
        "store, shop, branch, store name, shop name, home store, preferred store, favourite store, "
        "website store"
    ),
    "linkedin": "linkedin, linkedin url, linkedin profile, linkedin profile url",
    "facebook": "facebook, facebook url, facebook profile",
    "instagram": "instagram, instagram handle, instagram username",
    "twitter": "twitter, twitter username, twitter handle, x handle",
    "consent_date": (
        "consent date, consent time, consented at, date of consent, consent timestamp, date consented, "
        "date time consented, optin time, opt in date, opt in timestamp, confirm time, confirmation time, "
        "email marketing consent timestamp, gdpr consent date, double opt in date, doi date, "
        "double opt in time, marketing consent date"
    ),
    "consent_ip": (
        "consent ip, optin ip, ip address, ip, signup ip, consent ip address, confirm ip, "
        "opt in ip address, registration ip, ip signup, initial ip, doi ip"
    ),
    "consent_text": (
        "consent text, consent wording, consent statement, text of consent, opt in text, gdpr text"
    ),
    "consent_url": "consent url, opt in url, signup url, consent page, signup page, opt in page",
    "user_agent": "user agent, consent user agent, browser, consent browser, browser user agent",
    "email_status": (
        "email status, email subscription status, subscription status, email marketing status, subscribed, "
        "accepts marketing, accepts email marketing, email marketing consent, email opt in, "
        "marketing opt in, marketing consent, opt in, opted in, email consent, subscriber status, "
        "marketing contact status, is subscribed, email permission, marketing permission, "
        "can receive email marketing, subscribe, email subscriber, gdpr consent, email permission status, "
        "consent, marketing emails, opt in status"
    ),
    "opt_out": (
        "email opt out, opt out, opted out, unsubscribed, unsubscribe, has opted out of email, "
        "do not email, do not contact, do not allow emails, do not allow bulk emails, do not mail, "
        "unsubscribed from all email, email opted out, blocklisted, blacklisted, suppressed, sms opt out, "
        "do not sms, do not call, opt out date, unsubscribe date, unsubscribed at, unsubscribe time, "
        "unsub time, marketing opt out, is unsubscribed"
    ),
    "opt_in_type": "double opt in, doi, opt in method, opt in kind, confirmed opt in",
    "sms_status": (
        "sms status, accepts sms marketing, sms opt in, sms consent, sms marketing consent, "
        "sms subscription status, sms marketing status, text message opt in, accepts sms, sms subscriber, "
        "sms permission"
    ),
    "whatsapp_status": (
        "whatsapp status, whatsapp opt in, whatsapp consent, accepts whatsapp, whatsapp subscription status"
    ),
    "lists": (
        "list, lists, mailing list, mailing lists, list name, contact list, contact lists, address book, "
        "list memberships, list membership, group membership, groups, segment, segments, audience"
    ),
    "contact_id": "contact id, dotdigital contact id, dotdigital id, dotmailer id",
}

QUALIFIERS = (
    "dd mm yyyy, mm dd yyyy, yyyy mm dd, utc, gbp, eur, usd, default address, billing address, "
    "shipping address, mailing address, home address, work address, business address, delivery address, "
    "primary address, invoice address, card address, postal address, other address, address 1, address 2, "
    "address 3, organization 1, organization 2, default, billing, shipping, mailing, delivery, invoice, "
    "primary, work, home, business, main, office, contact, customer, client, personal, private, other, "
    "secondary, alternative, alternate, preferred, current, your, person, attendee, participant, "
    "registrant, subscriber, member, lead, buyer, purchaser, recipient, s, what, what is, what s, and, "
    "and your, please enter, please enter your, enter, enter your, please, required, optional, value, "
    "please provide, please provide your"
)

OTHERS = (
    "by, owner, manager, assistant, referrer, referred, referral, spouse, husband, wife, partner, parent, "
    "mother, father, child, children, pet, emergency, supplier, vendor, sender, agent, rep, friend, "
    "guardian, creator, inviter, id, type, label, contract, order, invoice, payment, product, code, sku, "
    "ean, iban, tracking, ticket, serial, reference, ref, booking, policy, campaign, offer, amount, count, "
    "size, place, app, landing, extension, verified, valid, bounced, opened, clicked, gateway, provider, "
    "domain, barcode"
)

PREFERENCE = "Preference"

YES = "true, yes, on, checked, ticked, enabled, agreed, accepted"
NO = "false, no, off, unchecked, unticked, disabled, declined, refused"

STATUSES = {
    "subscribed": "subscribe, active, opted in, opt in, opt-in, confirmed, enabled, member",
    "unsubscribed": "unsubscribe, inactive, opted out, opt out, opt-out, optout, disabled, cancelled",
    "suppressed": ("suppress, blocked, cleaned, bounced, blacklisted, barred, do not contact, do not mail"),
    "noSubscription": (
        "no subscription, none, not subscribed, never subscribed, transactional, non-subscribed"
    ),
}

LONGER_STATUSES = {
    "unsubscribed": (
        "unsubscribed by admin, unsubscribed by user, manually unsubscribed, globally unsubscribed, "
        "unsubscribed all, unsub, unsubbed, opted-out, removed, withdrawn, consent withdrawn, revoked, "
        "consent revoked, do not email, no email, do not send, left"
    ),
    "suppressed": (
        "suppressed contact, globally suppressed, hard bounce, hard bounced, hardbounce, hard-bounced, "
        "bounce, bounced hard, blocklisted, block listed, blocklist, blacklist, black listed, blocked "
        "contact, banned, complained, complaint, complainer, spam complaint, spam, marked as spam, "
        "reported spam, abuse, abuse complaint, abuse report, junk, isp complained, direct complaint, "
        "known complainer, known litigator, spam trap, spamtrap, domain suppressed, shared suppression, "
        "shared domain suppression, blocked local part, mail blocked, purchased, quarantined, "
        "undeliverable, invalid, invalid email, invalid address, rejected, dropped, non existent, does "
        "not exist, dead"
    ),
    "notSubscribed": (
        "not subscribed, non subscribed, nonsubscribed, non-subscribed, never subscribed, never, "
        "unsubscribable, no subscription, non subscriber, not a subscriber, transactional, "
        "transactional only, pending, pending confirmation, pending opt in, pending optin, opt in "
        "pending, opt-in pending, awaiting, awaiting confirmation, unconfirmed, not confirmed, "
        "confirmation pending, unverified, requested, invited, non marketing, non-marketing contact, "
        "non marketing contact, not marketing, no consent, not consented, not opted in, archived, "
        "deleted, binned, trashed, soft bounce, soft bounced, softbounce, soft-bounced, bounced soft, "
        "bouncing, temporarily blocked, expired, dormant, redacted, reconfirmation, paused, snoozed, on "
        "hold, held"
    ),
}

EMAIL_TYPES = {
    "html": "htm, html mail, html e-mail, text/html, rich, rich text, multipart",
    "plainText": "plain, text, txt, text/plain, text only, plain text only",
}

OPT_IN_TYPES = {
    "unknown": "not known",
    "single": "single opt-in, soi, simple, simple opt-in",
    "double": "double opt-in, doi, confirmed opt-in",
    "verifiedDouble": "verified double opt-in, vdoi",
}

IDENTIFIERS = {
    "email": "e-mail, mail, email address, e-mail address",
    "mobileNumber": (
        "mobile, mobile number, mobile phone, cell, cell phone, phone, phone number, telephone, sms"
    ),
    "contactId": "id, contact id, dotdigital id, dotdigital contact id",
}

PARTICLES = "st., st, saint, ap, af, bin, ibn"

TITLES = "mr, mrs, ms, miss, mx, sir, dame, lady, lord, rev, reverend, doctor"

PERSONS = {
    "guest": (
        "attendee, participant, guest, delegate, registrant, passenger, traveller, traveler, student, pupil"
    ),
    "recipient": "recipient, shipping, shipto, ship, delivery, consignee, giftee, receiver",
    "buyer": (
        "customer, client, billing, billto, bill, invoice, purchaser, buyer, payer, cardholder, booker"
    ),
}
