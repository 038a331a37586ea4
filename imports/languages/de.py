"""German, as written in Germany, Austria and Switzerland."""

HEADERS = {
    "email": (
        "e-mail-adresse, mailadresse, e-post, elektronische adresse, e-mail 1, mailkontakt, email-adressen"
    ),
    "mobile": (
        "mobiltelefon, mobil, mobilnummer, mobiltelefonnummer, handy, handynummer, handynr, mobilnr, "
        "mobilfunk, mobilfunknummer, mobilfunknr, natel, telefon mobil, tel mobil, mobilrufnummer, "
        "sms-nummer, telefon handy"
    ),
    "phone": (
        "telefon, telefonnummer, telefonnr, tel-nr, tel, rufnummer, telefonnummern, festnetz, "
        "festnetznummer, fon, telefon festnetz, telefon tagsüber"
    ),
    "fax": "fax, faxnummer, telefax, fax-nr",
    "first_name": "vorname, rufname, vornamen",
    "middle_name": "zweiter vorname, weitere vornamen, mittelname",
    "last_name": "nachname, familienname, zuname, name",
    "full_name": (
        "vollständiger name, vor- und nachname, vorname nachname, nachname vorname, name vorname, "
        "vorname und nachname, kundenname, kontaktname, ansprechpartner, anzeigename, ganzer name, "
        "voller name, vor- und zuname, name"
    ),
    "username": "benutzername, nutzername, spitzname, anmeldename, login",
    "salutation": "anrede, titel, akademischer titel, anredeform, briefanrede",
    "suffix": "suffix, namenszusatz",
    "gender": "geschlecht",
    "birthday": "geburtstag, geburtsdatum, geb datum, geb, geburtsdat, gebdat, geboren am",
    "age": "alter",
    "company": (
        "firma, firmenname, unternehmen, organisation, unternehmensname, betrieb, arbeitgeber, "
        "organisationsname, firmenbezeichnung, name der firma, firma 1"
    ),
    "department": "abteilung",
    "job_title": (
        "berufsbezeichnung, beruf, stelle, funktion, position, tätigkeit, rolle, stellenbezeichnung, jobtitel"
    ),
    "industry": "branche, wirtschaftszweig",
    "address": (
        "adresse, straße, straße und hausnummer, anschrift, straße und nr, straße nr, straße hausnr, "
        "adresszeile 1, adresse 1, straße hausnummer, str, strasse 1, postanschrift, straße hnr"
    ),
    "address2": "adresszusatz, adresszeile 2, adresse 2, straße 2, zusatz, adresszusatz 1",
    "postcode": "postleitzahl, plz, postleitzahlen",
    "city": "ort, stadt, wohnort, ortschaft, gemeinde, ortsname, stadt ort",
    "region": "bundesland, kanton, bundesland kanton, provinz, landkreis, bundesland provinz",
    "country": (
        "land, staat, ländercode, länderkennzeichen, land region, landeskürzel, länderkürzel, land iso, "
        "landname"
    ),
    "language": "sprache, bevorzugte sprache, sprachcode, korrespondenzsprache, muttersprache",
    "timezone": "zeitzone",
    "website": "webseite, internetseite, website, homepage, internet, webadresse, internetadresse",
    "notes": (
        "notiz, notizen, bemerkung, bemerkungen, kommentar, kommentare, anmerkung, anmerkungen, beschreibung"
    ),
    "tags": (
        "schlagworte, schlagwörter, kategorien, kategorie, stichwörter, stichworte, markierungen, interessen"
    ),
    "source": "herkunft, quelle, lead-quelle, kontaktquelle, wie haben sie von uns erfahren",
    "lead_status": "lead-status, kontaktstatus",
    "lifecycle_stage": "lifecycle-phase, lebenszyklusphase",
    "lead_score": "lead-score, leadbewertung",
    "customer_number": "kundennummer, kunden-nr, kd-nr, kunden-id, debitorennummer, kundenkennung",
    "customer_group": "kundengruppe, kundentyp, kundenart, kundensegment, kundenkategorie",
    "membership_number": "mitgliedsnummer, mitglieds-nr, kundenkartennummer, kundenkarte, mitgliedernummer",
    "vat_number": "ust-id, ust-idnr, umsatzsteuer-id, uid-nummer, uid, steuernummer, mwst-nummer",
    "currency": "währung",
    "signup_date": (
        "anmeldedatum, erstellt am, registriert am, angemeldet am, erstellungsdatum, registrierungsdatum, "
        "hinzugefügt am, angelegt am, kunde seit, mitglied seit, eintrittsdatum, anmeldung am, "
        "erstelldatum, datum der anmeldung, registrierung, beigetreten am, anlagedatum, erfasst am, "
        "eingetragen am"
    ),
    "updated_date": (
        "geändert am, zuletzt geändert, aktualisiert am, letzte änderung, änderungsdatum, bearbeitet am"
    ),
    "first_contact": "erster kontakt, erstkontakt",
    "last_contact": "letzter kontakt, letzte aktivität, zuletzt kontaktiert",
    "first_order": "erste bestellung, erster kauf, erstbestellung, datum der ersten bestellung, erstkauf",
    "last_order": (
        "letzte bestellung, letzter kauf, letzter einkauf, letztes bestelldatum, letztes kaufdatum, "
        "datum der letzten bestellung, letzte bestellung am, letzter kauf am, letzter umsatz am"
    ),
    "orders": (
        "bestellungen, anzahl bestellungen, bestellanzahl, anzahl der bestellungen, anzahl käufe, "
        "anzahl aufträge"
    ),
    "average_order": "durchschnittlicher bestellwert, durchschnittsbestellwert, durchschnittlicher warenkorb",
    "spend": "umsatz, gesamtumsatz, gesamtausgaben, kundenwert, umsatz gesamt, umsatz eur, umsatz in euro",
    "points": "punkte, treuepunkte, bonuspunkte, punktestand",
    "rating": "bewertung",
    "newsletter": (
        "newsletter, newsletteranmeldung, newsletter abonniert, newsletterempfänger, newsletter-abo"
    ),
    "vip": "stammkunde, vip-kunde",
    "tax_exempt": "steuerbefreit, steuerfrei",
    "store": "filiale, geschäft, laden, shop, stammfiliale, markt",
    "consent_date": (
        "einwilligung am, einwilligungsdatum, datum der einwilligung, opt-in-datum, doi-datum, "
        "zustimmung am, zustimmungsdatum, bestätigt am, opt-in-zeitpunkt, einwilligungszeitpunkt, "
        "double-opt-in-datum"
    ),
    "consent_ip": (
        "ip-adresse, opt-in-ip, einwilligung ip, ip der anmeldung, anmelde-ip, doi-ip, "
        "ip adresse der anmeldung"
    ),
    "consent_text": "einwilligungstext, text der einwilligung, zustimmungstext, einwilligungserklärung",
    "consent_url": "einwilligungsseite, anmeldeseite, url der anmeldung, opt-in-seite",
    "user_agent": "browserkennung",
    "email_status": (
        "e-mail-status, abonniert, einwilligung, werbeeinwilligung, newsletter-status, abonnementstatus, "
        "opt-in, e-mail-einwilligung, einwilligung e-mail, werbung erlaubt, e-mail-werbung erlaubt, "
        "werbeerlaubnis, zustimmung, dsgvo-einwilligung, e-mail-marketing-status, e-mail-abonnementstatus, "
        "zustimmung werbung"
    ),
    "opt_out": (
        "abgemeldet, abbestellt, werbesperre, e-mail-sperre, opt-out, keine werbung, gesperrt, "
        "newsletter abbestellt, keine e-mails, abgemeldet am, widerspruch, werbewiderspruch, blockiert, "
        "sperrvermerk"
    ),
    "opt_in_type": "opt-in-typ, opt-in-art, art der einwilligung, anmeldeart",
    "sms_status": (
        "sms-status, sms-einwilligung, sms erlaubt, sms-werbung erlaubt, einwilligung sms, sms-marketing"
    ),
    "whatsapp_status": "whatsapp-einwilligung, whatsapp-status, einwilligung whatsapp",
    "lists": (
        "liste, listen, verteiler, verteilerliste, empfängerliste, gruppen, gruppe, segmente, "
        "mailingliste, adressbuch"
    ),
    "contact_id": "kontakt-id",
}

QUALIFIERS = (
    "tt mm jjjj, in eur, euro, in euro, chf, rechnungsadresse, lieferadresse, privat, private, privates, "
    "privater, geschäftlich, geschäftliche, geschäftlicher, primär, primäre, haupt, rechnung, rechnungs, "
    "lieferung, liefer, kunde, kunden, kontakt, weitere, andere, anderer, dienstlich, beruflich, "
    "persönliche, ihre, ihr, dein, deine, teilnehmer, abonnent, empfänger, wie lautet ihre, "
    "wie lautet ihr, wie ist ihre, wie ist ihr, bitte, pflichtfeld, standard, wie heißen sie, zentrale, "
    "büro"
)

OTHERS = (
    "von, besitzer, betreuer, inhaber, assistent, assistenz, sekretariat, werber, empfehlung, vertreter, "
    "ehepartner, partner, eltern, mutter, vater, kind, haustier, notfall, lieferant, absender, verkäufer, "
    "freund, ansprechperson, typ, art, vertrag, vertragsnummer, auftrag, auftragsnummer, bestellnummer, "
    "rechnungsnummer, belegnummer, artikelnummer, nummer, nr, kennzeichen, buchung, kampagne, angebot, "
    "anzahl, größe, geburtsort, vorwahl, durchwahl, sendungsnummer, ticketnummer, konto, kontonummer, "
    "umfrage, kostenstelle"
)

PREFERENCE = "Präferenz"

YES = "wahr, ja, ein, an, richtig, zugestimmt, akzeptiert"
NO = "falsch, nein, aus, abgelehnt, nicht zugestimmt"

STATUSES = {
    "subscribed": "abonniert, angemeldet, aktiv, eingetragen, abonnent, bestätigt",
    "unsubscribed": "abgemeldet, abbestellt, inaktiv, ausgetragen",
    "suppressed": "gesperrt, unterdrückt, blockiert",
    "noSubscription": "kein abonnement, kein abo, nicht abonniert",
}

LONGER_STATUSES = {
    "unsubscribed": (
        "abbestellt, abgemeldete, widerrufen, widerspruch, ausgetragen, gekündigt, abbesteller, keine "
        "e-mails, keine werbung"
    ),
    "suppressed": (
        "hardbounce, gebounct, gebounced, unzustellbar, beschwerde, spambeschwerde, spam-beschwerde, "
        "auf der sperrliste, sperrliste, blacklisted, ungültig, ungültige adresse, gesperrte"
    ),
    "notSubscribed": (
        "nicht abonniert, nie abonniert, nicht angemeldet, kein abonnement, kein abo, ausstehend, "
        "unbestätigt, nicht bestätigt, wartet auf bestätigung, bestätigung ausstehend, archiviert, "
        "gelöscht, keine einwilligung, softbounce, pausiert"
    ),
}

EMAIL_TYPES = {
    "plainText": "nur text, reintext, reiner text, klartext",
}

OPT_IN_TYPES = {
    "unknown": "unbekannt",
    "single": "einfach, einfaches opt-in, einfache anmeldung",
    "double": "doppelt, doppeltes opt-in, doppelte anmeldung",
    "verifiedDouble": "verifiziertes double opt-in",
}

IDENTIFIERS = {
    "email": "e-mail-adresse, mailadresse",
    "mobileNumber": "handy, handynummer, mobil, mobilnummer, mobiltelefon, telefon, telefonnummer",
    "contactId": "kontakt-id",
}

PARTICLES = "von, vom, zu, zum, zur, und zu, von und zu, von der, von dem, von den, auf der"

TITLES = "herr, herrn, frau, fräulein, dipl-ing, dipl-kfm, doktor, familie"

PERSONS = {
    "guest": "teilnehmer, gast, reisende",
    "recipient": "empfanger, empfaenger, versand, liefer, beschenkte",
    "buyer": "kunde, rechnung, kaufer, kaeufer, besteller, auftraggeber",
}
