"""The final outcomes table of a job: every row of the file, in exactly one bucket."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from imports import tables
from imports.reports.ledger import BUCKET_OF_FATE, REACHED_DOTDIGITAL, Ledger, LedgerError
from imports.reports.outcomes import OUTCOME_SCHEMA, SETTLED_OUTCOMES
from imports.tables import Schema

Describe = Callable[[str, str, str, str], str]
"""(issue code, file column header or "", original value, result) -> one sentence for the person."""

FINAL_SCHEMA: Schema = {**OUTCOME_SCHEMA, "values_left_out": pl.Boolean}
"""The columns of a job's final outcomes table. `values_left_out`: the contact arrived, but not all of its values."""

REASON_OF_FATE = {
    "ready": "The import ended before this row was sent.",
    "rejected": "This row did not pass our checks.",
    "duplicate": "Another row of the file stands for this row.",
    "excluded": "This row was left out by choice.",
    "blank": "There is nothing in any mapped column of this row.",
}
"""What is said of a row when there is nothing more particular to say."""

LEFT_OUT_REASON = "Without some of its values:"
"""What comes before the reasons of a row that was sent, but not with all of its values."""

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
    """Write `target`, one row per row of `prepared` in the same order, as FINAL_SCHEMA; count it.

    `prepared` has `row` (ascending), `fate` and `stands_for_it`. `parts` are the outcomes tables of the
    settled batches, in any order; a ready row that is in none of them was not sent. What a rejected row is
    told comes from its errors in `issues`, put into words by `describe`. A row that was to be sent is told, after
    what Dotdigital says of it, which of its values were left out and why (the warnings in `issues`); and, if it went
    out more than once, that as well. `report_rows` is how many rows the file has, where the caller knows it from
    elsewhere.

    The ledger is counted from the written table. Raises LedgerError, and leaves no table, when a row is
    missing, there twice, unknown to `prepared`, or was settled though it was not to be sent. Holds one row
    group at a time, and those batches that overlap it.
    """
    expected = tables.row_count(prepared) if rows is None else rows
    spans = [span for path in parts if (span := _span(path)) is not None]
    tables.write_table(_final_frames(prepared, issues, spans, describe), FINAL_SCHEMA, target)
    try:
        return count_ledger(target, expected)
    except LedgerError:
        target.unlink(missing_ok=True)
        raise


def count_ledger(outcomes: Path, rows: int) -> Ledger:
    """The ledger of a final outcomes table, for a file of `report_rows` rows; LedgerError unless it adds up."""
    counts: Counter[str] = Counter()
    marks = Counter({"with_problems": 0, "values_left_out": 0})
    last_row = 0
    for frame in tables.iter_frames(tables.scan(outcomes).select("row", "outcome", *marks)):
        last_row = _check_ascending(frame["row"], last_row)
        counts.update(dict(frame.group_by("outcome").len().iter_rows()))
        marks.update({mark: int(frame[mark].sum()) for mark in marks})
    return Ledger(counts=counts, rows=rows, **marks)


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
        yield _final_frame(frame, settled, _reasons(issues, between, describe))
    if settled_rows != sum(span.rows for span in spans):
        raise LedgerError("a settled batch speaks of rows that the file does not have")


def _final_frame(frame: pl.DataFrame, settled: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """The rows of `frame` as FINAL_SCHEMA; `reasons` are those of `_reasons`."""
    fate = pl.col("fate")
    errors, warnings = (
        reasons.filter(pl.col("severity") == severity).drop("severity") for severity in ("error", "warning")
    )
    rejected = frame.filter(fate == "rejected").select("row").join(errors, on="row")
    left_out = (
        frame.filter(fate == "ready")
        .select("row")
        .join(warnings, on="row")
        .rename({"codes": "left_codes", "reason": "left_reason"})
    )
    stand_in = pl.format("Row {} stands for this row.", "stands_for_it")
    by_fate = fate.replace_strict(REASON_OF_FATE, return_dtype=pl.String)
    own = frame.join(rejected, on="row", how="left", maintain_order="left").select(
        "row",
        fate.replace_strict(dict(BUCKET_OF_FATE), return_dtype=pl.String).alias("own_outcome"),
        pl.col("codes").alias("own_codes"),
        pl.coalesce("reason", pl.when(fate == "duplicate").then(stand_in), by_fate).alias("own_reason"),
    )
    is_repeated = pl.col("repeated").fill_null(False)
    is_lacking = pl.col("left_codes").is_not_null()
    arrived = pl.col("outcome").is_in(list(REACHED_DOTDIGITAL)).fill_null(False)
    return (
        own.join(settled, on="row", how="left", maintain_order="left")
        .join(left_out, on="row", how="left", maintain_order="left")
        .with_columns(
            codes=pl.coalesce("codes", "own_codes", pl.lit("")), reason=pl.coalesce("reason", "own_reason")
        )
        .with_columns(
            codes=pl.when(is_lacking).then(_followed_by("codes", pl.col("left_codes"))).otherwise("codes"),
            reason=pl.when(is_lacking)
            .then(_followed_by("reason", pl.format(LEFT_OUT_REASON + " {}", "left_reason"), ends=True))
            .otherwise("reason"),
        )
        .select(
            "row",
            pl.coalesce("outcome", "own_outcome").alias("outcome"),
            "contact_id",
            pl.when(is_repeated)
            .then(_followed_by("codes", pl.lit(SENT_AGAIN)))
            .otherwise("codes")
            .alias("codes"),
            pl.when(is_repeated)
            .then(_followed_by("reason", pl.lit(SENT_AGAIN_REASON), ends=True))
            .otherwise("reason")
            .alias("reason"),
            pl.col("with_problems").fill_null(False),
            is_repeated.alias("repeated"),
            (is_lacking & arrived).alias("values_left_out"),
        )
    )


def _followed_by(column: str, words: pl.Expr, *, ends: bool = False) -> pl.Expr:
    """What `column` says, then `words`; `ends` makes a sentence of the first, since Dotdigital's own words often lack
    the stop at their end."""
    said = pl.col(column)
    if ends:
        is_open = said.str.contains(r"[\p{L}\p{N}'\")\]]$")
        said = pl.when(is_open).then(pl.format("{}.", said)).otherwise(said)
    return pl.when(pl.col(column) == "").then(words).otherwise(pl.format("{} {}", said, words))


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


def _reasons(issues: Path, between: pl.Expr, describe: Describe) -> pl.DataFrame:
    """`row`, `severity`, `codes`, `reason`: why rows were refused by the checks (errors), and why values of rows that
    were sent are missing (warnings)."""
    said = ["code", "column", "original", "result"]
    lines = (
        tables.scan(issues)
        .filter(between & pl.col("severity").is_in(["error", "warning"]))
        .select("row", "severity", *(pl.col(name).fill_null("") for name in said))
        .collect()
    )
    different = lines.select(said).unique(maintain_order=True)
    sentences = pl.Series("sentence", [describe(*words) for words in different.iter_rows()], dtype=pl.String)
    return (
        lines.join(different.with_columns(sentences), on=said, how="left", maintain_order="left")
        .group_by("row", "severity", maintain_order=True)
        .agg(
            pl.col("code").unique(maintain_order=True).str.join(" ").alias("codes"),
            pl.col("sentence").unique(maintain_order=True).str.join(" ").alias("reason"),
        )
    )


def _check_ascending(rows: pl.Series, last_row: int) -> int:
    """The last of `report_rows`; LedgerError unless each is greater than the one before it, `last_row` at first."""
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
