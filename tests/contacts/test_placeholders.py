"""Placeholders in texts: put to the person with their count, and never written over a name unasked."""

import json
from collections import Counter

import pytest

from imports.contacts.values.placeholders import without_placeholders
from imports.contacts.values.texts import clean_text
from tests.contacts.laws import answers

COLUMNS = ("Email", "Name", "More")


def mapping(**rules):
    columns = [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Name", "target": "dataFields.LASTNAME", **rules},
    ]
    return {"matchIdentifier": "email", "columns": columns}


def rows(*cells):
    return [(f"{place}@example.com", cell, "More") for place, cell in enumerate(cells)]


def sent(found):
    return [json.loads(text).get("dataFields", {}).get("LASTNAME", "") for text in found.prepared["contact"]]


WORDS = (
    "NULL",
    "N/A",
    "#REF!",
    "#N/A",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NV",
    "nan",
    "undefined",
    "(blank)",
    "-",
)


@pytest.mark.parametrize(
    "cell", [*WORDS, " N/A ", "n/a", "k.A.", "s/d", "\\N", "<null>", "#¡REF!", "keine Angabe"]
)
def test_placeholder_of_a_text_is_not_sent(cell):
    assert answers(without_placeholders(clean_text), cell) == [(None, "placeholder", None)]


@pytest.mark.parametrize("cell", ["Null", "None", "Na", "NA", "Nil", "Nan"])
def test_what_may_be_a_name_is_sent_and_doubted(cell):
    assert answers(without_placeholders(clean_text), cell) == [(cell, None, "placeholder_possible")]


@pytest.mark.parametrize("cell", ["Nullmeyer", "N/A Ltd", "Anna", "#1", "keine", "Leer", ""])
def test_other_texts_are_as_they_were(cell):
    assert answers(without_placeholders(clean_text), cell) == answers(clean_text, cell)


@pytest.mark.parametrize("blank", ["leave", "clear"])
def test_placeholders_overwrite_and_erase_no_name_and_are_counted(checked, blank):
    found = checked(COLUMNS, rows(*WORDS, "Abel", "Null"), mapping() | {"blankCells": blank})
    assert [json.loads(text).get("dataFields") for text in found.prepared["contact"]] == [
        *[None] * len(WORDS),
        {"LASTNAME": "Abel"},
        {"LASTNAME": "Null"},
    ]
    errors = sum(word.startswith("#") and word != "#NV" for word in WORDS)
    counts = {"placeholder": len(WORDS) - errors, "formula_error": errors, "placeholder_possible": 1}
    assert Counter(found.issues["code"]) == counts == found.summary.issue_counts
    assert found.summary.values_to_clear == 0


def test_a_person_may_have_them_sent_or_taken_for_blanks(checked):
    kept = checked(COLUMNS, rows("NULL", "Abel"), mapping(placeholders="keep"))
    assert (sent(kept), kept.issues.height) == (["NULL", "Abel"], 0)
    cleared = checked(COLUMNS, rows("NULL", "Abel"), mapping(placeholders="blank", blankCells="clear"))
    assert sent(cleared) == [None, "Abel"]
    named = checked(COLUMNS, rows("NULL", "Null"), mapping(values={"null": "Null"}))
    assert sent(named) == ["Null", "Null"]


@pytest.mark.parametrize("rules", [{}, {"case": "title"}, {"part": "firstName"}])
def test_whatever_else_is_done_to_a_column(checked, rules):
    found = checked(COLUMNS, rows("NULL", "#BEZUG!"), mapping(**rules))
    assert sent(found) == ["", ""]
    assert found.issues["code"].to_list() == ["placeholder", "placeholder"]


@pytest.mark.parametrize(
    ("chosen", "code"), [({}, "placeholder"), ({"placeholders": "blank"}, "placeholder_blank")]
)
def test_joined_placeholders_are_left_out_and_said(checked, chosen, code):
    join = {"columns": ["More"], "separator": ", "}
    found = checked(
        COLUMNS,
        [("a@example.com", "N/A", "Leeds"), ("b@example.com", "N/A", "-")],
        mapping(join=join, **chosen),
    )
    assert sent(found) == ["Leeds", ""]
    assert found.issues["code"].to_list() == ["columns_joined", code]


def test_errors_of_a_spreadsheet_are_placeholders_in_every_column(checked):
    columns = [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Name", "target": "dataFields.SPEND", "decimal": "."},
        {"column": "More", "target": "dataFields.VIP"},
    ]
    found = checked(
        COLUMNS, [("a@example.com", "#BEZUG!", "#NV")], {"matchIdentifier": "email", "columns": columns}
    )
    assert found.issues["code"].to_list() == ["placeholder", "placeholder"]
