"""Texts: what nobody can see is removed with a note, and nothing else is changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.policies import LETTER_CASES
from imports.contacts.values.texts import clean_text
from tests.contacts.conftest import clean
from tests.contacts.laws import CELLS, answers, assert_cleaning_twice_is_cleaning_once


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("Zoë", ("Zoë", None)),
        ("Z", ("Z", None)),
        ("  Zoë\u00a0", ("Zoë", "spaces_trimmed")),
        ("Zoë\u200b", ("Zoë", "spaces_trimmed")),
        ("Z\x00oë", ("Zoë", "text_controls_removed")),
        ("two\nlines", ("two\nlines", None)),
        ("'6000000000", ("6000000000", "apostrophe_removed")),
        ("'t Hooft", ("'t Hooft", None)),
        ("n/a", ("n/a", None)),
        ("", (None, None)),
        (" \u200b ", (None, None)),
        ("x" * 1000, ("x" * 1000, None)),
        ("ü" * 1000, ("ü" * 1000, None)),
        ("x" * 1001, (None, "text_too_long")),
        ("ü" * 1001, (None, "text_too_long")),
    ],
)
def test_text(cell, answer):
    assert clean(clean_text, cell) == [answer]


def test_text_without_a_limit_may_be_of_any_length():
    text = "Yes, send me the newsletter. " * 1000
    assert clean(lambda cells: clean_text(cells, None), text) == [(text.strip(), "spaces_trimmed")]


def test_limit_can_be_another():
    assert clean(lambda cells: clean_text(cells, 3), "abc", "abcd") == [
        ("abc", None),
        (None, "text_too_long"),
    ]


@given(st.lists(CELLS, min_size=1, max_size=20), st.sampled_from([1000, 5, None]))
def test_cleaning_twice_is_cleaning_once(cells, max_chars):
    assert_cleaning_twice_is_cleaning_once(lambda column: clean_text(column, max_chars), cells)


@given(st.lists(CELLS, min_size=1, max_size=10))
def test_a_cell_is_cleaned_alike_alone_and_among_others(cells):
    assert answers(clean_text, *cells) == [answer for cell in cells for answer in answers(clean_text, cell)]


def cased(text, case):
    return answers(lambda cells: clean_text(LETTER_CASES.of(case).change(cells)), text)[0][0]


@pytest.mark.parametrize(
    ("text", "titled"),
    [
        ("ANN LEE", "Ann Lee"),
        ("o'neil", "O'Neil"),
        ("JEAN-LUC", "Jean-Luc"),
        ("mcdonald", "Mcdonald"),
        ("VAN DER BERG", "Van Der Berg"),
        ("e\u0301lodie", "\u00c9lodie"),
        ("WOMEN'S CLUB", "Women's Club"),
        ("4TH STREET", "4th Street"),
        ("ŁUKASZ", "Łukasz"),
    ],
)
def test_title_case(text, titled):
    assert cased(text, "title") == titled


def test_lower_and_upper_case():
    assert cased("Zoë Straße", "lower") == "zoë straße"
    assert cased("Zoë Ödön", "upper") == "ZOË ÖDÖN"


@given(
    st.text(st.sampled_from("abcyzABCYZäöüßÄÖÜéèñçłżŁŻ '’-.,019"), max_size=30),
    st.sampled_from(["lower", "upper", "title"]),
)
def test_changing_the_case_twice_is_changing_it_once(text, case):
    once = cased(text, case)
    if once is not None:
        assert cased(once, case) == once
