"""The final outcomes table of a job: every row of the file, in exactly one bucket."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from imports import tables
from imports.reports.ledger import BUCKET_OF_FATE, Ledger, LedgerError
from imports.reports.outcomes import OUTCOME_SCHEMA, SETTLED_OUTCOMES

Describe = Callable[[str, str, str], str]
"""(issue code, file column header or "", original value) -> one sentence for the person."""

REASON_OF_FATE = {
    "ready": "The import ended before this row was sent.",
    "rejected": "This row did not pass our checks.",
    "duplicate": "Another row of the file stands for this row.",
    "excluded": "This row was left out by choice.",
    "blank": "There is nothing in any mapped column of this row.",
}
"""What is said of a row when there is nothing more particular to say."""


def write_outcomes(
    prepared: Path,
    issues: Path,
    parts: Sequence[Path],
    target: Path,
    describe: Describe,
    *,
    rows: int | None = None,
) -> Ledger:
    """Write `target`, one row per row of `prepared` in the same order, as OUTCOME_SCHEMA; count it.

    `prepared` has `row` (ascending), `fate` and `stands_for_it`. `parts` are the outcomes tables of the
    settled batches, in any order; a ready row that is in none of them was not sent. What a rejected row is
    told comes from its errors in `issues`, put into words by `describe`. `rows` is how many rows the file
    has, where the caller knows it from elsewhere.

    The ledger is counted from the written table. Raises LedgerError, and leaves no table, when a row is
    missing, there twice, unknown to `prepared`, or was settled though it was not to be sent. Holds one row
    group at a time, and those batches that overlap it.
    """
    expected = tables.row_count(prepared) if rows is None else rows
    spans = [span for path in parts if (span := _span(path)) is not None]
    tables.write_table(_final_frames(prepared, issues, spans), OUTCOME_SCHEMA, target)
    try:
        return count_ledger(target, expected)
    except LedgerError:
        target.unlink(missing_ok=True)
        raise


def count_ledger(outcomes: Path, rows: int) -> Ledger:
    """The ledger of a final outcomes table, for a file of `rows` rows; LedgerError when it does not add up."""
    counts: Counter[str] = Counter()
    with_problems, last_row = 0, 0
    for frame in tables.iter_frames(tables.scan(outcomes).select("row", "outcome", "with_problems")):
        last_row = _check_ascending(frame["row"], last_row)
        counts.update(dict(frame.group_by("outcome").len().iter_rows()))
        with_problems += int(frame["with_problems"].sum())
    return Ledger(counts=counts, rows=rows, with_problems=with_problems)


@dataclass(frozen=True)
class _Span:
    """An outcomes part and what it covers, so that it is opened only where it matters."""

    path: Path
    first_row: int
    last_row: int
    rows: int


def _span(path: Path) -> _Span | None:
    row = pl.col("row")
    first, last, rows = (
        tables.scan(path).select(row.min().alias("first"), row.max().alias("last"), pl.len()).collect().row(0)
    )
    return _Span(path, first, last, rows) if rows else None
