"""Every cleaning leaves a line with what the cell was and what was sent, and the same value in the contact."""

import json

import pytest

from imports.contacts.problems import PROBLEM_TYPES, ProblemKind

HEADERS = ("Email", "Other", "Cell", "More")
TEXT, NUMBER, DATE, FLAG = "dataFields.NOTES", "dataFields.SPEND", "dataFields.BIRTHDAY", "dataFields.VIP"
EMAIL, MOBILE = "identifiers.email", "identifiers.mobileNumber"
IP, URL = "consentRecords.ipAddress", "consentRecords.url"

# Code -> target, rules of the column, the cell, and what is sent.
CHANGES = {
    "spaces_trimmed": (TEXT, {}, " Leeds ", "Leeds"),
    "apostrophe_removed": (TEXT, {}, "'6000000000", "6000000000"),
    "prefix_removed": (TEXT, {}, "z:LS1 4AP", "LS1 4AP"),
    "entities_decoded": (TEXT, {"garbled": "repair"}, "Ren&eacute;e", "Renée"),
    "text_redecoded": (TEXT, {"garbled": "repair"}, "RenÃ©e", "Renée"),
    "text_controls_removed": (TEXT, {}, "Le\x00eds", "Leeds"),
    "name_split": (TEXT, {"part": "lastName"}, "Zoë van der Berg", "van der Berg"),
    "email_repaired": (EMAIL, {}, "Zoë <zoe@example.org>;", "zoe@example.org"),
    "phone_digits_converted": (MOBILE, {}, "０７４００６０４９８６", "+447400604986"),
    "phone_unwrapped": (MOBILE, {}, "'07400 604986", "+447400604986"),
    "phone_scientific_restored": (MOBILE, {}, "4.47400604986E+11", "+447400604986"),
    "phone_decimals_removed": (MOBILE, {}, "07400604986.0", "+447400604986"),
    "phone_extension_dropped": (MOBILE, {}, "07400 604986 ext. 12", "+447400604986"),
    "phone_prefix_replaced": (MOBILE, {}, "0044 7400 604986", "+447400604986"),
    "phone_trunk_dropped": (MOBILE, {}, "+44 (0)7400 604986", "+447400604986"),
    "phone_renumbered": (MOBILE, {}, "+52 1 55 4163 7145", "+525541637145"),
    "phone_plus_restored": (MOBILE, {}, "447400604986", "+447400604986"),
    "phone_zero_restored": (MOBILE, {}, "7400604986", "+447400604986"),
    "number_percent": (NUMBER, {"decimal": "."}, "12 %", 12),
    "number_digits_converted": (NUMBER, {"decimal": "."}, "１２", 12),
    "number_rounded": (NUMBER, {"decimal": "."}, "0.30000000000000004", 0.3),
    "url_scheme_added": (URL, {}, "www.example.com/join", "https://www.example.com/join"),
    "url_encoded": (URL, {}, "https://example.com/grüße", "https://example.com/gr%C3%BC%C3%9Fe"),
    "url_unwrapped": (URL, {}, "<https://example.com/join>", "https://example.com/join"),
    "ip_unwrapped": (IP, {}, "203.0.113.9:443", "203.0.113.9"),
    "contact_id_repaired": ("identifiers.contactId", {}, "'17", 17),
    "phone_formatted": (MOBILE, {}, "07400 604986", "+447400604986"),
    "date_formatted": (DATE, {"format": "%d/%m/%Y"}, "03/04/1980", "1980-04-03T00:00:00Z"),
    "number_formatted": (NUMBER, {"decimal": ","}, "1.250,50", 1250.5),
    "boolean_formatted": (FLAG, {}, "Ja", True),
    "lists_found": ("lists", {}, "newsletter", [70001]),
    "value_formatted": ("channelProperties.sms.status", {}, "opted out", "unsubscribed"),
    "value_translated": (FLAG, {"values": {"Gold": True}}, "gold", True),
    "columns_joined": (TEXT, {"join": {"columns": ["More"], "separator": ", "}}, "Leeds", "Leeds, more"),
    "case_changed": (TEXT, {"case": "upper"}, "Leeds", "LEEDS"),
}
CONSENT = {
    "consentRecords.text": "Yes",
    "consentRecords.dateTimeConsented": "2026-04-03",
    IP: "203.0.113.9",
    URL: "https://example.com",
    "consentRecords.userAgent": "Paper form",
}


def mapping_of(target, rules):
    """A mapping with the target under test, matched by whatever else will do."""
    columns = [{"column": "Cell", "target": target, **rules}]
    match = "email"
    if target == EMAIL:
        match = "crm-id"
        columns.append({"column": "Other", "target": "identifiers.crm-id"})
    elif target == "identifiers.contactId":
        match = "contactId"
    else:
        columns.append({"column": "Email", "target": EMAIL})
    constants = [
        {"target": part, "value": value}
        for part, value in CONSENT.items()
        if part != target and target in CONSENT
    ]
    return {"matchIdentifier": match, "columns": columns, "constants": constants}


def values_of(document):
    if isinstance(document, dict):
        for value in document.values():
            yield from values_of(value)
    yield document
    if isinstance(document, list):
        for value in document:
            yield from values_of(value)


def test_every_code_of_a_change_has_its_example():
    changes = (ProblemKind.CHANGED, ProblemKind.FORMATTED)
    assert set(CHANGES) == {code for code, problem in PROBLEM_TYPES.items() if problem.kind in changes}


@pytest.mark.parametrize("code", CHANGES)
def test_change_is_told_with_before_and_after(checked, code):
    target, rules, cell, sent = CHANGES[code]
    row = ("ann@example.com", "C-1", cell, "more")
    found = checked(HEADERS, [row], mapping_of(target, rules))
    told = {
        (line, original): result
        for _, column, line, _, original, result in found.issues.rows()
        if column == "Cell"
    }
    assert (code, cell) in told
    [text] = found.prepared["contact"]
    assert sent in list(values_of(json.loads(text)))
    assert told[code, cell] in (sent, json.dumps(sent), "70001")
    severity = "note" if PROBLEM_TYPES[code].kind is ProblemKind.CHANGED else "format"
    assert found.issues.filter(code=code)["severity"].to_list() == [severity]


@pytest.mark.parametrize(
    ("target", "cell", "code"),
    [
        (MOBILE, "020 7946 0018", "phone_not_mobile"),
        (EMAIL, "ann@gamil.com", "email_domain_typo"),
        (EMAIL, "info@example.com", "email_role"),
    ],
)
def test_doubt_is_told_and_the_value_is_sent(checked, target, cell, code):
    found = checked(HEADERS, [("ann@example.com", "C-1", cell, "")], mapping_of(target, {}))
    [line] = found.issues.filter(severity="doubt").rows()
    assert (line[2], line[4]) == (code, cell)
    assert line[5] in list(values_of(json.loads(found.prepared["contact"][0])))
