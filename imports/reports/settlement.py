"""The final outcomes table of a job: every row of the file, in exactly one bucket."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from imports import tables
from imports.fates import Fate
from imports.reports.ledger import BUCKET_OF_FATE, REACHED_DOTDIGITAL, Ledger, LedgerError
from imports.reports.outcomes import OUTCOME_SCHEMA, SETTLED_OUTCOMES
from imports.reports.report_words import CHANGE_PARTS, ISSUE_PARTS
from imports.tables import Schema

ISSUES = pl.List(pl.Struct(dict.fromkeys(ISSUE_PARTS, pl.String)))

CHANGES = pl.List(pl.Struct(dict.fromkeys(CHANGE_PARTS, pl.String)))

FINAL_SCHEMA: Schema = {
    **OUTCOME_SCHEMA,
    "values_left_out": pl.Boolean,
    "stands_for_it": pl.UInt32,
    "issues": ISSUES,
    "changed": CHANGES,
}
"""The columns of a job's final outcomes table. `values_left_out`: the contact arrived, but not all of its values.
`stands_for_it`: the row that was sent in place of a duplicate. `issues`: why a rejected row was not sent, or one was
left out, and which values of a row that was to be sent are missing. `changed`: the cells that a person has repaired in
the portal, null for none. Nothing in it is a sentence but Dotdigital's own words, in `reason`."""

WORDED = "is_worded"
"""Whether an older version wrote the table, which has all that is said of a row as sentences in `reason`."""

SENT_AGAIN = "sent_again"

MISSING = "values_missing"
VALUES_MISSING = pl.when("values_left_out").then(pl.col("issues").list.len())
"""Of rows that arrived without some of their values, how many of them; null of others."""


def scan_outcomes(path: Path) -> pl.LazyFrame:
    """A final outcomes table, unread, as FINAL_SCHEMA and WORDED, whatever version wrote it."""
    return final_rows(tables.scan(path))


def final_rows(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The same of rows of such a table."""
    return _as_now(rows, FINAL_SCHEMA)


def _as_now(table: pl.LazyFrame, schema: Schema) -> pl.LazyFrame:
    there = table.collect_schema().names()
    return table.select(
        *(
            (pl.col(name) if name in there else pl.lit(None)).cast(dtype).alias(name)
            for name, dtype in schema.items()
        ),
        pl.lit("told" not in there).alias(WORDED),
    )


@dataclass(frozen=True)
class RepairedCells:
    """The table of a file as it came and as it was checked, with the same rows, and the columns in which the two may
    differ: header by name of the staged column."""

    staged: Path
    repaired: Path
    columns: Mapping[str, str]

    def between(self, first_row: int, last_row: int) -> pl.DataFrame:
        """`row` and `changed` of the rows from `first_row` to `last_row` that have a changed cell."""
        is_near = pl.col("row").is_between(first_row, last_row)
        own, now = (
            tables.scan(path).filter(is_near).select("row", *self.columns).collect()
            for path in (self.staged, self.repaired)
        )
        parts = [pl.DataFrame(schema={"row": pl.UInt32, **dict.fromkeys(CHANGE_PARTS, pl.String)})]
        for name, header in self.columns.items():
            cells = own.select("row", column=pl.lit(header), original=name).with_columns(result=now[name])
            parts.append(cells.filter(pl.col("original") != pl.col("result")))
        lines = pl.concat(parts)
        return lines.group_by("row", maintain_order=True).agg(changed=pl.struct(CHANGE_PARTS))


def write_outcomes(
    prepared: Path,
    issues: Path,
    parts: Sequence[Path],
    target: Path,
    *,
    rows: int | None = None,
    repaired: RepairedCells | None = None,
) -> Ledger:
    """Write `target`, one row per row of `prepared` in the same order, as FINAL_SCHEMA; count it.

    `prepared` has `row` (ascending), `fate` and `stands_for_it`. `parts` are the outcomes tables of the
    settled batches, in any order; a ready row that is in none of them was not sent. A rejected row, or one that was
    left out, keeps its errors in `issues`. A row that was to be sent keeps which of its values were left out and why
    (the warnings in `issues`). `rows` is how many rows the file has, where the caller knows it from elsewhere;
    `repaired` is of a file that was repaired.

    The ledger is counted from the written table. Raises LedgerError, and leaves no table, when a row is
    missing, there twice, unknown to `prepared`, or was settled though it was not to be sent. Holds one row
    group at a time, and those batches that overlap it.
    """
    expected = tables.row_count(prepared) if rows is None else rows
    spans = [span for path in parts if (span := _span(path)) is not None]
    frames = _final_frames(prepared, issues, spans)
    tables.write_table(_with_changes(frames, repaired), FINAL_SCHEMA, target)
    try:
        return count_ledger(target, expected)
    except LedgerError:
        target.unlink(missing_ok=True)
        raise


def count_ledger(outcomes: Path, rows: int) -> Ledger:
    """The ledger of a final outcomes table, for a file of `rows` rows; LedgerError unless it adds up."""
    counts: Counter[str] = Counter()
    marks = Counter({"with_problems": 0, "values_left_out": 0, MISSING: 0})
    last_row = 0
    for frame in tables.iter_frames(outcomes, _counted):
        last_row = _check_ascending(frame["row"], last_row)
        counts.update(dict(frame.group_by("outcome").len().iter_rows()))
        marks.update({mark: int(frame[mark].sum()) for mark in marks})
    return Ledger(counts=counts, rows=rows, **marks)


def _counted(rows: pl.LazyFrame) -> pl.LazyFrame:
    """What a ledger is counted from."""
    missing = VALUES_MISSING.fill_null(0).alias(MISSING)
    return rows.select("row", "outcome", "with_problems", "values_left_out", missing)


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


_OWN_OUTCOMES = {fate.value: bucket.value for fate, bucket in BUCKET_OF_FATE.items()}


def _final_frames(prepared: Path, issues: Path, spans: Sequence[_Span]) -> Iterator[pl.DataFrame]:
    last_row, settled_rows = 0, 0
    for frame in tables.iter_frames(prepared, lambda rows: rows.select("row", "fate", "stands_for_it")):
        last_row = _check_ascending(frame["row"], last_row)
        _check_fates(frame)
        between = pl.col("row").is_between(frame["row"].item(0), last_row)
        settled = _settled(spans, frame["row"].item(0), last_row)
        _check_settled(settled, frame)
        settled_rows += settled.height
        yield _final_frame(frame, settled, _issues(issues, between))
    if settled_rows != sum(span.rows for span in spans):
        raise LedgerError("a settled batch speaks of rows that the file does not have")


def _with_changes(frames: Iterator[pl.DataFrame], repaired: RepairedCells | None) -> Iterator[pl.DataFrame]:
    nothing = pl.lit(None, CHANGES).alias("changed")
    for frame in frames:
        if repaired is None or frame.is_empty():
            yield frame.with_columns(nothing)
        else:
            changed = repaired.between(frame["row"].item(0), frame["row"].item(-1))
            yield frame.join(changed, on="row", how="left", maintain_order="left")


def _final_frame(frame: pl.DataFrame, settled: pl.DataFrame, issues: pl.DataFrame) -> pl.DataFrame:
    """The rows of `frame` as FINAL_SCHEMA, without `changed`; `issues` are those of `_issues`."""
    fate = pl.col("fate")
    told_of = {Fate.REJECTED.value: "error", Fate.EXCLUDED.value: "error", Fate.READY.value: "warning"}
    own = (
        frame.with_columns(severity=fate.replace_strict(told_of, default=None, return_dtype=pl.String))
        .join(issues, on=["row", "severity"], how="left", maintain_order="left")
        .select(
            "row",
            "issues",
            "issue_codes",
            "stands_for_it",
            fate.replace_strict(_OWN_OUTCOMES, return_dtype=pl.String).alias("own_outcome"),
            Fate.READY.holds.alias("is_ready"),
        )
    )
    is_repeated = pl.col("repeated").fill_null(False)
    is_lacking = pl.col("is_ready") & pl.col("issue_codes").is_not_null()
    arrived = pl.col("outcome").is_in(list(REACHED_DOTDIGITAL)).fill_null(False)
    said = (pl.col("codes"), pl.col("issue_codes"), pl.when(is_repeated).then(pl.lit(SENT_AGAIN)))
    codes = pl.concat_str([pl.when(one != "").then(one) for one in said], separator=" ", ignore_nulls=True)
    return own.join(settled, on="row", how="left", maintain_order="left").select(
        "row",
        pl.coalesce("outcome", "own_outcome").alias("outcome"),
        "contact_id",
        codes.alias("codes"),
        pl.col("reason").fill_null(""),
        "told",
        pl.col("with_problems").fill_null(False),
        is_repeated.alias("repeated"),
        (is_lacking & arrived).alias("values_left_out"),
        "stands_for_it",
        "issues",
    )


def _settled(spans: Sequence[_Span], first_row: int, last_row: int) -> pl.DataFrame:
    """What the settled batches say of the rows from `first_row` to `last_row`."""
    overlapping = [
        _as_now(tables.scan(span.path), OUTCOME_SCHEMA)
        .drop(WORDED)
        .filter(pl.col("row").is_between(first_row, last_row))
        .collect()
        for span in spans
        if span.first_row <= last_row and span.last_row >= first_row
    ]
    return pl.concat([pl.DataFrame(schema=OUTCOME_SCHEMA), *overlapping])


def _issues(issues: Path, between: pl.Expr) -> pl.DataFrame:
    """`row`, `severity`, `issue_codes`, `issues`: why rows were refused by the checks (errors), and why values of rows
    that were sent are missing (warnings)."""
    lines = (
        tables.scan(issues)
        .filter(between & pl.col("severity").is_in(["error", "warning"]))
        .select("row", "severity", *(pl.col(name).fill_null("") for name in ISSUE_PARTS))
        .unique(maintain_order=True)
        .collect()
    )
    return lines.group_by("row", "severity", maintain_order=True).agg(
        pl.col("code").unique(maintain_order=True).str.join(" ").alias("issue_codes"),
        pl.struct(ISSUE_PARTS).alias("issues"),
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
    strangers = frame.filter(~pl.col("fate").is_in([one.value for one in Fate]).fill_null(False))
    if strangers.height:
        row, fate = strangers.select("row", "fate").row(0)
        raise LedgerError(f"row {row} has no known fate: {fate!r}")


def _check_settled(settled: pl.DataFrame, frame: pl.DataFrame) -> None:
    if (twice := settled.filter(pl.col("row").is_duplicated())).height:
        raise LedgerError(f"row {twice['row'].min()!r} was settled twice")
    unsent = settled.join(frame.filter(Fate.READY.holds), on="row", how="anti")
    if unsent.height:
        raise LedgerError(f"row {unsent['row'].min()!r} was settled though it was not to be sent")
    strangers = settled.filter(~pl.col("outcome").is_in(SETTLED_OUTCOMES).fill_null(False))
    if strangers.height:
        row, outcome = strangers.select("row", "outcome").row(0)
        raise LedgerError(f"row {row} has no known outcome: {outcome!r}")
