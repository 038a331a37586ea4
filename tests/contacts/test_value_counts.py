"""The different values of a column: counted as one would by hand, however little is held at once."""

from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.suggestions.value_counts import value_counts
from imports.contacts.values.cells import INVISIBLE, SPACES
from tests.contacts.conftest import staged_table


@pytest.mark.parametrize("values_at_a_time", [250_000, 2])
@given(
    cells=st.lists(
        st.sampled_from(["", " ", "Gold", " Gold", "gold", "Silver", "n/a", "7"]) | st.text(max_size=2)
    ),
    limit=st.integers(1, 6),
)
def test_values_are_counted(tmp_path_factory, values_at_a_time, cells, limit):
    staged = staged_table(tmp_path_factory.mktemp("job") / "staged", [("x", cell) for cell in cells], 2)
    spellings = Counter(cell.strip(SPACES + INVISIBLE) for cell in cells)
    del spellings[""]
    lower = pl.Series(list(spellings), dtype=pl.String).str.to_lowercase()
    alike = {}
    for key, (spelling, times) in zip(lower, spellings.items(), strict=True):
        alike.setdefault(key, []).append((-times, spelling))
    counted = [(min(same)[1], -sum(times for times, _ in same)) for same in alike.values()]
    by_frequency = sorted(counted, key=lambda one: (-one[1], one[0]))
    assert value_counts(staged, 1, limit, values_at_a_time) == (by_frequency[:limit], len(counted))
