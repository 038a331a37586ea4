"""A sheet's cells as an XLS workbook has them, in the form in which those of an XLSX come: [MS-XLS] 2.4."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import refusal
from imports.files.workbooks.cell_values import number_text
from imports.files.xls.records import Record, read_records
from imports.files.xls.xls_book import XlsBook
from imports.files.xlsx.merges import SCHEMA as MERGE_SCHEMA
from imports.files.xlsx.merges import untangled
from imports.files.xlsx.survey import Survey
from imports.files.xlsx.xlsx_cells import SCHEMA, HiddenRows, XlsxCellKind
from imports.languages.formula_errors import ERROR_OF_CODE

# Excel writes the first of them, older and other programs the others.
_FORMULAS = frozenset({0x0006, 0x0206, 0x0406})
_FORMULA_TEXTS = frozenset({0x0207, 0x0007})
# What stands between a formula and its text: an array, a shared formula, a table.
_OF_FORMULAS = frozenset({0x0021, 0x0221, 0x0036, 0x0236, 0x04BC})
_EOF = 0x000A
_COLUMN_INFO = 0x007D
_MULTIPLE_NUMBERS = 0x00BD
_MERGED_CELLS = 0x00E5
_TEXTS = frozenset({0x00D6, 0x0204})
_SHARED_TEXT = 0x00FD
_NUMBER = 0x0203
_BOOLEAN_OR_ERROR = 0x0205
_ROW = 0x0208
_COMPRESSED_NUMBER = 0x027E
_BOF = 0x0809
# Cells as Excel 2 had them: no program writes them any more, and what they say is not read.
_UNREAD = frozenset({0x0002, 0x0003, 0x0004, 0x0005})

_CELL = struct.Struct("<HHH")
_RANGE = struct.Struct("<HHHH")
_DOUBLE = struct.Struct("<d")
_SHORT = struct.Struct("<H")
_INTEGER = struct.Struct("<i")
_ROW_FLAGS, _ROW_IS_HIDDEN = 12, 0x20
_COLUMN_FLAGS, _COLUMN_IS_HIDDEN = 8, 0x01
# In the place of a formula's number: not a number, but what its first byte says.
_NO_NUMBER = b"\xff\xff"
_TEXT_RESULT, _BOOLEAN_RESULT, _ERROR_RESULT, _BLANK_RESULT = 0, 1, 2, 3
_FORMULA_FLAGS = 14
# The program that wrote the formula left the calculation to whoever opens the file.
_CALCULATE_ON_LOAD = 0x02
_MAX_MERGES = 100_000
_CELLS_AT_ONCE = 100_000


@dataclass(slots=True)
class SheetCells:
    """What the records of a sheet say: its cells, which of its rows and columns are hidden, and what is merged.

    `cells` are of `imports.files.xlsx.xlsx_cells.SCHEMA`, in the order of the sheet. Texts are places in `strings`,
    which are the workbook's and behind them the sheet's own.
    """

    cells: pl.DataFrame
    strings: pl.Series
    survey: Survey
    hidden: HiddenRows
    unread_rows: list[int] = field(default_factory=list)

    def report(self, log: ProblemLog) -> None:
        """Tell `log` of what could not be read."""
        for row in self.unread_rows:
            log.add(row, "unread_cell")


def read_cells(stream: bytes, offset: int, book: XlsBook) -> SheetCells:
    """The sheet whose records begin at `offset`.

    Raises FileRefusedError, IndexError or struct.error for a damaged one.
    """
    reader = _Reader(book)
    depth = 0
    for record in _sheet_records(stream, offset):
        if record.kind == _BOF:
            # The records of a chart on a sheet stand inside the sheet's own.
            depth += 1
        elif record.kind == _EOF:
            depth -= 1
            if not depth:
                break
        elif depth == 1:
            reader.add(record)
    return reader.finished()


def _sheet_records(stream: bytes, offset: int) -> Iterator[Record]:
    records = read_records(stream, offset)
    first = next(records, None)
    if first is None or first.kind != _BOF:
        raise refusal("damaged_workbook")
    yield first
    yield from records


class _Reader:
    """Gathers what the records of one sheet say."""

    def __init__(self, book: XlsBook) -> None:
        self._book = book
        self._own_strings: list[str] = []
        self._frames: list[pl.DataFrame] = []
        self._cells: list[tuple[int, int, int, str, str | None]] = []
        self._hidden_rows: set[int] = set()
        self._hidden_columns: list[tuple[int, int]] = []
        self._merges: list[tuple[int, int, int, int]] = []
        self._unread_rows: list[int] = []
        # The cells of formulas that make a blank, as all do where the program that wrote them calculates nothing.
        self._blank_formulas: list[tuple[int, int, int]] = []
        self._is_calculated = False
        # The cell of a formula whose text comes next.
        self._awaits_text: tuple[int, int, int] | None = None

    def add(self, record: Record) -> None:
        """Take in a record of the sheet."""
        kind, body = record.kind, record.body
        if kind in _FORMULA_TEXTS:
            self._add_formula_text(record)
            return
        if kind in _OF_FORMULAS:
            return
        self._give_up_waiting()
        if kind == _SHARED_TEXT:
            row, column, style = _CELL.unpack_from(body)
            self._add(row, column, style, XlsxCellKind.SHARED, str(int.from_bytes(body[6:10], "little")))
        elif kind == _COMPRESSED_NUMBER:
            row, column, style = _CELL.unpack_from(body)
            self._add_number(row, column, style, _expanded(body[6:10]))
        elif kind == _NUMBER:
            row, column, style = _CELL.unpack_from(body)
            self._add_number(row, column, style, _DOUBLE.unpack_from(body, 6)[0])
        elif kind == _MULTIPLE_NUMBERS:
            row, column, _ = _CELL.unpack_from(body)
            for index in range((len(body) - 6) // 6):
                place = 4 + 6 * index
                (style,) = _SHORT.unpack_from(body, place)
                self._add_number(row, column + index, style, _expanded(body[place + 2 : place + 6]))
        elif kind in _FORMULAS:
            self._add_formula(body)
        elif kind in _TEXTS:
            row, column, style = _CELL.unpack_from(body)
            self._add_text(row, column, style, self._book.text_of(record, 6))
        elif kind == _BOOLEAN_OR_ERROR:
            row, column, style = _CELL.unpack_from(body)
            if body[7]:
                self._add(row, column, style, XlsxCellKind.ERROR, ERROR_OF_CODE.get(body[6]))
            else:
                self._add(row, column, style, XlsxCellKind.BOOLEAN, str(body[6]))
        elif kind in _UNREAD:
            self._unread_rows.append(_SHORT.unpack_from(body)[0] + 1)
        else:
            self._add_layout(kind, body)

    def finished(self) -> SheetCells:
        """All of it. Cells that are out of order are put into it."""
        self._give_up_waiting()
        if not self._is_calculated:
            for place in self._blank_formulas:
                self._add(*place, XlsxCellKind.NOT_CALCULATED, None)
        self._take()
        cells = pl.concat(self._frames) if self._frames else pl.DataFrame(schema=SCHEMA)
        if not cells["row"].is_sorted():
            cells = cells.sort("row", maintain_order=True)
        hidden = HiddenRows()
        for row in sorted(self._hidden_rows):
            hidden.add(row)
        merged = pl.DataFrame(self._merges, schema=MERGE_SCHEMA, orient="row")
        return SheetCells(
            cells,
            pl.concat([self._book.strings, pl.Series(self._own_strings, dtype=pl.String)]),
            Survey(untangled(merged), tuple(self._hidden_columns), is_plain=True),
            hidden,
            self._unread_rows,
        )

    def _add(self, row: int, column: int, style: int, kind: XlsxCellKind, value: str | None) -> None:
        self._cells.append((row + 1, column, style, kind, value))
        if len(self._cells) == _CELLS_AT_ONCE:
            self._take()

    def _take(self) -> None:
        if self._cells:
            self._frames.append(pl.DataFrame(self._cells, schema=SCHEMA, orient="row"))
            self._cells = []

    def _add_number(self, row: int, column: int, style: int, number: float) -> None:
        self._add(row, column, style, XlsxCellKind.NUMBER, number_text(number))

    def _add_text(self, row: int, column: int, style: int, text: str) -> None:
        # Texts of cells mean what they say; only those of XLSX have escapes.
        place = len(self._book.strings) + len(self._own_strings)
        self._own_strings.append(text)
        self._add(row, column, style, XlsxCellKind.SHARED, str(place))

    def _add_formula(self, body: bytes) -> None:
        row, column, style = _CELL.unpack_from(body)
        result = body[6:14]
        if result[6:] == _NO_NUMBER and result[0] == _BLANK_RESULT:
            self._blank_formulas.append((row, column, style))
            return
        self._is_calculated = True
        if result[6:] != _NO_NUMBER:
            (number,) = _DOUBLE.unpack(result)
            is_left = not number and _SHORT.unpack_from(body, _FORMULA_FLAGS)[0] & _CALCULATE_ON_LOAD
            if is_left:
                self._add(row, column, style, XlsxCellKind.NOT_CALCULATED, None)
            else:
                self._add_number(row, column, style, number)
        elif result[0] == _TEXT_RESULT:
            self._awaits_text = (row, column, style)
        elif result[0] == _BOOLEAN_RESULT:
            self._add(row, column, style, XlsxCellKind.BOOLEAN, str(result[2]))
        elif result[0] == _ERROR_RESULT:
            self._add(row, column, style, XlsxCellKind.ERROR, ERROR_OF_CODE.get(result[2]))

    def _add_formula_text(self, record: Record) -> None:
        """The text of the formula before it."""
        if self._awaits_text is not None:
            self._add_text(*self._awaits_text, self._book.text_of(record, 0))
            self._awaits_text = None

    def _give_up_waiting(self) -> None:
        """The formula before has no text, though it says that one comes: nobody has calculated it."""
        if self._awaits_text is not None:
            self._add(*self._awaits_text, XlsxCellKind.NOT_CALCULATED, None)
            self._awaits_text = None

    def _add_layout(self, kind: int, body: bytes) -> None:
        if kind == _ROW:
            if body[_ROW_FLAGS] & _ROW_IS_HIDDEN:
                self._hidden_rows.add(_SHORT.unpack_from(body)[0] + 1)
        elif kind == _COLUMN_INFO:
            if body[_COLUMN_FLAGS] & _COLUMN_IS_HIDDEN:
                first, last = struct.unpack_from("<HH", body)
                self._hidden_columns.append((first, last))
        elif kind == _MERGED_CELLS:
            for place in range(2, len(body) - 7, 8):
                first_row, last_row, first_column, last_column = _RANGE.unpack_from(body, place)
                if last_row > first_row and len(self._merges) < _MAX_MERGES:
                    self._merges.append(
                        (first_column, first_row + 1, last_row + 1, max(first_column, last_column))
                    )


def _expanded(compressed: bytes) -> float:
    """A number in four bytes: an integer, or the first half of a double; and whether it is in hundredths (2.5.217)."""
    (bits,) = _INTEGER.unpack(compressed)
    if bits & 2:
        number = float(bits >> 2)
    else:
        (number,) = _DOUBLE.unpack(bytes(4) + _INTEGER.pack(bits & ~3))
    return number / 100 if bits & 1 else number
