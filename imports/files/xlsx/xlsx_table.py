"""An XLSX workbook's sheet as a table of text (ECMA-376 part 1)."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from imports.files.blocks import Block
from imports.files.decisions import Decision
from imports.files.file_problems import ProblemLog
from imports.files.reading import ReadingLimits, ReadingOptions, Sheet
from imports.files.workbooks.sheets import choose_sheet, first_column_of, head_of_cells
from imports.files.xlsx.cell_texts import Meanings, cell_texts
from imports.files.xlsx.grid import Grid
from imports.files.xlsx.parts import Package
from imports.files.xlsx.sheet import read_first_cells, read_parsed_cells, read_plain_cells
from imports.files.xlsx.strings import read_strings
from imports.files.xlsx.survey import survey
from imports.files.xlsx.xlsx_book import read_book
from imports.files.xlsx.xlsx_cells import HiddenRows


class XlsxTable:
    """One sheet of the workbook at `path`: the one that was named, else the one that looks most like contacts.

    Its rows are never held all at once; the strings that its cells share are. Raises FileRefusedError when there is
    no such sheet, or the workbook is damaged or beyond `limits`.
    """

    format = "xlsx"
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None

    def __init__(self, path: Path, options: ReadingOptions, limits: ReadingLimits) -> None:
        self._limits = limits
        self._package = Package(path, limits.max_expanded_bytes)
        book = read_book(self._package)
        self._meanings = Meanings.of(read_strings(self._package, book.strings), book.formats, book.is_1904)
        self._is_calculated = book.is_calculated
        self._parts = book.parts
        self.sheets: tuple[Sheet, ...] = tuple(book.sheets)
        name, decision = choose_sheet(self.sheets, self._head, options.sheet)
        self.sheet: str | None = name
        self.decisions: dict[str, Decision] = {"sheet": decision}
        self._part = self._parts[name]
        self._survey = survey(self._package, self._part)
        self.first_column = first_column_of(self._texts(HiddenRows(), ProblemLog()))

    def blocks(self, log: ProblemLog) -> Iterator[Block]:
        """The sheet's records from row 1 to the last that holds something."""
        hidden = HiddenRows()
        grid = Grid(self.first_column, self._survey, hidden, self._limits, log)
        return grid.blocks(self._texts(hidden, log))

    def _texts(self, hidden: HiddenRows, log: ProblemLog) -> Iterator[pl.DataFrame]:
        read = read_plain_cells if self._survey.is_plain else read_parsed_cells
        for cells in read(self._package, self._part, hidden, self._limits, is_calculated=self._is_calculated):
            yield cell_texts(cells, self._meanings, self._limits.max_cell_chars, log)

    def _head(self, sheet: str) -> list[list[str]]:
        """The first records of `sheet` that hold something."""
        cells = read_first_cells(self._package, self._parts[sheet], self._limits)
        return head_of_cells(cell_texts(cells, self._meanings, self._limits.max_cell_chars, ProblemLog()))
