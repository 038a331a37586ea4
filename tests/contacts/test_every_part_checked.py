"""Contacts with every part, from columns and from constants, and what pre-flight says of them."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.contacts.payload import build_body
from tests.contacts.conftest import run_check
from tests.contract import assert_contract
from tests.examples import examples

HEADERS = (
    *("Match", "ID", "CRM", "Email", "Mobile", "Name", "Street", "Town", "Birthday", "Spend", "VIP"),
    *("Status", "Opt-in", "SMS", "WhatsApp", "Type", "Locale", "Groups", "Offers", "Events"),
    *("Agreed", "From", "Where", "Browser", "Text", "Agreed again"),
)
TARGETS = {
    "Match": "matchIdentifier",
    "ID": "identifiers.contactId",
    "CRM": "identifiers.crm-id",
    "Email": "identifiers.email",
    "Mobile": "identifiers.mobileNumber",
    "Spend": "dataFields.SPEND",
    "VIP": "dataFields.VIP",
    "Status": "channelProperties.email.status",
    "Opt-in": "channelProperties.email.optInType",
    "SMS": "channelProperties.sms.status",
    "WhatsApp": "channelProperties.whatsApp.status",
    "Type": "channelProperties.email.emailType",
    "Locale": "channelProperties.email.resubscribeOptions.preferredLocale",
    "Groups": "lists",
    "Offers": "preferences.9",
    "Events": "preferences.10",
    "From": "consentRecords.ipAddress",
    "Where": "consentRecords.url",
    "Browser": "consentRecords.userAgent",
    "Text": "consentRecords.text",
}
MAPPING = {
    "matchIdentifier": "email",
    "columns": [
        *({"column": column, "target": target} for column, target in TARGETS.items()),
        {"column": "Name", "target": "dataFields.FIRSTNAME", "part": "firstName"},
        {"column": "Name", "target": "dataFields.LASTNAME", "part": "lastName", "case": "upper"},
        {"column": "Street", "target": "dataFields.NOTES", "join": {"columns": ["Town"], "separator": ", "}},
        {"column": "Birthday", "target": "dataFields.BIRTHDAY", "format": "%d.%m.%Y"},
        {
            "column": "Agreed",
            "target": "consentRecords.dateTimeConsented",
            "format": "%d.%m.%Y %H:%M",
            "zone": "Europe/Berlin",
        },
        {"column": "Agreed again", "target": "consentRecords.2.dateTimeConsented", "format": "ISO 8601"},
    ],
    "constants": [
        {"target": "lists", "value": [70002]},
        {"target": "channelProperties.email.resubscribeOptions.resubscribeWithNoChallenge", "value": False},
        {
            "target": "channelProperties.email.resubscribeOptions.redirectUrlAfterChallenge",
            "value": "https://example.com/thanks",
        },
        {"target": "consentRecords.2.text", "value": "I read the terms"},
        {"target": "consentRecords.2.url", "value": "https://example.com/terms"},
        {"target": "consentRecords.2.ipAddress", "value": "2001:db8::1"},
        {"target": "consentRecords.2.userAgent", "value": "Form at the stand"},
    ],
}
WHOLE = {
    "Match": "E-Mail",
    "CRM": "C-17",
    "Email": "zoe@example.com",
    "Mobile": "07400 604986",
    "Name": "Zoë van der Berg",
    "Street": "1 Main Street",
    "Town": "Leeds",
    "Birthday": "02.07.1980",
    "Spend": "1250.50",
    "VIP": "yes",
    "Status": "subscribed",
    "Opt-in": "double",
    "SMS": "unsubscribed",
    "WhatsApp": "no subscription",
    "Type": "html",
    "Locale": "de-DE",
    "Groups": "newsletter; 70002",
    "Offers": "yes",
    "Events": "no",
    "Agreed": "03.04.2026 14:05",
    "From": "203.0.113.9",
    "Where": "https://example.com/join",
    "Browser": "Mozilla/5.0",
    "Text": "Yes, send me the newsletter",
    "Agreed again": "2026-05-01T09:00:00Z",
}


def cells(**changes):
    return tuple({**dict.fromkeys(HEADERS, ""), **WHOLE, **changes}[header] for header in HEADERS)


def blank(**filled):
    return tuple(filled.get(header, "") for header in HEADERS)


def contacts_of(found):
    return [text and json.loads(text) for text in found.prepared["contact"]]


def test_contact_with_every_part_keeps_the_contract(checked):
    found = checked(HEADERS, [cells()], MAPPING)
    assert contacts_of(found) == [
        {
            "matchIdentifier": "email",
            "identifiers": {"crm-id": "C-17", "email": "zoe@example.com", "mobileNumber": "+447400604986"},
            "dataFields": {
                "SPEND": 1250.5,
                "VIP": True,
                "FIRSTNAME": "Zoë",
                "LASTNAME": "VAN DER BERG",
                "NOTES": "1 Main Street, Leeds",
                "BIRTHDAY": "1980-07-02T00:00:00Z",
            },
            "channelProperties": {
                "email": {
                    "status": "subscribed",
                    "optInType": "double",
                    "emailType": "html",
                    "resubscribeOptions": {
                        "preferredLocale": "de-DE",
                        "resubscribeWithNoChallenge": False,
                        "redirectUrlAfterChallenge": "https://example.com/thanks",
                    },
                },
                "sms": {"status": "unsubscribed"},
                "whatsApp": {"status": "noSubscription"},
            },
            "lists": [70001, 70002],
            "preferences": [{"id": 9, "isOptedIn": True}, {"id": 10, "isOptedIn": False}],
            "consentRecords": [
                {
                    "text": "Yes, send me the newsletter",
                    "dateTimeConsented": "2026-04-03T12:05:00Z",
                    "url": "https://example.com/join",
                    "ipAddress": "203.0.113.9",
                    "userAgent": "Mozilla/5.0",
                },
                {
                    "text": "I read the terms",
                    "dateTimeConsented": "2026-05-01T09:00:00Z",
                    "url": "https://example.com/terms",
                    "ipAddress": "2001:db8::1",
                    "userAgent": "Form at the stand",
                },
            ],
        }
    ]
    assert_contract(build_body(found.prepared["contact"], "overwriteIfEmpty"))


def test_preflight_counts_what_would_come_about(checked):
    rows = [
        cells(),
        cells(Email="ann@example.com", CRM="C-18", Mobile="07511 239264", SMS="", Status="", Offers="no"),
        cells(Match="crm-id", Email="", CRM="C-19", Mobile="", From="", Browser="", Groups=""),
        cells(Email="bob@example.com", CRM="", Mobile="", Agreed="", From="", Where="", Browser="", Text=""),
    ]
    summary = checked(HEADERS, rows, MAPPING).summary
    assert summary.ready == 4
    assert summary.preflight.to_dict() == {
        "statuses": {
            "channelProperties.email.status": {"subscribed": 3},
            "channelProperties.email.optInType": {"double": 4},
            "channelProperties.email.emailType": {"html": 4},
            "channelProperties.sms.status": {"unsubscribed": 3},
            "channelProperties.whatsApp.status": {"noSubscription": 4},
        },
        "mobile_without_sms_status": 1,
        "lists": {"70001": 3, "70002": 4},
        "preferences": {"9": {"true": 3, "false": 1}, "10": {"false": 4}},
        "consent": {
            "1": {
                "complete": 2,
                "absent": 1,
                "future": 0,
                "repeated": 0,
                "lacking": {"dateTimeConsented": 0, "ipAddress": 1, "url": 0, "userAgent": 1, "text": 0},
            },
            "2": {
                "complete": 4,
                "absent": 0,
                "future": 0,
                "repeated": 0,
                "lacking": {"dateTimeConsented": 0},
            },
        },
        "update_only": 1,
        "matched_by": {"email": 3, "crm-id": 1},
        "refused": {},
    }


def test_consent_records_dated_in_the_future_are_counted(checked):
    rows = [cells(), cells(Email="ann@example.com", CRM="", Mobile="", Agreed="31.01.2099 10:00")]
    consent = checked(HEADERS, rows, MAPPING).summary.preflight.consent

    assert (consent["1"]["complete"], consent["1"]["future"]) == (2, 1)


def test_consent_record_that_is_not_complete_is_left_out_and_said(checked):
    found = checked(HEADERS, [cells(From="somewhere", Browser="")], MAPPING)
    [contact] = contacts_of(found)
    assert [record["text"] for record in contact["consentRecords"]] == ["I read the terms"]
    said = {
        (code, result) for _, _, code, severity, _, result in found.issues.rows() if severity == "warning"
    }
    assert ("consent_incomplete", "ipAddress, userAgent") in said


def test_rows_are_matched_as_their_column_says(checked):
    rows = [
        blank(Match="contactId", ID="17", Name="Ann"),
        blank(Match="crm-id", CRM="C-1", Email="bob@example.com"),
        blank(Match="", Email="cy@example.com", ID="18"),
        blank(Match="shoe size", Email="dee@example.com"),
        blank(Match="mobile", Email="eve@example.com"),
    ]
    found = checked(HEADERS, rows, MAPPING)
    assert found.prepared["fate"].to_list() == ["ready", "ready", "ready", "rejected", "rejected"]
    assert [
        contact and (contact["matchIdentifier"], contact["identifiers"]) for contact in contacts_of(found)
    ] == [
        ("contactId", {"contactId": 17}),
        ("crm-id", {"crm-id": "C-1", "email": "bob@example.com"}),
        ("email", {"email": "cy@example.com"}),
        None,
        None,
    ]
    assert found.codes(5) == ["choice_unknown"]
    assert found.codes(6) == ["match_identifier_missing"]
    assert found.prepared["match_by"].to_list() == ["contactId", "crm-id", "email", None, "mobileNumber"]
    assert found.prepared["match_identifier"].to_list() == ["17", "C-1", "cy@example.com", None, None]
    assert_contract(build_body(found.prepared["contact"].drop_nulls(), "overwrite"))


@pytest.mark.parametrize("policy", ["keepLast", "keepFirst", "reject"])
def test_row_never_loses_the_identifier_it_is_matched_by_to_one_that_only_carries_it(checked, policy):
    rows = [
        blank(Match="email", Email="ann@example.com"),
        blank(Match="crm-id", CRM="C-1", Email="ANN@example.com"),
        blank(Match="email", Email="bob@example.com", CRM="C-1"),
    ]
    found = checked(HEADERS, rows, MAPPING | {"duplicates": policy})
    assert [contact["identifiers"] for contact in contacts_of(found)] == [
        {"email": "ann@example.com"},
        {"crm-id": "C-1"},
        {"email": "bob@example.com"},
    ]
    assert found.codes(3) == ["identifier_shared"]
    assert found.codes(4) == ["identifier_shared"]


def test_cell_that_names_an_unknown_list_is_left_out_as_a_whole(checked):
    mapping = {
        "matchIdentifier": "email",
        "columns": [
            {"column": "Email", "target": "identifiers.email"},
            {"column": "Groups", "target": "lists", "values": {"Gold": [70001, 70002], "-": None}},
            {"column": "VIP", "target": "lists", "values": {"yes": 70002, "no": None}},
        ],
    }
    rows = [
        blank(Email="a@example.com", Groups="Newsletter, Customers", VIP="yes"),
        blank(Email="b@example.com", Groups="Newsletter, Friends", VIP="no"),
        blank(Email="c@example.com", Groups="gold", VIP=""),
        blank(Email="d@example.com", Groups="-", VIP="perhaps"),
    ]
    found = checked(HEADERS, rows, mapping)
    assert [contact.get("lists") for contact in contacts_of(found)] == [
        [70001, 70002],
        None,
        [70001, 70002],
        None,
    ]
    assert found.codes(3) == ["list_unknown", "value_left_out"]
    assert found.summary.preflight.lists == {"70001": 2, "70002": 2}


def test_no_contact_is_put_on_more_than_a_hundred_lists(checked):
    mapping = {
        "matchIdentifier": "email",
        "columns": [
            {"column": "Email", "target": "identifiers.email"},
            {"column": "Groups", "target": "lists", "values": {"all": [70001] * 60}},
        ],
        "constants": [{"target": "lists", "value": [70001] * 99}],
    }
    found = checked(HEADERS, [blank(Email="a@example.com", Groups="Newsletter, Customers")], mapping)
    assert found.codes(2) == ["lists_too_many"]
    assert contacts_of(found)[0]["lists"] == [70001]


def test_placeholders_are_blanks_only_where_the_mapping_says_so(checked):
    def mapping(**rules):
        columns = [
            {"column": "Email", "target": "identifiers.email"},
            {"column": "Spend", "target": "dataFields.SPEND", **rules},
            {"column": "Town", "target": "dataFields.NOTES", **rules},
        ]
        return {"matchIdentifier": "email", "blankCells": "clear", "columns": columns}

    rows = [blank(Email="a@example.com", Spend="N/A", Town="n/a")]
    kept = checked(HEADERS, rows, mapping())
    assert [contact.get("dataFields") for contact in contacts_of(kept)] == [None]
    assert kept.codes(2) == ["placeholder", "placeholder"]
    meant = checked(HEADERS, rows, mapping(placeholders="keep"))
    assert [contact["dataFields"] for contact in contacts_of(meant)] == [{"NOTES": "n/a"}]
    taken = checked(HEADERS, rows, mapping(placeholders="blank"))
    assert [contact["dataFields"] for contact in contacts_of(taken)] == [{"SPEND": None, "NOTES": None}]
    assert taken.summary.values_to_clear == 2
    assert taken.codes(2) == ["placeholder_blank", "placeholder_blank"]


VALUES = st.sampled_from(
    ["", " ", "x", "12", "1,5", "yes", "n/a", "-", "02.07.1980", "07400 604986", "203.0.113.9"]
)
ROWS = st.lists(st.tuples(*(VALUES for _ in HEADERS)), max_size=8)


def values_of(document):
    if isinstance(document, dict | list):
        inner = document.values() if isinstance(document, dict) else document
        assert inner, "an empty object or array was sent"
        for value in inner:
            yield from values_of(value)
    else:
        yield document


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=examples(quick=5, deep=600),
)
@given(
    rows=ROWS,
    policy=st.sampled_from(["leave", "clear"]),
    placeholders=st.sampled_from([None, "blank", "keep"]),
    invalid=st.sampled_from(["leaveOut", "reject"]),
)
def test_blanks_and_nulls_are_sent_as_announced(tmp_path, rows, policy, placeholders, invalid):
    columns = [
        {**column, **({"placeholders": placeholders} if placeholders else {})}
        for column in MAPPING["columns"]
    ]
    mapping = MAPPING | {"columns": columns, "blankCells": policy, "invalidValues": invalid}
    emails = [f"ann{number}@example.com" for number in range(len(rows))]
    email, match = HEADERS.index("Email"), HEADERS.index("Match")
    rows = [
        tuple(address if place == email else "" if place == match else cell for place, cell in enumerate(row))
        for row, address in zip(rows, emails, strict=True)
    ]
    found = run_check(tmp_path, HEADERS, rows, mapping)
    sent = [value for contact in contacts_of(found) if contact for value in values_of(contact)]
    assert "" not in sent
    assert not any(isinstance(value, str) and not value.strip() for value in sent)
    assert sum(value is None for value in sent) == found.summary.values_to_clear
    if policy == "leave":
        assert found.summary.values_to_clear == 0
    nulls = [contact.get("dataFields", {}).values() for contact in contacts_of(found) if contact]
    assert sum(value is None for fields in nulls for value in fields) == found.summary.values_to_clear
    if found.summary.ready:
        assert_contract(build_body(found.prepared["contact"].drop_nulls(), "overwrite"))
