"""Writes XLS workbooks (Excel 97 to 2003)."""

import datetime as dt
import io
from collections.abc import Callable, Sequence

import xlwt

Cell = str | float | bool | dt.date | dt.datetime

DATE = xlwt.easyxf(num_format_str="YYYY-MM-DD")
MOMENT = xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM:SS")
GENERAL = xlwt.easyxf()


def write_xls(rows: Sequence[Sequence[Cell]]) -> bytes:
    """A workbook with one sheet."""

    def fill(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("Sheet1")
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                write_cell(sheet, row, column, value)

    return xls_of(fill)


def xls_of(fill: Callable[[xlwt.Workbook], None]) -> bytes:
    """The workbook that `fill` fills."""
    book, file = xlwt.Workbook(), io.BytesIO()
    fill(book)
    book.save(file)
    return file.getvalue()


def write_cell(sheet: xlwt.Worksheet, row: int, column: int, value: Cell) -> None:
    """Write a cell; rows and columns are counted from 0."""
    style = MOMENT if isinstance(value, dt.datetime) else DATE if isinstance(value, dt.date) else GENERAL
    if value != "":
        sheet.write(row, column, value, style)
