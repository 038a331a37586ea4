"""An XLSX workbook's sheet as text: every cell becomes what a person would type to say the same."""

import datetime as dt
import math
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
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

from imports.files.blocks import Block, block_of, repair
from imports.files.package import SheetScan, scan_sheet
from imports.files.problems import ProblemLog
from imports.files.reading import ReadingOptions
from imports.files.refusals import refusal

ROWS_PER_BLOCK = 25_000


class WorkbookTable:
    """One sheet of the workbook at `path`: the one that was named, else the first visible one that has cells.

    Raises FileRefusedError when there is no such sheet, or the workbook is damaged or protected.
    """

    format = "xlsx"
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None

    def __init__(self, path: Path, options: ReadingOptions) -> None:
        # Opened as a file object, because of a path calamine believes the name.
        with _reader_errors_refused(), path.open("rb") as file:
            self._sheet, self._scan = _choose_sheet(path, CalamineWorkbook.from_filelike(file), options.sheet)
        self.sheet: str | None = self._sheet.name
        self.first_column = self._sheet.start[1] if self._sheet.start else 0

    def blocks(self, log: ProblemLog) -> Iterator[Block]:
        """The sheet's rows from row 1 on; the used range's first column is the first cell of each."""
        log.extend(self._scan.errors)
        row = 1
        rows = self._sheet.iter_rows()
        while values := list(islice(rows, ROWS_PER_BLOCK)):
            texts = [[cell if type(cell) is str else cell_text(cell) for cell in cells] for cells in values]
            yield repair(block_of(row, texts), "\0", "", "nul_bytes", log)
            row += len(values)


def cell_text(value: object) -> str:
    """A cell's value as text.

    Numbers are written out in digits, never with an exponent, as short as tells them apart. Dates are
    `YYYY-MM-DD`, with `THH:MM:SS` when they have a time of day; times and durations are `HH:MM:SS`; all of
    them to the second, as Excel shows them.
    """
    match value:
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _number_text(value)
        case dt.datetime():
            return _round_to_second(value).isoformat()
        case dt.date():
            return value.isoformat()
        case dt.time():
            seconds = value.hour * 3600 + value.minute * 60 + value.second
            return _duration_text(dt.timedelta(seconds=seconds, microseconds=value.microsecond))
        case dt.timedelta():
            return _duration_text(value)
    raise TypeError(f"a cell cannot hold a {type(value).__name__}")


def _number_text(value: float) -> str:
    if math.isfinite(value) and value == int(value):
        return str(int(value))
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text


def _round_to_second(moment: dt.datetime) -> dt.datetime:
    """Excel keeps times as fractions of a day, so a whole second often comes out a few microseconds off."""
    whole = moment.replace(microsecond=0)
    return (
        whole + dt.timedelta(seconds=1)
        if moment.microsecond >= 500_000 and whole.year < dt.MAXYEAR
        else whole
    )


def _duration_text(duration: dt.timedelta) -> str:
    seconds = round(abs(duration).total_seconds())
    sign = "-" if duration < dt.timedelta(0) else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _choose_sheet(
    path: Path, workbook: CalamineWorkbook, name: str | None
) -> tuple[CalamineSheet, SheetScan]:
    worksheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if name is None:
        candidates = [sheet.name for sheet in worksheets if sheet.visible == SheetVisibleEnum.Visible]
    else:
        candidates = [sheet.name for sheet in worksheets if sheet.name == name]
    if not candidates:
        if name is None:
            raise refusal("no_visible_sheet")
        raise refusal("no_such_sheet", sheet=name, sheets=", ".join(sheet.name for sheet in worksheets))
    for candidate in candidates:
        scan = scan_sheet(path, candidate)
        sheet = workbook.get_sheet_by_name(candidate)
        if sheet.start is not None:
            return sheet, scan
    raise refusal("empty_file")


@contextmanager
def _reader_errors_refused() -> Iterator[None]:
    try:
        yield
    except PasswordError as error:
        raise refusal("password_protected") from error
    except (CalamineError, OSError, ValueError) as error:
        raise refusal("damaged_workbook") from error
    except BaseException as error:
        # A panic in calamine arrives as an exception of its own kind, which no module exports.
        if type(error).__name__ == "PanicException":
            raise refusal("damaged_workbook") from None
        raise
