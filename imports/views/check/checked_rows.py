"""Rows of a checked file with what the check says of them, read a page at a time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict

import polars as pl

from imports import tables
from imports.contacts.forms import lines_at, rows_told
from imports.contacts.problems import PROBLEM_TYPES, ProblemKind, Severity
from imports.fates import Fate
from imports.search_text import rows_containing
from imports.views.problem_groups import consequence, problem_sentence


class RowProblem(TypedDict):
    """What is said of one value, or of the row as a whole."""

    severity: str
    sentence: str


class CheckedRow(TypedDict):
    """A row as a page shows it; `cells` are the person's own, in the order of the file's columns.

    `forms` tells of values that mean what they meant, in another form; `problems` is all the rest.
    """

    row: int
    fate: str
    stands_for_it: int | None
    cells: list[str]
    problems: list[RowProblem]
    forms: list[RowProblem]


FATES = frozenset(Fate)
SEVERITIES = frozenset(Severity)
_ABOUT_ROWS = [code for code, problem in PROBLEM_TYPES.items() if problem.kind is ProblemKind.ROW]


def page_of_checked_rows(
    staged: Path,
    prepared: Path,
    issues: Path,
    columns: Sequence[str],
    show: str | None,
    search: str,
    offset: int,
    limit: int,
    text: Path | None = None,
) -> tuple[int, list[CheckedRow]]:
    """How many rows there are, and at most `limit` of them from `offset` on, in the file's order.

    `show` is a fate, a severity, a problem's code, or None for all; `search` finds text in any cell, whatever its
    case; `text` is the file's search text, if there is one. First come the numbers of the rows that are found, from few
    columns and four bytes each; then the rest of the page's own rows.
    """
    cells = [f"c{position}" for position in range(len(columns))]
    found = _rows_shown(prepared, issues, show)
    if search:
        found = tables.rows_in_both(found, rows_containing(staged, text, search))
    numbers = found.slice(offset, limit)
    page = tables.rows_at(tables.scan(prepared).select("row", "fate", "stands_for_it"), numbers.to_list())
    own_cells = _by_row(tables.rows_at(tables.scan(staged).select("row", *cells), numbers.to_list()))
    told = _by_row(lines_at(staged, prepared, issues, columns, numbers.to_list()))
    problems = {row: [_problem(*values) for values in lines] for row, lines in told.items()}
    return len(found), [
        CheckedRow(
            row=row,
            fate=fate,
            stands_for_it=stands_for_it,
            cells=list(own_cells[row][0]),
            problems=[one for one in problems.get(row, []) if one["severity"] != Severity.FORMAT],
            forms=[one for one in problems.get(row, []) if one["severity"] == Severity.FORMAT],
        )
        for row, fate, stands_for_it in page.iter_rows()
    ]


def _rows_shown(prepared: Path, issues: Path, show: str | None) -> pl.Series:
    """The numbers of the rows that `show` means, ascending."""
    rows = tables.scan(prepared)
    if show and show not in FATES:
        is_shown = pl.col("code") == show
        if show in SEVERITIES:
            is_shown = (pl.col("severity") == show) & ~pl.col("code").is_in(_ABOUT_ROWS)
        return rows_told(prepared, issues, is_shown)
    if show:
        rows = rows.filter(pl.col("fate") == show)
    return rows.select("row").collect().to_series()


def _by_row(records: pl.DataFrame) -> dict[int, list[tuple[Any, ...]]]:
    """The records by their row, without its number."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row, *values in records.iter_rows():
        found.setdefault(row, []).append(tuple(values))
    return found


def _problem(column: str, code: str, severity: str, original: str | None, result: str | None) -> RowProblem:
    sentence = problem_sentence(code, column, original, result)
    return RowProblem(severity=severity, sentence=f"{sentence} {consequence(code, severity)}".strip())
