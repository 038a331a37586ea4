"""Numbers of rows that are found at several places."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from imports import tables
from tests.examples import examples

NUMBERS = st.sets(st.integers(2, 30)).map(lambda found: pl.Series("row", sorted(found), dtype=pl.UInt32))


@settings(max_examples=examples(quick=60, deep=1000))
@given(st.lists(NUMBERS, min_size=1, max_size=4))
def test_those_in_any_ascend_and_are_there_once(found):
    assert tables.rows_in_any(*found).to_list() == sorted({row for some in found for row in some})


@settings(max_examples=examples(quick=60, deep=1000))
@given(NUMBERS, NUMBERS)
def test_those_in_both_ascend_and_are_there_once(some, others):
    assert tables.rows_in_both(some, others).to_list() == sorted({*some} & {*others})
