"""The rows of a report: the person's own cells beside what became of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypedDict, cast

import polars as pl

from imports import tables
from imports.reports.ledger import BUCKET_BY_KEY, LedgerError
from imports.reports.settlement import SENT_AGAIN

ALL_ROWS = "all"
WITH_PROBLEMS = "with_problems"
VALUES_LEFT_OUT = "values_left_out"
SELECTIONS = (ALL_ROWS, *BUCKET_BY_KEY, WITH_PROBLEMS, VALUES_LEFT_OUT, SENT_AGAIN)
"""Which rows can be asked for: all, one bucket, those that arrived with problems or without some of their values, or
those that went out twice."""

ROWS_PER_FRAME = 10_000  # wide files with all their cells; fewer rows at a time keep memory low

REPORT_COLUMNS = ("row", "outcome", "contact_id", "codes", "reason")
"""What a report says of a row, after the row's own cells."""


class ReportRow(TypedDict):
    """A row as a page shows it; `cells` are the person's own, in the order of the file's columns."""

    row: int
    outcome: str
    contact_id: int | None
    codes: str
    reason: str
    with_problems: bool
    values_left_out: bool
    repeated: bool
    cells: list[str]


def report_frames(
    staged: Path, outcomes: Path, columns: Sequence[str], selection: str = ALL_ROWS
) -> Iterator[pl.DataFrame]:
    """The rows of one of SELECTIONS, in the file's order: `c0`, `c1`, ... then REPORT_COLUMNS.

    `columns` are the file's own, in their order. Memory does not grow with the file. Raises LedgerError when
    an outcome has no staged row.
    """
    cells = _cell_names(columns)
    chosen = tables.scan(outcomes).filter(_is_selected(selection)).select(REPORT_COLUMNS)
    first, last, wanted = (
        chosen.select(pl.col("row").min().alias("first"), pl.col("row").max().alias("last"), pl.len())
        .collect()
        .row(0)
    )
    if not wanted:
        return
    found = 0
    lazy = tables.scan(staged).filter(pl.col("row").is_between(first, last)).select("row", *cells)
    for frame in tables.iter_frames(lazy, ROWS_PER_FRAME):
        if frame.is_empty():
            continue
        settled = chosen.filter(
            pl.col("row").is_between(frame["row"].item(0), frame["row"].item(-1))
        ).collect()
        joined = frame.join(settled, on="row", how="inner", maintain_order="left")
        found += joined.height
        if joined.height:
            yield joined.select(*cells, *REPORT_COLUMNS)
    if found != wanted:
        raise LedgerError(f"{wanted} rows have an outcome, {found} of them are in the file")


def page_of_rows(
    staged: Path,
    outcomes: Path,
    columns: Sequence[str],
    bucket: str | None = None,
    search: str | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[int, list[ReportRow]]:
    """How many rows there are in all, and those from `offset` on, at most `limit`, in the file's order.

    `bucket` is one of SELECTIONS; None means all. `search` finds text in any cell, code or reason whatever
    its case, and a row number or contact id when it is exactly that. A search holds the numbers of the rows
    it found, four bytes each, and nothing else of the file.
    """
    cells = _cell_names(columns)
    chosen = tables.scan(outcomes).filter(_is_selected(bucket or ALL_ROWS))
    if needle := (search or "").strip():
        chosen = chosen.filter(_is_found(needle, _rows_containing(staged, cells, needle)))
    total = int(chosen.select(pl.len()).collect().item())
    page = chosen.slice(offset, limit).collect()
    if page.is_empty():
        return total, []
    on_page = pl.col("row").is_between(page["row"].min(), page["row"].max()) & pl.col("row").is_in(
        page["row"].implode()
    )
    staged_rows = tables.scan(staged).filter(on_page).select("row", *cells).collect()
    if staged_rows.height != page.height:
        raise LedgerError(f"{page.height} rows have an outcome, {staged_rows.height} of them are in the file")
    own_cells = {row: list(values) for row, *values in staged_rows.iter_rows()}
    return total, [
        cast(ReportRow, {**settled, "cells": own_cells[settled["row"]]})
        for settled in page.iter_rows(named=True)
    ]


def _cell_names(columns: Sequence[str]) -> list[str]:
    return [f"c{position}" for position in range(len(columns))]


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


def _rows_containing(staged: Path, cells: Sequence[str], needle: str) -> pl.Series:
    pattern = _pattern(needle)
    somewhere = pl.any_horizontal([pl.col(cell).str.contains(pattern) for cell in cells] or [pl.lit(False)])
    return tables.scan(staged).filter(somewhere).select("row").collect(engine="streaming").to_series()


def _is_found(needle: str, rows: pl.Series) -> pl.Expr:
    pattern = _pattern(needle)
    found = pl.col("row").is_in(rows.implode())
    for column in ("codes", "reason"):
        found |= pl.col(column).str.contains(pattern)
    for column in ("row", "contact_id"):
        found |= pl.col(column).cast(pl.String).eq_missing(needle)
    return found


def _pattern(needle: str) -> str:
    return "(?i)" + pl.escape_regex(needle)
