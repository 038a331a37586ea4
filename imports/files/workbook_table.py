"""A sheet of an XLSB or ODS workbook as text: every cell becomes what a person would type to say the same."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from imports.files.blocks import Block
from imports.files.file_problems import ProblemLog
from imports.files.ods.opendocument import OpenDocument
from imports.files.reading import ReadingLimits, ReadingOptions, Sheet
from imports.files.workbooks.runs import Rows, Run, blocks_of, carried_down, without_tail
from imports.files.workbooks.sheets import choose_sheet
from imports.files.xlsb.binary import BinaryWorkbook


class Workbook(Protocol):
    """An opened workbook, of any format."""

    @property
    def sheets(self) -> tuple[Sheet, ...]: ...

    def head(self, sheet: str) -> list[list[str]]:
        """The sheet's first rows that hold something, enough of them to choose a sheet by."""
        ...

    def first_column(self, sheet: str) -> int:
        """How many columns left of the sheet's cells are not used."""
        ...

    def runs(self, sheet: str, log: ProblemLog) -> Iterator[Run | Rows]:
        """The sheet's rows from row 1 on; what is wrong with some of them goes to `log`."""
        ...


WORKBOOKS: dict[str, Callable[[Path, ReadingLimits], Workbook]] = {
    "xlsb": BinaryWorkbook,
    "ods": OpenDocument,
}


class WorkbookTable:
    """One sheet of the workbook at `path`, which is of `file_format`: the one that was named, else the likeliest.

    A cell that is merged over several rows is in each of them. Raises FileRefusedError when there is no such
    sheet, or the workbook is damaged or protected.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None

    def __init__(self, path: Path, file_format: str, options: ReadingOptions, limits: ReadingLimits) -> None:
        self.format = file_format
        self._limits = limits
        self._workbook = WORKBOOKS[file_format](path, limits)
        self.sheets = self._workbook.sheets
        self._name, decision = choose_sheet(self.sheets, self._workbook.head, options.sheet)
        self.sheet: str | None = self._name
        self.decisions = {"sheet": decision}
        self.first_column = self._workbook.first_column(self._name)

    def blocks(self, log: ProblemLog) -> Iterator[Block]:
        """The sheet's rows from row 1 to the last that holds something."""
        runs = without_tail(self._workbook.runs(self._name, log))
        return iter(blocks_of(carried_down(runs, self.first_column, log), self._limits, log))
