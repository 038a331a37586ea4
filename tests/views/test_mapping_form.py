"""The form's fields, without a page: what is read from them."""

from typing import ClassVar

import pytest
from django.http import QueryDict

from imports.views.mapping.column_form import ColumnFacts
from imports.views.mapping.mapping_actions import apply_action
from imports.views.mapping.mapping_form import chosen_answers, read_mapping, rules_of
from imports.views.mapping.target_choices import AccountChoices

CATALOGUE = {
    "data_fields": [
        {"name": "FIRSTNAME", "type": "String"},
        {"name": "LASTNAME", "type": "String"},
        {"name": "BIRTHDAY", "type": "Date"},
        {"name": "SPEND", "type": "Numeric"},
        {"name": "VIP", "type": "Boolean"},
    ],
    "lists": [{"id": 7, "name": "Newsletter"}, {"id": 8, "name": "Fair"}],
    "preferences": [{"id": 9, "name": "Offers"}],
    "custom_identifiers": ["crm-id"],
}
OFFERS = AccountChoices(CATALOGUE)
RULES = {
    "matchIdentifier": "email",
    "mergeOption": "overwriteIfEmpty",
    "blankCells": "clear",
    "duplicates": "keepFirst",
    "invalidValues": "reject",
}
COLUMNS = [
    ColumnFacts("Mail", (), None),
    ColumnFacts("Phone", (), None),
    ColumnFacts("Country", (), None),
    ColumnFacts("Born", ("%d/%m/%Y", "%m/%d/%Y"), None),
    ColumnFacts("Spent", (), ","),
]


def posted(fields: dict) -> QueryDict:
    data = QueryDict(mutable=True)
    for key, value in {**RULES, **fields}.items():
        data.setlist(key, value if isinstance(value, list) else [value])
    return data


def read(fields: dict, current: dict | None = None):
    return read_mapping(posted(fields), current or {}, COLUMNS, OFFERS)


class TestColumns:
    def test_targets_and_how_their_values_are_read(self):
        result = read(
            {
                "target-0": "identifiers.email",
                "target-1": "identifiers.mobileNumber",
                "region-1": "column:2",
                "target-3": "dataFields.BIRTHDAY",
                "format-3": "%d/%m/%Y",
                "zone-3": "Europe/Berlin",
                "target-4": "dataFields.SPEND",
                "decimal-4": ".",
                "lists": ["7", "8"],
            }
        )

        assert result.is_valid
        assert result.mapping == {
            **RULES,
            "columns": [
                {"column": "Mail", "target": "identifiers.email"},
                {"column": "Phone", "target": "identifiers.mobileNumber", "region": {"column": "Country"}},
                {
                    "column": "Born",
                    "target": "dataFields.BIRTHDAY",
                    "format": "%d/%m/%Y",
                    "zone": "Europe/Berlin",
                },
                {"column": "Spent", "target": "dataFields.SPEND", "decimal": "."},
            ],
            "constants": [{"target": "lists", "value": [7, 8]}],
        }

    def test_one_column_can_become_several_things(self):
        result = read(
            {
                "target-0": "dataFields.FIRSTNAME",
                "part-0": "firstName",
                "target-0_1": "dataFields.LASTNAME",
                "part-0_1": "lastName",
                "case-0_1": "title",
                "join-0_1": ["column:2", "column:1"],
                "separator-0_1": ", ",
                "blank-0_1": "clear",
                "placeholders-0_1": "blank",
            }
        )

        assert result.mapping["columns"] == [
            {"column": "Mail", "target": "dataFields.FIRSTNAME", "part": "firstName"},
            {
                "column": "Mail",
                "target": "dataFields.LASTNAME",
                "part": "lastName",
                "case": "title",
                "join": {"columns": ["Country", "Phone"], "separator": ", "},
                "blankCells": "clear",
                "placeholders": "blank",
            },
        ]

    def test_settings_that_a_target_cannot_have_are_passed_over(self):
        result = read(
            {"target-0": "identifiers.email", "blank-0": "clear", "case-0": "title", "format-0": "x"}
        )

        assert result.mapping["columns"] == [{"column": "Mail", "target": "identifiers.email"}]

    def test_an_ambiguous_date_has_to_be_chosen(self):
        result = read({"target-0": "identifiers.email", "target-3": "dataFields.BIRTHDAY"})

        assert not result.is_valid
        assert result.column_errors == {"3": "Choose how the dates in this column are written."}

    def test_dates_can_be_written_in_a_way_that_no_example_shows(self):
        result = read({"target-3": "dataFields.BIRTHDAY", "format-3": "other", "other_format-3": "%Y%m%d"})

        assert result.mapping["columns"][0]["format"] == "%Y%m%d"

    def test_a_certain_decimal_mark_needs_no_choice(self):
        result = read({"target-4": "dataFields.SPEND"})

        assert result.mapping["columns"] == [
            {"column": "Spent", "target": "dataFields.SPEND", "decimal": ","}
        ]

    @pytest.mark.parametrize("text", ["column:99", "column:x", "column:"])
    def test_a_column_that_is_not_there_is_no_country(self, text):
        result = read({"target-1": "identifiers.mobileNumber", "region-1": text})

        assert "region" not in result.mapping["columns"][0]


class TestMeanings:
    @pytest.mark.parametrize(
        ("target", "text", "value"),
        [
            ("dataFields.VIP", "true", True),
            ("dataFields.VIP", "null", None),
            ("preferences.9", "false", False),
            ("channelProperties.sms.status", '"noSubscription"', "noSubscription"),
            ("lists", "[7]", [7]),
            ("dataFields.FIRSTNAME", "Ada", "Ada"),
            ("dataFields.FIRSTNAME", "null", "null"),
        ],
    )
    def test_a_value_of_the_file_is_given_a_meaning(self, target, text, value):
        result = read(
            {
                "target-0": target,
                "word-0-0": '"Ja"',
                "meaning-0-0": text,
                "word-0-1": '"?"',
                "meaning-0-1": "",
            }
        )

        assert result.mapping["columns"][0]["values"] == {"Ja": value}

    def test_a_text_can_be_left_out(self):
        result = read(
            {"target-0": "dataFields.FIRSTNAME", "word-0-0": '"?"', "meaning-0-0": "", "nothing-0-0": "1"}
        )

        assert result.mapping["columns"][0]["values"] == {"?": None}

    def test_meanings_for_another_kind_of_target_are_dropped(self):
        result = read(
            {
                "target-0": "dataFields.FIRSTNAME",
                "kind-0": "Boolean",
                "word-0-0": '"Ja"',
                "meaning-0-0": "true",
            }
        )

        assert "values" not in result.mapping["columns"][0]

    def test_a_number_stays_a_number(self):
        current = {"columns": [{"column": "Mail", "target": "dataFields.SPEND", "values": {"viel": 5}}]}

        result = read(
            {"target-0": "dataFields.SPEND", "decimal-0": ".", "word-0-0": '"viel"', "meaning-0-0": "5"},
            current,
        )

        assert result.mapping["columns"][0]["values"] == {"viel": 5}
        assert type(result.mapping["columns"][0]["values"]["viel"]) is int


class TestConstants:
    def test_everything_that_can_be_the_same_for_everybody(self):
        result = read(
            {
                "constant-channelProperties.email.optInType": '"single"',
                "constant-preferences.9": "true",
                "constant-consentRecords.text": "Yes,\r\nplease",
                "constant-consentRecords.dateTimeConsented": "2026-04-03T10:30",
                "constant-consentRecords.2.url": "https://example.com/",
                "field-0": "dataFields.FIRSTNAME",
                "field_kind-0": "String",
                "field_value-0": "Friend",
                "field-1": "",
            }
        )

        assert {entry["target"]: entry["value"] for entry in result.mapping["constants"]} == {
            "channelProperties.email.optInType": "single",
            "preferences.9": True,
            "consentRecords.text": "Yes,\nplease",
            "consentRecords.dateTimeConsented": "2026-04-03T10:30:00Z",
            "consentRecords.2.url": "https://example.com/",
            "dataFields.FIRSTNAME": "Friend",
        }

    def test_a_data_field_without_a_value_is_shown_again_and_not_sent(self):
        result = read({"field-0": "dataFields.VIP"})

        assert result.mapping["constants"] == []
        assert [row.target for row in result.constants.rows] == ["dataFields.VIP"]

    def test_a_value_for_another_data_field_is_dropped(self):
        result = read({"field-0": "dataFields.SPEND", "field_kind-0": "Boolean", "field_value-0": "true"})

        assert result.mapping["constants"] == []


class TestRules:
    def test_rules_that_do_not_exist_are_refused(self):
        assert not read({"target-0": "identifiers.email", "mergeOption": "eraseAll"}).is_valid

    def test_contacts_can_be_matched_by_the_accounts_own_identifiers(self):
        assert read({"target-0": "identifiers.crm-id", "matchIdentifier": "crm-id"}).is_valid

    def test_a_new_mapping_begins_with_the_harmless_rules(self):
        assert rules_of({})["blankCells"] == "leave"


class TestActions:
    def after(self, go: str, fields: dict):
        return read_mapping(apply_action(posted({**fields, "go": go}), OFFERS), {}, COLUMNS, OFFERS)

    def test_a_full_name_is_split_in_one_go(self):
        result = self.after("split:2", {"target-2": ""})

        assert result.mapping["columns"] == [
            {"column": "Country", "target": "dataFields.FIRSTNAME", "part": "firstName"},
            {"column": "Country", "target": "dataFields.LASTNAME", "part": "lastName"},
        ]

    def test_a_second_target_is_added_and_taken_away(self):
        added = self.after("also:0", {"target-0": "identifiers.email"})
        taken = self.after("drop:0_1", {"target-0": "identifiers.email", "target-0_1": ""})

        assert [slot.key for slot in added.slots[0]] == ["0", "0_1"]
        assert [slot.key for slot in taken.slots[0]] == ["0"]

    def test_an_offered_target_is_taken(self):
        result = self.after("use:0:consentRecords.ipAddress", {"target-0": ""})

        assert result.mapping["columns"] == [{"column": "Mail", "target": "consentRecords.ipAddress"}]

    @pytest.mark.parametrize("go", ["", "show", "use:0:dataFields.NO", "split:x", "also:x", "record", "?:?"])
    def test_what_makes_no_sense_changes_nothing(self, go):
        assert self.after(go, {"target-0": "identifiers.email"}).mapping["columns"] == [
            {"column": "Mail", "target": "identifiers.email"}
        ]


class TestLeavingOut:
    BEFORE: ClassVar = {"columns": [], "leaveOutUnsubscribed": ["Country"]}

    def left_out(self, fields: dict) -> list[str]:
        return read(fields, self.BEFORE).mapping.get("leaveOutUnsubscribed", [])

    def test_box_says_whether_rows_are_left_out(self):
        assert self.left_out({"leave-out-shown-2": "1", "leave-out-2": "1"}) == ["Country"]
        assert self.left_out({"leave-out-shown-2": "1"}) == []

    def test_what_the_page_does_not_ask_stays(self):
        assert self.left_out({}) == ["Country"]

    def test_column_that_is_imported_as_a_subscription_sends_its_people(self):
        assert self.left_out({"target-2": "channelProperties.email.status"}) == []


def test_settings_of_texts_are_read():
    fields = {
        "target-0": "dataFields.FIRSTNAME",
        "part-0": "firstName",
        "order-0": "lastFirst",
        "garbled-0": "repair",
    }
    [entry] = read({**fields, "guards-0": "keep", "placeholders-0": "keep"}).mapping["columns"]
    assert {key: entry.get(key) for key in ("part", "nameOrder", "garbled", "guards", "placeholders")} == {
        "part": "firstName",
        "nameOrder": "lastFirst",
        "garbled": "repair",
        "guards": "keep",
        "placeholders": "keep",
    }


def test_an_identifier_of_the_account_is_named_where_the_rules_are_shown():
    chosen = chosen_answers({**RULES, "matchIdentifier": "crm-id"}, OFFERS)

    assert ("Match contacts by", "crm-id") in [(question, answer.label) for question, answer in chosen]
