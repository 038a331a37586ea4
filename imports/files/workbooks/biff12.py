"""The records of an XLSB workbook, as far as they tell what calamine does not: [MS-XLSB] 2.3."""

import posixpath
import struct
from collections.abc import Iterator
from typing import IO
from zipfile import ZipFile

from imports.files.refusals import refusal
from imports.files.workbooks.marks import SheetMarks
from imports.files.workbooks.packages import attributes_of, member_named

WORKBOOK_PART = "xl/workbook.bin"
_RELATIONSHIPS_PART = "xl/_rels/workbook.bin.rels"
_READ_BYTES = 1 << 20
# A kind of two bytes and a length of four.
_MAX_HEAD_BYTES = 6
# A cell's text has at most 32,767 characters, a record hardly more than one text and its formats.
_MAX_RECORD_BYTES = 16_000_000
_MAX_SMALL_PART_BYTES = 16_000_000

_ROW = 0
_BLANK_CELL = 1
_ERROR_CELLS = frozenset({3, 11})
_LAST_CELL = 11
# Cells that leave their column out because they stand right of the one before. Excel does not write them, and
# calamine passes them over.
_SHORT_CELLS = range(12, 19)
_BUNDLED_SHEET = 156
_MERGED_CELL = 176

_ROW_FLAGS = 11
_ROW_IS_HIDDEN = 0x10
_NO_NAME = 0xFFFFFFFF
_NUMBER = struct.Struct("<I")
_RANGE = struct.Struct("<IIII")


def sheet_parts(package: ZipFile) -> list[str]:
    """The members of `package` that hold its sheets, in their order; sheets without a relationship have none."""
    relationships = _small_part(package, _RELATIONSHIPS_PART)
    targets = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for attributes in attributes_of(relationships, "Relationship")
    }
    parts = []
    with package.open(member_named(package, WORKBOOK_PART)) as workbook:
        for kind, body in _records(workbook):
            if kind == _BUNDLED_SHEET:
                # The state and number of the sheet, then the relationship's name: its length, and UTF-16.
                (length,) = _NUMBER.unpack_from(body, 8)
                if length == _NO_NAME:
                    continue
                name = body[12 : 12 + 2 * length].decode("utf-16-le")
                target = posixpath.normpath(posixpath.join("/xl", targets.get(name, "")))
                parts.append(target.lstrip("/"))
    return parts


def scan_xlsb(package: ZipFile, part: str) -> SheetMarks:
    """Look over the sheet that the member `part` holds.

    Raises FileRefusedError when its records are damaged, or of a kind whose cells would be lost.
    """
    marks, row = SheetMarks(), 0
    with package.open(member_named(package, part)) as sheet:
        for kind, body in _records(sheet):
            if kind == _ROW:
                (row,) = _NUMBER.unpack_from(body)
                if body[_ROW_FLAGS] & _ROW_IS_HIDDEN:
                    marks.note_hidden_row(row)
            elif _BLANK_CELL < kind <= _LAST_CELL:
                (column,) = _NUMBER.unpack_from(body)
                marks.note_cells(row, column)
                if kind in _ERROR_CELLS:
                    marks.note_error(row, column)
            elif kind in _SHORT_CELLS:
                raise refusal("damaged_workbook")
            elif kind == _MERGED_CELL:
                marks.note_merge(*_RANGE.unpack_from(body))
    return marks


def _small_part(package: ZipFile, name: str) -> bytes:
    with package.open(member_named(package, name)) as part:
        content = part.read(_MAX_SMALL_PART_BYTES + 1)
    if len(content) > _MAX_SMALL_PART_BYTES:
        raise refusal("damaged_workbook")
    return content


def _records(part: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Each record's kind and body ([MS-XLSB] 2.1.4). Raises FileRefusedError when the last one is cut off."""
    data, is_last = b"", False
    while not is_last:
        more = part.read(_READ_BYTES)
        is_last = not more
        data += more
        place = 0
        whole = len(data) if is_last else len(data) - _MAX_HEAD_BYTES
        while place < whole:
            kind, start = _kind(data, place)
            length, start = _length(data, start)
            end = start + length
            if end > len(data):
                if is_last or length > _MAX_RECORD_BYTES:
                    raise refusal("damaged_workbook")
                break
            yield kind, data[start:end]
            place = end
        data = data[place:]


def _kind(data: bytes, place: int) -> tuple[int, int]:
    kind = data[place]
    if kind < 0x80:
        return kind, place + 1
    return kind & 0x7F | (data[place + 1] & 0x7F) << 7, place + 2


def _length(data: bytes, place: int) -> tuple[int, int]:
    length = 0
    for shift in range(0, 28, 7):
        byte = data[place]
        place += 1
        length |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
    return length, place
