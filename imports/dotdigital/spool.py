"""An answer's body, kept outside of memory when it is large, as UTF-8 that a strict JSON parser takes.

Bodies come in every encoding that JSON can have, and with halves of surrogate pairs, raw or escaped, which a
strict parser refuses or misreads. Each half becomes U+FFFD here, as `answers.read_text` has it. Digits beyond what
any number can have are left out, because Python refuses to convert so many, and the parser crashes over that.
"""

import codecs
import io
import json
import re
from pathlib import Path
from tempfile import SpooledTemporaryFile

from imports.dotdigital.errors import UnreadableAnswerError

MAX_BYTES_IN_MEMORY = 1_000_000
# As many as it takes to tell the encoding.
_HEAD_BYTES = 4

_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")
# In this order: a whole pair stays, a half that is left is replaced, any other escape is stepped over.
_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
    re.DOTALL,
)
_HIGH_HALF = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}")
_ESCAPE_CHARS = 6
_DIGITS = "0123456789"
# Below the 4,300 digits that Python converts.
_LONG_NUMBER = re.compile(r"(?<![0-9])([0-9]{4000})[0-9]+")
# As many digits as this in a row fill one of the pieces that a text is looked at in.
_DIGITS_A_PIECE = 2_000
_PAIR_CHARS = 2 * _ESCAPE_CHARS


class Spool:
    """The text of one body. Written block by block and ended with `finish`, then read any number of times.

    Text that is in no encoding of JSON raises UnreadableAnswerError; a full disk, OSError. `folder` is where a large
    body goes, the system's own directory when it is None; nobody else can open it there, and it is gone with `close`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = SpooledTemporaryFile(MAX_BYTES_IN_MEMORY, dir=str(folder) if folder else None)  # noqa: SIM115
        self._head = b""
        self._decoder: codecs.IncrementalDecoder | None = None
        self._waiting = ""
        self._size = 0

    def write(self, block: bytes) -> None:
        """Take the next bytes of the body."""
        if self._decoder is None:
            self._head += block
            if len(self._head) >= _HEAD_BYTES:
                self._begin()
        else:
            self._keep(self._decoded(block))

    def finish(self) -> None:
        """The body is whole."""
        if self._decoder is None:
            self._begin()
        self._keep(self._decoded(b"", is_last=True), is_last=True)

    @property
    def size(self) -> int:
        """Bytes of the text."""
        return self._size

    def text(self) -> str:
        """All of the text, for one that is not too large."""
        return self.open().readall().decode()

    def check_open(self) -> None:
        """Raises ValueError when it was closed."""
        if self._file.closed:
            raise ValueError("the text is closed")

    def open(self) -> "SpoolReader":
        """The text from its beginning. Readers do not disturb one another."""
        return SpoolReader(self._file)

    def close(self) -> None:
        """Let go of the text. Reading raises ValueError from now on."""
        self._file.close()

    def _begin(self) -> None:
        self._decoder = codecs.getincrementaldecoder(json.detect_encoding(self._head))("surrogatepass")
        self._keep(self._decoded(self._head))

    def _decoded(self, block: bytes, *, is_last: bool = False) -> str:
        try:
            return self._decoder.decode(block, is_last) if self._decoder else ""
        except UnicodeDecodeError:
            # Raised below, outside the handler: the error holds the body.
            pass
        raise UnreadableAnswerError(code="json")

    def _keep(self, text: str, *, is_last: bool = False) -> None:
        text = self._waiting + text
        if _has_many_digits(text):
            text = _LONG_NUMBER.sub(r"\1", text)
        end = len(text) if is_last else min(_end_of_whole_escapes(text), _end_of_whole_numbers(text))
        self._waiting = text[end:]
        self._size += self._file.write(_encoded(text[:end]))


class SpoolReader(io.RawIOBase):
    """Reads a spool's file from the beginning, whatever others read of it meanwhile."""

    def __init__(self, file: SpooledTemporaryFile[bytes]) -> None:
        self._file = file
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        self._file.seek(self._position)
        block = self._file.read(len(buffer))
        buffer[: len(block)] = block
        self._position += len(block)
        return len(block)


def _has_many_digits(text: str) -> bool:
    """Whether there may be a number that is too long: a look at a whole piece ends at its first letter."""
    return any(
        text[start : start + _DIGITS_A_PIECE].isdecimal() for start in range(0, len(text), _DIGITS_A_PIECE)
    )


def _encoded(text: str) -> bytes:
    if _ESCAPED_HALF.search(text):
        text = _ESCAPE.sub(lambda escape: r"\ufffd" if escape[1] else escape[0], text)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


def _end_of_whole_escapes(text: str) -> int:
    """Up to where `text`, which begins outside of an escape, can be judged without what follows it."""
    start = text.rfind("\\", max(len(text) - _PAIR_CHARS, 0))
    if start < 0 or not _begins_escape(text, start):
        return len(text)
    before = start - _ESCAPE_CHARS
    if before >= 0 and _HIGH_HALF.match(text, before) and _begins_escape(text, before):
        return before
    return start


def _end_of_whole_numbers(text: str) -> int:
    """Up to where `text` has no digits that could go on. Four stay, which could be those of an escape, unless
    `text` begins with what was held back before."""
    start = len(text.rstrip(_DIGITS))
    return min(start + 4, len(text)) if start else 0


def _begins_escape(text: str, at: int) -> bool:
    """Whether the backslash at `at` begins an escape and is not the second one of an escaped backslash."""
    upto = text[: at + 1]
    return (len(upto) - len(upto.rstrip("\\"))) % 2 == 1
