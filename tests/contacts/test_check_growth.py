"""What cells of any length cost: cleaning takes time in proportion to them, whatever they are made of."""

import math
import sys
from collections.abc import Callable
from functools import partial

import polars as pl
import pytest

from imports.contacts.mapping import ColumnMapping, Mapping
from imports.contacts.problems import PROBLEM_TYPES, ProblemKind
from imports.contacts.suggestions.drift import Remembered, find_drift
from imports.contacts.suggestions.profiles import ColumnProfile, KindTally
from imports.contacts.suggestions.suggested_mapping import suggest_mapping
from imports.contacts.value_types.registry import VALUE_TYPES
from imports.contacts.value_types.value_type import CellRules, ValueType
from imports.contacts.values.cells import Cleaner
from imports.contacts.values.countries import read_region
from imports.contacts.values.dates import CANDIDATE_FORMATS, clean_date
from imports.contacts.values.names import split_name
from imports.contacts.values.numbers import clean_number
from imports.contacts.values.phones import clean_international
from imports.contacts.values.texts import lower_case, title_case
from imports.languages.concepts import qualified_concepts_of
from tests.contacts.conftest import CATALOGUE
from tests.contacts.laws import answers
from tests.growth import (
    LONG,
    MAX_GROWTH,
    OTHERS,
    SHORT,
    TABLE_HEAD,
    TINY,
    USUAL,
    Around,
    Growth,
    growth,
    hostile_texts,
)

RULES = CellRules(CATALOGUE, default_region="GB")
WAYS: dict[str, Cleaner] = {
    **{one.name: one.cleaner(RULES) for one in VALUE_TYPES},
    "Numeric, decimal comma": lambda cells: clean_number(cells, ","),
    "mobileNumber, international": lambda cells: clean_international(cells.str.head(250)),
    **{f"Date, {one}": lambda cells, one=one: clean_date(cells, one) for one in CANDIDATE_FORMATS[1::40]},
    "first name": lambda cells: split_name(cells, "firstName"),
    "lower case": lower_case,
    "title case": title_case,
    "country": read_region,
}
"""Whatever is done to cells: every cleaner there is, by the type of its target, and what goes before them."""

UNBOUNDED = {one.name: one.clean for one in VALUE_TYPES if one.limit}
"""The cleaners that are asked only about cells up to a length, asked about any."""


def _cells(chars: int, around: Around = USUAL) -> pl.DataFrame:
    return pl.DataFrame({"cell": hostile_texts(chars, around)})


def _load_tables(clean: Cleaner) -> None:
    """Have `clean` load what it looks things up in, which is no work on texts."""
    _clean(pl.DataFrame({"cell": ["a@b.c", "Wien", "1"]}), clean)()


def _clean(cells: pl.DataFrame, clean: Cleaner) -> Callable[[], object]:
    return lambda: cells.select(answer=clean(pl.col("cell")))


def _cleaning(cells: dict[int, pl.DataFrame], clean: Cleaner, size: int) -> Callable[[], object]:
    return _clean(cells[size], clean)


def test_every_cleaner_takes_time_in_proportion_to_its_cells(capsys: pytest.CaptureFixture[str]) -> None:
    cells = {size: _cells(size) for size in (TINY, SHORT, LONG)}
    grown: dict[str, Growth] = {}
    for name, clean in WAYS.items():
        _load_tables(clean)
        grown[name] = growth(partial(_cleaning, cells, clean))
    with capsys.disabled():
        sys.stdout.write("\n".join(["", TABLE_HEAD, *(one.row(name) for name, one in grown.items()), ""]))
    assert {name: one for name, one in grown.items() if one.factor > MAX_GROWTH} == {}


@pytest.mark.parametrize("name", UNBOUNDED)
def test_a_cleaner_takes_time_in_proportion_even_beyond_the_length_it_is_asked_about(name: str) -> None:
    def clean(cells: pl.Expr) -> pl.Expr:
        return UNBOUNDED[name](cells, RULES)

    _load_tables(clean)
    assert growth(lambda size: _clean(_cells(size, OTHERS), clean)).factor <= MAX_GROWTH


@pytest.mark.parametrize("value_type", [one for one in VALUE_TYPES if one.limit], ids=str)
def test_a_cell_that_is_far_too_long_is_refused_with_a_line_of_its_own(value_type: ValueType) -> None:
    assert value_type.limit
    max_chars, code, _ = value_type.limit
    clean = value_type.cleaner(RULES)
    longest, longer, *spaced = answers(
        clean, "x" * max_chars, "x" * (max_chars + 1), f"  {'ü' * max_chars} \u200b"
    )
    assert longer == (None, code, None)
    assert longest[1] != code
    assert all(answer[1] != code for answer in spaced)
    assert PROBLEM_TYPES[code].kind is ProblemKind.INVALID
    assert f"{max_chars:,} characters" in PROBLEM_TYPES[code].sentence


def test_values_of_columns_are_told_in_time_in_proportion() -> None:
    def count(size: int) -> Callable[[], object]:
        texts = pl.DataFrame({"value": hostile_texts(size, OTHERS)}).unique()
        values = texts.with_columns(times=pl.lit(1, pl.UInt32))
        return lambda: KindTally(math.inf).add(values)

    count(SHORT)()
    assert growth(count).factor <= MAX_GROWTH


def test_headers_are_understood_in_time_in_proportion() -> None:
    def suggest(size: int) -> Callable[[], object]:
        profiles = [
            ColumnProfile(header, 10, 10, "text")
            for header in dict.fromkeys(
                [*hostile_texts(size, OTHERS), *hostile_texts(size, (("first name 1 ", " 2"),))]
            )
        ]
        mapping = Mapping("email", (ColumnMapping(profiles[0].column, "identifiers.email"),))
        remembered = Remembered.from_shape(mapping, {}, [profiles[0].column + "x"])

        def run() -> None:
            suggest_mapping(profiles, CATALOGUE)
            find_drift(remembered, profiles)

        return run

    suggest(SHORT)()
    assert growth(suggest).factor <= MAX_GROWTH


def test_a_header_of_many_digits_is_no_puzzle() -> None:
    def look(words: int) -> Callable[[], object]:
        headers = [f"{start} " + " ".join(str(place % 10) for place in range(words)) for start in range(20)]
        return lambda: [qualified_concepts_of(header) for header in headers]

    # In every way in which four of 40 words can be left out, it would be 90,000 forms a header.
    assert growth(look, sizes=(1, 5, 40)).factor <= MAX_GROWTH
