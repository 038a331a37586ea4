"""OpenDocument spreadsheets, read from their XML as it streams by (OpenDocument 1.3 part 3, 9)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import refusal
from imports.files.ods.plain_rows import PlainRows
from imports.files.ods.sheet_content import SheetContent, SheetEvent, SheetRow, SheetStart
from imports.files.ods.sheet_pieces import pieces_of
from imports.files.reading import ReadingLimits, Sheet
from imports.files.workbooks.marks import report_hidden_rows
from imports.files.workbooks.packages import damage_refused, opened_package
from imports.files.workbooks.runs import Rows, Run, cell_name
from imports.files.workbooks.sheets import HEAD_COLUMNS, HEAD_ROWS, MAX_SHEETS_LOOKED_AT
from imports.worksheets import MAX_COLUMNS, MAX_ROWS

_CONTENT = "content.xml"
_MAX_SHEETS = 10_000
_MAX_KEPT_CELLS = 500_000
# More than is looked at of any cell, so that a longer one is still taken for text.
_HEAD_CHARS = 1_000


@dataclass(slots=True)
class _Survey:
    """What is known of a sheet once it was looked through."""

    sheet: Sheet
    head: list[list[str]] = field(default_factory=list)
    first_column: int = MAX_COLUMNS

    def look_at(self, told: Run | Rows, *, keeps_head: bool) -> int:
        """Take note of rows of the sheet: how many there are up to the last that holds something."""
        if isinstance(told, Run):
            if not any(told.cells):
                return 0
            last = told.repeats
            first = next(column for column, cell in enumerate(told.cells) if cell)
            runs: Iterable[Run] = (told,)
        else:
            filled = told.filled()
            if not len(filled):
                return 0
            last = int(filled[-1]) + 1
            first = next(
                place
                for place, column in enumerate(told.cells)
                if (column != "").fill_null(value=False).any()
            )
            wanted = filled.head(max(0, HEAD_ROWS - len(self.head))) if keeps_head else ()
            runs = (run for place in wanted for run in told.part(place, 1).runs())
        self.first_column = min(self.first_column, first)
        if keeps_head:
            for run in runs:
                cells = [cell[:_HEAD_CHARS] for cell in run.cells[:HEAD_COLUMNS]]
                self.head += [cells] * min(run.repeats, HEAD_ROWS - len(self.head))
        return last


class OpenDocument:
    """The spreadsheet at `path`. Raises FileRefusedError when it is damaged."""

    def __init__(self, path: Path, limits: ReadingLimits) -> None:
        self._path = path
        self._limits = limits
        # What was met on the first way through, where it is little enough to be kept.
        self._kept: list[SheetEvent] | None = []
        surveys = self._look_through()
        self.sheets = tuple(survey.sheet for survey in surveys)
        self._surveys = {survey.sheet.name: survey for survey in reversed(surveys)}

    def head(self, sheet: str) -> list[list[str]]:
        """The sheet's first rows that hold something."""
        return self._surveys[sheet].head

    def first_column(self, sheet: str) -> int:
        """How many columns lie left of the sheet's cells."""
        column = self._surveys[sheet].first_column
        return column if column < MAX_COLUMNS else 0

    def runs(self, sheet: str, log: ProblemLog) -> Iterator[Run | Rows]:
        """The sheet's rows from row 1 on."""
        start = self.first_column(sheet)
        row, hidden_rows, first_hidden = 1, 0, 0
        is_there = False
        for event in self._events() if self._kept is None else self._kept:
            if isinstance(event, SheetStart):
                if is_there:
                    break
                is_there = event.name == sheet
            elif not is_there:
                continue
            elif isinstance(event, PlainRows):
                hidden = event.hidden.filter(event.hidden.is_in(event.rows.filled().implode()))
                if len(hidden):
                    hidden_rows += len(hidden)
                    first_hidden = first_hidden or row + hidden[0]
                yield event.rows.from_column(start)
                row += event.rows.height
            else:
                run = event.run
                for column, code in event.problems:
                    log.add(row, code, cell=cell_name(row, column))
                if event.is_hidden and any(run.cells):
                    hidden_rows += run.repeats
                    first_hidden = first_hidden or row
                yield run._replace(cells=run.cells[start:])
                row += run.repeats
        report_hidden_rows(log, hidden_rows, first_hidden)

    def _look_through(self) -> list[_Survey]:
        surveys: list[_Survey] = []
        row = visible = cells_kept = 0
        for event in self._events():
            if self._kept is not None:
                self._kept.append(event)
                cells_kept += _size(event)
                if cells_kept > _MAX_KEPT_CELLS:
                    self._kept = None
            if isinstance(event, SheetStart):
                if len(surveys) == _MAX_SHEETS:
                    raise refusal("damaged_workbook")
                surveys.append(_Survey(Sheet(event.name, event.is_hidden)))
                visible += not event.is_hidden
                row = 0
                continue
            told = event.rows if isinstance(event, PlainRows) else event.run
            survey = surveys[-1]
            keeps_head = visible <= MAX_SHEETS_LOOKED_AT and len(survey.head) < HEAD_ROWS
            last = survey.look_at(told, keeps_head=keeps_head)
            if last and row + last > MAX_ROWS:
                raise refusal("damaged_workbook")
            row += told.height if isinstance(told, Rows) else told.repeats
        return surveys

    def _events(self) -> Iterator[SheetEvent]:
        """The sheets in their order, each followed by its rows."""
        content = SheetContent(self._limits.max_cell_chars)
        with damage_refused(), opened_package(self._path, self._limits) as package:
            with package.open(_CONTENT) as xml:
                for piece in pieces_of(xml):
                    content.take_in(piece)
                    yield from content.taken()
            content.close()
            yield from content.taken()


def _size(event: SheetEvent) -> int:
    """How much it takes to keep `event`, counted in cells."""
    if isinstance(event, PlainRows):
        return event.rows.height * (event.rows.cells.width + 1)
    return len(event.run.cells) + 1 if isinstance(event, SheetRow) else 1
