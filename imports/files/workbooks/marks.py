"""What calamine does not tell of a sheet: where its cells lie, which hold errors, what is hidden or merged.

Calamine gives an error cell as a blank one, and lays a sheet out densely in memory, however few its cells. So
XLSB workbooks are looked over, record by record, before calamine reads them.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import refusal
from imports.files.workbooks.runs import Merge, cell_name
from imports.languages.formula_errors import ERROR_OF_CODE, UNKNOWN_ERROR
from imports.worksheets import MAX_COLUMNS, MAX_ROWS

# What sheets may take when laid out densely, and what in proportion to their cells if they take more than that.
_MAX_DENSE_CELLS = 5_000_000
_MAX_DENSE_PER_CELL = 50
_MAX_MERGES = 100_000


@dataclass(slots=True)
class SheetMarks:
    """What a look over a sheet's records told. Rows and columns are noted as the records count them, from 0.

    `patterned_styles` are the cell styles whose numbers have places for their digits.
    """

    patterned_styles: Container[int] = ()
    cells: int = 0
    rows: int = 0
    columns: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    merges: dict[int, list[Merge]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[int, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    _error_log: ProblemLog = field(default_factory=ProblemLog)
    _merge_count: int = 0
    # The numbers with such a style, in the order of the sheet: where they are, and which style it is.
    _rows: array = field(default_factory=lambda: array("I"))
    _columns: array = field(default_factory=lambda: array("I"))
    _styles: array = field(default_factory=lambda: array("I"))

    def note_cells(self, row: int, last_column: int, count: int = 1) -> None:
        """There are `count` cells that hold something, the last of them in this place."""
        self.cells += count
        if row >= self.rows:
            self.rows = row + 1
        if last_column >= self.columns:
            self.columns = last_column + 1

    def note_error(self, row: int, column: int, code: int) -> None:
        """A cell holds the error of this code; `errors` has the text of each, by its row and column."""
        self.errors[row].append((column, ERROR_OF_CODE.get(code, UNKNOWN_ERROR)))
        self._error_log.add(row + 1, "error_cell", cell=cell_name(row + 1, column))

    def note_number(self, row: int, column: int, style: int) -> None:
        """A cell holds a number. Rows that are out of order are shown without the places of their digits."""
        if style in self.patterned_styles and (not self._rows or row >= self._rows[-1]):
            self._rows.append(row)
            self._columns.append(column)
            self._styles.append(style)

    def patterned(self, row: int) -> Iterator[tuple[int, int]]:
        """The columns in `row` whose numbers have places for their digits, and the style of each."""
        cells = slice(bisect_left(self._rows, row), bisect_right(self._rows, row))
        return zip(self._columns[cells], self._styles[cells], strict=True)

    def note_hidden_row(self, row: int) -> None:
        """A row is hidden."""
        self.hidden_rows.add(row)

    def note_merge(self, first_row: int, last_row: int, first_column: int, last_column: int) -> None:
        """Cells are merged. A merge within one row changes nothing; of more than there can be, some are ignored."""
        if last_row > first_row and last_column >= first_column and self._merge_count < _MAX_MERGES:
            self._merge_count += 1
            merge = Merge(first_column, last_row - first_row + 1, last_column - first_column + 1)
            self.merges[first_row + 1].append(merge)

    def report(self, log: ProblemLog) -> None:
        """Tell `log` of the errors and the hidden rows."""
        log.extend(self._error_log)
        hidden = [row for row in self.hidden_rows if row < self.rows]
        if hidden:
            report_hidden_rows(log, len(hidden), min(hidden) + 1)


def report_hidden_rows(log: ProblemLog, count: int, first_row: int) -> None:
    """Tell `log` that `count` of the sheet's rows are hidden, the first of them `first_row`."""
    if count:
        log.add(0, "hidden_rows", count=count, first=first_row)


def refuse_sparse(sheets: Mapping[str, SheetMarks]) -> None:
    """Refuses sheets that together would take memory out of all proportion to what they hold.

    Raises FileRefusedError, also for a sheet larger than there can be.
    """
    for marks in sheets.values():
        if marks.rows > MAX_ROWS or marks.columns > MAX_COLUMNS:
            raise refusal("damaged_workbook")
    cells = sum(marks.cells for marks in sheets.values())
    if sum(map(_area, sheets.values())) > max(_MAX_DENSE_CELLS, _MAX_DENSE_PER_CELL * cells):
        sheet, marks = max(sheets.items(), key=lambda item: _area(item[1]))
        raise refusal("too_sparse", sheet=sheet, rows=marks.rows, columns=marks.columns)


def _area(marks: SheetMarks) -> int:
    return marks.rows * marks.columns
