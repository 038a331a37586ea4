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

SENT_AGAIN = "sent_again"
SENT_AGAIN_REASON = "Sent again, because Dotdigital did not answer the first time."
"""What is said of a row that went out more than once, after whatever else is said of it."""


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
    told comes from its errors in `issues`, put into words by `describe`; a row that went out more than once
    is told that as well, whatever its bucket. `rows` is how many rows the file
    has, where the caller knows it from elsewhere.

    The ledger is counted from the written table. Raises LedgerError, and leaves no table, when a row is
    missing, there twice, unknown to `prepared`, or was settled though it was not to be sent. Holds one row
    group at a time, and those batches that overlap it.
    """
    expected = tables.row_count(prepared) if rows is None else rows
    spans = [span for path in parts if (span := _span(path)) is not None]
    tables.write_table(_final_frames(prepared, issues, spans, describe), OUTCOME_SCHEMA, target)
    try:
        return count_ledger(target, expected)
    except LedgerError:
        target.unlink(missing_ok=True)
        raise


def count_ledger(outcomes: Path, rows: int) -> Ledger:
    """The ledger of a final outcomes table, for a file of `rows` rows; LedgerError unless it adds up."""
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


def _final_frames(
    prepared: Path, issues: Path, spans: Sequence[_Span], describe: Describe
) -> Iterator[pl.DataFrame]:
    last_row, settled_rows = 0, 0
    for frame in tables.iter_frames(tables.scan(prepared).select("row", "fate", "stands_for_it")):
        if frame.is_empty():
            continue
        last_row = _check_ascending(frame["row"], last_row)
        _check_fates(frame)
        between = pl.col("row").is_between(frame["row"].item(0), last_row)
        settled = _settled(spans, frame["row"].item(0), last_row)
        _check_settled(settled, frame)
        settled_rows += settled.height
        yield _final_frame(frame, settled, _rejections(issues, between, describe))
    if settled_rows != sum(span.rows for span in spans):
        raise LedgerError("a settled batch speaks of rows that the file does not have")


def _final_frame(frame: pl.DataFrame, settled: pl.DataFrame, rejections: pl.DataFrame) -> pl.DataFrame:
    fate = pl.col("fate")
    stand_in = pl.format("Row {} stands for this row.", "stands_for_it")
    by_fate = fate.replace_strict(REASON_OF_FATE, return_dtype=pl.String)
    own = frame.join(rejections, on="row", how="left", maintain_order="left").select(
        "row",
        fate.replace_strict(dict(BUCKET_OF_FATE), return_dtype=pl.String).alias("own_outcome"),
        pl.when(fate == "rejected").then("codes").alias("own_codes"),
        pl.coalesce(
            pl.when(fate == "rejected").then("reason"), pl.when(fate == "duplicate").then(stand_in), by_fate
        ).alias("own_reason"),
    )
    repeated = pl.col("repeated").fill_null(False)
    codes = pl.coalesce("codes", "own_codes", pl.lit(""))
    reason = pl.coalesce("reason", "own_reason")
    return own.join(settled, on="row", how="left", maintain_order="left").select(
        "row",
        pl.coalesce("outcome", "own_outcome").alias("outcome"),
        "contact_id",
        pl.when(repeated).then(_followed_by(codes, SENT_AGAIN)).otherwise(codes).alias("codes"),
        pl.when(repeated)
        .then(_followed_by(_ended(reason), SENT_AGAIN_REASON))
        .otherwise(reason)
        .alias("reason"),
        pl.col("with_problems").fill_null(False),
        repeated.alias("repeated"),
    )


def _followed_by(said: pl.Expr, words: str) -> pl.Expr:
    return pl.when(said == "").then(pl.lit(words)).otherwise(pl.format("{} {}", said, pl.lit(words)))


def _ended(said: pl.Expr) -> pl.Expr:
    """What is `said`, as a sentence: Dotdigital's own words often lack the stop at their end."""
    return pl.when(said.str.contains(r"[\p{L}\p{N}'\")\]]$")).then(pl.format("{}.", said)).otherwise(said)


def _settled(spans: Sequence[_Span], first_row: int, last_row: int) -> pl.DataFrame:
    """What the settled batches say of the rows from `first_row` to `last_row`."""
    overlapping = [
        tables.scan(span.path)
        .filter(pl.col("row").is_between(first_row, last_row))
        .select(pl.col(name).cast(dtype) for name, dtype in OUTCOME_SCHEMA.items())
        .collect()
        for span in spans
        if span.first_row <= last_row and span.last_row >= first_row
    ]
    return pl.concat([pl.DataFrame(schema=OUTCOME_SCHEMA), *overlapping])


def _rejections(issues: Path, between: pl.Expr, describe: Describe) -> pl.DataFrame:
    """`row`, `codes`, `reason` of the rows that the checks refused."""
    errors = (
        tables.scan(issues)
        .filter(between & (pl.col("severity") == "error"))
        .select("row", "code", "column", "original")
        .collect()
    )
    sentences = [
        describe(code or "", column or "", original or "")
        for code, column, original in errors.select("code", "column", "original").iter_rows()
    ]
    return (
        errors.with_columns(pl.Series("sentence", sentences, dtype=pl.String))
        .group_by("row", maintain_order=True)
        .agg(
            pl.col("code").unique(maintain_order=True).str.join(" ").alias("codes"),
            pl.col("sentence").unique(maintain_order=True).str.join(" ").alias("reason"),
        )
    )


def _check_ascending(rows: pl.Series, last_row: int) -> int:
    """The last of `rows`; LedgerError unless each is greater than the one before it, `last_row` at first."""
    if rows.is_empty():
        return last_row
    steps = rows.cast(pl.Int64).diff()
    steps[0] = int(rows[0]) - last_row
    if (out_of_place := rows.filter(~(steps > 0).fill_null(False))).len():
        raise LedgerError(f"row {out_of_place[0]} is there twice or out of order")
    return int(rows[-1])


def _check_fates(frame: pl.DataFrame) -> None:
    strangers = frame.filter(~pl.col("fate").is_in(list(BUCKET_OF_FATE)).fill_null(False))
    if strangers.height:
        row, fate = strangers.select("row", "fate").row(0)
        raise LedgerError(f"row {row} has no known fate: {fate!r}")


def _check_settled(settled: pl.DataFrame, frame: pl.DataFrame) -> None:
    if (twice := settled.filter(pl.col("row").is_duplicated())).height:
        raise LedgerError(f"row {twice['row'].min()!r} was settled twice")
    unsent = settled.join(frame.filter(pl.col("fate") == "ready"), on="row", how="anti")
    if unsent.height:
        raise LedgerError(f"row {unsent['row'].min()!r} was settled though it was not to be sent")
    strangers = settled.filter(~pl.col("outcome").is_in(SETTLED_OUTCOMES).fill_null(False))
    if strangers.height:
        row, outcome = strangers.select("row", "outcome").row(0)
        raise LedgerError(f"row {row} has no known outcome: {outcome!r}")
