"""From an upload to the staged table: one row of text cells for each record below the header."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import polars as pl

from imports.files.blocks import BLANK_CLASS, Block, Table
from imports.files.delimited import DelimitedTable
from imports.files.formats import recognise_format
from imports.files.headers import Header, find_header, name_columns
from imports.files.problems import ProblemLog
from imports.files.reading import (
    DEFAULT_LIMITS,
    NO_OPTIONS,
    Limits,
    Reading,
    ReadingOptions,
    ReadingProblem,
)
from imports.files.refusals import FileRefusedError, refusal
from imports.files.workbook import WorkbookTable
from imports.tables import Schema, write_table

__all__ = ["FileRefusedError", "Limits", "Reading", "ReadingOptions", "ReadingProblem", "stage"]


def stage(
    source: Path,
    target: Path,
    options: ReadingOptions = NO_OPTIONS,
    limits: Limits = DEFAULT_LIMITS,
    progress: Callable[[int], None] | None = None,
) -> Reading:
    """Read the file `source` and write its rows to `target`, a Parquet table, in bounded memory.

    The table has `row` (UInt32, the spreadsheet's own row number; a record over several lines is one row) and
    `c0`, `c1` and so on, one for each name in the reading's `columns`: String, never null. It has every
    record below the header, the blank ones with every cell "".

    `progress` is called with the number of rows read so far, which only grows. Raises FileRefusedError, and
    leaves no `target`.
    """
    size_bytes = source.stat().st_size
    if size_bytes > limits.max_bytes:
        raise refusal("file_too_large", size_bytes=size_bytes, limit_bytes=limits.max_bytes)
    table = _open_table(source, options, limits)
    header = find_header(table, options.header_row)
    width, reported = header.width, 0

    def report(rows: int) -> None:
        nonlocal reported
        if progress and rows > reported:
            progress(reported := rows)

    while True:
        staging = _Pass(table, header, width, limits, report)
        try:
            write_table(staging.frames(), _schema(width), target)
            break
        except _TooNarrowError:
            width = staging.width
    return Reading(
        format=table.format,
        encoding=table.encoding,
        delimiter=table.delimiter,
        quote=table.quote,
        sheet=table.sheet,
        header_row=header.row,
        columns=name_columns(header.cells, width, table.first_column),
        rows=staging.rows,
        blank=staging.blank,
        furniture=header.above,
        problems=staging.log.summary(),
    )


class _TooNarrowError(Exception):
    """There is something right of the header's last name, so the table needs more columns."""


class _Pass:
    """One reading of the table from top to bottom, as frames of `width` columns.

    The width that is needed is known only at the end. Nearly always it is the header's, so that is tried
    first; a pass that meets something further right reads on only to learn how far, and says so at its end.
    """

    def __init__(
        self, table: Table, header: Header, width: int, limits: Limits, progress: Callable[[int], None]
    ) -> None:
        self._table = table
        self._header = header
        self._limits = limits
        self._progress = progress
        self._first_width = width
        self.width = width
        self.log = ProblemLog()
        self.rows = 0
        self.blank = 0

    def frames(self) -> Iterator[pl.DataFrame]:
        """The rows below the header. Raises FileRefusedError, or _TooNarrowError when `width` has grown."""
        self._check_width(self._header.row, self.width)
        self._check_cells(self._header.row, self._header.cells)
        for block in self._table.blocks(self.log):
            block = block.below(self._header.row)
            if not block:
                continue
            frame = self._frame(block)
            if self.rows + self.blank > self._limits.max_rows:
                raise refusal("too_many_rows", limit=self._limits.max_rows)
            if self.width == self._first_width:
                yield frame
            self._progress(self.rows + self.blank)
        if not self.rows:
            raise refusal("header_only", header_row=self._header.row)
        if self.width != self._first_width:
            raise _TooNarrowError

    def _frame(self, block: Block) -> pl.DataFrame:
        records = pl.Series(block.records, dtype=pl.String)
        # No cell is longer than its record, and hardly any record is longer than a cell may be.
        for index in (records.str.len_bytes() > self._limits.max_cell_chars).arg_true():
            self._check_cells(block.first_row + index, block.cells(index))
        # Not blank, and no separator; \x{...} because a separator may mean something in a regular expression.
        something = rf"[^{BLANK_CLASS}\x{{{ord(block.separator):x}}}]"
        cells = records.str.splitn(block.separator, self.width + 1).struct.unnest()
        cells.columns = [f"c{index}" for index in range(self.width + 1)]
        surplus = cells.to_series(self.width)
        for index in surplus.str.contains(something).fill_null(False).arg_true():
            self._widen(block.first_row + index, block.cells(index))
        filled = records.str.contains(something)
        rows = int(filled.sum())
        self.rows += rows
        self.blank += len(block) - rows
        cells = cells.select(pl.exclude(surplus.name).fill_null(""))
        if rows < len(block):
            cells = cells.select(pl.when(filled).then(pl.all()).otherwise(pl.lit("")))
        row = pl.int_range(block.first_row, block.first_row + len(block), dtype=pl.UInt32, eager=True).alias(
            "row"
        )
        return pl.DataFrame([row, *cells])

    def _check_cells(self, row: int, cells: Sequence[str]) -> None:
        if max(map(len, cells)) > self._limits.max_cell_chars:
            raise refusal("cell_too_long", row=row, limit=self._limits.max_cell_chars)

    def _widen(self, row: int, cells: list[str]) -> None:
        width = next(width for width in range(len(cells), 0, -1) if cells[width - 1].strip())
        self._check_width(row, width)
        self.width = max(self.width, width)

    def _check_width(self, row: int, width: int) -> None:
        if width > self._limits.max_columns:
            raise refusal("too_many_columns", row=row, columns=width, limit=self._limits.max_columns)


def _open_table(source: Path, options: ReadingOptions, limits: Limits) -> Table:
    if recognise_format(source) == "xlsx":
        return WorkbookTable(source, options)
    return DelimitedTable(source, options, limits)


def _schema(width: int) -> Schema:
    return {"row": pl.UInt32, **{f"c{index}": pl.String for index in range(width)}}
