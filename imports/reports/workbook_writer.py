"""Writes a table as a workbook (XLSX), a frame at a time, so that memory does not grow with the table.

The parts are those that ECMA-376 asks for: a sheet after another, then what lists them. `sheet_rows` makes the cells.
"""

import zipfile
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import IO, BinaryIO, Self
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from imports.messages import gettext
from imports.reports.sheet_rows import fitting, pieces_of, rows_xml
from imports.worksheets import MAX_ROWS, column_letters

MAX_ROWS_PER_SHEET = MAX_ROWS - 1  # below the header

MAX_SHEET_BYTES = 1_900_000_000
"""A part of a ZIP file of more than 2 GiB has a header that not every reader knows: the next sheet goes on instead."""

_DEFLATE_LEVEL = 1  # XML repeats itself: the highest levels save a sixth and take three times as long

_WIDTH_CHARS = (8, 48)
_LAST_WIDTH_CHARS = 60
_WIDTH_PADDING = 0.7109375  # what Excel adds to the width that people are shown

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FORMATS = "http://schemas.openxmlformats.org"
_MAIN, _OFFICE = f"{_FORMATS}/spreadsheetml/2006/main", f"{_FORMATS}/officeDocument/2006/relationships"
_PACKAGE = f"{_FORMATS}/package/2006"
_SPREADSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2">'
    '<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
"""Of its two formats, the second is bold."""


class WorkbookWriter:
    """A workbook with a bold, frozen and filtered header on every sheet, filled from the top down.

        with WorkbookWriter(target, headers) as workbook:
            workbook.write(frame)

    `target` is a binary file that can seek. Sheets are compressed in a thread while the next rows are made.
    """

    def __init__(
        self, target: BinaryIO, headers: Sequence[str], rows_per_sheet: int = MAX_ROWS_PER_SHEET
    ) -> None:
        self._headers = [fitting(header) for header in headers]
        self._rows_per_sheet = rows_per_sheet
        self._archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_DEFLATE_LEVEL)
        self._widths: list[int] | None = None
        self._sheet: _SheetWriter | None = None
        self._filters: list[str] = []

    def __enter__(self) -> Self:
        # Programs that tell files by their first bytes know a workbook by the name of its first part.
        self._part("_rels/.rels", _relationships([("officeDocument", "xl/workbook.xml")]))
        return self

    def write(self, frame: pl.DataFrame) -> None:
        """Add rows; each has as many columns as there are headers."""
        if self._widths is None:
            self._widths = _widths(self._headers, frame)
        for piece in pieces_of(frame):
            while piece.height:
                sheet = self._sheet_with_room()
                room = self._rows_per_sheet - sheet.filled
                sheet.write(piece.head(room))
                piece = piece.slice(room)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None and self._sheet is None:
                self._sheet_with_room()
            self._close_sheet()
            if error is None:
                self._write_lists()
        finally:
            self._archive.close()

    def _sheet_with_room(self) -> "_SheetWriter":
        sheet = self._sheet
        if sheet is None or sheet.filled == self._rows_per_sheet or sheet.written > MAX_SHEET_BYTES:
            self._close_sheet()
            number = len(self._filters) + 1
            self._sheet = sheet = _SheetWriter(
                self._archive.open(f"xl/worksheets/sheet{number}.xml", "w"),
                self._headers,
                self._widths or _widths(self._headers, None),
                is_first=number == 1,
            )
        return sheet

    def _close_sheet(self) -> None:
        if self._sheet is not None:
            self._filters.append(self._sheet.close())
            self._sheet = None

    def _write_lists(self) -> None:
        numbers = range(1, len(self._filters) + 1)
        sheets = "".join(
            f'<sheet name={quoteattr(_sheet_name(number))} sheetId="{number}" r:id="rId{number}"/>'
            for number in numbers
        )
        filters = "".join(
            f'<definedName name="_xlnm._FilterDatabase" localSheetId="{number - 1}" hidden="1">'
            f"{escape(_quoted(_sheet_name(number)))}!{area}</definedName>"
            for number, area in zip(numbers, self._filters, strict=True)
        )
        self._part("xl/styles.xml", _STYLES)
        self._part(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
            f"<sheets>{sheets}</sheets><definedNames>{filters}</definedNames></workbook>",
        )
        parts = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
        self._part("xl/_rels/workbook.xml.rels", _relationships([*parts, ("styles", "styles.xml")]))
        self._part("[Content_Types].xml", _content_types([f"xl/{path}" for _, path in parts]))

    def _part(self, path: str, xml: str) -> None:
        self._archive.writestr(path, _DECLARATION + xml)


class _SheetWriter:
    """One sheet, being written."""

    def __init__(
        self, part: IO[bytes], headers: Sequence[str], widths: Sequence[int], *, is_first: bool
    ) -> None:
        self.filled = self.written = 0
        self._part = part
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._pending: Future[int] | None = None
        self._last_column = column_letters(len(headers) - 1)
        self._add(_sheet_start(widths, is_first=is_first).encode())
        names = [f"c{place}" for place in range(len(headers))]
        header = pl.DataFrame([list(headers)], schema=dict.fromkeys(names, pl.String), orient="row")
        self._add(rows_xml(header, 1, is_bold=True))

    def write(self, rows: pl.DataFrame) -> None:
        self._add(rows_xml(rows, self.filled + 2))
        self.filled += rows.height

    def close(self) -> str:
        """End the sheet; returns the area that its filter is over."""
        last_row = self.filled + 1
        try:
            self._add(
                f'</sheetData><autoFilter ref="A1:{self._last_column}{last_row}"/></worksheet>'.encode()
            )
            self._finish_pending()
        finally:
            self._thread.shutdown()
            self._part.close()
        return f"$A$1:${self._last_column}${last_row}"

    def _add(self, xml: bytes) -> None:
        self._finish_pending()
        self.written += len(xml)
        self._pending = self._thread.submit(self._part.write, xml)

    def _finish_pending(self) -> None:
        if self._pending is not None:
            self._pending.result()
            self._pending = None


def _sheet_start(widths: Sequence[int], *, is_first: bool) -> str:
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width + _WIDTH_PADDING}" customWidth="1"/>'
        for place, width in enumerate(widths, start=1)
    )
    selected = ' tabSelected="1"' if is_first else ""
    return (
        f'{_DECLARATION}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView{selected} workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>"
    )


def _relationships(parts: Sequence[tuple[str, str]]) -> str:
    """(kind, path) of each part."""
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{path}"/>'
        for number, (kind, path) in enumerate(parts, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _content_types(sheets: Sequence[str]) -> str:
    kinds = {"xl/workbook.xml": "sheet.main", "xl/styles.xml": "styles", **dict.fromkeys(sheets, "worksheet")}
    overrides = "".join(
        f'<Override PartName="/{path}" ContentType="{_SPREADSHEET_TYPE}.{kind}+xml"/>'
        for path, kind in kinds.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _sheet_name(number: int) -> str:
    return gettext("Report") if number == 1 else gettext("Report {number}").format(number=number)


def _quoted(sheet_name: str) -> str:
    """A sheet's name as formulas write it."""
    return "'" + sheet_name.replace("'", "''") + "'"


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
    widths[-1] = _LAST_WIDTH_CHARS
    return widths
