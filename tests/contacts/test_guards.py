"""Marks that an export puts before every cell of a column: apostrophes, and the prefixes of lead ads."""

import json

import polars as pl
import pytest

from imports.contacts.guards import find_guards
from imports.contacts.values.texts import clean_text
from tests.contacts.conftest import clean, staged_table

EMAIL, TEXT = "identifiers.email", "dataFields.NOTES"


def sent(checked, *cells, **rules):
    """What is sent of a column of texts, and the codes of what is said of it."""
    rows = [(f"{place}@example.com", cell) for place, cell in enumerate(cells)]
    columns = [{"column": "Email", "target": EMAIL}, {"column": "Text", "target": TEXT, **rules}]
    found = checked(("Email", "Text"), rows, {"matchIdentifier": "email", "columns": columns})
    contacts = [json.loads(text) for text in found.prepared["contact"]]
    values = [one.get("dataFields", {}).get("NOTES") for one in contacts]
    return values, found.issues.filter(pl.col("column") == "Text")["code"].to_list()


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("'02138", "02138"),
        ("'1012 AB", "1012 AB"),
        ("'123", "123"),
        ("'5", "5"),
        ("'-Ada", "-Ada"),
        ("'=Dan", "=Dan"),
        ("'@dale", "@dale"),
        ("'+Eve", "+Eve"),
        ("''=1+1", "=1+1"),
    ],
)
def test_apostrophe_before_digits_and_signs_goes_with_a_receipt(cell, value):
    assert clean(clean_text, cell) == [(value, "apostrophe_removed")]


@pytest.mark.parametrize(
    "cell", ["'s-Hertogenbosch", "'t Harde", "'Abel", "'80s", "'90er Party", "rock 'n' roll"]
)
def test_other_apostrophes_are_part_of_the_text(cell):
    assert clean(clean_text, cell) == [(cell, None)]


@pytest.mark.parametrize("cell", ["'", "''", " ' "])
def test_apostrophe_alone_is_a_blank_and_said_so(cell):
    assert clean(clean_text, cell) == [(None, "guard_alone")]


def test_apostrophe_of_every_cell_goes(checked):
    values, codes = sent(checked, "'Abel", "'Brook", "", "''", "'LS1 4AP")
    assert values == ["Abel", "Brook", None, None, "LS1 4AP"]
    assert codes == ["apostrophe_removed", "apostrophe_removed", "guard_alone", "apostrophe_removed"]


def test_apostrophe_of_an_article_stays_where_only_such_cells_have_one(checked):
    cities = ["'s-Hertogenbosch", "'s-Gravenhage", "'t Harde"]
    assert sent(checked, *cities) == (cities, [])
    assert sent(checked, *cities, "Leeds") == ([*cities, "Leeds"], [])


def test_apostrophe_of_some_cells_stays(checked):
    assert sent(checked, "'Abel", "Brook") == (["'Abel", "Brook"], [])
    assert sent(checked, "'Abel") == (["'Abel"], [])


def test_apostrophes_stay_where_a_person_says_so(checked):
    assert sent(checked, "'Abel", "'Brook", guards="keep") == (["'Abel", "'Brook"], [])


def test_prefix_of_every_cell_goes(checked):
    values, codes = sent(checked, "z:LS1 4AP", "z:08001", "")
    assert (values, codes) == (["LS1 4AP", "08001", None], ["prefix_removed"] * 2)
    assert sent(checked, "ag:1202")[0] == ["1202"]
    assert sent(checked, "z:LS1 4AP", "YO1 7HH")[0] == ["z:LS1 4AP", "YO1 7HH"]
    assert sent(checked, "note: call", "note: write")[0] == ["note: call", "note: write"]


def test_joined_columns_lose_their_marks(checked):
    headers = ("Email", "Street", "Postcode")
    rows = [("a@example.com", "'High St", "z:LS1 4AP"), ("b@example.com", "'Low St", "z:YO1 7HH")]
    join = {"columns": ["Postcode"], "separator": ", "}
    columns = [{"column": "Email", "target": EMAIL}, {"column": "Street", "target": TEXT, "join": join}]
    found = checked(headers, rows, {"matchIdentifier": "email", "columns": columns})
    assert [json.loads(text)["dataFields"]["NOTES"] for text in found.prepared["contact"]] == [
        "High St, LS1 4AP",
        "Low St, YO1 7HH",
    ]
    assert found.issues["code"].to_list() == ["columns_joined"] * 2


def test_one_cell_far_down_keeps_the_marks_of_all(tmp_path):
    rows = [("'Abel",)] * 5000
    assert find_guards(staged_table(tmp_path / "all", rows, 1), ["c0"]) == {"c0": "'"}
    assert find_guards(staged_table(tmp_path / "one", [*rows, ("Brook",)], 1), ["c0"]) == {}
    assert find_guards(staged_table(tmp_path / "none", [], 1), ["c0"]) == {}


def test_identifier_that_is_nothing_but_marks_is_said_so(checked):
    columns = [{"column": "ID", "target": "identifiers.crm-id"}, {"column": "Email", "target": EMAIL}]
    rows = [("'", "a@example.com"), ("\x00", "b@example.com")]
    found = checked(("ID", "Email"), rows, {"matchIdentifier": "email", "columns": columns})
    assert found.issues["code"].to_list() == ["guard_alone", "text_controls_alone"]
