"""An XLS workbook's sheet (Excel 5 to 2003) as a table of text: its records give cells, the rest is as for XLSX."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from imports.files.blocks import Block
from imports.files.decisions import Decision
from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import refusal
from imports.files.reading import ReadingLimits, ReadingOptions, Sheet
from imports.files.workbooks.packages import damage_refused
from imports.files.workbooks.sheets import choose_sheet, first_column_of, head_of_cells
from imports.files.xls.records import workbook_stream
from imports.files.xls.xls_book import read_book
from imports.files.xls.xls_cells import SheetCells, read_cells
from imports.files.xlsx.cell_texts import Meanings, cell_texts
from imports.files.xlsx.grid import Grid

_HEAD_CELLS = 20_000


class XlsTable:
    """One sheet of the workbook at `path`: the one that was named, else the one that looks most like contacts.

    Raises FileRefusedError when there is no such sheet, or the workbook is damaged, protected or beyond `limits`.
    """

    format = "xls"
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None

    def __init__(self, path: Path, options: ReadingOptions, limits: ReadingLimits) -> None:
        self._limits = limits
        self._read: tuple[str, SheetCells] | None = None
        with damage_refused():
            self._stream = workbook_stream(path)
            if len(self._stream) > limits.max_expanded_bytes:
                raise refusal("expands_too_far")
            self._book = read_book(self._stream)
        self._meanings = Meanings.of(self._book.strings, self._book.formats, self._book.is_1904)
        self.sheets: tuple[Sheet, ...] = tuple(self._book.sheets)
        name, decision = choose_sheet(self.sheets, self._head, options.sheet)
        self.sheet: str | None = name
        self.decisions: dict[str, Decision] = {"sheet": decision}
        self._name = name
        self.first_column = first_column_of([self._texts(name, ProblemLog())])

    def blocks(self, log: ProblemLog) -> Iterator[Block]:
        """The sheet's records from row 1 to the last that holds something."""
        found = self._cells(self._name)
        found.report(log)
        grid = Grid(self.first_column, found.survey, found.hidden, self._limits, log)
        return grid.blocks([self._texts(self._name, log)])

    def _head(self, sheet: str) -> list[list[str]]:
        return head_of_cells(self._texts(sheet, ProblemLog(), _HEAD_CELLS))

    def _texts(self, sheet: str, log: ProblemLog, cells: int | None = None) -> pl.DataFrame:
        found = self._cells(sheet)
        meanings = replace(self._meanings, strings=found.strings)
        return cell_texts(found.cells.slice(0, cells), meanings, self._limits.max_cell_chars, log)

    def _cells(self, sheet: str) -> SheetCells:
        """The sheet, read. One is kept: the next that is asked for is usually the same."""
        if self._read is None or self._read[0] != sheet:
            self._read = None
            with damage_refused():
                self._read = (sheet, read_cells(self._stream, self._book.offsets[sheet], self._book))
        return self._read[1]
