"""Which repairs make sense for the cells of a column that have a problem: each with how many it is for, and one."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import polars as pl

from imports import tables
from imports.contacts.mapping import Mapping
from imports.contacts.problems import PROBLEM_TYPES, ProblemKind, Severity
from imports.contacts.repairs.repair_types import (
    BLANK,
    SUGGESTED,
    TRIM,
    ChangeText,
    LeaveOutProblem,
    Repair,
    ReplacePart,
    UseInstead,
)
from imports.contacts.repairs.repaired_table import changed_text, replaced_part
from imports.contacts.repairs.resolving import cells_of_rule, issue_lines
from imports.contacts.repairs.suggested_values import has_suggestion
from imports.contacts.targets import MATCH_IDENTIFIER, TargetCatalogue
from imports.contacts.values.cells import trim

_OF_ROWS = frozenset({ProblemKind.ROW, ProblemKind.FORMATTED})
"""What is said of a row as a whole, or of a value that is as it was meant, is not for these repairs."""
_MAY_BE_BLANK = frozenset({ProblemKind.INVALID, ProblemKind.DOUBTFUL, ProblemKind.ABSENT})


_PROBLEMS = (Severity.ERROR, Severity.WARNING, Severity.DOUBT)
"""What is said of a cell that is not as it should be."""


class OfferKind(StrEnum):
    """What is offered, in the order in which it is."""

    SUGGESTED = "suggested"
    REPLACE = "replace"
    TRIM = "trim"
    CASE = "case"
    BLANK = "blank"
    LEAVE_OUT = "leave_out"
    AS_IT_IS = "as_it_is"


@dataclass(frozen=True)
class RepairOffer:
    """A repair for the cells of a column with one problem.

    `count`: how many cells it changes, or rows it leaves out; `row`, `was` and `becomes` are the first of them.
    `repair` is what is to be made; None where a person has to say by what (REPLACE, CASE), or nothing is to be done
    (AS_IT_IS).
    """

    kind: OfferKind
    count: int
    row: int
    was: str
    becomes: str
    repair: Repair | None = None


def repairs_offered(
    checked: Path,
    issues: Path,
    columns: Sequence[str],
    mapping: Mapping,
    catalogue: TargetCatalogue,
    code: str,
    column: str,
) -> list[RepairOffer]:
    """The repairs for the cells of `column` with the problem `code`, by the tables of the check by `mapping`."""
    problem = PROBLEM_TYPES.get(code)
    if problem is None or column not in columns or problem.kind in _OF_ROWS:
        return []
    lines = issue_lines(issues, code, column).unique("row").collect()
    sent = lines.filter(pl.col("severity") != Severity.ERROR)
    cells = tables.scan(checked).select("row", was=f"c{columns.index(column)}")
    all_cells, sent_rows = (_first_of(some["row"], cells) for some in (lines, sent))
    if all_cells is None:
        return []
    purpose = _Purpose(mapping, catalogue, column)

    def of_rule(kind: OfferKind, repair: Repair) -> list[RepairOffer]:
        count = 0
        first: tuple[int, str, str] | None = None
        for cells in cells_of_rule(repair, checked, issues, columns, mapping):
            count += cells.height
            first = first or next(cells.iter_rows(), None)
        if first is None:
            return []
        row, was, becomes = first
        return [RepairOffer(kind, count, row, was, becomes, repair)]

    def of_cells(kind: OfferKind, becomes: str | None = None, repair: Repair | None = None) -> RepairOffer:
        count, row, was = all_cells
        return RepairOffer(kind, count, row, was, was if becomes is None else becomes, repair)

    offers: list[RepairOffer] = []
    if has_suggestion(code) and problem.kind is not ProblemKind.CHANGED:
        offers += of_rule(OfferKind.SUGGESTED, UseInstead(column, code, SUGGESTED))
    offers.append(of_cells(OfferKind.REPLACE))
    if problem.kind is ProblemKind.CHANGED:
        offers += of_rule(OfferKind.TRIM, ChangeText(column, TRIM, code))
    if purpose.is_text:
        offers.append(of_cells(OfferKind.CASE))
    if problem.kind in _MAY_BE_BLANK and not purpose.is_needed:
        offers.append(of_cells(OfferKind.BLANK, "", UseInstead(column, code, BLANK)))
    if sent_rows is not None:
        count, row, was = sent_rows
        offers.append(RepairOffer(OfferKind.LEAVE_OUT, count, row, was, was, LeaveOutProblem(column, code)))
    if problem.kind is ProblemKind.DOUBTFUL:
        offers.append(of_cells(OfferKind.AS_IT_IS))
    return offers


def _first_of(rows: pl.Series, cells: pl.LazyFrame) -> tuple[int, int, str] | None:
    """How many rows there are, and the first one's number and cell; None where there is none."""
    if rows.is_empty():
        return None
    row, was = tables.rows_at(cells, rows.sort().head(1).to_list()).row(0)
    return len(rows), row, was


@dataclass(frozen=True)
class ChangedCells:
    """How many cells a repair would change, and the first of them: its row, its text, and what that becomes."""

    count: int
    row: int
    was: str
    becomes: str


def cells_changed(
    checked: Path, issues: Path, columns: Sequence[str], repair: ReplacePart | ChangeText
) -> tuple[ChangedCells | None, ChangedCells | None]:
    """What a repair of a whole column would change: cells that have a problem, and cells that have none."""
    cell = pl.col(f"c{columns.index(repair.column)}")
    becomes = (
        replaced_part(cell, repair) if isinstance(repair, ReplacePart) else changed_text(cell, repair.change)
    )
    changed = tables.scan(checked).select("row", was=cell, becomes=becomes)
    changed = changed.filter(pl.col("becomes") != pl.col("was"))
    is_told = (pl.col("column") == repair.column) & pl.col("severity").is_in(_PROBLEMS)
    told = tables.scan(issues).filter(is_told).select("row").unique()
    return (
        _summed(changed.join(told, on="row", how="semi")),
        _summed(changed.join(told, on="row", how="anti")),
    )


def _summed(changed: pl.LazyFrame) -> ChangedCells | None:
    first = pl.col("row", "was", "becomes").sort_by("row").first()
    found = changed.select(pl.len().alias("count"), first).collect(engine="streaming")
    count, row, was, becomes = found.row(0)
    return ChangedCells(count, row, was, becomes) if count else None


class _Purpose:
    """What a column is imported for.

    `is_needed`: without a value its row is not sent, or is sent though it is not to be: it holds what contacts are
    matched by, or who wants no mail. `is_text`: it is imported as text.
    """

    def __init__(self, mapping: Mapping, catalogue: TargetCatalogue, column: str) -> None:
        keys = [one.target for one in mapping.columns if one.column == column]
        targets = [target for key in keys if (target := catalogue.find(key)) is not None]
        is_match = any(one.part == MATCH_IDENTIFIER or one.key == mapping.match_identifier for one in targets)
        keeps_back = column in mapping.leave_out_unsubscribed
        self.is_needed = is_match or keeps_back or any(one.type.keeps_row_back for one in targets)
        self.is_text = bool(targets) and all(one.type.is_text for one in targets)


def distinct_cells(
    checked: Path, issues: Path, columns: Sequence[str], column: str, code: str | None, limit: int
) -> tuple[list[tuple[str, int]], int]:
    """The commonest cells of a column, spaces around them apart, at most `limit`, with the rows that hold each, and how
    many different ones there are; with a `code` only the cells with that problem."""
    if column not in columns:
        return [], 0
    cells = tables.scan(checked).select("row", value=trim(pl.col(f"c{columns.index(column)}")))
    if code:
        cells = cells.join(issue_lines(issues, code, column).unique("row"), on="row", how="semi")
    counted = cells.group_by("value").agg(rows=pl.len()).collect(engine="streaming")
    commonest = counted.sort("rows", "value", descending=[True, False]).head(limit)
    return commonest.rows(), counted.height
