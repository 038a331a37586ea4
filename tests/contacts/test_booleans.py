"""Yes and no, in the words of eight languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.values.booleans import NO, YES, clean_boolean
from tests.contacts.conftest import clean
from tests.contacts.laws import CELLS, assert_cleaning_twice_is_cleaning_once


@pytest.mark.parametrize(
    "word",
    [
        *(
            "yes",
            "TRUE",
            "Ja",
            " oui ",
            "sí",
            "SI",
            "sì",
            "Sim",
            "tak",
            "vrai",
            "vero",
            "wahr",
            "waar",
            "prawda",
        ),
        *("y", "J", "O", "s", "T", "1", "1.0", "x", "✓", "si\u0301"),
    ],
)
def test_yes(word):
    assert clean(clean_boolean, word) == [("true", None)]


@pytest.mark.parametrize(
    "word",
    [
        *(
            "no",
            "FALSE",
            " nein ",
            "Non",
            "nee",
            "nie",
            "não",
            "nao",
            "faux",
            "falso",
            "falsch",
            "onwaar",
            "fałsz",
        ),
        *("n", "F", "0", "0.0"),
    ],
)
def test_no(word):
    assert clean(clean_boolean, word) == [("false", None)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("perhaps", "boolean_unknown"),
        ("v", "boolean_unknown"),
        ("2", "boolean_unknown"),
        ("n/a", "placeholder"),
    ],
)
def test_neither(cell, code):
    assert clean(clean_boolean, cell) == [(None, code)]


def test_blank_stays_blank():
    assert clean(clean_boolean, "", " ") == [(None, None), (None, None)]


def test_no_word_means_both():
    assert not YES & NO


def test_answers_stand_where_their_cells_stood_in_a_column_that_repeats():
    cells = ["Ja", "nein", "", "Ja", "?!"] * 20
    expected = [("true", None), ("false", None), (None, None), ("true", None), (None, "boolean_unknown")] * 20
    assert clean(clean_boolean, *cells) == expected


@given(st.lists(st.one_of(CELLS, st.sampled_from(sorted(YES | NO))), min_size=1, max_size=20))
def test_cleaning_twice_is_cleaning_once(cells):
    assert_cleaning_twice_is_cleaning_once(clean_boolean, cells)
