"""Awkward cells and mappings whose obvious reading is the wrong one."""

import json

import pytest

from imports.contacts.mapping import Mapping, MappingFormatError
from imports.contacts.mapping_problems import validate
from imports.contacts.targets import TargetCatalogue
from imports.contacts.values.choices import clean_choice
from imports.contacts.values.dates import clean_date
from imports.contacts.values.emails import clean_email
from imports.contacts.values.numbers import clean_number
from imports.contacts.values.phones import clean_international, read_phone
from tests.contacts.conftest import CATALOGUE, clean

HEADERS = ("Email", "Name", "Town", "Match", "ID")
EMAIL = {"column": "Email", "target": "identifiers.email"}


def mapping_of(*columns, **rules):
    return {"matchIdentifier": "email", "columns": [EMAIL, *columns], **rules}


@pytest.mark.parametrize(
    ("cell", "region"),
    [("07400123456 07400123457", "GB"), ("0612345678 0698765432", "FR"), ("+34600123456600123457", None)],
)
def test_two_numbers_in_a_cell_are_refused_with_a_reason(cell, region):
    reading = read_phone(cell, region)
    assert reading.number is None
    assert reading.code in ("phone_several", "phone_too_long")


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("0.500", ",", None),
        ("-0.125", ",", None),
        ("0,500", ".", None),
        ("00,123,456", ".", None),
        ("1,234,56,789", ".", None),
        ("0.289,68", ",", "289.68"),
        ("12,34,567", ".", "1234567"),
        ("1,234,567", ".", "1234567"),
    ],
)
def test_fraction_of_the_other_convention_is_not_a_thousand_times_as_much(cell, decimal, value):
    assert clean(lambda cells: clean_number(cells, decimal), cell)[0][0] == value


@pytest.mark.parametrize(("cell", "date_format"), [("1012026", "%d%m%Y"), ("2026011", "%Y%m%d")])
def test_digits_that_lost_their_zero_are_no_date(cell, date_format):
    assert clean(lambda cells: clean_date(cells, date_format), cell) == [(None, "date_invalid")]


def test_address_in_brackets_behind_another_is_not_chosen():
    assert clean(clean_email, "ann@x.com <bob@x.com>") == [(None, "email_several")]
    assert clean(clean_email, "ann@x.com <Ann@x.com>") == [("Ann@x.com", "email_repaired")]


def test_identifiers_that_differ_in_a_hyphen_are_told_apart_by_their_own_spelling():
    names = {"crm-id": ("crm-id",), "crm_id": ("crm_id",)}
    answers = clean(lambda cells: clean_choice(cells, names), "crm-id", "crm_id", "CRM ID")
    assert answers == [("crm-id", None), ("crm_id", None), (None, "choice_unknown")]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("4.47400604986E+11", "+447400604986"),
        ("(44)7400604986", "+447400604986"),
        ("tel:447400604986", "+447400604986"),
        ("4915112345678", "+4915112345678"),
        ("+447400604986", "+447400604986"),
        ("07400604986", None),
    ],
)
def test_international_column_gives_numbers_their_plus_back(cell, number):
    assert clean(clean_international, cell)[0][0] == number


def test_missing_part_of_a_name_clears_nothing(checked):
    parts = [
        {"column": "Name", "target": "dataFields.FIRSTNAME", "part": "firstName"},
        {"column": "Name", "target": "dataFields.LASTNAME", "part": "lastName"},
    ]
    rows = [("a@example.com", "Cher", "", "", ""), ("b@example.com", "", "", "", "")]
    found = checked(HEADERS, rows, mapping_of(*parts, blankCells="clear"))
    assert [json.loads(text)["dataFields"] for text in found.prepared["contact"]] == [
        {"FIRSTNAME": "Cher"},
        {"FIRSTNAME": None, "LASTNAME": None},
    ]
    assert found.codes(2) == ["name_part_missing"]


def test_cell_of_control_characters_alone_clears_nothing(checked):
    mapping = mapping_of({"column": "Town", "target": "dataFields.NOTES"}, blankCells="clear")
    found = checked(HEADERS, [("a@example.com", "", "\x00 \x7f", "", "")], mapping)
    assert "dataFields" not in json.loads(found.prepared["contact"][0])
    assert found.codes(2) == ["text_controls_alone"]


def test_placeholder_for_what_a_row_is_matched_by_leaves_it_to_the_rule(checked):
    found = checked(
        HEADERS,
        [("a@example.com", "", "", "N/A", "")],
        mapping_of({"column": "Match", "target": "matchIdentifier"}),
    )
    assert found.prepared["match_by"].to_list() == ["email"]
    assert found.summary.ready == 1


def test_contact_id_counts_only_where_it_is_sent(checked):
    columns = [
        {"column": "Match", "target": "matchIdentifier"},
        {"column": "ID", "target": "identifiers.contactId"},
    ]
    rows = [("a@example.com", "", "", "", "17"), ("", "", "", "contactId", "18")]
    assert checked(HEADERS, rows, mapping_of(*columns)).summary.filled["identifiers.contactId"] == 1


def test_joined_placeholders_are_each_a_blank(checked):
    join = {"columns": ["Town"], "separator": ", "}
    column = {"column": "Name", "target": "dataFields.NOTES", "join": join, "placeholders": "blank"}
    rows = [("a@example.com", "N/A", "n/a", "", ""), ("b@example.com", "N/A", "Leeds", "", "")]
    found = checked(HEADERS, rows, mapping_of(column))
    assert [json.loads(text).get("dataFields") for text in found.prepared["contact"]] == [
        None,
        {"NOTES": "Leeds"},
    ]


def codes_of(mapping):
    return [problem.code for problem in validate(Mapping.from_json(mapping), HEADERS, CATALOGUE)]


def test_lists_of_several_constants_are_counted_together():
    catalogue = TargetCatalogue.from_account(lists=[(number, f"List {number}") for number in range(1, 161)])
    constants = [{"target": "lists", "value": list(range(start, start + 80))} for start in (1, 81)]
    mapping = Mapping.from_json(mapping_of(constants=constants))
    assert [problem.code for problem in validate(mapping, HEADERS, catalogue)] == ["lists_unfit"]


def test_blank_cell_stands_for_no_value():
    assert codes_of(mapping_of({"column": "Town", "target": "dataFields.VIP", "values": {" ": True}})) == [
        "values_blank"
    ]


@pytest.mark.parametrize("value", ["1e-12", "0.12345678912345", "50%"])
def test_constant_that_would_have_to_be_changed_is_refused(value):
    constants = [{"target": "dataFields.SPEND", "value": value}]
    assert codes_of(mapping_of(constants=constants)) == ["value_unfit"]


def test_half_characters_are_no_text():
    with pytest.raises(MappingFormatError, match="half a character"):
        Mapping.from_json(mapping_of(constants=[{"target": "dataFields.NOTES", "value": "\ud800"}]))
