"""XLSB workbooks: calamine reads their cells, their records tell the rest."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import refusal
from imports.files.reading import ReadingLimits, Sheet
from imports.files.workbooks.cell_values import cell_text
from imports.files.workbooks.digits import DigitPattern
from imports.files.workbooks.marks import SheetMarks, refuse_sparse
from imports.files.workbooks.packages import damage_refused, opened_package
from imports.files.workbooks.runs import Run
from imports.files.workbooks.sheets import HEAD_COLUMNS, HEAD_ROWS
from imports.files.xlsb.biff12 import digit_patterns, scan_xlsb, sheet_parts

Value = str | float | bool | dt.time | dt.date | dt.timedelta


class BinaryWorkbook:
    """The XLSB workbook at `path`.

    Raises FileRefusedError when it is damaged or protected, or its cells lie too far apart.
    """

    def __init__(self, path: Path, limits: ReadingLimits) -> None:
        self._path = path
        self._limits = limits
        self._marks: dict[str, SheetMarks] = {}
        self._patterns: dict[int, DigitPattern] = {}
        self._parts: dict[str, str] = {}
        self._sheet: CalamineSheet | None = None
        with _reader_errors_refused(), damage_refused():
            self._workbook = self._opened_workbook()
            worksheets = [
                sheet for sheet in self._workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet
            ]
        self.sheets = tuple(
            Sheet(sheet.name, sheet.visible != SheetVisibleEnum.Visible) for sheet in worksheets
        )

    def head(self, sheet: str) -> list[list[str]]:
        """The sheet's first rows that hold something."""
        filled = (texts[:HEAD_COLUMNS] for texts in self._rows(sheet) if any(texts))
        return list(islice(filled, HEAD_ROWS))

    def first_column(self, sheet: str) -> int:
        """How many columns lie left of the sheet's cells."""
        start = self._opened(sheet).start
        return start[1] if start else 0

    def runs(self, sheet: str, log: ProblemLog) -> Iterator[Run]:
        """The sheet's rows from row 1 on."""
        self._opened(sheet)
        marks = self._marks[sheet]
        marks.report(log)
        for row, texts in enumerate(self._rows(sheet), 1):
            yield Run(texts, 1, marks.merges.get(row, ()))

    def _rows(self, sheet: str) -> Iterator[list[str]]:
        """The sheet's rows, as texts."""
        rows = self._opened(sheet).iter_rows()
        marks, first_column = self._marks[sheet], self.first_column(sheet)
        for row, cells in enumerate(_refusing(rows)):
            texts = [cell if type(cell) is str else cell_text(cell) for cell in cells]
            for column, style in marks.patterned(row):
                place = column - first_column
                if 0 <= place < len(cells) and type(cells[place]) in (int, float):
                    texts[place] = self._patterns[style].text(texts[place])
            for column, error in marks.errors.get(row, ()):
                if 0 <= column - first_column < len(cells):
                    texts[column - first_column] = error
            yield texts

    def _opened(self, sheet: str) -> CalamineSheet:
        """The sheet, laid out. One is kept, because laying it out again takes long and two take much memory."""
        if self._sheet is None or self._sheet.name != sheet:
            self._sheet = None
            with _reader_errors_refused(), damage_refused():
                if sheet not in self._marks:
                    with opened_package(self._path, self._limits) as package:
                        self._marks[sheet] = scan_xlsb(package, self._parts[sheet], self._patterns)
                    refuse_sparse({sheet: self._marks[sheet]})
                self._sheet = self._workbook.get_sheet_by_name(sheet)
        return self._sheet

    def _opened_workbook(self) -> CalamineWorkbook:
        with opened_package(self._path, self._limits) as package:
            parts = sheet_parts(package)
            self._patterns = digit_patterns(package)
        # Opened as a file object, because of a path calamine believes the name.
        with self._path.open("rb") as file:
            workbook = CalamineWorkbook.from_filelike(file)
        self._parts.update(zip(workbook.sheet_names, parts, strict=True))
        return workbook


def _refusing(rows: Iterator[list[Value]]) -> Iterator[list[Value]]:
    """The rows; what calamine raises on its way through them becomes a refusal."""
    with _reader_errors_refused():
        yield from rows


@contextmanager
def _reader_errors_refused() -> Iterator[None]:
    """Turns what calamine raises into refusals."""
    try:
        yield
    except PasswordError as error:
        raise refusal("password_protected") from error
    except CalamineError as error:
        raise refusal("damaged_workbook") from error
    except BaseException as error:
        # A panic in calamine arrives as an exception of its own kind, which no module exports.
        if type(error).__name__ == "PanicException":
            raise refusal("damaged_workbook") from None
        raise
