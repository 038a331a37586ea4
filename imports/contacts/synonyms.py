"""What people and programs call the parts of a contact: one table a language, headers in lower case.

A target is an identifier, or the name of a data field as accounts commonly spell it. Within a target, earlier names
are the more certain ones.
"""

from imports.contacts.targets import EMAIL, MOBILE_NUMBER

ENGLISH: dict[str, tuple[str, ...]] = {
    EMAIL: ("email", "e-mail", "email address", "e-mail address", "mail", "email 1", "primary email"),
    MOBILE_NUMBER: (
        "mobile", "mobile number", "mobile phone", "mobile phone number", "cell", "cell phone", "phone number", "phone",
        "telephone", "sms", "whatsapp",
    ),
    "FIRSTNAME": ("first name", "firstname", "given name", "forename"),
    "LASTNAME": ("last name", "lastname", "surname", "family name"),
    "FULLNAME": ("full name", "fullname", "name", "contact name"),
    "GENDER": ("gender", "sex"),
    "POSTCODE": ("postcode", "post code", "postal code", "zip", "zip code", "default address zip"),
    "BIRTHDAY": ("birthday", "birth date", "birthdate", "date of birth", "dob"),
    "COMPANY": ("company", "company name", "organisation", "organization", "default address company"),
    "JOB_TITLE": ("job title", "position", "role"),
    "CITY": ("city", "town", "default address city"),
    "COUNTRY": ("country", "country/region", "country code", "default address country code", "cc"),
    "ADDRESS": ("address", "street address", "default address address1"),
    "TOTAL_SPENT": ("total spent", "total spend", "lifetime value", "total revenue"),
    "SPEND": ("spend", "amount spent"),
    "ORDERS": ("total orders", "orders", "order count", "number of orders"),
    "NEWSLETTER": ("newsletter", "accepts email marketing", "accepts marketing"),
    "VIP": ("vip",),
    "TAGS": ("tags", "labels"),
    "LIFECYCLE_STAGE": ("lifecycle stage",),
}  # fmt: skip

GERMAN: dict[str, tuple[str, ...]] = {
    EMAIL: ("e-mail-adresse", "email-adresse", "mailadresse", "e-mail adresse"),
    MOBILE_NUMBER: ("mobiltelefon", "handy", "handynummer", "mobilnummer", "mobil", "telefonnummer", "telefon"),
    "FIRSTNAME": ("vorname",),
    "LASTNAME": ("nachname", "familienname", "zuname"),
    "FULLNAME": ("vollständiger name",),
    "GENDER": ("geschlecht",),
    "POSTCODE": ("postleitzahl", "plz"),
    "BIRTHDAY": ("geburtstag", "geburtsdatum"),
    "COMPANY": ("firma", "unternehmen"),
    "JOB_TITLE": ("berufsbezeichnung",),
    "CITY": ("ort", "stadt", "wohnort"),
    "COUNTRY": ("land",),
    "ADDRESS": ("adresse", "straße"),
    "SPEND": ("umsatz",),
    "NEWSLETTER": ("newsletter-abo",),
}  # fmt: skip

LANGUAGES = (ENGLISH, GERMAN)

# Headers of columns that say which country a row's phone number is in; the values must look like countries too.
COUNTRY_HEADERS = frozenset({*ENGLISH["COUNTRY"], *GERMAN["COUNTRY"], "iso country", "countrycode"})


def rank_of_synonym(header: str, target: str) -> int | None:
    """How far down the names of `target` the header stands, 0 the most certain; None if it is not among them."""
    for names in LANGUAGES:
        if header in names.get(target, ()):
            return names[target].index(header)
    return None
