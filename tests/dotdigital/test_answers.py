from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.dotdigital import answers
from imports.dotdigital.errors import UnreadableAnswerError
from imports.dotdigital.types import (
    ContactList,
    DataField,
    FailureReason,
    ImportSummary,
    Preference,
    ReportEntry,
)

IMPORT_ID = "0b6f1c52-7a3e-4d1b-9c55-2f8e6a4d9e10"


class TestAcceptedImport:
    def test_the_id_is_read(self) -> None:
        assert answers.read_accepted_import({"importId": f" {IMPORT_ID} ", "more": 1}) == IMPORT_ID

    @pytest.mark.parametrize(
        "data",
        [None, [], "id", {}, {"importId": None}, {"importId": ""}, {"importId": {}}, {"importId": "a b"}],
    )
    def test_no_usable_id_is_an_unreadable_answer(self, data: Any) -> None:
        with pytest.raises(UnreadableAnswerError):
            answers.read_accepted_import(data)

    @pytest.mark.parametrize("text", ["", ".", "..", "a b", "a\n", "é", "x" * 201])
    def test_an_id_that_would_break_an_address_is_none(self, text: str) -> None:
        assert not answers.is_import_id(text)

    @pytest.mark.parametrize("text", [IMPORT_ID, "{" + IMPORT_ID + "}", "...", "a/b", "7"])
    def test_any_other_visible_text_is_an_id(self, text: str) -> None:
        assert answers.is_import_id(text)


class TestReportParts:
    def test_a_reference(self) -> None:
        data = {"contactId": "50010002", "identifiers": {"email": "grace@example.com", "n": None, "l": []}}
        entry = answers.read_reference("updated", data)
        assert entry == ReportEntry("updated", 50010002, {"email": "grace@example.com"})
        assert "grace" not in repr(entry)

    def test_a_failure(self) -> None:
        data = {
            "contactId": 50010002,
            "matchIdentifier": "email",
            "identifiers": {"email": "grace@example.com"},
            "failures": [
                {"failureCode": "consentRecordsNotApplied", "description": "Badly formed"},
                {"failureCode": "Other"},
            ],
        }
        reasons = (FailureReason("consentRecordsNotApplied", "Badly formed"), FailureReason("Other", ""))
        assert answers.read_failure("failed", data) == ReportEntry(
            "failed", 50010002, {"email": "grace@example.com"}, reasons
        )

    def test_a_failure_of_nobody_known(self) -> None:
        assert answers.read_failure("failed", {}) == ReportEntry("failed", None, {})

    def test_a_summary(self) -> None:
        assert answers.read_summary({"newContacts": 1, "INVALIDENTRIES": "2", "more": 7}) == ImportSummary(
            new_contacts=1, invalid_entries=2
        )
        assert answers.read_summary(None) is None

    def test_keys_are_read_in_any_letter_case_and_in_their_own_first(self) -> None:
        entry = answers.read_failure(
            "failed",
            {
                "ContactID": 1,
                "contactId": 2,
                "IDENTIFIERS": {"Email": "x"},
                "Failures": [{"FailureCode": "c", "DESCRIPTION": "d"}],
            },
        )
        assert entry == ReportEntry("failed", 2, {"Email": "x"}, (FailureReason("c", "d"),))


class TestAccount:
    def test_the_account_is_read_from_its_properties(self) -> None:
        account = answers.read_account_info(
            {
                "id": 1,
                "properties": [
                    {"name": "Name", "type": "String", "value": "Example Ltd"},
                    {"name": "MainEmail", "type": "String", "value": "owner@example.com"},
                    {"name": "APILocale", "type": "String", "value": "en-GB"},
                    {"name": "apiEndpoint", "type": "String", "value": "https://r1-api.dotdigital.com/"},
                    {"name": "TimeZoneIana", "type": "String", "value": "Europe/London"},
                    {"name": None, "type": None, "value": None},
                ],
            }
        )
        assert (account.id, account.name) == (1, "Example Ltd")
        assert account.api_endpoint == "https://r1-api.dotdigital.com/"
        assert (account.locale, account.time_zone) == ("en-GB", "Europe/London")
        assert account.properties["MainEmail"] == "owner@example.com"
        assert "owner@example.com" not in repr(account)

    def test_an_account_may_say_little(self) -> None:
        account = answers.read_account_info({"properties": []})
        assert (account.id, account.name, account.api_endpoint) == (None, "", "")

    @pytest.mark.parametrize("data", [None, [], {}, {"properties": None}, {"properties": [1]}])
    def test_an_answer_without_properties_is_no_account(self, data: Any) -> None:
        with pytest.raises(UnreadableAnswerError):
            answers.read_account_info(data)


class TestDataFields:
    def test_types_are_spelt_one_way_and_unwritable_ones_left_out(self) -> None:
        assert answers.read_data_fields(
            [
                {"name": "FIRSTNAME", "type": "String", "visibility": "Public", "defaultValue": None},
                {"name": "SPEND", "type": "numeric", "visibility": "Private", "defaultValue": 0},
                {"name": "ODD", "type": "NotAvailableInThisVersion", "visibility": "Public"},
                {"name": "VIP", "type": "Boolean", "visibility": None},
            ]
        ) == [
            DataField("FIRSTNAME", "String", "Public"),
            DataField("SPEND", "Numeric", "Private"),
            DataField("VIP", "Boolean", ""),
        ]

    @pytest.mark.parametrize("data", [None, {}, ["FIRSTNAME"], [{"type": "String"}]])
    def test_what_is_no_list_of_named_fields_is_unreadable(self, data: Any) -> None:
        with pytest.raises(UnreadableAnswerError):
            answers.read_data_fields(data)


class TestLists:
    def test_lists_are_read(self) -> None:
        assert answers.read_contact_lists(
            [{"id": 1, "name": "Newsletter", "visibility": "Private", "contacts": 5}, {"id": 2, "name": "B"}]
        ) == [ContactList(1, "Newsletter", "Private", 5), ContactList(2, "B", "", None)]

    @pytest.mark.parametrize("data", [None, {}, [None], [{"name": "Newsletter"}]])
    def test_a_list_without_an_id_is_unreadable(self, data: Any) -> None:
        with pytest.raises(UnreadableAnswerError):
            answers.read_contact_lists(data)


class TestCustomIdentifiers:
    def test_names_that_no_contact_could_be_matched_by_are_left_out(self) -> None:
        names = [" crm-id ", "loyalty_1", "two words", "", None, "x" * 51]
        assert answers.read_custom_identifiers([{"name": name} for name in names]) == ["crm-id", "loyalty_1"]

    @pytest.mark.parametrize("data", [None, {}, ["crm-id"]])
    def test_what_is_no_list_of_identifiers_is_unreadable(self, data: Any) -> None:
        with pytest.raises(UnreadableAnswerError):
            answers.read_custom_identifiers(data)


class TestPreferences:
    def test_the_tree_becomes_a_list_in_its_own_order(self) -> None:
        tree = [
            {
                "id": 8,
                "publicName": "Contact method",
                "isPreference": False,
                "preferences": [
                    {"id": 9, "publicName": "Email", "isPreference": True, "preferences": None},
                    {"id": 10, "publicName": "", "privateName": "Phone", "isPreference": True},
                    {
                        "id": 11,
                        "isPreference": False,
                        "preferences": [{"id": 12, "publicName": "Fax", "isPreference": True}],
                    },
                ],
            },
            {"id": 31, "publicName": "Cycling news", "isPreference": True},
        ]
        assert answers.read_preferences(tree) == [
            Preference(9, "Email", "Contact method"),
            Preference(10, "Phone", "Contact method"),
            Preference(12, "Fax", "Contact method"),
            Preference(31, "Cycling news", None),
        ]

    def test_depth_is_no_matter(self) -> None:
        node: dict[str, Any] = {"id": 1, "publicName": "Deep", "isPreference": True}
        for _ in range(5_000):
            node = {"isPreference": False, "preferences": [node]}
        assert answers.read_preferences([node]) == [Preference(1, "Deep", None)]

    @pytest.mark.parametrize("data", [None, {}, ["Email"], [{"isPreference": True, "publicName": "Email"}]])
    def test_a_preference_without_an_id_is_unreadable(self, data: Any) -> None:
        with pytest.raises(UnreadableAnswerError):
            answers.read_preferences(data)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{", b"\xff\xfe\x00", b"[" * 100_000, b"1" * 5_000, b'{"a": 1} x']
)
def test_what_is_not_json_is_unreadable_and_leaves_no_trace_of_itself(body: bytes) -> None:
    with pytest.raises(UnreadableAnswerError) as caught:
        answers.read_json(body)
    assert caught.value.__context__ is None


WIRE_NAMES = [
    "importId",
    "status",
    "summary",
    "created",
    "updated",
    "failures",
    "contactId",
    "identifiers",
    "matchIdentifier",
    "failureCode",
    "description",
    "newContacts",
    "id",
    "properties",
    "name",
    "value",
    "type",
    "visibility",
    "contacts",
    "publicName",
    "privateName",
    "isPreference",
    "preferences",
    "errorCode",
    "message",
    "details",
    "item",
    "error",
]

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from(["Finished", "String", IMPORT_ID, "\ud800", "\x00", "1" * 30, 1e400, 10**30]),
)
JSON = st.recursive(
    SCALARS,
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(st.sampled_from(WIRE_NAMES) | st.text(), below, max_size=6)
    ),
    max_leaves=10,
)

READERS: list[Callable[[Any], Any]] = [
    answers.read_accepted_import,
    answers.read_summary,
    lambda data: answers.read_reference("created", data),
    lambda data: answers.read_failure("failed", data),
    answers.read_account_info,
    answers.read_data_fields,
    answers.read_contact_lists,
    answers.read_preferences,
    answers.read_custom_identifiers,
    answers.read_created_list,
]


@given(JSON | st.lists(st.dictionaries(st.sampled_from(WIRE_NAMES), JSON, max_size=6), max_size=3))
def test_no_json_makes_a_reader_raise_anything_else(data: Any) -> None:
    for read in READERS:
        try:
            answer = read(data)
        except UnreadableAnswerError:
            continue
        repr(answer).encode()


@given(st.binary())
def test_no_bytes_make_the_json_reader_raise_anything_else(body: bytes) -> None:
    try:
        answers.read_json(body)
    except UnreadableAnswerError:
        return
