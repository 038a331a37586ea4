"""Records without what no cell may hold: bytes of another encoding, NUL characters. Each row that had some is noted."""

import re
from collections.abc import Callable

from imports.files.file_problems import ProblemLog
from imports.files.text.encoding_names import python_codec
from imports.files.text.encodings import KEPT_BYTES, UNDECODABLE, kept_bytes

REPLACEMENT_CHARACTER = "\N{REPLACEMENT CHARACTER}"

_REPLACEMENT_BYTES = REPLACEMENT_CHARACTER.encode()
_UNICODE = "utf-8"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class TextRepair:
    """Repairs the records of a file in `encoding`, a name in `ENCODING_LABELS`.

    `other_encoding` says in which encoding lines are that are not UTF-8; None when that cannot be told. It is asked
    once at most.
    """

    def __init__(self, encoding: str, other_encoding: Callable[[], str | None], log: ProblemLog) -> None:
        self._encoding = encoding
        self._is_unicode = encoding.startswith("utf")
        self._ask_other = other_encoding
        self._has_asked = False
        self._other: str | None = None
        self._log = log

    def is_needed(self, text: str) -> bool:
        """Whether there is anything to repair in `text`."""
        return self.sound(text) is None

    def sound(self, text: str) -> bytes | None:
        """`text` as UTF-8; None when there is anything to repair in it."""
        try:
            data = text.encode()
        except UnicodeEncodeError:
            # `UNDECODABLE` is in no encoding.
            return None
        # To look for bytes is several times as fast as to look for characters in text of two bytes each.
        return None if b"\0" in data or _REPLACEMENT_BYTES in data else data

    def repaired(self, row: int, record: str, separator: str) -> str:
        """The record of `row`, whose cells are joined by `separator`."""
        if nuls := record.count("\0"):
            self._log.add(row, "nul_bytes", count=nuls)
            record = record.replace("\0", "")
        if lost := record.count(REPLACEMENT_CHARACTER):
            self._log.add(row, "letters_lost", count=lost)
        if UNDECODABLE in record:
            record = separator.join(self._decoded(row, record.split(separator)))
        return record

    def _decoded(self, row: int, cells: list[str]) -> list[str]:
        lost = 0
        others: set[str] = set()
        for index, cell in enumerate(cells):
            if UNDECODABLE not in cell:
                continue
            encoding = self._encoding_of(cell)
            text = self._reread(cell, encoding) if encoding else None
            if encoding is None or text is None:
                lost += cell.count(UNDECODABLE)
                cells[index] = KEPT_BYTES.sub(REPLACEMENT_CHARACTER, cell)
            else:
                others.add(encoding)
                cells[index] = text
        if lost:
            self._log.add(row, "undecodable", count=lost, encoding=self._encoding)
        for other in sorted(others):
            self._log.add(row, "other_encoding", encoding=self._encoding, other=other)
        return cells

    def _encoding_of(self, cell: str) -> str | None:
        """The encoding that a whole cell may be in instead; None when it is of both, which is damage."""
        if not self._is_unicode:
            return _UNICODE
        if self._encoding not in (_UNICODE, "utf-8-sig") or not KEPT_BYTES.sub("", cell).isascii():
            return None
        if not self._has_asked:
            self._other, self._has_asked = self._ask_other(), True
        return self._other

    def _reread(self, cell: str, encoding: str) -> str | None:
        try:
            text = kept_bytes(cell, self._encoding).decode(python_codec(encoding))
        except UnicodeError:
            return None
        return None if _CONTROL.search(text) else text
