"""What a row becomes does not depend on its neighbours, on how frames are cut, or on how many threads there are.

Every check in here also proves, by `imports.contacts.balance`, that all filled cells are accounted for.
"""

import os
import random
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.contacts import checking, frames
from tests.contacts.mixed import MAPPING, PLAIN, checked, mixed_rows, outcomes
from tests.examples import examples

LENIENT = settings(
    max_examples=examples(quick=2, deep=60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
MAPPINGS = [
    MAPPING,
    MAPPING | {"blankCells": "clear"},
    MAPPING | {"invalidValues": "reject"},
    MAPPING | {"matchIdentifier": "mobileNumber"},
    *(
        MAPPING
        | {
            "blankCells": "clear",
            "columns": [
                column | {"placeholders": placeholders}
                for column in MAPPING["columns"]
                if column["target"] != "matchIdentifier" and column["target"] != "identifiers.contactId"
            ],
        }
        for placeholders in ("blank", "keep")
    ),
]
FILES = st.builds(
    lambda seed, count: mixed_rows(random.Random(seed), count),
    st.integers(0, 2**32),
    st.integers(1, 40),
)


@LENIENT
@given(rows=FILES, mapping=st.sampled_from(MAPPINGS), seed=st.integers(0, 2**32), data=st.data())
def test_rows_become_the_same_in_any_order_and_company(tmp_path, monkeypatch, rows, mapping, seed, data):
    rows = [*rows, PLAIN]
    expected = outcomes(checked(tmp_path, rows, mapping))

    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)
    sizes = st.integers(1, len(rows))
    with monkeypatch.context() as cut:
        cut.setattr(checking, "ROWS_CLEANED_AT_ONCE", data.draw(sizes))
        cut.setattr(checking, "ROWS_SETTLED_AT_ONCE", data.draw(sizes))
        cut.setattr(frames, "WORKERS", data.draw(st.integers(1, 4)))
        shuffled = outcomes(checked(tmp_path, [rows[at] for at in order], mapping, data.draw(sizes)))
    assert shuffled == [expected[at] for at in order]

    some = data.draw(st.integers(0, len(rows) - 1))
    company = [*rows[:some], PLAIN]
    assert outcomes(checked(tmp_path, company, mapping))[:some] == expected[:some]


@pytest.mark.parametrize("blanks", [0.1, 0.9])
def test_rows_become_the_same_where_cells_repeat_a_lot(tmp_path, blanks):
    """Cleaners look cells up where they repeat, and ask one by one where they do not."""
    rows = [*mixed_rows(random.Random(3), 600, blanks), PLAIN]
    expected = outcomes(checked(tmp_path, rows, MAPPING))
    for start in (0, 300, 570):
        some = [*rows[start : start + 30], PLAIN]
        assert outcomes(checked(tmp_path, some, MAPPING))[:-1] == expected[start : start + 30]


@pytest.mark.deep
def test_rows_become_the_same_with_any_number_of_threads():
    told = []
    for threads, rows_per_group in examples(
        quick=((1, 5_000), (7, 64)), deep=((1, 5_000), (2, 500), (3, 1_000), (7, 64))
    ):
        done = subprocess.run(
            [sys.executable, "-m", "tests.contacts.mixed", "1500", str(rows_per_group)],
            env={**os.environ, "POLARS_MAX_THREADS": str(threads)},
            capture_output=True,
            text=True,
            check=True,
        )
        used, digest = done.stdout.split()
        assert int(used) == threads
        told.append(digest)
    assert len(set(told)) == 1
