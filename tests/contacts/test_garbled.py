"""HTML entities, and letters of the wrong encoding: pointed out, and repaired where a person says so."""

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.values.damaged_texts import noting_garbled, repaired
from imports.contacts.values.texts import clean_text
from tests.contacts.laws import CELLS, answers, assert_cleaning_twice_is_cleaning_once

GARBLED = [
    ("Ren&eacute;e", "Renée", "entities"),
    ("Bell &amp; Co", "Bell & Co", "entities"),
    ("O&#39;Neil", "O'Neil", "entities"),
    ("O&#x27;Neil", "O'Neil", "entities"),
    ("Ren&amp;eacute;e", "Renée", "entities"),
    ("RenÃ©e", "Renée", "redecoded"),
    ("donâ€™t", "don’t", "redecoded"),
    ("MÃ¼ller", "Müller", "redecoded"),
    ("GarcÃ\u00ada LÃ³pez", "García López", "redecoded"),
    ("Ð˜Ð²Ð°Ð½", "Иван", "redecoded"),
    ("RenÃƒÂ©e", "Renée", "redecoded"),
    ("RenÃ©e &amp; Zo&euml;", "Renée & Zoë", "redecoded"),
]
PLAIN = [
    "Renée",
    "AT&T",
    "Bell & Co",
    "R&D;",
    "&nosuch;",
    "«IRMû",
    "MENÜ»",
    "L’Oréal",
    "Łukasz",
    "東京",
    "Иван",
    "Âge",
]


@pytest.mark.parametrize(("text", "meant", "kind"), GARBLED)
def test_garbled_text_is_told_and_undone(text, meant, kind):
    assert repaired(text) == (meant, kind)
    codes = {
        "entities": ("text_entities", "entities_decoded"),
        "redecoded": ("text_misread", "text_redecoded"),
    }[kind]
    assert answers(noting_garbled(clean_text, repairs=False), text) == [(text, None, codes[0])]
    assert answers(noting_garbled(clean_text, repairs=True), text) == [(meant, codes[1], None)]


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_are_left_alone(text):
    assert repaired(text) == (text, None)
    assert answers(noting_garbled(clean_text, repairs=True), text) == [(text, None, None)]


PIECES = st.lists(st.sampled_from([text for text, _, _ in GARBLED] + PLAIN), max_size=3).map(" ".join)


@given(st.lists(st.one_of(CELLS, PIECES), min_size=1, max_size=10))
def test_cleaning_twice_is_cleaning_once(cells):
    assert_cleaning_twice_is_cleaning_once(noting_garbled(clean_text, repairs=True), cells)


@given(st.lists(st.one_of(CELLS, PIECES), min_size=1, max_size=10), st.booleans())
def test_a_cell_is_cleaned_alike_alone_and_among_others(cells, repairs):
    cleaner = noting_garbled(clean_text, repairs=repairs)
    assert answers(cleaner, *cells) == [answer for cell in cells for answer in answers(cleaner, cell)]


@pytest.mark.parametrize(
    ("rules", "sent", "told"),
    [
        ({}, "RenÃ©e", [("text_misread", "doubt")]),
        ({"garbled": "repair"}, "Renée", [("text_redecoded", "note")]),
        ({"garbled": "keep"}, "RenÃ©e", []),
        ({"garbled": "repair", "case": "upper"}, "RENÉE", [("text_redecoded", "note")]),
    ],
)
def test_a_column_repairs_what_a_person_wants_repaired(checked, rules, sent, told):
    columns = [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Name", "target": "dataFields.FIRSTNAME", **rules},
    ]
    found = checked(
        ("Email", "Name"), [("a@example.com", "RenÃ©e")], {"matchIdentifier": "email", "columns": columns}
    )
    assert json.loads(found.prepared["contact"][0])["dataFields"] == {"FIRSTNAME": sent}
    lines = found.issues.filter(pl.col("column") == "Name")
    assert list(zip(lines["code"], lines["severity"], strict=True)) == told
