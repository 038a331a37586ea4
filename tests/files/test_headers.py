"""Column names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.files.headers import name_columns
from imports.messages import column_label
from tests.pseudo_language import pseudo, speaking_pseudo


def test_names_are_taken_as_they_stand():
    assert name_columns(("Email", " First name ", "Größe"), 3) == ("Email", "First name", "Größe")


def test_a_column_without_a_name_is_called_by_its_place():
    assert name_columns(("Email", "", " "), 4) == ("Email", "Column 2", "Column 3", "Column 4")


def test_places_are_the_spreadsheets():
    assert name_columns(("", "Email"), 2, first_column=2) == ("Column 3", "Email")


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        (("Name", "Name", "Name"), ("Name", "Name (2)", "Name (3)")),
        (("Name", "Name", "Name (2)"), ("Name", "Name (3)", "Name (2)")),
        (("Name (2)", "Name", "Name"), ("Name (2)", "Name", "Name (3)")),
        (("", "Column 1"), ("Column 1", "Column 1 (2)")),
    ],
)
def test_repeated_names_are_made_distinct(cells, names):
    assert name_columns(cells, len(cells)) == names


@given(st.lists(st.sampled_from(["", "A", "A (2)", "Column 2", "A (2) (2)", "B"])), st.integers(0, 12))
def test_names_are_distinct_and_never_empty(cells, width):
    names = name_columns(tuple(cells), width)
    assert len(set(names)) == len(names) == width
    assert all(names)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Column 3", pseudo("Column {number}").format(number=3)),
        ("Column 3 (2)", pseudo("Column {number}").format(number=3) + " (2)"),
        ("Column", "Column"),
        ("Column 3 a", "Column 3 a"),
        ("My Column 3", "My Column 3"),
    ],
)
def test_words_are_made_of_a_key_when_it_is_shown(name, label):
    with speaking_pseudo():
        assert column_label(name) == label
        assert name_columns(("",), 3)[2] == "Column 3"
    assert column_label(name) == name


def test_every_key_is_understood():
    with speaking_pseudo():
        assert not {*name_columns((), 12)} & {column_label(name) for name in name_columns((), 12)}
