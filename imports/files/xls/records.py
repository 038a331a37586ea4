"""The records of an XLS workbook (Excel 5 to 2003) and the texts in them: [MS-XLS] 2.1.4, 2.5.293, 2.5.294."""

import codecs
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import olefile

from imports.files.file_refusals import refusal

_STREAMS = ("Workbook", "Book")
_HEADER = struct.Struct("<HH")
_CONTINUE = 0x003C
_IS_WIDE, _HAS_PHONETICS, _HAS_RUNS = 0x01, 0x04, 0x08
_RUN_BYTES = 4

_CODE_PAGES = {367: "ascii", 1200: "utf-16-le", 10000: "mac-roman", 32768: "mac-roman", 32769: "cp1252"}
_USUAL_CODE_PAGE = "cp1252"


class Record:
    """A record at `offset`: its kind, its body, and the bodies of the records that go on with it."""

    __slots__ = ("body", "kind", "more", "offset")

    def __init__(self, offset: int, kind: int, body: bytes) -> None:
        self.offset = offset
        self.kind = kind
        self.body = body
        self.more: list[bytes] = []

    def parts(self, start: int = 0) -> "Parts":
        """The bodies, to be read from `start` on."""
        return Parts([self.body, *self.more], start)


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


def read_records(stream: bytes, offset: int = 0) -> Iterator[Record]:
    """The records from `offset` on, those that only continue others being part of these."""
    record: Record | None = None
    while offset + _HEADER.size <= len(stream):
        kind, length = _HEADER.unpack_from(stream, offset)
        start = offset + _HEADER.size
        body = stream[start : start + length]
        if kind == _CONTINUE and record is not None:
            record.more.append(body)
        else:
            if record is not None:
                yield record
            record = Record(offset, kind, body)
        offset = start + length
    if record is not None:
        yield record


def codec_of(code_page: int) -> str:
    """Python's name of a Windows code page; that of Western Europe for one that it does not have."""
    name = _CODE_PAGES.get(code_page, f"cp{code_page}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return _USUAL_CODE_PAGE


@dataclass(slots=True)
class Parts:
    """Bytes that go on from one record to the next. Raises IndexError or struct.error when they end too early."""

    bodies: Sequence[bytes]
    place: int = 0
    index: int = 0

    def number(self, size: int) -> int:
        """A number of `size` bytes."""
        return int.from_bytes(self.taken(size), "little")

    def taken(self, size: int) -> bytes:
        """The next `size` bytes."""
        pieces = []
        while size:
            piece = self._piece(size)
            pieces.append(piece)
            size -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def text(self, length: int, *, is_wide: bool) -> str:
        """`length` characters. A record that goes on with them says anew how many bytes each takes."""
        pieces = []
        while length:
            if self.place >= len(self.bodies[self.index]):
                self._go_on()
                is_wide = bool(self.number(1) & _IS_WIDE)
            width = 2 if is_wide else 1
            piece = self._piece(length * width)
            length -= len(piece) // width
            if len(piece) < width:
                raise IndexError
            pieces.append(piece.decode("utf-16-le" if is_wide else "latin-1", "surrogatepass"))
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        # Two halves of a character may stand in two records; one without the other is none.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if is_wide else text

    def rich_text(self) -> str:
        """A shared string, without its formats and its phonetics."""
        length, flags = self.number(2), self.number(1)
        runs = self.number(2) if flags & _HAS_RUNS else 0
        phonetics = self.number(4) if flags & _HAS_PHONETICS else 0
        text = self.text(length, is_wide=bool(flags & _IS_WIDE))
        self.skip(runs * _RUN_BYTES + phonetics)
        return text

    def plain_text(self, length_size: int = 2) -> str:
        """A text with its length before it."""
        length, flags = self.number(length_size), self.number(1)
        return self.text(length, is_wide=bool(flags & _IS_WIDE))

    def skip(self, size: int) -> None:
        """Pass over the next `size` bytes."""
        while size:
            size -= len(self._piece(size))

    def _piece(self, size: int) -> bytes:
        """Some of the next `size` bytes, at least one of them."""
        while self.place >= len(self.bodies[self.index]):
            self._go_on()
        piece = self.bodies[self.index][self.place : self.place + size]
        self.place += len(piece)
        return piece

    def _go_on(self) -> None:
        if self.index + 1 >= len(self.bodies):
            raise IndexError("the text goes on beyond its records")
        self.index, self.place = self.index + 1, 0
