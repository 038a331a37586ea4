"""A mapping's JSON there and back, and everything that keeps one from being used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.mapping import (
    BLANK_CELLS,
    DUPLICATES,
    INVALID_VALUES,
    MERGE_OPTIONS,
    ColumnMapping,
    Constant,
    Mapping,
    MappingFormatError,
    RegionColumn,
    validate,
)
from imports.contacts.targets import TargetCatalogue
from tests.contacts.conftest import CATALOGUE

HEADERS = ("Email", "Mobile", "Country", "Birthday", "Spend")
WORDS = st.text(max_size=8)
JSON_VALUES = st.none() | st.booleans() | st.integers() | WORDS
COLUMNS = st.builds(
    ColumnMapping,
    column=WORDS,
    target=WORDS,
    region=st.none() | WORDS | st.builds(RegionColumn, WORDS),
    format=st.none() | WORDS,
    decimal=st.none() | WORDS,
    values=st.none() | st.dictionaries(WORDS, JSON_VALUES, max_size=3),
    blank_cells=st.none() | st.sampled_from(BLANK_CELLS),
)
MAPPINGS = st.builds(
    Mapping,
    match_identifier=WORDS,
    columns=st.lists(COLUMNS, max_size=3).map(tuple),
    constants=st.lists(st.builds(Constant, WORDS, JSON_VALUES), max_size=3).map(tuple),
    merge_option=st.sampled_from(MERGE_OPTIONS),
    blank_cells=st.sampled_from(BLANK_CELLS),
    duplicates=st.sampled_from(DUPLICATES),
    invalid_values=st.sampled_from(INVALID_VALUES),
)


@given(MAPPINGS)
def test_json_there_and_back_is_the_same_mapping(mapping):
    assert Mapping.from_json(mapping.to_json()) == mapping


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"matchIdentifier": "email"},
        {"matchIdentifier": "email", "columns": [], "matchidentifier": "email"},
        {"matchIdentifier": "email", "columns": [], "mergeOption": "replace"},
        {"matchIdentifier": "email", "columns": [{"column": "Email"}]},
        {"matchIdentifier": "email", "columns": [{"column": "E", "target": "x", "width": 3}]},
        {"matchIdentifier": "email", "columns": [{"column": "E", "target": "x", "region": {"name": "CC"}}]},
        {"matchIdentifier": "email", "columns": [], "constants": [{"target": "lists"}]},
    ],
)
def test_json_that_is_no_mapping_is_refused(document):
    with pytest.raises(MappingFormatError):
        Mapping.from_json(document)


def problems(*columns, constants=(), match="email"):
    document = {"matchIdentifier": match, "columns": list(columns), "constants": list(constants)}
    return [problem.code for problem in validate(Mapping.from_json(document), HEADERS, CATALOGUE)]


def column(name, target, **options):
    return {"column": name, "target": target, **options}


EMAIL = column("Email", "identifiers.email")


def test_usable_mapping_has_no_problems():
    assert not problems(
        EMAIL,
        column("Mobile", "identifiers.mobileNumber", region={"column": "Country"}),
        column("Birthday", "dataFields.birthday", format="%d.%m.%Y", blankCells="clear"),
        column("Spend", "dataFields.SPEND", decimal=",", values={"none": 0, "unknown": None}),
        constants=[{"target": "lists", "value": [70001]}, {"target": "dataFields.VIP", "value": True}],
    )


@pytest.mark.parametrize(
    ("columns", "constants", "code"),
    [
        ([], [], "match_identifier_missing"),
        ([EMAIL, column("Fax", "dataFields.NOTES")], [], "column_unknown"),
        ([EMAIL, column("Email", "dataFields.NOTES")], [], "column_twice"),
        ([EMAIL, column("Spend", "identifiers.email")], [], "target_twice"),
        (
            [EMAIL, column("Spend", "dataFields.Notes")],
            [{"target": "dataFields.NOTES", "value": "x"}],
            "target_twice",
        ),
        ([EMAIL, column("Spend", "dataFields.SHOE")], [], "target_unknown"),
        ([EMAIL, column("Spend", "preferences.9")], [], "target_unsupported"),
        ([EMAIL, column("Spend", "channelProperties.sms.status")], [], "target_unsupported"),
        ([EMAIL, column("Spend", "lists")], [], "lists_from_column"),
        ([EMAIL, column("Birthday", "dataFields.BIRTHDAY")], [], "format_missing"),
        ([EMAIL, column("Birthday", "dataFields.BIRTHDAY", format="%d/%m")], [], "format_unknown"),
        ([EMAIL, column("Spend", "dataFields.SPEND", decimal=";")], [], "decimal_unknown"),
        ([EMAIL, column("Mobile", "identifiers.mobileNumber", region="XX")], [], "region_unknown"),
        (
            [EMAIL, column("Mobile", "identifiers.mobileNumber", region={"column": "X"})],
            [],
            "region_column_unknown",
        ),
        ([EMAIL | {"blankCells": "clear"}], [], "clear_identifier"),
        ([EMAIL, column("Spend", "dataFields.VIP", values={"gold": "perhaps"})], [], "value_unfit"),
        ([EMAIL, column("Spend", "dataFields.VIP", values={"Ja": True, "ja ": False})], [], "values_twice"),
        ([EMAIL], [{"target": "identifiers.mobileNumber", "value": "+447400604986"}], "identifier_constant"),
        ([EMAIL], [{"target": "dataFields.SPEND", "value": "lots"}], "value_unfit"),
        ([EMAIL], [{"target": "dataFields.SPEND", "value": True}], "value_unfit"),
        ([EMAIL], [{"target": "lists", "value": []}], "lists_unfit"),
        ([EMAIL], [{"target": "lists", "value": ["70001"]}], "lists_unfit"),
        ([EMAIL], [{"target": "lists", "value": [1]}], "list_unknown"),
    ],
)
def test_mapping_problem_is_named(columns, constants, code):
    assert problems(*columns, constants=constants) == [code]


def test_unknown_match_identifier_is_named():
    assert problems(EMAIL, match="contactId") == ["match_identifier_unknown"]


def test_problem_says_what_is_wrong_and_what_to_do():
    mapping = Mapping("email", (ColumnMapping("Fax", "identifiers.email"),))
    [problem] = validate(mapping, HEADERS, CATALOGUE)
    assert (problem.where, problem.sentence) == ("Fax", "The file has no column named Fax.")
    assert problem.remedy


def test_catalogue_there_and_back_is_the_same():
    assert TargetCatalogue.from_dict(CATALOGUE.to_dict()) == CATALOGUE
