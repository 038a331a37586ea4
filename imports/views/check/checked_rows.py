"""Rows of a checked file with what the check says of them, read a page at a time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict

import polars as pl

from imports import tables
from imports.contacts.forms import scan_lines
from imports.contacts.problems import PROBLEM_TYPES, ProblemKind, Severity
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


FATES = frozenset({"ready", "rejected", "duplicate", "blank", "excluded"})
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
) -> tuple[int, list[CheckedRow]]:
    """How many rows there are, and at most `limit` of them from `offset` on, in the file's order.

    `show` is a fate, a severity, a problem's code, or None for all; `search` finds text in any cell, whatever its
    case. Of the file, only the page is held, and the numbers of the rows that were found.
    """
    cells = [f"c{position}" for position in range(len(columns))]
    chosen = tables.scan(prepared).select("row", "fate", "stands_for_it")
    lines = scan_lines(staged, prepared, issues, columns)
    if show in FATES:
        chosen = chosen.filter(pl.col("fate") == show)
    elif show:
        is_shown = pl.col("code") == show
        if show in SEVERITIES:
            is_shown = (pl.col("severity") == show) & ~pl.col("code").is_in(_ABOUT_ROWS)
        with_problem = lines.filter(is_shown).select("row").unique()
        chosen = chosen.join(with_problem, on="row", how="semi", maintain_order="left")
    if search:
        pattern = "(?i)" + pl.escape_regex(search)
        holds = pl.any_horizontal([pl.col(cell).str.contains(pattern) for cell in cells])
        chosen = chosen.join(
            tables.scan(staged).filter(holds).select("row"), on="row", how="semi", maintain_order="left"
        )
    total = int(chosen.select(pl.len()).collect(engine="streaming").item())
    page = chosen.slice(offset, limit).collect()
    numbers = page["row"].to_list()
    own_cells = _by_row(tables.scan(staged).select("row", *cells), numbers)
    told = _by_row(lines.select("row", "column", "code", "severity", "original", "result"), numbers)
    problems = {row: [_problem(*values) for values in lines] for row, lines in told.items()}
    return total, [
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


def _by_row(table: pl.LazyFrame, rows: list[int]) -> dict[int, list[tuple[Any, ...]]]:
    """The records of `table` for these rows, by row, without the row number."""
    if not rows:
        return {}
    near = pl.col("row").is_between(min(rows), max(rows)) & pl.col("row").is_in(rows)
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row, *values in table.filter(near).collect().iter_rows():
        found.setdefault(row, []).append(tuple(values))
    return found


def _problem(column: str, code: str, severity: str, original: str | None, result: str | None) -> RowProblem:
    sentence = problem_sentence(code, column, original, result)
    return RowProblem(severity=severity, sentence=f"{sentence} {consequence(code, severity)}".strip())
