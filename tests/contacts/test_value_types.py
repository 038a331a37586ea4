"""What holds for every type of values."""

import polars as pl
import pytest

from imports.contacts.problems import PROBLEM_TYPES
from imports.contacts.suggestions.profiles import KINDS, ColumnProfile, count_kinds
from imports.contacts.value_types.number_type import DIFFERING
from imports.contacts.value_types.registry import DATA_FIELD_TYPES, VALUE_TYPES
from imports.contacts.value_types.value_type import ValueType
from imports.dotdigital.types import DATA_FIELD_TYPES as DOTDIGITALS_TYPES
from tests.contacts.conftest import CATALOGUE

every_type = pytest.mark.parametrize("value_type", VALUE_TYPES, ids=str)


def test_no_two_types_have_the_same_name() -> None:
    assert len({one.name for one in VALUE_TYPES}) == len(VALUE_TYPES)


def test_data_fields_have_the_types_that_dotdigital_has() -> None:
    assert tuple(DATA_FIELD_TYPES) == DOTDIGITALS_TYPES
    assert all(one.words and one.default_problem for one in DATA_FIELD_TYPES.values())


@every_type
def test_what_can_be_chosen_is_sent_as_it_is_chosen(value_type: ValueType) -> None:
    for value, label in value_type.choices(CATALOGUE, "en-gb"):
        assert label
        sent = value_type.sent(value, CATALOGUE)
        assert sent is not None
        if isinstance(value, str):
            assert sent == value


@every_type
def test_what_is_said_of_its_cells_is_in_the_table(value_type: ValueType) -> None:
    assert value_type.all_problems.items() <= PROBLEM_TYPES.items()


@every_type
def test_what_speaks_against_it_can_be_told(value_type: ValueType) -> None:
    """Of a column that holds nothing of the kind, each that may be unfit says so, in words that are in its table."""
    obstacle = value_type.obstacle(ColumnProfile("x", 10, 10, "text"))
    assert obstacle == value_type.unfit
    assert obstacle is not None or not value_type.obstacles


def test_every_kind_of_value_is_counted() -> None:
    """`date` is told by the formats of dates, and `number_differs` is no kind."""
    values = pl.DataFrame({"value": ["x"], "times": [1]}, schema={"value": pl.String, "times": pl.UInt32})
    assert set(count_kinds(values)) - {DIFFERING} == {kind.name for kind in KINDS} - {"date"}


def test_what_a_column_looks_like_has_its_words() -> None:
    assert all(kind.holds for kind in KINDS if kind.looks_like)
    holds = {(kind.looks_like, kind.holds) for kind in KINDS if kind.looks_like}
    assert len(dict(holds)) == len(holds)
