"""Cells in which a spreadsheet shows no value: nothing of them is sent, nothing is cleared, and a line says why."""

import json

import pytest

from imports.languages.formula_errors import FORMULA_ERRORS, NOT_CALCULATED

COLUMNS = ("Email", "Name", "Mobile", "Birthday", "Spend", "VIP")
MAPPING = {
    "matchIdentifier": "email",
    "blankCells": "clear",
    "columns": [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Name", "target": "dataFields.FIRSTNAME", "placeholders": "blank"},
        {"column": "Mobile", "target": "identifiers.mobileNumber"},
        {"column": "Birthday", "target": "dataFields.BIRTHDAY", "format": "%d.%m.%Y"},
        {"column": "Spend", "target": "dataFields.SPEND"},
        {"column": "VIP", "target": "dataFields.VIP"},
    ],
}


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        *((error, "formula_error") for error in FORMULA_ERRORS),
        (NOT_CALCULATED, "formula_not_calculated"),
    ],
)
def test_nothing_is_sent_and_nothing_cleared_in_columns_of_every_type(checked, cell, code):
    rows = [("ann@example.com", *[cell] * 5), ("bob@example.com", *[""] * 5)]
    found = checked(COLUMNS, rows, MAPPING)
    with_errors, with_blanks = (json.loads(text) for text in found.prepared["contact"])
    assert "dataFields" not in with_errors
    assert set(with_blanks["dataFields"].values()) == {None}
    told = found.issues.filter(row=2, code=code)
    assert told["column"].to_list() == list(COLUMNS[1:])
    assert set(told["original"]) == {cell}
    assert set(told["severity"]) == {"warning"}


def test_a_row_without_the_value_that_it_is_matched_by_is_rejected(checked):
    found = checked(COLUMNS, [("#REF!", "Ann", "", "", "", "")], MAPPING)
    assert found.prepared["fate"].to_list() == ["rejected"]
    assert found.issues["code"].to_list() == ["formula_error"]


def test_columns_that_are_joined_are_not_sent_without_one_of_them(checked):
    mapping = {
        "matchIdentifier": "email",
        "columns": [
            {"column": "Email", "target": "identifiers.email"},
            {
                "column": "First",
                "target": "dataFields.FIRSTNAME",
                "join": {"columns": ["Last"], "separator": " "},
            },
        ],
    }
    found = checked(("Email", "First", "Last"), [("ann@example.com", "Ann", "#N/A")], mapping)
    [text] = found.prepared["contact"]
    assert "dataFields" not in json.loads(text)
    assert found.issues["code"].to_list() == ["formula_error"]


def test_what_the_mapping_gives_a_meaning_keeps_it(checked):
    name = {"column": "Name", "target": "dataFields.FIRSTNAME", "values": {"#n/a": "nobody"}}
    columns = [name, MAPPING["columns"][0]]
    found = checked(COLUMNS, [("ann@example.com", "#N/A", *[""] * 4)], {**MAPPING, "columns": columns})
    [text] = found.prepared["contact"]
    assert json.loads(text)["dataFields"] == {"FIRSTNAME": "nobody"}
