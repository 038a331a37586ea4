"""An OpenDocument spreadsheet's XML in pieces of bounded size: rows apart from what is around them."""

from collections.abc import Iterator
from typing import IO, NamedTuple

_READ_BYTES = 1 << 22
_SMALL_BYTES = 1 << 17
_MAX_PENDING_BYTES = 1 << 26
_ROW_START, _ROW_END, _TABLE_END = b"<table:table-row", b"</table:table-row>", b"</table:table>"


class Piece(NamedTuple):
    """Some of a document, one behind the other; `is_rows` when it begins with a row and ends with one."""

    xml: bytes
    is_rows: bool


def pieces_of(xml: IO[bytes]) -> Iterator[Piece]:
    """A document in pieces, rows apart from what is around them."""
    pending, is_last = b"", False
    while not is_last:
        read = xml.read(_READ_BYTES)
        pending, is_last = pending + read, not read
        while True:
            start = pending.find(_ROW_START)
            table_end = pending.find(_TABLE_END, max(start, 0))
            end = pending.rfind(_ROW_END, max(start, 0), table_end if table_end >= 0 else len(pending))
            if start < 0 or end < 0:
                break
            if start:
                yield Piece(pending[:start], is_rows=False)
            yield Piece(pending[start : end + len(_ROW_END)], is_rows=True)
            pending = pending[end + len(_ROW_END) :]
        # A tag that is cut off here may be the beginning of a row; rows that never end are for the parser.
        kept = len(_ROW_START) if start < 0 else len(pending)
        if kept > _MAX_PENDING_BYTES:
            kept = 0
        if pending[: len(pending) - kept]:
            yield Piece(pending[: len(pending) - kept], is_rows=False)
            pending = pending[len(pending) - kept :]
    if pending:
        yield Piece(pending, is_rows=False)


def small_parts(rows: bytes) -> Iterator[bytes]:
    """Rows in parts of a few hundred, so that what is odd in one row concerns a few others alone."""
    start = 0
    while start < len(rows):
        end = rows.find(_ROW_END, start + _SMALL_BYTES)
        end = end + len(_ROW_END) if end >= 0 else len(rows)
        yield rows[start:end]
        start = end
