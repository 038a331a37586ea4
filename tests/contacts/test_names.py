"""Whole names in one cell, cut into first name and last name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.values.names import split_name
from tests.contacts.laws import CELLS, answers


def split(cell):
    """First name, last name, and the doubt about them."""
    [(first, _, doubt)] = answers(lambda cells: split_name(cells, "firstName"), cell)
    [(last, _, other)] = answers(lambda cells: split_name(cells, "lastName"), cell)
    return first, last, doubt or other


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("Ann Lee", "Ann", "Lee"),
        ("Lee, Ann", "Ann", "Lee"),
        ("Lee,Ann Mary", "Ann Mary", "Lee"),
        ("  Ann\u00a0 Lee ", "Ann", "Lee"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Jan van der Berg", "Jan", "van der Berg"),
        ("Jan van 't Hoff", "Jan", "van 't Hoff"),
        ("Maria DE LA CRUZ", "Maria", "DE LA CRUZ"),
        ("Georg von Trapp", "Georg", "von Trapp"),
        ("Leo di Stefano", "Leo", "di Stefano"),
        ("João da Silva", "João", "da Silva"),
        ("José y Gasset", "José", "y Gasset"),
        ("Charles de Gaulle", "Charles", "de Gaulle"),
        ("Jean-Luc O'Neil", "Jean-Luc", "O'Neil"),
        ("De Niro, Robert", "Robert", "De Niro"),
        ("Van Morrison", "Van", "Morrison"),
        ("van der Berg", None, "van der Berg"),
        ("Dr. Ann Lee", "Ann", "Lee"),
        ("Prof. Dr. med. Hans Meier", "Hans", "Meier"),
        ("Frau Dr. Anna von der Heide", "Anna", "von der Heide"),
        ("Mme Claire Petit", "Claire", "Petit"),
        ("M. Claude Petit", "Claude", "Petit"),
        ("Sig.ra Anna Rossi", "Anna", "Rossi"),
        ("Lee, Dr. Ann", "Ann", "Lee"),
        ("Herr Müller", None, "Müller"),
        ("Ann Lee Jr.", "Ann", "Lee"),
        ("Ann Lee, PhD", "Ann", "Lee"),
        ("Lee, Ann, M.D.", "Ann", "Lee"),
        ("Carlos Junior", "Carlos", "Junior"),
        ("D. Lee", "D.", "Lee"),
        ("Cher", "Cher", None),
        ("李小龙", "李小龙", None),
        ("李 小龙", "小龙", "李"),
        ("", None, None),
        ("Mr", "Mr", None),
    ],
)
def test_name(cell, first, last):
    assert split(cell) == (first, last, None)


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("Mary Ann Lee", "Mary Ann", "Lee"),
        ("José García López", "José García", "López"),
        ("John Y Smith", "John Y", "Smith"),
        ("Uncle Ben Smith", "Uncle Ben", "Smith"),
        ("Ann & Bob Lee", "Ann & Bob", "Lee"),
        ("Ann, Bob, Carl", "Ann, Bob, Carl", None),
    ],
)
def test_name_that_can_be_split_in_two_ways_is_doubted(cell, first, last):
    assert split(cell) == (first, last, "name_ambiguous")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Ann Lee", "name_split"),
        ("Ann", None),
        (" Ann ", "spaces_trimmed"),
        ("A\x00nn", "text_controls_removed"),
        ("x" * 1001, "text_too_long"),
    ],
)
def test_what_was_done_is_noted(cell, code):
    assert answers(lambda cells: split_name(cells, "firstName"), cell)[0][1] == code


NAMES = st.one_of(
    CELLS,
    st.lists(
        st.sampled_from(
            ["Ann", "Lee", "van", "der", "Dr.", "Jr.", ",", "de la", "Herr", "小龙", "PhD", "M."]
        ),
        max_size=6,
    ).map(" ".join),
)


@given(NAMES)
def test_a_first_name_of_one_word_is_its_own_first_name(cell):
    first, _, _ = split(cell)
    if first is not None and not any(character in first for character in " ,"):
        assert answers(lambda cells: split_name(cells, "firstName"), first) == [(first, None, None)]


@given(NAMES)
def test_a_name_goes_out_whole_or_in_two_parts_of_it(cell):
    first, last, _ = split(cell)
    for part in (first, last):
        assert part is None or (part == part.strip() and part != "")
    if any(character.isalnum() for character in cell):
        assert first is not None or last is not None
