"""The records of an XLS workbook (Excel 5 to 2003), as far as they tell what calamine does not: [MS-XLS] 2.4."""

import struct
from collections.abc import Iterator
from pathlib import Path

import olefile

from imports.files.refusals import refusal
from imports.files.workbooks.digits import DigitPattern, pattern_of_code
from imports.files.workbooks.marks import SheetMarks

_STREAMS = ("Workbook", "Book")
_HEADER = struct.Struct("<HH")
_KIND = struct.Struct("<H")
_COUNT = struct.Struct("<I")
_PLACE = struct.Struct("<HH")
_CELL = struct.Struct("<HHH")
_RANGE = struct.Struct("<HHHH")

_FORMULA = 0x0006
_EOF = 0x000A
_FILE_PASS = 0x002F
_CODE_PAGE = 0x0042
_BOUND_SHEET = 0x0085
_MULTIPLE_NUMBERS = 0x00BD
_STYLE = 0x00E0
_MERGED_CELLS = 0x00E5
_BOOLEAN_OR_ERROR = 0x0205
_ROW = 0x0208
_FORMAT = 0x041E
_SHARED_STRINGS = 0x00FC
_BOF = 0x0809
# Rich text, shared string, text.
_TEXTS = frozenset({0x00D6, 0x00FD, 0x0204})
# As it is, and compressed.
_NUMBERS = frozenset({0x0203, 0x027E})
# What a workbook refers to, its names, merged cells, a sheet's dimensions.
_NOT_NEEDED = frozenset({0x0017, 0x0018, _MERGED_CELLS, 0x0200})
_IGNORED = 0x0201

_BIFF8 = 0x0600
_UTF_16 = 1200
_EXPRESSION_LENGTH = 20
_MIN_STRING_BYTES = 3
# Cells have two bytes to refer to one.
_MAX_STYLES = 1 << 16
_ROW_FLAGS = 12
_ROW_IS_HIDDEN = 0x20
# In the place of a formula's number (2.5.133): not a number, but an error.
_NO_NUMBER = b"\xff\xff"
_IS_ERROR = 2
_IS_WIDE = 1


def workbook_stream(path: Path) -> bytes:
    """The records of the workbook at `path`.

    Raises FileRefusedError, OSError, LookupError or ValueError for a container that is damaged.
    """
    with olefile.OleFileIO(str(path)) as container:
        for name in _STREAMS:
            if container.get_type(name) == olefile.STGTY_STREAM:
                # What says that it is larger than its file goes round in circles.
                if container.get_size(name) > path.stat().st_size:
                    break
                return container.openstream(name).read()
    raise refusal("damaged_workbook")


def scan_xls(stream: bytes) -> tuple[list[SheetMarks], dict[int, DigitPattern]]:
    """Look over a workbook's records: what is to be known of each of its sheets, in their order.

    And of its cell styles, by their numbers: the places that numbers' digits have in them, if they have any.

    Raises FileRefusedError for a workbook that is protected, and LookupError or struct.error for a damaged one.
    """
    offsets: list[int] = []
    found: dict[int, SheetMarks] = {}
    # By the formats' own numbers, and by those of the styles.
    formats: dict[int, DigitPattern | None] = {}
    patterns: dict[int, DigitPattern] = {}
    styles = 0
    is_biff_8 = _is_biff_8(stream)
    marks, depth = SheetMarks(), 0
    for offset, kind, body in _records(stream):
        if kind == _BOF:
            # The records of a chart on a sheet stand inside the sheet's own.
            depth += 1
            if depth == 1:
                marks = found[offset] = SheetMarks(patterns)
        elif kind == _EOF:
            depth -= 1
        elif kind == _BOUND_SHEET:
            offsets.append(int.from_bytes(body[:4], "little"))
        elif kind == _FILE_PASS:
            raise refusal("password_protected")
        elif kind == _FORMAT:
            formats[int.from_bytes(body[:2], "little")] = pattern_of_code(_format_code(body, is_biff_8))
        elif kind == _STYLE:
            pattern = formats.get(int.from_bytes(body[2:4], "little"))
            if pattern is not None and styles < _MAX_STYLES:
                patterns[styles] = pattern
            styles += 1
        elif depth == 1:
            _note(marks, kind, body)
    return [found.get(offset, SheetMarks()) for offset in offsets], patterns


def made_safe(stream: bytes) -> bytes:
    """A workbook's records as calamine reads them well.

    Calamine sets memory aside for as much as a sheet or the shared strings say they are, gives up on some names
    and formulas, whose expressions nobody needs here, and decodes text by the code page, which in workbooks of
    Excel 97 and later says nothing: their text is UTF-16.
    """
    records = bytearray(stream)
    is_utf_16 = _is_biff_8(stream)
    for offset, kind, body in _records(stream):
        if kind in _NOT_NEEDED:
            _KIND.pack_into(records, offset, _IGNORED)
        elif kind == _FORMULA and len(body) >= _EXPRESSION_LENGTH + 2:
            _KIND.pack_into(records, offset + 4 + _EXPRESSION_LENGTH, 0)
        elif kind == _CODE_PAGE and is_utf_16 and len(body) >= 2:
            _KIND.pack_into(records, offset + 4, _UTF_16)
        elif kind == _SHARED_STRINGS and len(body) >= 8:
            (count,) = _COUNT.unpack_from(body, 4)
            _COUNT.pack_into(records, offset + 8, min(count, len(stream) // _MIN_STRING_BYTES))
    return bytes(records)


def _note(marks: SheetMarks, kind: int, body: bytes) -> None:
    if kind in _TEXTS:
        marks.note_cells(*_PLACE.unpack_from(body))
    elif kind in _NUMBERS:
        row, column, style = _CELL.unpack_from(body)
        marks.note_cells(row, column)
        marks.note_number(row, column, style)
    elif kind == _FORMULA:
        row, column, style = _CELL.unpack_from(body)
        marks.note_cells(row, column)
        marks.note_number(row, column, style)
        if body[12:14] == _NO_NUMBER and body[6] == _IS_ERROR:
            marks.note_error(row, column)
    elif kind == _BOOLEAN_OR_ERROR:
        row, column = _PLACE.unpack_from(body)
        marks.note_cells(row, column)
        if body[7]:
            marks.note_error(row, column)
    elif kind == _MULTIPLE_NUMBERS:
        row, column = _PLACE.unpack_from(body)
        count = (len(body) - 6) // 6
        marks.note_cells(row, column + count - 1, count)
        if marks.patterned_styles:
            for index in range(count):
                marks.note_number(row, column + index, *_KIND.unpack_from(body, 4 + 6 * index))
    elif kind == _ROW:
        if body[_ROW_FLAGS] & _ROW_IS_HIDDEN:
            marks.note_hidden_row(int.from_bytes(body[:2], "little"))
    elif kind == _MERGED_CELLS:
        for place in range(2, len(body) - 7, 8):
            marks.note_merge(*_RANGE.unpack_from(body, place))


def _is_biff_8(stream: bytes) -> bool:
    """Whether the workbook is of Excel 97 or later."""
    return int.from_bytes(stream[4:6], "little") == _BIFF8


def _format_code(body: bytes, is_biff_8: bool) -> str:
    """The code of a format (2.4.126): behind its number and length, in one byte a character or two."""
    if not is_biff_8:
        return body[3 : 3 + body[2]].decode("latin-1")
    length = int.from_bytes(body[2:4], "little")
    if body[4] & _IS_WIDE:
        return body[5 : 5 + 2 * length].decode("utf-16-le", "replace")
    return body[5 : 5 + length].decode("latin-1")


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each record's offset, kind and body."""
    offset = 0
    while offset + 4 <= len(stream):
        kind, length = _HEADER.unpack_from(stream, offset)
        yield offset, kind, stream[offset + 4 : offset + 4 + length]
        offset += 4 + length
