"""Rows of a checked file with what the check says of them, read a page at a time."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

import polars as pl

from imports import tables
from imports.contacts.forms import lines_at, problem_lines_at, rows_told
from imports.contacts.issues import ROW_CODES
from imports.contacts.problems import PROBLEM_TYPES, ProblemKind, Severity
from imports.fates import Fate
from imports.search_text import rows_containing
from imports.views.problem_groups import consequence, problem_sentence


class RowProblem(TypedDict):
    """What is said of one value, or of the row as a whole.

    `place` is that of the value's column in the file, None for the row; `sentence` begins with the column's name,
    `at_cell` does not.
    """

    place: int | None
    severity: str
    sentence: str
    at_cell: str


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
    *,
    with_forms: bool = True,
) -> tuple[int, list[CheckedRow]]:
    """How many rows there are, and at most `limit` of them from `offset` on, in the file's order.

    `show` is a fate, a severity, a problem's code, or None for all; `search` finds text in any cell, whatever its
    case; `text` is the file's search text, if there is one; without `with_forms`, `forms` are left empty, which saves
    reading them. First come the numbers of the rows that are found, from few columns and four bytes each; then the
    rest of the page's own rows.
    """
    found = numbers_of_rows(staged, prepared, issues, show, search, text)
    numbers = found.slice(offset, limit).to_list()
    return len(found), checked_rows_at(staged, prepared, issues, columns, numbers, with_forms=with_forms)


def numbers_of_rows(
    staged: Path, prepared: Path, issues: Path, show: str | None, search: str, text: Path | None = None
) -> pl.Series:
    """The numbers of the rows that are asked for, as for `page_of_checked_rows`; they ascend."""
    if not search:
        return rows_shown(prepared, issues, show)
    containing = rows_containing(staged, text, search)
    return tables.rows_in_both(rows_shown(prepared, issues, show), containing) if show else containing


def checked_rows_at(
    staged: Path,
    prepared: Path,
    issues: Path,
    columns: Sequence[str],
    numbers: Sequence[int],
    *,
    with_forms: bool = True,
) -> list[CheckedRow]:
    """Those rows of a checked file that have these numbers, in the file's order."""
    cells = [f"c{position}" for position in range(len(columns))]
    page = tables.rows_at(tables.scan(prepared).select("row", "fate", "stands_for_it"), numbers)
    own_cells = _by_row(tables.rows_at(tables.scan(staged).select("row", *cells), numbers))
    lines = (
        lines_at(staged, prepared, issues, columns, numbers)
        if with_forms
        else problem_lines_at(prepared, issues, numbers)
    )
    told = _by_row(lines)
    return [
        with_problems(row, fate, stands_for_it, list(own_cells[row][0]), told.get(row, []), columns)
        for row, fate, stands_for_it in page.iter_rows()
    ]


def with_problems(
    row: int,
    fate: str,
    stands_for_it: int | None,
    cells: list[str],
    lines: Sequence[Sequence[Any]],
    columns: Sequence[str],
) -> CheckedRow:
    """A row with what `lines` say of it: column, code, severity, original and result, as the issues table has them."""
    places = {column: place for place, column in enumerate(columns)}
    told = [_problem(places, *line) for line in lines]
    return CheckedRow(
        row=row,
        fate=fate,
        stands_for_it=stands_for_it,
        cells=cells,
        problems=[one for one in told if one["severity"] != Severity.FORMAT],
        forms=[one for one in told if one["severity"] == Severity.FORMAT],
    )


def rows_shown(prepared: Path, issues: Path, show: str | None) -> pl.Series:
    """The numbers of the rows that `show` means, ascending."""
    rows = tables.scan(prepared)
    if show and show not in FATES:
        is_shown = pl.col("code") == show
        if show in SEVERITIES:
            is_shown = (pl.col("severity") == show) & ~pl.col("code").is_in(ROW_CODES)
        return rows_told(prepared, issues, is_shown)
    if show:
        rows = rows.filter(pl.col("fate") == show)
    return rows.select("row").collect().to_series()


def is_of_forms(show: str) -> bool:
    """Whether it is values in another form that are asked for."""
    kind = PROBLEM_TYPES.get(show)
    return show == Severity.FORMAT or (kind is not None and kind.kind is ProblemKind.FORMATTED)


def _by_row(records: pl.DataFrame) -> dict[int, list[tuple[Any, ...]]]:
    """The records by their row, without its number."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row, *values in records.iter_rows():
        found.setdefault(row, []).append(tuple(values))
    return found


def _problem(
    places: Mapping[str, int], column: str, code: str, severity: str, original: str | None, result: str | None
) -> RowProblem:
    """A line of the issues table for people; `places` has those of the file's columns."""
    follows = consequence(code, severity)
    sentence, at_cell = (problem_sentence(code, name, original, result) for name in (column, ""))
    return RowProblem(
        place=places.get(column),
        severity=severity,
        sentence=f"{sentence} {follows}".strip(),
        at_cell=f"{at_cell} {follows}".strip(),
    )
