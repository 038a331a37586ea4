"""A report as a file: the person's own columns in their own order, then what became of each row.

Both formats hold every cell as text, exactly as it was in the file, with two exceptions that are there to
protect whoever opens it:

* **CSV.** A spreadsheet runs a cell that starts with `=`, `+`, `-`, `@`, a tab or a line break as a
  formula. Such a cell gets a leading apostrophe, unless it can only be a number or a telephone number
  (`+44 7700 900123`, `-5.3`), which stay as they are. Nothing takes the apostrophe off again, so a file
  that has such cells is better fixed and uploaded as XLSX.
* **XLSX.** Text is written as text and never run, so nothing is guarded. A cell holds 32,767 characters;
  a longer one is cut there and ends in CUT_MARK.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
import xlsxwriter

from imports.messages import gettext
from imports.reports.report_rows import ALL_ROWS, REPORT_COLUMNS, report_frames
from imports.reports.report_words import ReportWords

CSV_CONTENT_TYPE = "text/csv; charset=utf-8"
XLSX_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # without it Excel takes UTF-8 for the local code page
FORMULA_START = r"^[=+\-@\t\r\n＝＋－＠]"
PLAIN_NUMBER = r"^[+\-](?:[0-9 .,/()%\-\x{A0}\x{202F}]*|[0-9]+(?:[.,][0-9]+)?[eE][+\-]?[0-9]+)$"

MAX_XLSX_CELL_CHARS = 32_767  # UTF-16 code units, as Excel counts
MAX_XLSX_COLUMNS = 16_384
MAX_XLSX_ROWS_PER_SHEET = 1_048_575  # below the header
MAX_EXACT_INTEGER = 10**15  # beyond it a spreadsheet's numbers lose digits
CUT_MARK = " […]"

_WIDTH_CHARS = (8, 48)
_REASON_WIDTH_CHARS = 60


class TooManyColumnsError(ValueError):
    """The file has more columns than a worksheet can hold; CSV has no such limit."""


def report_headers(columns: Sequence[str]) -> list[str]:
    """The file's own headers, then REPORT_COLUMNS; one that the file has already is called `row (import)`.

    Headers are compared whatever their case. A file that was exported twice gets `row (import 2)`.
    """
    taken = {column.casefold() for column in columns}
    headers = list(columns)
    for name in REPORT_COLUMNS:
        header, copies = name, 0
        while header.casefold() in taken:
            copies += 1
            header = f"{name} (import)" if copies == 1 else f"{name} (import {copies})"
        taken.add(header.casefold())
        headers.append(header)
    return headers


def _ignore(rows: int) -> None:
    """Nobody wants to know how many rows have been written."""


def iter_csv(
    staged: Path,
    outcomes: Path,
    columns: Sequence[str],
    rows: str = ALL_ROWS,
    watch: Callable[[int], None] = _ignore,
    *,
    words: ReportWords,
) -> Iterator[bytes]:
    """A report as CSV, a row group at a time: UTF-8 with byte order mark, comma, CRLF.

    `report_rows` is one of SELECTIONS. `watch` is told how many rows came with each piece.
    """
    headers = report_headers(columns)
    names = [f"h{position}" for position in range(len(headers))]
    yield BYTE_ORDER_MARK + _csv_bytes(pl.DataFrame([headers], schema=names, orient="row"))
    for frame in report_frames(staged, outcomes, columns, rows, words=words):
        yield _csv_bytes(frame)
        watch(frame.height)


def export_csv(
    staged: Path,
    outcomes: Path,
    columns: Sequence[str],
    target: BinaryIO,
    rows: str = ALL_ROWS,
    *,
    words: ReportWords,
    scratch: Path | None = None,
    watch: Callable[[int], None] = _ignore,
) -> None:
    """Write what `iter_csv` gives to `target`, a binary file. Takes what `export_xlsx` takes; needs no `scratch`."""
    for piece in iter_csv(staged, outcomes, columns, rows, watch, words=words):
        target.write(piece)


def export_xlsx(
    staged: Path,
    outcomes: Path,
    columns: Sequence[str],
    target: BinaryIO,
    rows: str = ALL_ROWS,
    *,
    words: ReportWords,
    scratch: Path | None = None,
    watch: Callable[[int], None] = _ignore,
    rows_per_sheet: int = MAX_XLSX_ROWS_PER_SHEET,
) -> None:
    """Write a report as a workbook to `target`, a binary file that can seek; further sheets when one is full.

    The sheets are put together in files in `scratch` (the system's place for temporary files unless given),
    which are gone afterwards; memory holds one row group. `report_rows` is one of SELECTIONS. `watch` is told of every
    few thousand rows that have been written. Raises TooManyColumnsError before anything is written.
    """
    headers = report_headers(columns)
    if len(headers) > MAX_XLSX_COLUMNS:
        raise TooManyColumnsError(f"{len(headers)} columns; a worksheet holds {MAX_XLSX_COLUMNS}")
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(scratch) if scratch else None,
    }
    with xlsxwriter.Workbook(target, options) as workbook:
        sheets = _Sheets(workbook, headers, rows_per_sheet)
        for frame in report_frames(staged, outcomes, columns, rows, words=words):
            sheets.write(frame)
            watch(frame.height)
        sheets.finish()


EXPORTERS = {"csv": export_csv, "xlsx": export_xlsx}
CONTENT_TYPES = {"csv": CSV_CONTENT_TYPE, "xlsx": XLSX_CONTENT_TYPE}


def _csv_bytes(frame: pl.DataFrame) -> bytes:
    texts = [_guarded(name) for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(texts).write_csv(include_header=False, line_terminator="\r\n").encode()


def _guarded(name: str) -> pl.Expr:
    """The column `name` as a spreadsheet may safely open it; nothing, rather than `""`, for a blank cell."""
    text = pl.col(name)
    is_formula = text.str.contains(FORMULA_START) & ~text.str.contains(PLAIN_NUMBER)
    return pl.when(is_formula).then(pl.concat_str(pl.lit("'"), text)).when(text != "").then(text).alias(name)


class _Sheets:
    """The sheets of a workbook, filled one after another, from the top down."""

    def __init__(self, workbook: Any, headers: Sequence[str], rows_per_sheet: int) -> None:
        self._workbook = workbook
        self._headers = [_fitting(header) for header in headers]
        self._rows_per_sheet = rows_per_sheet
        self._bold = workbook.add_format({"bold": True})
        self._widths: list[int] | None = None
        self._count = 0
        self._sheet: Any = None
        self._filled = 0

    def write(self, frame: pl.DataFrame) -> None:
        if self._widths is None:
            self._widths = _widths(self._headers, frame)
        for values in frame.iter_rows():
            if self._sheet is None or self._filled == self._rows_per_sheet:
                self._open_sheet()
            self._filled += 1
            self._write_row(self._filled, values)

    def finish(self) -> None:
        if self._sheet is None:
            self._open_sheet()
        self._close_sheet()

    def _write_row(self, line: int, values: Sequence[str | int | None]) -> None:
        for position, value in enumerate(values):
            if isinstance(value, int) and abs(value) <= MAX_EXACT_INTEGER:
                self._sheet.write_number(line, position, value)
            elif value is not None and value != "":
                self._sheet.write_string(line, position, _fitting(str(value)))

    def _open_sheet(self) -> None:
        self._close_sheet()
        self._count += 1
        self._filled = 0
        self._sheet = self._workbook.add_worksheet(_sheet_name(self._count))
        self._sheet.freeze_panes(1, 0)
        for position, header in enumerate(self._headers):
            self._sheet.write_string(0, position, header, self._bold)
        for position, width in enumerate(self._widths or _widths(self._headers, None)):
            self._sheet.set_column(position, position, width)

    def _close_sheet(self) -> None:
        if self._sheet is not None:
            self._sheet.autofilter(0, 0, self._filled, len(self._headers) - 1)


def _sheet_name(number: int) -> str:
    return gettext("Report") if number == 1 else gettext("Report {number}").format(number=number)


def _widths(headers: Sequence[str], sample: pl.DataFrame | None) -> list[int]:
    """Column widths in characters: what most of the sample's cells and the header need, within reason."""
    narrowest, widest = _WIDTH_CHARS
    needed = [len(header) + 4 for header in headers]  # room for the filter's button
    if sample is not None:
        typical = sample.select(
            pl.all().cast(pl.String).str.len_chars().quantile(0.9, "nearest").fill_null(0)
        ).row(0)
        needed = [max(width, int(chars) + 2) for width, chars in zip(needed, typical, strict=True)]
    widths = [min(max(width, narrowest), widest) for width in needed]
    widths[-1] = _REASON_WIDTH_CHARS
    return widths


def _fitting(text: str) -> str:
    """`text`, cut and marked when it is longer than a cell of a worksheet can be."""
    if len(text) <= MAX_XLSX_CELL_CHARS // 2:  # even if every character takes two units
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_XLSX_CELL_CHARS:
        return text
    kept = units[: 2 * (MAX_XLSX_CELL_CHARS - len(CUT_MARK))]
    return kept.decode("utf-16-le", errors="ignore") + CUT_MARK
