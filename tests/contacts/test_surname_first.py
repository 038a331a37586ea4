"""Whole names whose header says that the surname comes first."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.suggestions.profiles import profile
from imports.contacts.suggestions.suggested_mapping import suggest_mapping
from imports.contacts.values.names import split_name
from imports.languages.concepts import surnames_first
from tests.contacts.conftest import CATALOGUE, staged_table
from tests.contacts.laws import CELLS, answers
from tests.contacts.test_names import NAMES


def split(cell, surnames=1):
    """First name, last name, and the doubt about them."""
    [(first, _, doubt)] = answers(lambda cells: split_name(cells, "firstName", surnames), cell)
    [(last, _, other)] = answers(lambda cells: split_name(cells, "lastName", surnames), cell)
    return first, last, doubt or other


@pytest.mark.parametrize("surnames", [1, 2])
@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("DUPONT Jean", "Jean", "DUPONT"),
        ("MARTIN Anne-Marie", "Anne-Marie", "MARTIN"),
        ("LE GOFF Yann", "Yann", "LE GOFF"),
        ("de la TOUR Zoé", "Zoé", "de la TOUR"),
        ("KOWALSKA-NOWAK Anna Maria", "Anna Maria", "KOWALSKA-NOWAK"),
        ("D'ARTAGNAN Charles", "Charles", "D'ARTAGNAN"),
        ("DE LA TOUR ZOE", "ZOE", "DE LA TOUR"),
        ("van der Berg Zoë", "Zoë", "van der Berg"),
        ("De Luca Maria", "Maria", "De Luca"),
        ("van der Berg", None, "van der Berg"),
        ("García López, Ana", "Ana", "García López"),
        ("Müller, Hans Peter", "Hans Peter", "Müller"),
        ("Dr. Müller Hans", "Hans", "Müller"),
        ("Herr Müller", None, "Müller"),
        ("Li Na", "Na", "Li"),
        ("李 小龙", "小龙", "李"),
        ("", None, None),
    ],
)
def test_name(cell, first, last, surnames):
    assert split(cell, surnames) == (first, last, None)


@pytest.mark.parametrize(
    ("cell", "surnames", "first", "last"),
    [
        ("Pérez Ruiz Luis", 2, "Luis", "Pérez Ruiz"),
        ("Pérez Ruiz José Luis", 2, "José Luis", "Pérez Ruiz"),
        ("de la Torre Ruiz Ana", 2, "Ana", "de la Torre Ruiz"),
        ("Dupont Jean Pierre", 1, "Jean Pierre", "Dupont"),
        ("Jean DUPONT", 1, "Jean", "DUPONT"),
        ("Dupont", 1, None, "Dupont"),
        ("Ann, Bob, Carl", 1, "Ann, Bob, Carl", None),
    ],
)
def test_name_that_can_be_split_in_two_ways_is_doubted(cell, surnames, first, last):
    assert split(cell, surnames) == (first, last, "name_ambiguous")


def test_capitals_first_are_doubted_where_no_header_says_so():
    assert split("DUPONT Jean", 0) == ("DUPONT", "Jean", "name_ambiguous")
    assert split("JEAN DUPONT", 0) == ("JEAN", "DUPONT", None)


@given(st.one_of(NAMES, CELLS), st.sampled_from([1, 2]))
def test_a_name_goes_out_whole_or_in_two_parts_of_it(cell, surnames):
    first, last, _ = split(cell, surnames)
    for part in (first, last):
        assert part is None or (part == part.strip() and part != "")
    if any(character.isalnum() for character in cell):
        assert first is not None or last is not None


@pytest.mark.parametrize(
    ("header", "surnames"),
    [
        ("Nom Prénom", 1),
        ("Nom et prénom", 1),
        ("Apellidos y nombre", 2),
        ("Apellido y nombre", 1),
        ("Cognome e nome", 1),
        ("Nachname, Vorname", 1),
        ("Name, Vorname", 1),
        ("Last, First", 1),
        ("Surname/Given", 1),
        ("LastName FirstName", 1),
        ("Nazwisko i imię", 1),
        ("Achternaam, voornaam", 1),
        ("Apelido e nome", 1),
        ("Prénom Nom", 0),
        ("Vorname Nachname", 0),
        ("Nombre y apellidos", 0),
        ("Imię i nazwisko", 0),
        ("Nome e cognome", 0),
        ("First and last name", 0),
        ("Name", 0),
        ("Full name", 0),
    ],
)
def test_header_says_which_comes_first(header, surnames):
    assert surnames_first(header) == surnames


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Nom Prénom", "DUPONT Jean"),
        ("Cognome e nome", "Dupont Jean"),
        ("Last, First", "Dupont, Jean"),
        ("Surname/Given", "Dupont Jean"),
        ("Nazwisko i imię", "Dupont Jean"),
    ],
)
def test_suggested_mapping_splits_by_the_header(checked, tmp_path, header, cell):
    headers, rows = ("E-mail", header), [("a@example.com", cell), ("b@example.com", "Petit Zoé")]
    suggestion = suggest_mapping(profile(staged_table(tmp_path / "table", rows, 2), headers), CATALOGUE)
    found = checked(headers, rows, suggestion.mapping.to_json())
    fields = [json.loads(text)["dataFields"] for text in found.prepared["contact"]]
    assert [(one["FIRSTNAME"], one["LASTNAME"].title()) for one in fields] == [
        ("Jean", "Dupont"),
        ("Zoé", "Petit"),
    ]


def test_a_person_may_say_the_order(checked):
    columns = [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Who", "target": "dataFields.FIRSTNAME", "part": "firstName", "nameOrder": "lastFirst"},
        {"column": "Who", "target": "dataFields.LASTNAME", "part": "lastName", "nameOrder": "lastFirst"},
    ]
    found = checked(
        ("Email", "Who"), [("a@example.com", "Dupont Jean")], {"matchIdentifier": "email", "columns": columns}
    )
    fields = json.loads(found.prepared["contact"][0])["dataFields"]
    assert fields == {"FIRSTNAME": "Jean", "LASTNAME": "Dupont"}
