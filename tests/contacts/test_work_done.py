"""How much is done for a file: rows and values that are asked, queries, bytes. That is the same on every machine, so
work that is done twice shows here, however busy the machine is. How long it takes is for the benchmarks."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from imports import tables
from imports.contacts import checking
from imports.contacts.check_request import CheckRequest
from imports.contacts.mapping import Mapping
from imports.contacts.suggestions.profiles import KindTally, Profiler
from imports.contacts.values.phones import plan_answers, readings
from imports.files.reading import Reading
from imports.files.staging import stage
from tests.benchmarks.make_contacts import COLUMNS, contacts
from tests.benchmarks.mapped import CATALOGUE, MAPPING

ROWS = 20_000

MOST = {
    "read": {"bytes written": 32, "values counted": 6.2, "queries": 0.037},
    "check": {
        "rows read": 1,
        "bytes put aside": 68,
        "bytes written": 93,
        "numbers asked of the twin": 0.038,
        "numbers asked of phonenumbers": 0.017,
        "queries": 0.028,
    },
}
"""Of each step, how much of it at most for a row of the file: about a quarter more than it was when this was written. A
step that needs less gets a lower number."""

QUERIES = [
    (pl.DataFrame, ("select", "filter", "with_columns", "join", "sort", "unique")),
    (pl.LazyFrame, ("collect",)),
]


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """What is done meanwhile."""
    done: Counter[str] = Counter()

    def after(owner: Any, name: str, count: Callable[..., dict[str, int]]) -> None:
        function = getattr(owner, name)

        def counting(*args: Any, **options: Any) -> Any:
            result = function(*args, **options)
            done.update(count(*args))
            return result

        patch.setattr(owner, name, counting)

    def frames(*args: Any) -> Iterator[pl.DataFrame]:
        for frame in iter_frames(*args):
            done["rows read"] += frame.height
            yield frame

    iter_frames = tables.iter_frames
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "iter_frames", frames)
        for owner, names in QUERIES:
            for name in names:
                after(owner, name, lambda *_: {"queries": 1})
        after(pl.DataFrame, "write_parquet", lambda _, path: {"bytes put aside": path.stat().st_size})
        after(KindTally, "add", lambda _, values: {"values counted": values.height})
        for module in (plan_answers, readings):
            after(module, "ask_twin", lambda texts, _: {"numbers asked of the twin": len(texts)})
        after(plan_answers, "ask_plans", lambda some: {"numbers asked of phonenumbers": some.height})
        yield done


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counter[str]]:
    """What was done to read the file, and to check it."""
    folder = tmp_path_factory.mktemp("work")
    source, staged = folder / "contacts.csv", folder / "staged"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *contacts(ROWS)])
    with counted() as read:
        reading = read_and_profiled(source, staged)
    read["bytes written"] = staged.stat().st_size
    prepared, issues = folder / "prepared", folder / "issues"
    request = CheckRequest(
        *(staged, reading.columns, Mapping.from_json(MAPPING), CATALOGUE, prepared, issues),
        default_region="GB",
    )
    with counted() as check:
        assert checking.check(request).rows == ROWS
    check["bytes written"] = prepared.stat().st_size + issues.stat().st_size
    return {"read": read, "check": check}


def read_and_profiled(source: Path, staged: Path) -> Reading:
    with Profiler(ROWS + 1) as profiler:
        reading = stage(source, staged, watched=profiler.watched)
        assert len(profiler.profiles(staged, reading.columns)) == len(COLUMNS)
    return reading


@pytest.mark.parametrize(("step", "kind"), [(step, kind) for step, kinds in MOST.items() for kind in kinds])
def test_no_more_is_done_for_a_row_than_is_needed(step, kind, work):
    told = "\n".join(
        f"{name}, {one}: {count / ROWS:.4f} for a row"
        for name, counts in work.items()
        for one, count in counts.items()
    )

    assert 0 < work[step][kind] <= MOST[step][kind] * ROWS, told
