"""What an XLS workbook says before its sheets: which there are, the strings that cells share, how numbers are shown."""

from dataclasses import dataclass, field

import polars as pl

from imports.files.file_refusals import refusal
from imports.files.reading import Sheet
from imports.files.xls.records import Parts, Record, codec_of, read_records
from imports.files.xlsx.number_formats import BUILT_IN_FORMATS, PLAIN, NumberFormat, format_of_code

_EOF = 0x000A
_DATE_MODE = 0x0022
_FILE_PASS = 0x002F
_CODE_PAGE = 0x0042
_BOUND_SHEET = 0x0085
_STYLE = 0x00E0
_SHARED_STRINGS = 0x00FC
_FORMAT = 0x041E
_BOF = 0x0809

_BIFF5, _BIFF8 = 0x0500, 0x0600
_WORKSHEET = 0
_STATE = 0x03
# Cells have two bytes to refer to one.
_MAX_STYLES = 1 << 16


@dataclass(slots=True)
class XlsBook:
    """A workbook's sheets of cells, by where their records begin, and what its cells refer to.

    `codec` decodes the texts of Excel 5 and 95; those of later ones are Unicode.
    """

    is_biff_8: bool
    codec: str = "cp1252"
    is_1904: bool = False
    sheets: list[Sheet] = field(default_factory=list)
    offsets: dict[str, int] = field(default_factory=dict)
    strings: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.String))
    formats: list[NumberFormat] = field(default_factory=list)

    def text_of(self, record: Record, place: int, length_size: int = 2) -> str:
        """The text that stands in a record at `place`, with its length before it."""
        parts = record.parts(place)
        if self.is_biff_8:
            return parts.plain_text(length_size)
        return parts.taken(parts.number(length_size)).decode(self.codec, "replace")


def read_book(stream: bytes) -> XlsBook:
    """The workbook whose records these are.

    Raises FileRefusedError for one that is protected, or of a kind before Excel 5; IndexError for a damaged one.
    """
    records = read_records(stream)
    first = next(records, None)
    version = int.from_bytes(first.body[:2], "little") if first is not None else 0
    if first is None or first.kind != _BOF or version not in (_BIFF5, _BIFF8):
        raise refusal("damaged_workbook")
    book = XlsBook(is_biff_8=version == _BIFF8)
    codes: dict[int, NumberFormat] = {}
    styles: list[int] = []
    for record in records:
        body = record.body
        if record.kind == _EOF:
            break
        if record.kind == _FILE_PASS:
            raise refusal("password_protected")
        if record.kind == _CODE_PAGE:
            book.codec = codec_of(int.from_bytes(body[:2], "little"))
        elif record.kind == _DATE_MODE:
            book.is_1904 = body[:1] == b"\1"
        elif record.kind == _BOUND_SHEET:
            _add_sheet(book, record)
        elif record.kind == _FORMAT:
            code = book.text_of(record, 2, 2 if book.is_biff_8 else 1)
            codes[int.from_bytes(body[:2], "little")] = format_of_code(code)
        elif record.kind == _STYLE and len(styles) < _MAX_STYLES:
            styles.append(int.from_bytes(body[2:4], "little"))
        elif record.kind == _SHARED_STRINGS:
            book.strings = _shared_strings(record)
    book.formats = [codes.get(style) or BUILT_IN_FORMATS.get(str(style), PLAIN) for style in styles]
    return book


def _add_sheet(book: XlsBook, record: Record) -> None:
    offset, state, kind = int.from_bytes(record.body[:4], "little"), record.body[4], record.body[5]
    name = book.text_of(record, 6, 1).replace("\0", "")
    if kind == _WORKSHEET and name not in book.offsets:
        book.sheets.append(Sheet(name, bool(state & _STATE)))
        book.offsets[name] = offset


def _shared_strings(record: Record) -> pl.Series:
    parts: Parts = record.parts(4)
    count = parts.number(4)
    strings: list[str] = []
    try:
        for _ in range(count):
            strings.append(parts.rich_text())
    except IndexError:
        # Some programs count more than they write. A cell that refers to one that is missing is refused.
        pass
    return pl.Series(strings, dtype=pl.String)
