"""The mapping that benchmarks measure with: every column of the generator's file, and every kind of target."""

from imports.contacts.targets import TargetCatalogue

CATALOGUE = TargetCatalogue.from_account(
    data_fields=[
        ("FIRSTNAME", "String"),
        ("LASTNAME", "String"),
        ("BIRTHDAY", "Date"),
        ("SPEND", "Numeric"),
        ("VIP", "Boolean"),
    ],
    lists=[(70001, "Newsletter")],
    preferences=[(9, "Newsletter")],
)

CONSENT_TEXT, CONSENT_URL, USER_AGENT = (
    "Yes, send me the newsletter",
    "https://example.com/join",
    "Mozilla/5.0",
)

MAPPING = {
    "matchIdentifier": "email",
    "columns": [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Mobile", "target": "identifiers.mobileNumber", "region": {"column": "Country"}},
        {"column": "First name", "target": "dataFields.FIRSTNAME"},
        {"column": "Last name", "target": "dataFields.LASTNAME"},
        {"column": "Birthday", "target": "dataFields.BIRTHDAY", "format": "%d/%m/%Y"},
        {"column": "Spend", "target": "dataFields.SPEND", "decimal": "."},
        {"column": "VIP", "target": "dataFields.VIP"},
        {"column": "Newsletter", "target": "preferences.9"},
        {"column": "Consent date", "target": "consentRecords.dateTimeConsented", "format": "ISO 8601"},
        {"column": "Consent IP", "target": "consentRecords.ipAddress"},
    ],
    "constants": [
        {"target": "lists", "value": [70001]},
        {"target": "consentRecords.text", "value": CONSENT_TEXT},
        {"target": "consentRecords.url", "value": CONSENT_URL},
        {"target": "consentRecords.userAgent", "value": USER_AGENT},
    ],
}
