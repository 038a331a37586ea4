"""Which encoding a text file is in, and decoding it without losing sight of the bytes that do not fit."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from polars.exceptions import ComputeError

from imports.files.decisions import Decision
from imports.files.text.encoding_names import ENCODINGS, python_codec
from imports.files.text.letters import guess_by_letters, is_half_width_katakana

BLOCK_BYTES = 4_000_000
SAMPLE_BYTES = 65_536

FALLBACK = "windows-1252"

# UTF-32's little-endian mark begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    ("\N{ZERO WIDTH NO-BREAK SPACE}".encode("gb18030"), "gb18030"),
)

UNDECODABLE = "\udcff"
"""Stands for bytes that could not be decoded: a character that no decoder gives and no file can hold."""

_MARK_ERRORS = "imports-files-mark"
_KEEP_ERRORS = "imports-files-keep"
# No decoder gives characters of this range either.
_FIRST_KEPT = 0xDB00
KEPT_BYTES = re.compile(f"{UNDECODABLE}[{chr(_FIRST_KEPT)}-{chr(_FIRST_KEPT + 0xFF)}]*")
"""`UNDECODABLE` and the bytes it stands for, as `decode_file` gives them where they are to be kept."""

# In a table every delimiter, digit and line end is ASCII, whatever the script of the words.
_MIN_ASCII_SHARE = 0.05
_MIN_ASCII_SHARE_WITHOUT_LINES = 0.5
_MIN_ASCII_RATIO = 8
# U+4E0A, as in Shanghai, and its like have the byte of a line end too.
_MIN_LINE_END_SHARE = 0.25

_ASCII = re.compile(r"[\t\n\r -~]")
# All bytes of a letter in UTF-8 but its first.
_CONTINUATION = re.compile(rb"[\x80-\xbf]")
# What more than this many say of how sure UTF-8 is, no number has room for.
_ENOUGH_BEYOND_ASCII = 20
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_ESCAPE = b"\x1b"
_LINE_END = re.compile(rb"[\r\n]")
# No encoding has these as the second half of a letter.
_GAPS = b"\t ,;"
_MAX_BYTES_BEFORE_LETTER = 200
_MAX_LINE_BYTES = 1_000
_CELL_ENDS = re.compile(rb"[\t,;|]")
_MAX_VALID_CELLS = 200
_MIN_OTHER_CONFIDENCE = 0.7

_WIDE_CONFIDENCE = 0.98
_FALLBACK_CONFIDENCE = 0.3


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNDECODABLE, error.end


def _keep(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    kept = "".join(chr(_FIRST_KEPT + byte) for byte in error.object[error.start : error.end])
    return UNDECODABLE + kept, error.end


codecs.register_error(_MARK_ERRORS, _mark)
codecs.register_error(_KEEP_ERRORS, _keep)


def detect_encoding(path: Path) -> tuple[str, Decision]:
    """The encoding of the text file at `path`, a name in `ENCODING_LABELS`, and how that was found out.

    A byte order mark decides; then whether the beginning has the empty bytes of UTF-32 or UTF-16; then whether the
    file, all of it, is ASCII or UTF-8. Otherwise the lines with bytes beyond ASCII are judged, wherever in the
    file they are: as UTF-8 with damage, or by the letters they make.
    """
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    for mark, encoding in _BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return encoding, Decision(1.0, "mark")
    if wide := _detect_wide(sample):
        return wide, Decision(_WIDE_CONFIDENCE, "wide")
    return _detect_narrow(path)


def _detect_wide(sample: bytes) -> str | None:
    """UTF-32 or UTF-16 without a byte order mark."""
    whole = sample[: len(sample) // 4 * 4]
    for encoding in ("utf-32-le", "utf-32-be"):
        try:
            text = whole.decode(encoding)
        except UnicodeDecodeError:
            continue
        # NULs alone would be UTF-32 too.
        if text.count("\0") < len(text) * _MIN_ASCII_SHARE:
            return encoding
    for encoding, other, low, high in (
        ("utf-16-le", "utf-16-be", sample[0::2], sample[1::2]),
        ("utf-16-be", "utf-16-le", sample[1::2], sample[0::2]),
    ):
        text = sample.decode(encoding, "replace")
        ascii_chars = len(_ASCII.findall(text))
        line_ends = text.count("\n") + text.count("\r")
        possible_line_ends = low.count(b"\n") + low.count(b"\r")
        min_share = _MIN_ASCII_SHARE if line_ends else _MIN_ASCII_SHARE_WITHOUT_LINES
        if (
            ascii_chars > len(high) * min_share
            and ascii_chars > _MIN_ASCII_RATIO * len(_ASCII.findall(sample.decode(other, "replace")))
            and line_ends >= possible_line_ends * _MIN_LINE_END_SHARE
        ):
            return encoding
    return None


def _detect_narrow(path: Path) -> tuple[str, Decision]:
    """What is not UTF-16 or UTF-32 and has no byte order mark."""
    beyond_ascii = _count_beyond_ascii(path)
    if beyond_ascii is None:
        return _judge_lines(_telling_lines(path), _has_mac_line_ends(path))
    if beyond_ascii:
        # A byte that follows others as UTF-8 has it does so by chance about once in ten times.
        return "utf-8", Decision(1 - 0.1**beyond_ascii, "valid")
    if _is_iso2022_jp(path):
        return "iso-2022-jp", Decision(_WIDE_CONFIDENCE, "valid")
    return "utf-8", Decision(1.0, "ascii")


def _count_beyond_ascii(path: Path) -> int | None:
    """How many bytes a file of UTF-8 has more than letters, 0 for pure ASCII; None when it is not UTF-8.

    Once there are `_ENOUGH_BEYOND_ASCII`, no more are counted.
    """
    surplus = 0
    held = b""
    for data in _blocks(path):
        if not held and data.isascii():
            continue
        data = held + data
        held = data[_end_of_letters(data) :]
        whole = data[: len(data) - len(held)]
        if not _is_utf8(whole):
            return None
        for start in range(0, len(whole), SAMPLE_BYTES):
            if surplus >= _ENOUGH_BEYOND_ASCII:
                break
            surplus += len(_CONTINUATION.findall(whole, start, start + SAMPLE_BYTES))
    return None if held else surplus


def _end_of_letters(data: bytes) -> int:
    """Where a letter that is cut off by the end of `data` begins, if it is UTF-8: at its end without one."""
    for length, least in ((1, 0xC0), (2, 0xE0), (3, 0xF0)):
        if len(data) >= length and data[-length] >= least:
            return len(data) - length
    return len(data)


def _is_utf8(data: bytes) -> bool:
    """Whether `data` is UTF-8. It is not decoded, which would take several times as long."""
    try:
        pl.Series([data], dtype=pl.Binary).cast(pl.String)
    except ComputeError:
        return False
    return True


def _is_iso2022_jp(path: Path) -> bool:
    """Whether a file of ASCII bytes has the escape sequences that switch to Japanese and back."""
    for data in _blocks(path):
        if (at := data.find(_ESCAPE)) >= 0:
            decoder = codecs.getincrementaldecoder(python_codec("iso-2022-jp"))()
            try:
                return not decoder.decode(data[at : at + SAMPLE_BYTES]).isascii()
            except UnicodeDecodeError:
                return False
    return False


def _has_mac_line_ends(path: Path) -> bool:
    """Whether lone carriage returns end the lines at the beginning of the file, as on Macs before Mac OS X."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    return b"\r" in sample and b"\n" not in sample


def _judge_lines(lines: list[bytes], has_mac_line_ends: bool) -> tuple[str, Decision]:
    data = b"\n".join(lines)
    text = data.decode("utf-8", _MARK_ERRORS)
    damaged = text.count(UNDECODABLE)
    valid = len(text) - len(text.encode("ascii", "ignore")) - damaged
    if valid >= damaged > 0 and not is_half_width_katakana(data):
        return "utf-8", Decision(valid / (valid + damaged), "mostly_valid")
    if guess := guess_by_letters(lines, has_mac_line_ends):
        return ENCODINGS[guess.codec], Decision(guess.confidence, "letters")
    return FALLBACK, Decision(_FALLBACK_CONFIDENCE, "fallback")


def _telling_lines(path: Path) -> list[bytes]:
    """Lines with bytes beyond ASCII from all parts of the file, about `SAMPLE_BYTES` of them at the most."""
    blocks = path.stat().st_size // BLOCK_BYTES + 1
    lines: list[bytes] = []
    for data in _blocks_of_lines(path):
        wanted = SAMPLE_BYTES // blocks
        for line in _lines_beyond_ascii(data):
            lines.append(line)
            wanted -= len(line)
            if wanted <= 0:
                break
    return lines


def _lines_beyond_ascii(data: bytes) -> Iterator[bytes]:
    """The lines of `data` that are not all ASCII; of long ones, what is near."""
    end = 0
    while found := _NOT_ASCII.search(data, end):
        at = found.start()
        start = max(end, at - _MAX_BYTES_BEFORE_LETTER)
        start = max(start, data.rfind(b"\n", start, at) + 1, data.rfind(b"\r", start, at) + 1)
        limit = at + _MAX_LINE_BYTES
        if line_end := _LINE_END.search(data, at, limit):
            end = line_end.start()
        elif limit >= len(data):
            end = len(data)
        else:
            end = max(data.rfind(gap, at, limit) for gap in _GAPS)
            end = end if end > at else limit
        yield data[start:end]


def _blocks_of_lines(path: Path) -> Iterator[bytes]:
    """The file in blocks that no line is cut by, unless it is longer than a block."""
    held = b""
    for data in _blocks(path):
        data = held + data
        cut = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
        if not cut and len(data) > _MAX_LINE_BYTES:
            cut = len(data)
        yield data[:cut]
        held = data[cut:]
    yield held


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while data := file.read(BLOCK_BYTES):
            yield data


def kept_bytes(text: str, encoding: str) -> bytes:
    """The bytes that `decode_file` made `text` of, keeping those that do not fit. Raises UnicodeEncodeError."""
    codec = python_codec(encoding)
    parts: list[bytes] = []
    end = 0
    for match in KEPT_BYTES.finditer(text):
        parts.append(text[end : match.start()].encode(codec))
        parts.append(bytes(ord(byte) - _FIRST_KEPT for byte in match[0][1:]))
        end = match.end()
    return b"".join((*parts, text[end:].encode(codec)))


def other_encoding(path: Path) -> str | None:
    """The encoding of the cells that are not UTF-8 in a file that is; None when that cannot be told.

    What language the file is in tells, too.
    """
    odd: list[bytes] = []
    valid: list[str] = []
    wanted = SAMPLE_BYTES
    for line in (line for data in _blocks_of_lines(path) for line in _lines_beyond_ascii(data)):
        for cell in _CELL_ENDS.split(line):
            if cell.isascii():
                continue
            try:
                text = cell.decode()
            except UnicodeDecodeError:
                odd.append(cell)
                wanted -= len(cell)
            else:
                if len(valid) < _MAX_VALID_CELLS:
                    valid.append(text)
        if wanted <= 0:
            break
    guess = guess_by_letters(odd, beside=valid)
    return ENCODINGS[guess.codec] if guess and guess.confidence >= _MIN_OTHER_CONFIDENCE else None


def decode_file(path: Path, encoding: str, *, keeps_bytes: bool = False) -> Iterator[str]:
    """The text of the file in blocks, without its byte order mark, `UNDECODABLE` where bytes do not fit.

    `encoding` is a name in `ENCODING_LABELS`. With `keeps_bytes`, those bytes follow as in `KEPT_BYTES`.
    """
    errors = _KEEP_ERRORS if keeps_bytes else _MARK_ERRORS
    decoder = codecs.getincrementaldecoder(python_codec(encoding))(errors=errors)
    start = True
    for data in _blocks(path):
        text = decoder.decode(data)
        if start and text:
            text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
            start = False
        yield text
    yield decoder.decode(b"", final=True)
