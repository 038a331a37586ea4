"""The records of an XLS workbook (Excel 5 to 2003), as far as they tell what calamine does not: [MS-XLS] 2.4."""

import struct
from collections.abc import Iterator
from pathlib import Path

import olefile

from imports.files.refusals import refusal
from imports.files.workbooks.marks import SheetMarks

_STREAMS = ("Workbook", "Book")
_HEADER = struct.Struct("<HH")
_KIND = struct.Struct("<H")
_COUNT = struct.Struct("<I")
_PLACE = struct.Struct("<HH")
_RANGE = struct.Struct("<HHHH")

_FORMULA = 0x0006
_EOF = 0x000A
_FILE_PASS = 0x002F
_CODE_PAGE = 0x0042
_BOUND_SHEET = 0x0085
_MULTIPLE_NUMBERS = 0x00BD
_MERGED_CELLS = 0x00E5
_BOOLEAN_OR_ERROR = 0x0205
_ROW = 0x0208
_SHARED_STRINGS = 0x00FC
_BOF = 0x0809
# Rich text, shared string, number, text, compressed number.
_VALUES = frozenset({0x00D6, 0x00FD, 0x0203, 0x0204, 0x027E})
# What a workbook refers to, its names, merged cells, a sheet's dimensions.
_NOT_NEEDED = frozenset({0x0017, 0x0018, _MERGED_CELLS, 0x0200})
_IGNORED = 0x0201

_BIFF8 = 0x0600
_UTF_16 = 1200
_EXPRESSION_LENGTH = 20
_MIN_STRING_BYTES = 3
_ROW_FLAGS = 12
_ROW_IS_HIDDEN = 0x20
# In the place of a formula's number (2.5.133): not a number, but an error.
_NO_NUMBER = b"\xff\xff"
_IS_ERROR = 2


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


def scan_xls(stream: bytes) -> list[SheetMarks]:
    """Look over a workbook's records: what is to be known of each of its sheets, in their order.

    Raises FileRefusedError for a workbook that is protected, and LookupError or struct.error for a damaged one.
    """
    offsets: list[int] = []
    found: dict[int, SheetMarks] = {}
    marks, depth = SheetMarks(), 0
    for offset, kind, body in _records(stream):
        if kind == _BOF:
            # The records of a chart on a sheet stand inside the sheet's own.
            depth += 1
            if depth == 1:
                marks = found[offset] = SheetMarks()
        elif kind == _EOF:
            depth -= 1
        elif kind == _BOUND_SHEET:
            offsets.append(int.from_bytes(body[:4], "little"))
        elif kind == _FILE_PASS:
            raise refusal("password_protected")
        elif depth == 1:
            _note(marks, kind, body)
    return [found.get(offset, SheetMarks()) for offset in offsets]


def made_safe(stream: bytes) -> bytes:
    """A workbook's records as calamine reads them well.

    Calamine sets memory aside for as much as a sheet or the shared strings say they are, gives up on some names
    and formulas, whose expressions nobody needs here, and decodes text by the code page, which in workbooks of
    Excel 97 and later says nothing: their text is UTF-16.
    """
    records = bytearray(stream)
    is_utf_16 = int.from_bytes(stream[4:6], "little") == _BIFF8
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
    if kind in _VALUES:
        marks.note_cells(*_PLACE.unpack_from(body))
    elif kind == _FORMULA:
        row, column = _PLACE.unpack_from(body)
        marks.note_cells(row, column)
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
    elif kind == _ROW:
        if body[_ROW_FLAGS] & _ROW_IS_HIDDEN:
            marks.note_hidden_row(int.from_bytes(body[:2], "little"))
    elif kind == _MERGED_CELLS:
        for place in range(2, len(body) - 7, 8):
            marks.note_merge(*_RANGE.unpack_from(body, place))


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each record's offset, kind and body."""
    offset = 0
    while offset + 4 <= len(stream):
        kind, length = _HEADER.unpack_from(stream, offset)
        yield offset, kind, stream[offset + 4 : offset + 4 + length]
        offset += 4 + length
