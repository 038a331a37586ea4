"""Which of a workbook's sheets holds the contacts, told from how each begins."""

from collections.abc import Callable, Iterable, Sequence

import polars as pl

from imports.files.decisions import STATED, Decision
from imports.files.evidence import CellKind, kind_of
from imports.files.file_refusals import refusal
from imports.files.reading import Sheet

MAX_SHEETS_LOOKED_AT = 50
HEAD_ROWS = 50
HEAD_COLUMNS = 200
"""How much of a sheet is looked at: a reader need give no more."""

_MAX_SHEETS_NAMED = 50
# As many of a kind as this are as good as any more: a longer sheet is no better table of contacts.
_ENOUGH = 10
# What a kind counts for that is in every row of hardly any.
_FEW = 0.4
# What a sheet counts for that has enough of each. Only what contacts are reached by tells one table from another;
# where no sheet has that, the first is meant.
_EMAILS = 10.0
_PHONES = 5.0
_TABLE = 1.0
_SOMETHING = 0.1
# However much more one sheet looks like it, a person may mean another.
_MAX_CONFIDENCE = 0.95
_SHARPNESS = 3


def choose_sheet(
    sheets: Sequence[Sheet], head: Callable[[str], list[list[str]]], wanted: str | None
) -> tuple[str, Decision]:
    """The name of the sheet to read, and why it is that one.

    `wanted` names any sheet, hidden ones too; `None` leaves the choice to how the visible ones begin. `head` gives
    a sheet's first `HEAD_ROWS` records that hold something. Raises FileRefusedError when there is no sheet to choose.
    """
    if wanted is not None:
        if all(sheet.name != wanted for sheet in sheets):
            names = [sheet.name for sheet in sheets[:_MAX_SHEETS_NAMED]]
            raise refusal("no_such_sheet", sheet=wanted, sheets=names)
        return wanted, STATED
    visible = [sheet.name for sheet in sheets if not sheet.is_hidden]
    if not visible:
        raise refusal("no_visible_sheet")
    scores = {name: _score(rows) for name in visible[:MAX_SHEETS_LOOKED_AT] if (rows := _filled(head(name)))}
    if not scores:
        raise refusal("empty_file")
    # Of equals, the first that is met.
    best = max(scores, key=scores.__getitem__)
    if len(scores) == 1 and len(visible) <= MAX_SHEETS_LOOKED_AT:
        return best, Decision(1.0, "only")
    return best, Decision(_confidence(scores[best], list(scores.values())), "likeliest_sheet")


def _confidence(best: float, scores: Sequence[float]) -> float:
    """A half where there are two equals, a third where there are three, more the further others are behind."""
    return round(min(_MAX_CONFIDENCE, 1 / sum((score / best) ** _SHARPNESS for score in scores)), 2)


def _filled(rows: list[list[str]]) -> list[list[str]]:
    """The rows that hold something, as far as they are looked at."""
    looked_at = (row[:HEAD_COLUMNS] for row in rows[:HEAD_ROWS])
    return [row for row in looked_at if any(cell.strip() for cell in row)]


def _score(rows: list[list[str]]) -> float:
    """How much a sheet that begins with these rows, all of them filled, looks like a table of contacts."""
    kinds = [[kind_of(cell) for cell in row] for row in rows]
    # Titles and notes stand alone in their rows, and a single row has names or a contact, not both.
    tabular_rows = sum(sum(kind is not CellKind.BLANK for kind in row) > 1 for row in kinds)
    is_table = tabular_rows > 1 and tabular_rows * 2 > len(rows)
    return (
        _EMAILS * _common(sum(CellKind.EMAIL in row for row in kinds), len(rows))
        + _PHONES * _common(sum(CellKind.PHONE in row for row in kinds), len(rows))
        + _TABLE * is_table
        # A sheet of remarks is something too.
        + _SOMETHING
    )


def _common(count: int, rows: int) -> float:
    """How far a kind of cell makes the sheet: it is in `count` of so many rows, the first of which has the names."""
    return min(1.0, count / max(1, rows - 1)) * (_FEW + (1 - _FEW) * _enough(count))


def _enough(count: int) -> float:
    return min(count, _ENOUGH) / _ENOUGH


def first_column_of(batches: Iterable[pl.DataFrame]) -> int:
    """The first column that holds something, of a sheet's cells (`row`, `column`, `text`) batch by batch.

    The first batch tells it of nearly every sheet.
    """
    first: int | None = None
    for cells in batches:
        least = cells["column"].min()
        if isinstance(least, int):
            first = least if first is None else min(first, least)
        if first == 0:
            break
    return first or 0


def head_of_cells(texts: pl.DataFrame) -> list[list[str]]:
    """The first rows that hold something, of a sheet that begins with these cells (`row`, `column`, `text`)."""
    least = texts["column"].min()
    start = least if isinstance(least, int) else 0
    rows: dict[int, list[str]] = {}
    for row, column, text in texts.filter(pl.col("column") < start + HEAD_COLUMNS).iter_rows():
        if row not in rows and len(rows) == HEAD_ROWS:
            break
        rows.setdefault(row, [""] * HEAD_COLUMNS)[column - start] = text
    return list(rows.values())
