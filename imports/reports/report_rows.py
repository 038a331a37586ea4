"""The rows of a report: the person's own cells beside what became of them."""

from collections.abc import Iterator, Sequence
from functools import partial, reduce
from pathlib import Path
from typing import TypedDict, cast

import polars as pl

from imports import tables
from imports.reports.ledger import BUCKET_BY_KEY, LedgerError
from imports.reports.report_words import ReportWords, says_something, with_words
from imports.reports.sent_consent import SentConsent, consent_columns, consent_of, with_consent
from imports.reports.settlement import SENT_AGAIN, VALUES_MISSING, WORDED, final_rows, scan_outcomes
from imports.search_text import SCHEMA, in_any_case, scan_containing

ALL_ROWS = "all"
WITH_PROBLEMS = "with_problems"
VALUES_LEFT_OUT = "values_left_out"
SELECTIONS = (ALL_ROWS, *BUCKET_BY_KEY, WITH_PROBLEMS, VALUES_LEFT_OUT, SENT_AGAIN)
"""Which rows can be asked for: all, one bucket, those that arrived with problems or without some of their values, or
those that went out twice."""

ROWS_PER_FRAME, CELLS_PER_FRAME = 25_000, 1_000_000
"""At most so many at a time; what is done to a frame costs some milliseconds however few rows it has."""

CONTACTS_PER_FRAME = 10_000
"""To read a contact's JSON takes time by its length: the first rows of a file do not wait for that of many others."""

MAX_DIGITS = 19
"""Fewer than so many fit into a contact id."""

REPORT_COLUMNS = ("row", "outcome", "contact_id", "codes", "values_left_out", "reason")
"""What a report says of a row, after the row's own cells. `values_left_out` is how many of its values a contact that
arrived was sent without."""

WORD_COLUMNS = ("repeated", "told", "stands_for_it", "issues", "changed", WORDED)
"""What of an outcomes table its reasons are made of, beside REPORT_COLUMNS."""


class ReportRow(TypedDict):
    """A row as a page shows it; `cells` are the person's own, in the order of the file's columns.

    `values_missing`: of a row that arrived without some values, how many; None where an older version has not kept it.
    """

    row: int
    outcome: str
    contact_id: int | None
    codes: str
    reason: str
    with_problems: bool
    values_left_out: bool
    values_missing: int | None
    repeated: bool
    cells: list[str]


def report_frames(
    staged: Path,
    outcomes: Path,
    columns: Sequence[str],
    selection: str = ALL_ROWS,
    *,
    words: ReportWords,
    consent: SentConsent | None = None,
) -> Iterator[pl.DataFrame]:
    """The rows of one of SELECTIONS, in the file's order: `c0`, `c1`, ... then REPORT_COLUMNS, and the columns of
    `consent`.

    `columns` are the file's own, in their order; `words` make the reasons. Raises LedgerError when an outcome has no
    staged row.
    """
    cells = _cell_names(columns)

    def chosen(rows: pl.LazyFrame) -> pl.LazyFrame:
        counted = _chosen(rows, selection).with_columns(values_left_out=VALUES_MISSING)
        return counted.select(*REPORT_COLUMNS, *WORD_COLUMNS)

    row = pl.col("row")
    span = chosen(tables.scan(outcomes)).select(first=row.min(), last=row.max(), wanted=pl.len())
    first, last, wanted = span.collect().row(0)
    if not wanted:
        return
    rows_per_frame = max(1, min(ROWS_PER_FRAME, CELLS_PER_FRAME // (len(cells) + 1)))
    worded = (with_words(settled, words) for settled in tables.iter_frames(outcomes, chosen))
    outcome_of = _InStep(worded)
    found = 0

    def between(rows: pl.LazyFrame) -> pl.LazyFrame:
        return rows.filter(row.is_between(first, last)).select("row", *cells)

    evidence = consent_columns(consent.records) if consent else ()
    consents = _consents_in_step(consent, row.is_between(first, last))

    for frame in tables.iter_frames(staged, between, rows_per_frame):
        if frame.is_empty():
            continue
        last_row = frame["row"].item(-1)
        joined = _side_by_side(frame, outcome_of.rows_until(last_row))
        found += joined.height
        if consents is not None:
            joined = with_consent(joined, consents.rows_until(last_row), evidence)
        if joined.height:
            yield joined.select(*cells, *REPORT_COLUMNS, *evidence)
    if found != wanted:
        raise LedgerError(f"{wanted} rows have an outcome, {found} of them are in the file")


def _consents_in_step(consent: SentConsent | None, is_near: pl.Expr) -> "_InStep | None":
    """The consent of the rows that are near."""
    if consent is None:
        return None
    near = partial(_consent_near, is_near=is_near, records=consent.records)
    return _InStep(tables.iter_frames(consent.prepared, near, CONTACTS_PER_FRAME))


def _consent_near(rows: pl.LazyFrame, is_near: pl.Expr, records: int) -> pl.LazyFrame:
    return consent_of(rows.filter(is_near), records)


class _InStep:
    """The frames of a table whose column `row` ascends, taken as far as another such table has come."""

    def __init__(self, frames: Iterator[pl.DataFrame]) -> None:
        self._frames = frames
        self._rest = next(frames)

    def rows_until(self, last_row: int) -> pl.DataFrame:
        """What has not been taken yet of the rows up to `last_row`."""
        taken = []
        while True:
            count = self._rest["row"].search_sorted(last_row, side="right")
            taken.append(self._rest.head(count))
            self._rest = self._rest.slice(count)
            if self._rest.height or (following := next(self._frames, None)) is None:
                return pl.concat(taken)
            self._rest = following


def _side_by_side(frame: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """The rows of `frame` that are settled, in its order."""
    if frame["row"].equals(settled["row"]):
        return pl.concat([frame, settled.drop("row")], how="horizontal")
    return frame.join(settled, on="row", how="inner", maintain_order="left")


def page_of_rows(
    staged: Path,
    outcomes: Path,
    columns: Sequence[str],
    bucket: str | None = None,
    search: str | None = None,
    offset: int = 0,
    limit: int = 50,
    *,
    words: ReportWords,
    text: Path | None = None,
    told: Path | None = None,
    among: pl.Series | None = None,
) -> tuple[int, list[ReportRow]]:
    """How many rows there are in all, and those from `offset` on, at most `limit`, in the file's order.

    `bucket` is one of SELECTIONS; None means all. `among` are the numbers of rows that come into question, ascending;
    None means all. `search` finds text in any cell, code or reason whatever
    its case, and a row number or contact id when it is exactly that. `words` make the reasons; `text` is the file's
    search text and `told` what `write_told_text` made of the outcomes by the same words, if there are any. First come
    the numbers of the rows that are found, from few columns and four bytes each; then the rest of the page's own rows.
    """
    cells = _cell_names(columns)
    selection = bucket or ALL_ROWS
    chosen = _chosen(tables.scan(outcomes), selection)
    conditions = [] if among is None else [among]
    if needle := (search or "").strip():
        said = (
            _rows_told(outcomes, selection, needle, words).to_frame().lazy()
            if told is None
            else _rows_told_before(told, needle)
        )
        conditions.append(_rows_matching(staged, text, chosen, needle, said))
    if selection != ALL_ROWS or not conditions:
        conditions.append(chosen.select("row").collect().to_series())
    found = reduce(tables.rows_in_both, conditions)
    numbers = found.slice(offset, limit)
    if numbers.is_empty():
        return len(found), []
    settled_rows = tables.rows_at(scan_outcomes(outcomes), numbers.to_list())
    page = with_words(settled_rows.with_columns(values_missing=VALUES_MISSING), words)
    staged_rows = tables.rows_at(tables.scan(staged).select("row", *cells), numbers.to_list())
    if staged_rows.height != page.height:
        raise LedgerError(f"{page.height} rows have an outcome, {staged_rows.height} of them are in the file")
    own_cells = {row: list(values) for row, *values in staged_rows.iter_rows()}
    return len(found), [
        cast(ReportRow, {**settled, "cells": own_cells[settled["row"]]})
        for settled in page.iter_rows(named=True)
    ]


def _cell_names(columns: Sequence[str]) -> list[str]:
    return [f"c{position}" for position in range(len(columns))]


def _chosen(outcomes: pl.LazyFrame, selection: str) -> pl.LazyFrame:
    """Of rows of an outcomes table, those of one of SELECTIONS."""
    return final_rows(outcomes).filter(_is_selected(selection))


def _is_selected(selection: str) -> pl.Expr:
    """Raises ValueError for what is none of SELECTIONS."""
    if selection == ALL_ROWS:
        return pl.lit(True)
    if selection == WITH_PROBLEMS:
        return pl.col("with_problems")
    if selection == VALUES_LEFT_OUT:
        return pl.col("values_left_out")
    if selection == SENT_AGAIN:
        return pl.col("repeated")
    if selection in BUCKET_BY_KEY:
        return pl.col("outcome") == selection
    raise ValueError(f"no such rows: {selection!r}")


def _rows_matching(
    staged: Path, text: Path | None, chosen: pl.LazyFrame, needle: str, said: pl.LazyFrame
) -> pl.Series:
    """The rows that hold `needle`, of all in the file, or have it as a code, number or reason, of those `chosen`; and
    those of which it is `said`. They ascend."""
    named = chosen.filter(_is_named(needle) | _holds("reason", needle)).select("row")
    found = pl.collect_all([scan_containing(staged, text, needle), named, said], engine="streaming")
    return tables.rows_in_any(*(frame["row"] for frame in found))


def _rows_told(outcomes: Path, selection: str, needle: str, words: ReportWords) -> pl.Series:
    """The rows, of one of SELECTIONS, of which the portal says something with `needle` in it beside their reason."""
    frames = (frame.filter(_holds("reason", needle))["row"] for frame in _worded(outcomes, selection, words))
    return pl.concat([pl.Series("row", dtype=pl.UInt32), *frames])


def _rows_told_before(told: Path, needle: str) -> pl.LazyFrame:
    """The same of all rows, by what `write_told_text` made."""
    return tables.scan(told).filter(_holds("text", needle)).select("row")


def write_told_text(outcomes: Path, target: Path, words: ReportWords) -> None:
    """Write what is said of each row, where that is more than its reason: the SCHEMA of search texts."""
    frames = (frame.select("row", text="reason") for frame in _worded(outcomes, ALL_ROWS, words))
    tables.write_table(frames, SCHEMA, target, compression="lz4")


def _worded(outcomes: Path, selection: str, words: ReportWords) -> Iterator[pl.DataFrame]:
    """The rows of which more is to be said than their reason, with all of it as `reason`."""

    def spoken_of(rows: pl.LazyFrame) -> pl.LazyFrame:
        told = _chosen(rows, selection).filter(says_something() & ~_is_only_reason())
        return told.select("row", "outcome", "reason", *WORD_COLUMNS)

    for frame in tables.iter_frames(outcomes, spoken_of):
        yield with_words(frame, words)


def _is_only_reason() -> pl.Expr:
    """Whether a row's reason is all that is to be said of it."""
    has_issues = (pl.col("issues").list.len() > 0).fill_null(False)
    is_changed = (pl.col("changed").list.len() > 0).fill_null(False)
    has_more = pl.col("told").is_not_null() | pl.col("repeated").fill_null(False) | has_issues | is_changed
    return pl.col(WORDED) | ((pl.col("reason") != "").fill_null(False) & ~has_more)


def _holds(column: str, needle: str) -> pl.Expr:
    return pl.col(column).str.contains(in_any_case(needle))


def _is_named(needle: str) -> pl.Expr:
    """Whether a code holds `needle`, or a number is exactly that."""
    found = _holds("codes", needle)
    if needle.isdecimal() and needle == str(int(needle)) and len(needle) < MAX_DIGITS:
        found |= pl.any_horizontal(pl.col("row", "contact_id").cast(pl.Int64).eq_missing(int(needle)))
    return found
