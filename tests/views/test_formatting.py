"""Numbers and sizes as people read them, in the language of the page."""

import re
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.value_types.registry import DATA_FIELD_TYPES
from imports.views.formatting import byte_size, percent, percents
from imports.views.mapping import new_target_form
from imports.views.mapping.typed_fields import value_words

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("count", "total", "places", "words"),
    [
        (0, 0, 0, "0%"),
        (0, 9, 0, "0%"),
        (1, 1_000, 0, f"under{NBSP}1%"),
        (999, 1_000, 0, f"over{NBSP}99%"),
        (1_000, 1_000, 0, "100%"),
        (1, 3, 0, "33%"),
        (2, 3, 0, "67%"),
        (1, 1_000_000, 1, f"under{NBSP}0.1%"),
        (500_000, 1_000_000, 1, "50.0%"),
        (999_999, 1_000_000, 1, f"over{NBSP}99.9%"),
        (1_000_000, 1_000_000, 1, "100.0%"),
    ],
)
def test_a_share_never_says_all_or_none_of_some(count, total, places, words):
    assert percent(count, total, places) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 byte"), (999, "999 bytes"), (4_200_000, "4.2 MB"), (1_000_000_000, "1 GB"), (1_500, "1.5 kB")],
)
def test_a_size_is_in_the_unit_people_would_choose(count, words):
    assert byte_size(count) == words.replace(" ", NBSP)


def test_numbers_are_written_as_the_language_writes_them():
    with override("de"):
        assert byte_size(4_200_000) == f"4,2{NBSP}MB"
        assert percent(1, 8, 1) == f"12,5{NBSP}%"


@pytest.mark.parametrize(
    ("value", "words"),
    [("1990-04-03T00:00:00Z", "3. April 1990"), ("1990-04-03T09:05:00Z", "3. April 1990, 09:05")],
)
def test_dates_are_written_as_the_language_writes_them(value, words):
    with override("de"):
        assert value_words(value, DATA_FIELD_TYPES["Date"]) == words


def test_a_label_keeps_the_capitals_of_its_language(monkeypatch):
    monkeypatch.setattr(new_target_form, "gettext", lambda _: "ja oder Nein")

    assert {label for _, label in new_target_form.field_types()} == {"Ja oder Nein"}


def test_shares_add_up_to_the_whole():
    assert percents([295, 1, 4], 1) == ["98.4%", "0.3%", "1.3%"]
    assert percents([1, 1, 1]) == ["34%", "33%", "33%"]
    assert percents([99_999, 1, 0], 1) == [f"over{NBSP}99.9%", f"under{NBSP}0.1%", "0.0%"]
    assert percents([0, 0]) == ["0%"] * 2
    assert percents([7], 1) == ["100.0%"]


@given(st.lists(st.integers(1, 1_000), min_size=1, max_size=9), st.integers(0, 2))
def test_shares_said_as_numbers_always_add_up(counts, places):
    said = [words.removesuffix("%") for words in percents(counts, places)]
    if all(re.fullmatch(r"[\d.]+", one) for one in said):
        assert sum(map(Decimal, said)) == 100
