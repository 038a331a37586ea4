"""What people and programs call the parts of a contact: concepts, and one table of headers for each language.

A concept's names stand for it both in files and among an account's data fields, which can be called in the
account's own language. Names are written as `header_key` gives them: lower case, no spaces or signs, no
accents.
"""

import re
import unicodedata

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|\d+")


def words_of(header: str) -> tuple[str, ...]:
    """A header's words, in lower case without accents: `E-Mail-Adresse` and `eMailAdresse` are the same."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", header.replace("ß", "ss")) if not unicodedata.combining(c)
    )
    return tuple(word.lower() for word in _WORDS.findall(plain))


def header_key(header: str) -> str:
    """What headers that are the same name have in common."""
    return "".join(words_of(header))


# Language -> concept -> what it is called.
HEADERS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "email": ("email", "email address", "e-mail", "e-mail address", "mail", "mail address"),
        "mobile": (
            *(
                "mobile",
                "mobile number",
                "mobile phone",
                "mobile phone number",
                "mobile no",
                "cell",
                "cell phone",
            ),
            *("cellphone", "cell phone number", "sms number", "sms phone number", "whatsapp number"),
        ),
        "phone": (
            "phone",
            "phone number",
            "phone no",
            "telephone",
            "telephone number",
            "tel",
            "contact number",
        ),
        "first_name": ("first name", "firstname", "given name", "forename", "fname"),
        "last_name": ("last name", "lastname", "surname", "family name", "lname"),
        "full_name": ("full name", "fullname", "name", "contact name", "customer name"),
        "salutation": ("salutation", "title", "prefix", "name prefix"),
        "gender": ("gender", "sex"),
        "birthday": ("birthday", "birth date", "birthdate", "date of birth", "dob"),
        "company": (
            "company",
            "company name",
            "associated company",
            "organisation",
            "organization",
            "organisation name",
        ),
        "job_title": ("job title", "position", "role", "occupation"),
        "address": ("address", "street", "street address", "address 1", "address line 1", "address1"),
        "postcode": (
            "postcode",
            "post code",
            "postal code",
            "zip",
            "zip code",
            "zip postal code",
            "postal zip code",
        ),
        "city": ("city", "town", "town city", "locality"),
        "region": ("region", "state", "province", "county", "state province", "state region"),
        "country": (
            "country",
            "country name",
            "country region",
            "country code",
            "cc",
            "iso country",
            "country iso code",
        ),
        "language": ("language", "preferred language", "locale"),
        "website": ("website", "web site", "url", "website url", "homepage"),
        "notes": ("note", "notes", "comment", "comments"),
        "tags": ("tag", "tags", "labels"),
        "source": ("source", "lead source", "original source"),
        "lead_status": ("lead status",),
        "signup_date": (
            *(
                "signup date",
                "sign up date",
                "create date",
                "created at",
                "created",
                "date added",
                "optin time",
            ),
            *("opt in date", "subscribed at", "subscription date", "registration date", "date joined"),
        ),
        "last_order": ("last order", "last order date", "last purchase date", "last purchase"),
        "orders": ("orders", "total orders", "orders count", "order count", "number of orders"),
        "spend": (
            *(
                "spend",
                "total spent",
                "total spend",
                "amount spent",
                "lifetime value",
                "customer lifetime value",
                "ltv",
            ),
            *("revenue", "total revenue", "turnover"),
        ),
        "rating": ("rating", "member rating", "score"),
        "newsletter": ("newsletter",),
        "vip": ("vip", "is vip"),
        "tax_exempt": ("tax exempt",),
    },
    "de": {
        "email": ("e-mail-adresse", "e-mail adresse", "mailadresse", "e-post"),
        "mobile": (
            "mobiltelefon",
            "mobil",
            "mobilnummer",
            "mobiltelefonnummer",
            "handy",
            "handynummer",
            "handynr",
        ),
        "phone": ("telefon", "telefonnummer", "telefonnr", "rufnummer"),
        "first_name": ("vorname", "rufname"),
        "last_name": ("nachname", "familienname", "zuname"),
        "full_name": ("vollstandiger name", "vor- und nachname", "kundenname"),
        "salutation": ("anrede",),
        "gender": ("geschlecht",),
        "birthday": ("geburtstag", "geburtsdatum", "geb datum", "geb"),
        "company": ("firma", "firmenname", "unternehmen", "organisation"),
        "job_title": ("berufsbezeichnung", "beruf", "stelle", "funktion"),
        "address": ("adresse", "strasse", "strasse und hausnummer", "anschrift"),
        "postcode": ("postleitzahl", "plz"),
        "city": ("ort", "stadt", "wohnort"),
        "region": ("bundesland", "kanton"),
        "country": ("land", "staat", "landercode", "landerkennzeichen"),
        "language": ("sprache", "bevorzugte sprache"),
        "website": ("webseite", "internetseite"),
        "notes": ("notiz", "notizen", "bemerkung", "bemerkungen", "kommentar"),
        "tags": ("schlagworter", "kategorien"),
        "source": ("herkunft", "quelle"),
        "signup_date": ("anmeldedatum", "erstellt am", "registriert am", "angemeldet am"),
        "last_order": ("letzte bestellung", "letzter kauf", "letzter einkauf"),
        "orders": ("bestellungen", "anzahl bestellungen"),
        "spend": ("umsatz", "gesamtumsatz"),
        "rating": ("bewertung",),
    },
}

FIRST_FIELDS: dict[str, tuple[str, ...]] = {
    "spend": ("SPEND", "TOTAL_SPENT", "LIFETIME_VALUE"),
}
"""Of the data fields that are one concept, those to try first."""

QUALIFIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "en": (
        *(("default", "address"), ("billing", "address"), ("shipping", "address"), ("mailing", "address")),
        *(
            ("default",),
            ("billing",),
            ("shipping",),
            ("primary",),
            ("work",),
            ("home",),
            ("business",),
            ("main",),
        ),
        *(
            ("contact",),
            ("customer",),
            ("personal",),
            ("other",),
            ("your",),
            ("secondary",),
            ("alternative",),
        ),
    ),
    "de": (
        ("privat",),
        ("geschaftlich",),
        ("primare",),
        ("rechnung",),
        ("lieferung",),
        ("kunde",),
        ("weitere",),
    ),
    "numbers": (("1",), ("2",), ("3",), ("4",), ("5",)),
}
"""Words around a name that say which of several it is; such a column is the second choice."""

_CONCEPT = {
    header_key(name): concept
    for names_of in HEADERS.values()
    for concept, names in names_of.items()
    for name in names
}
_QUALIFIERS = sorted((words for entries in QUALIFIERS.values() for words in entries), key=len, reverse=True)


def find_concept(header: str) -> str | None:
    """The concept that a header, or the name of a data field, stands for by itself."""
    return _CONCEPT.get(header_key(header))


def find_qualified_concept(header: str) -> str | None:
    """The concept that a header stands for without its qualifiers: `Default Address Phone` is a phone."""
    words = words_of(header)
    for qualifier in _QUALIFIERS:
        size = len(qualifier)
        for rest in (
            words[size:] if words[:size] == qualifier else (),
            words[:-size] if words[-size:] == qualifier else (),
        ):
            if rest and (concept := _CONCEPT.get("".join(rest))):
                return concept
    return None
