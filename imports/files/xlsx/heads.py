"""How a sheet begins, told from its first cells."""

from collections.abc import Iterable

import polars as pl

from imports.files.workbooks.sheets import HEAD_COLUMNS, HEAD_ROWS


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
