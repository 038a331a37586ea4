"""A sheet's cells as they are written (ECMA-376 part 1, 18.3.1.4), before anything is made of their values."""

from array import array
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from imports.files.file_refusals import refusal
from imports.files.xlsx.places import Place, checked, place_of
from imports.files.xlsx.xlsx_book import is_true

MAX_TEXT_CHARS = 1 << 22
"""What a cell may hold for its block to stay small, whatever the limit on cells is."""

_DIGITS_OF_ROW = 7


class XlsxCellKind(StrEnum):
    """What kind of value a cell says that it has (18.18.11)."""

    NUMBER = "n"
    SHARED = "s"
    INLINE = "inlineStr"
    FORMULA = "str"
    BOOLEAN = "b"
    ERROR = "e"
    DATE = "d"
    # Not a word of the format's, and none that an attribute can hold: a formula without a result.
    NOT_CALCULATED = "<f>"

    @classmethod
    def _missing_(cls, value: object) -> "XlsxCellKind":
        # What is unknown is text: as it is written is the best that can be made of it.
        return cls.FORMULA


SCHEMA = {"row": pl.UInt32, "column": pl.UInt32, "style": pl.UInt32, "kind": pl.String, "value": pl.String}
"""Cells in the order of the sheet: rows count from 1, columns from 0. The value of an error may be null."""


@dataclass(slots=True)
class HiddenRows:
    """The numbers of the rows that are hidden, in the order of the sheet."""

    rows: array = field(default_factory=lambda: array("I"))

    def add(self, row: int) -> None:
        """Note that `row` is hidden; rows that are out of order are not."""
        if not self.rows or row > self.rows[-1]:
            self.rows.append(row)


class CellReader:
    """Gathers cells from the elements around them, whatever way they are written in.

    `row` is where it is: rows and cells without a reference come after those before them. Raises FileRefusedError
    for a cell that no sheet has room for, and for one of more than MAX_TEXT_CHARS. `is_calculated` is the workbook's.
    """

    def __init__(
        self, hidden: HiddenRows, max_cell_chars: int, row: int = 0, *, is_calculated: bool = True
    ) -> None:
        self.row = row
        self._is_calculated = is_calculated
        self._hidden = hidden
        self._max_cell_chars = max_cell_chars
        self._column = -1
        self._is_inside = False
        self._is_phonetic = False
        # What the elements for text in the cell (`t`) and for any other value (`v`) hold.
        self._runs: dict[str, list[str]] = {}
        self._current: list[str] | None = None
        self._style = 0
        self._kind = XlsxCellKind.NUMBER
        self._is_formula = False
        self.chars = self._chars = 0
        self._cells: list[tuple[int, int, int, str, str | None]] = []

    def __len__(self) -> int:
        return len(self._cells)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheetData":
            self._is_inside = True
        elif not self._is_inside:
            return
        elif tag == "c":
            self._start_cell(attributes)
        elif tag == "f":
            self._is_formula = True
        elif tag == "v" or (tag == "t" and not self._is_phonetic):
            self._current = self._runs.setdefault(tag, [])
        elif tag == "rPh":
            self._is_phonetic = True
        elif tag == "row":
            self._start_row(attributes)

    def end(self, tag: str) -> None:
        if not self._is_inside:
            return
        if tag == "c":
            self._end_cell()
        elif tag in ("v", "t"):
            self._current = None
        elif tag == "rPh":
            self._is_phonetic = False
        elif tag == "sheetData":
            self._is_inside = False

    def text(self, text: str) -> None:
        if self._current is not None:
            self._chars += len(text)
            if self._chars > MAX_TEXT_CHARS:
                raise refusal("cell_too_long", row=self.row, limit=self._max_cell_chars)
            self._current.append(text)

    def take(self) -> pl.DataFrame:
        """The cells since it was last asked for them, those that hold nothing left out."""
        cells, self._cells, self.chars = self._cells, [], 0
        return pl.DataFrame(cells, schema=SCHEMA, orient="row")

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self.row = self.row + 1 if number is None else _row_number(number)
        self._column = -1
        if is_true(attributes.get("hidden")):
            self._hidden.add(self.row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column = checked(Place(self.row, self._column + 1)).column
        else:
            self.row, self._column = place_of(reference)
        style = attributes.get("s", "0")
        self._style = int(style) if style.isascii() and style.isdigit() and len(style) <= 6 else 0
        self._kind = XlsxCellKind(attributes.get("t", XlsxCellKind.NUMBER))
        self._runs, self._current, self._chars, self._is_formula = {}, None, 0, False

    def _end_cell(self) -> None:
        value = "".join(self._runs["v"]) if "v" in self._runs else None
        if self._is_formula and is_left(self._kind, value, is_calculated=self._is_calculated):
            self._cells.append((self.row, self._column, self._style, XlsxCellKind.NOT_CALCULATED, None))
        elif self._runs or self._kind is XlsxCellKind.ERROR:
            wanted, other = ("t", "v") if self._kind is XlsxCellKind.INLINE else ("v", "t")
            value = "".join(self._runs.get(wanted) or self._runs.get(other) or ())
            self._cells.append((self.row, self._column, self._style, self._kind, value))
            self.chars += self._chars
        self._runs, self._current, self._kind = {}, None, XlsxCellKind.NUMBER


def is_left(kind: XlsxCellKind, value: str | None, *, is_calculated: bool) -> bool:
    """Whether a formula was left for others to calculate; `value` is the content of its `v`, None without one.

    What stands there is blank where there is no result, or 0 in a workbook that is not calculated as a whole. Of a
    formula that makes text, a blank may be the result.
    """
    if value is None or kind is not XlsxCellKind.NUMBER:
        return value is None and kind is not XlsxCellKind.ERROR
    return not value.strip() or (value == "0" and not is_calculated)


def _row_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS_OF_ROW):
        raise refusal("damaged_workbook")
    return int(text)
