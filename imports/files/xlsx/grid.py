"""Cells laid out in rows and columns: blocks of records, none of them larger than they need to be."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

import polars as pl

from imports.files.blocks import FrameBlock
from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import refusal
from imports.files.reading import ReadingLimits
from imports.files.xlsx.merges import MergedCells
from imports.files.xlsx.survey import Survey
from imports.files.xlsx.xlsx_cells import HiddenRows
from imports.worksheets import column_letters

# What a block may hold. A string that many cells share counts each time: whoever reads the block may copy it.
_MAX_BLOCK_CELLS = 2_000_000
_MAX_BLOCK_TEXT_BYTES = 1 << 26
_MAX_ROW_TEXT_BYTES = 1 << 28
_BLANK_ROWS_AT_ONCE = 1 << 16


class Grid:
    """Lays out the cells of a sheet that is gone through once, from top to bottom, leaving out `first_column` columns.

    `hidden` is added to by whoever reads the cells. Raises FileRefusedError for rows that are out of order, and for
    cells beyond the limits.
    """

    def __init__(
        self, first_column: int, survey: Survey, hidden: HiddenRows, limits: ReadingLimits, log: ProblemLog
    ) -> None:
        self._first_column = first_column
        self._survey = survey
        self._merged = MergedCells(survey.merged)
        self._hidden = hidden
        self._limits = limits
        self._log = log
        self._next_row = 1
        self._text_bytes = 0
        self._hidden_count = self._first_hidden = 0
        self._used_columns: set[int] = set()
        merged_columns = survey.merged["column"].filter(
            survey.merged["column"] < first_column + limits.max_columns
        )
        self._merged_width = _greatest(merged_columns) + 1 - first_column

    def blocks(self, batches: Iterable[pl.DataFrame]) -> Iterator[FrameBlock]:
        """The records from row 1 to the last that holds something; `batches` are `row`, `column` and `text`."""
        for cells in _whole_rows(batches):
            self._check(cells)
            for part in self._small_parts(cells):
                yield from self._laid_out(part)
        self._note_hidden()

    def _check(self, cells: pl.DataFrame) -> None:
        beyond = self._first_column + self._limits.max_columns
        if _greatest(cells["column"]) >= beyond:
            row, column = cells.filter(pl.col("column") >= beyond).row(0)[:2]
            raise refusal(
                "too_many_columns",
                row=row,
                columns=column + 1 - self._first_column,
                limit=self._limits.max_columns,
            )
        self._text_bytes += _text_bytes(cells)
        if self._text_bytes > self._limits.max_expanded_bytes:
            raise refusal("expands_too_far")
        if self._survey.hidden_columns:
            self._used_columns.update(cells["column"].unique())

    def _small_parts(self, cells: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """`cells` in parts of whole rows that each fit into a block; rows between parts hold nothing."""
        rows = cells["row"]
        first, last = rows[0], rows[-1]
        width = max(_greatest(cells["column"]) + 1 - self._first_column, self._merged_width)
        text_bytes = _text_bytes(cells)
        if (last - first + 1) * width <= _MAX_BLOCK_CELLS and text_bytes <= _MAX_BLOCK_TEXT_BYTES:
            yield cells
        elif first == last:
            if text_bytes > _MAX_ROW_TEXT_BYTES:
                raise refusal("cell_too_long", row=first, limit=self._limits.max_cell_chars)
            yield cells
        else:
            middle = rows.search_sorted((first + last) // 2 + 1)
            yield from self._small_parts(cells.slice(0, middle))
            yield from self._small_parts(cells.slice(middle))

    def _laid_out(self, cells: pl.DataFrame) -> Iterator[FrameBlock]:
        first, last = cells["row"][0], cells["row"][-1]
        while self._next_row < first:
            height = min(first - self._next_row, _BLANK_ROWS_AT_ONCE)
            blank = pl.repeat(None, height, dtype=pl.String, eager=True).alias("0")
            yield FrameBlock(self._next_row, pl.DataFrame([blank]))
            self._next_row += height
        self._count_hidden(cells["row"])
        yield _block(self._merged.fill(cells, self._log), self._first_column)
        self._next_row = last + 1

    def _count_hidden(self, rows: pl.Series) -> None:
        start, end = bisect_left(self._hidden.rows, rows[0]), bisect_right(self._hidden.rows, rows[-1])
        if start == end:
            return
        hidden = pl.Series(self._hidden.rows[start:end].tolist(), dtype=pl.UInt32)
        filled = hidden.filter(hidden.is_in(rows.unique().implode()))
        if len(filled):
            self._first_hidden = self._first_hidden or filled[0]
            self._hidden_count += len(filled)

    def _note_hidden(self) -> None:
        if self._hidden_count:
            self._log.add(0, "hidden_rows", count=self._hidden_count, first=self._first_hidden)
        hidden = [
            column
            for column in sorted(self._used_columns)
            if any(first <= column <= last for first, last in self._survey.hidden_columns)
        ]
        if hidden:
            self._log.add(0, "hidden_columns", count=len(hidden), first=column_letters(hidden[0]))


def _whole_rows(batches: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The cells in batches none of which ends in the midst of a row."""
    kept: pl.DataFrame | None = None
    for batch in batches:
        if not len(batch):
            continue
        cells = batch if kept is None else pl.concat([kept, batch], rechunk=True)
        rows = cells["row"]
        if not rows.is_sorted():
            raise refusal("damaged_workbook")
        start = rows.search_sorted(rows[-1])
        # A row that goes on and on says the same places again.
        kept = cells.slice(start).unique("column", keep="last", maintain_order=True)
        if _text_bytes(kept) > _MAX_ROW_TEXT_BYTES:
            raise refusal("damaged_workbook")
        if start:
            yield cells.slice(0, start)
    if kept is not None:
        yield kept


def _block(cells: pl.DataFrame, first_column: int) -> FrameBlock:
    """The block of these cells, whose rows are in order; of cells in the same place the last one counts."""
    first_row = cells["row"][0]
    height = cells["row"][-1] + 1 - first_row
    width = _greatest(cells["column"]) + 1 - first_column
    slots = cells.select(
        (pl.col("column").cast(pl.Int64) - first_column) * height + pl.col("row") - first_row
    ).to_series()
    numbers = pl.int_range(len(cells), dtype=pl.UInt32, eager=True)
    chosen = pl.repeat(None, width * height, dtype=pl.UInt32, eager=True).scatter(slots, numbers)
    texts = cells["text"].gather(chosen)
    columns = [texts.slice(index * height, height).alias(str(index)) for index in range(width)]
    return FrameBlock(first_row, pl.DataFrame(columns))


def _greatest(numbers: pl.Series) -> int:
    greatest = numbers.max()
    return greatest if isinstance(greatest, int) else 0


def _text_bytes(cells: pl.DataFrame) -> int:
    return int(cells["text"].str.len_bytes().sum())
