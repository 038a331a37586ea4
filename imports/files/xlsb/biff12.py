"""The records of an XLSB workbook, as far as they tell what calamine does not: [MS-XLSB] 2.3."""

import posixpath
import struct
from collections.abc import Container, Iterator
from typing import IO
from zipfile import ZipFile

from imports.files.file_refusals import refusal
from imports.files.workbooks.digits import DigitPattern, pattern_of_code
from imports.files.workbooks.marks import SheetMarks
from imports.files.workbooks.packages import attributes_of, member_named

WORKBOOK_PART = "xl/workbook.bin"
_RELATIONSHIPS_PART = "xl/_rels/workbook.bin.rels"
_STYLES_PART = "xl/styles.bin"
_READ_BYTES = 1 << 20
# A kind of two bytes and a length of four.
_MAX_HEAD_BYTES = 6
# A cell's text has at most 32,767 characters, a record hardly more than one text and its formats.
_MAX_RECORD_BYTES = 16_000_000
_MAX_SMALL_PART_BYTES = 16_000_000
# Excel has room for 65,490 of them.
_MAX_STYLES = 500_000

_ROW = 0
_BLANK_CELL = 1
_ERROR_CELLS = frozenset({3, 11})
# Compressed, as it is, of a formula.
_NUMBER_CELLS = frozenset({2, 5, 9})
_LAST_CELL = 11
# Cells that leave their column out because they stand right of the one before. Excel does not write them, and
# calamine passes them over.
_SHORT_CELLS = range(12, 19)
_FORMAT = 44
_STYLE = 47
_BUNDLED_SHEET = 156
_MERGED_CELL = 176
_STYLES_BEGIN = 617
_STYLES_END = 618

_ROW_FLAGS = 11
_ROW_IS_HIDDEN = 0x10
_NO_NAME = 0xFFFFFFFF
_NUMBER = struct.Struct("<I")
_SHORT = struct.Struct("<H")
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


def digit_patterns(package: ZipFile) -> dict[int, DigitPattern]:
    """Of the cell styles, by their numbers, the places that numbers' digits have in them, if they have any.

    Raises FileRefusedError or struct.error when the styles are damaged.
    """
    formats: dict[int, DigitPattern | None] = {}
    patterns: dict[int, DigitPattern] = {}
    style: int | None = None
    try:
        part = member_named(package, _STYLES_PART)
    except LookupError:
        return patterns
    with package.open(part) as styles:
        for kind, body in _records(styles):
            if kind == _FORMAT:
                (length,) = _NUMBER.unpack_from(body, 2)
                code = body[6 : 6 + 2 * length].decode("utf-16-le", "replace")
                formats[_SHORT.unpack_from(body)[0]] = pattern_of_code(code)
            elif kind == _STYLES_BEGIN:
                style = 0
            elif kind == _STYLES_END:
                style = None
            elif kind == _STYLE and style is not None:
                pattern = formats.get(_SHORT.unpack_from(body, 2)[0])
                if pattern is not None:
                    patterns[style] = pattern
                style += 1
                if style > _MAX_STYLES:
                    raise refusal("damaged_workbook")
    return patterns


def scan_xlsb(package: ZipFile, part: str, patterned_styles: Container[int]) -> SheetMarks:
    """Look over the sheet that the member `part` holds; `patterned_styles` are those of `digit_patterns`.

    Raises FileRefusedError when its records are damaged, or of a kind whose cells would be lost.
    """
    marks, row = SheetMarks(patterned_styles), 0
    with package.open(member_named(package, part)) as sheet:
        for kind, body in _records(sheet):
            if kind == _ROW:
                (row,) = _NUMBER.unpack_from(body)
                if body[_ROW_FLAGS] & _ROW_IS_HIDDEN:
                    marks.note_hidden_row(row)
            elif _BLANK_CELL < kind <= _LAST_CELL:
                (column,) = _NUMBER.unpack_from(body)
                marks.note_cells(row, column)
                if kind in _NUMBER_CELLS:
                    # The style, and a byte of flags.
                    marks.note_number(row, column, _NUMBER.unpack_from(body, 4)[0] & 0xFFFFFF)
                if kind in _ERROR_CELLS:
                    marks.note_error(row, column, body[8])
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
