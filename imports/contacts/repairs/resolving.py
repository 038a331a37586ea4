"""Which cells a repair is for, told from the tables of the check that comes before it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from imports import tables
from imports.contacts.mapping import Mapping
from imports.contacts.problems import Severity
from imports.contacts.repairs.overlay import CELLS_SCHEMA
from imports.contacts.repairs.repair_types import (
    SUGGESTED,
    ChangeText,
    LeaveOutProblem,
    LeaveOutRow,
    Repair,
    ReplacePart,
    ReplaceValue,
    SetCell,
    UseInstead,
    code_of,
)
from imports.contacts.repairs.repaired_table import changed_text
from imports.contacts.repairs.suggested_values import is_read_whole, suggested

Cells = Iterator[pl.DataFrame]
"""Frames of CELLS_SCHEMA."""

_NOTHING = pl.lit(None, pl.String)


def cells_of_singles(
    staged: Path, columns: Sequence[str], repairs: Sequence[SetCell | LeaveOutRow]
) -> list[pl.DataFrame]:
    """The cell of each repair of one cell, with what it is in the file at `staged`; of one of a row, the row."""
    of_cells = [one for one in repairs if isinstance(one, SetCell) and one.column in columns]
    names = {one.column: f"c{columns.index(one.column)}" for one in of_cells}
    wanted = tables.scan(staged).select("row", *names.values())
    found = tables.rows_at(wanted, sorted({one.row for one in of_cells})).to_dict(as_series=False)
    own = {name: dict(zip(found["row"], found[cell], strict=True)) for name, cell in names.items()}
    return [
        _cell(one.row, None, None)
        if isinstance(one, LeaveOutRow)
        else _cell(one.row, own.get(one.column, {}).get(one.row), one.value)
        for one in repairs
    ]


def _cell(row: int, was: str | None, becomes: str | None) -> pl.DataFrame:
    return pl.DataFrame([(row, was, becomes)], schema=CELLS_SCHEMA, orient="row")


def cells_of_rule(
    repair: Repair, checked: Path, issues: Path, columns: Sequence[str], mapping: Mapping
) -> Cells:
    """The cells of a rule for those with a problem, a frame at a time. `checked` is the table that was checked and
    `issues` has what the check by `mapping` said of it.

    A cell is in it once, and only if the rule does something to it.
    """
    code = code_of(repair)
    if code is None or isinstance(repair, SetCell | LeaveOutRow):
        return
    told = tables.in_order(issue_lines(issues, code, repair.column).select("row").collect()["row"])
    for start in range(0, len(told), tables.ROWS_PER_GROUP):
        span = told.slice(start, tables.ROWS_PER_GROUP)
        is_near = pl.col("row").is_between(span[0], span[-1])
        lines = issue_lines(issues, code, repair.column).filter(is_near)
        found = _cells_near(repair, code, lines, tables.scan(checked).filter(is_near), columns, mapping)
        if found is not None:
            yield found.sort("row").collect(engine="streaming")


def _cells_near(
    repair: ReplaceValue | ReplacePart | ChangeText | UseInstead | LeaveOutProblem,
    code: str,
    lines: pl.LazyFrame,
    checked: pl.LazyFrame,
    columns: Sequence[str],
    mapping: Mapping,
) -> pl.LazyFrame | None:
    """The cells of a rule among these lines and rows; None where it does nothing to any."""
    if repair.column not in columns:
        is_of_rows = isinstance(repair, LeaveOutProblem)
        return lines.unique("row").select("row", was=_NOTHING, becomes=_NOTHING) if is_of_rows else None
    name = f"c{columns.index(repair.column)}"
    cells = lines.join(checked.select("row", pl.col(name).alias("was")), on="row", how="inner")
    if isinstance(repair, LeaveOutProblem):
        return cells.unique("row").select("row", "was", becomes=_NOTHING)
    if not isinstance(repair, UseInstead | ChangeText) or not _is_sure(repair, mapping):
        return None
    # Of two values made of one cell, neither is what the cell was meant to be.
    return (
        cells.select("row", "was", becomes=_becomes(repair, code))
        .filter(pl.col("becomes").is_not_null() & (pl.col("becomes") != pl.col("was")))
        .group_by("row")
        .agg(pl.col("was").first(), pl.col("becomes").first(), different=pl.col("becomes").n_unique())
        .filter(pl.col("different") == 1)
        .select(*CELLS_SCHEMA)
    )


def _is_sure(repair: UseInstead | ChangeText, mapping: Mapping) -> bool:
    """Whether what the check made of a cell can take its place, where that is what is done."""
    is_suggested = isinstance(repair, UseInstead) and repair.use == SUGGESTED
    return not is_suggested or is_read_whole(mapping, repair.column)


def _becomes(repair: UseInstead | ChangeText, code: str) -> pl.Expr:
    if isinstance(repair, ChangeText):
        return changed_text(pl.col("was"), repair.change)
    if repair.use == SUGGESTED:
        return suggested(code, pl.col("was"), pl.col("result"))
    return pl.lit("")


def issue_lines(issues: Path, code: str, column: str) -> pl.LazyFrame:
    """The lines of an issues table with this code and column, without those of forms: `row`, `severity`, `result`."""
    is_one = (pl.col("code") == code) & (pl.col("column") == column) & (pl.col("severity") != Severity.FORMAT)
    return tables.scan(issues).filter(is_one).select("row", "severity", "result")
