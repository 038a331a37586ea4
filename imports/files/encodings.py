"""Which encoding a text file is in, and decoding it without losing sight of the bytes that do not fit."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from imports.files.refusals import refusal

BLOCK_BYTES = 4_000_000
SAMPLE_BYTES = 65_536

# Python's codec name to the encoding it is read as, by the name people know.
ENCODINGS = {
    "ascii": "utf-8",
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8-sig",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    # As in browsers: what says Latin-1 is Windows-1252, which has letters where Latin-1 has control codes.
    "iso8859-1": "windows-1252",
    "cp1252": "windows-1252",
}

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

UNDECODABLE = "\udcff"
"""Stands for bytes that could not be decoded: a character that no decoder gives and no file can hold."""

_MARK_ERRORS = "imports-files-mark"
# In UTF-16 every delimiter, digit and line end has a NUL, whatever the script of the words.
_MIN_UTF16_NUL_SHARE = 0.05
# U+0A05 and its like have the byte of a line end too.
_MIN_UTF16_LINE_END_SHARE = 0.5


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNDECODABLE, error.end


codecs.register_error(_MARK_ERRORS, _mark)


def named_encoding(name: str) -> str:
    """The name in `ENCODINGS` of what a person calls `name`: any alias Python knows will do.

    Raises FileRefusedError for an encoding that is not read.
    """
    try:
        codec = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        codec = ""
    if codec not in ENCODINGS:
        raise refusal(
            "unknown_encoding", encoding=name, encodings=", ".join(dict.fromkeys(ENCODINGS.values()))
        )
    return ENCODINGS[codec]


def detect_encoding(path: Path) -> str:
    """The encoding of the text file at `path`, a value of `ENCODINGS`.

    A byte order mark decides; then whether every second byte of the beginning is NUL; then whether the file,
    all of it, is UTF-8. A file that is mostly UTF-8 is UTF-8 with damage. What is none of these is
    Windows-1252, in which nearly every byte means something.
    """
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    for mark, encoding in _BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return encoding
    if wide := _detect_utf16(sample):
        return wide
    damaged = sum(text.count(UNDECODABLE) for text in decode_file(path, "utf-8"))
    if damaged:
        not_ascii = sum(
            len(text) - len(text.encode("ascii", "ignore")) for text in decode_file(path, "utf-8")
        )
        if not_ascii < 2 * damaged:
            return "windows-1252"
    return "utf-8"


def _detect_utf16(sample: bytes) -> str | None:
    """UTF-16 without a byte order mark: NULs in one byte of its units, and beside every line end."""
    line_ends = sample.count(b"\n") + sample.count(b"\r")
    for encoding, high, low, line_feed, carriage_return in (
        ("utf-16-le", sample[1::2], sample[0::2], b"\n\0", b"\r\0"),
        ("utf-16-be", sample[0::2], sample[1::2], b"\0\n", b"\0\r"),
    ):
        nuls = high.count(0)
        wide_line_ends = sample.count(line_feed) + sample.count(carriage_return)
        if (
            line_ends
            and wide_line_ends >= line_ends * _MIN_UTF16_LINE_END_SHARE
            and nuls >= len(high) * _MIN_UTF16_NUL_SHARE
            and nuls >= 10 * low.count(0)
        ):
            return encoding
    return None


def decode_file(path: Path, encoding: str) -> Iterator[str]:
    """The text of the file in blocks, without its byte order mark, `UNDECODABLE` where bytes do not fit."""
    decoder = codecs.getincrementaldecoder(encoding)(errors=_MARK_ERRORS)
    with path.open("rb") as file:
        start = True
        while data := file.read(BLOCK_BYTES):
            text = decoder.decode(data)
            if start and text:
                text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
                start = False
            yield text
    yield decoder.decode(b"", final=True)
