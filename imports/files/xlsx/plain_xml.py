"""XML as spreadsheet programs write it, cut up and taken apart by column expressions rather than by a parser.

What is not written like that is not misread here but passed on: every piece has to match one expression from its
beginning to its end. No text can hold `<`, so that tags are told from text by it.
"""

import re
from collections.abc import Generator, Iterator
from itertools import chain

import polars as pl

from imports.files.xlsx.parts import Package

PIECE_BYTES = 1 << 22

# A row or a string longer than this is none of a table's.
_MAX_UNCUT_BYTES = 1 << 26
# The columns of a sheet, their widths and its views stand above its cells.
_MAX_HEAD_BYTES = 1 << 24

_DECLARATION = re.compile(rb"""(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^<>]*?\?>)?""")
_PREFIX = re.compile(_DECLARATION.pattern + rb"""\s*<([A-Za-z][A-Za-z0-9]{0,30}:)(?:worksheet|sst)\s""")
_ENCODING = re.compile(rb"""\sencoding\s*=\s*["']([^"']*)["']""")

# Text between tags: neither markup nor what XML does not allow.
TEXT = r"[^<\x00-\x08\x0b\x0c\x0e-\x1f\x{FFFE}\x{FFFF}]*"

_ENTITY = re.compile("&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_CHARACTER_RANGES = ((0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))


class NotPlainError(Exception):
    """The XML is written in another way than here is reckoned with; it may be well-formed all the same."""


def plain_pieces(package: Package, part: str) -> Iterator[bytes]:
    """The pieces of `part`, and if its elements have a prefix, as .NET writes them, without that prefix."""
    pieces = package.pieces(part, PIECE_BYTES)
    first = next(pieces, b"")
    prefix = _PREFIX.match(first)
    pieces = chain((first,), pieces)
    return _without_prefix(pieces, prefix[1]) if prefix else pieces


def _without_prefix(pieces: Iterator[bytes], prefix: bytes) -> Iterator[bytes]:
    opening, closing = b"<" + prefix, b"</" + prefix
    kept = b""
    for piece in pieces:
        xml = kept + piece
        # The beginning of a tag whose name goes on in the next piece has to wait for it.
        cut = xml.rfind(b"<", max(0, len(xml) - len(closing)))
        end = cut if cut >= 0 else len(xml)
        yield xml[:end].replace(opening, b"<").replace(closing, b"</")
        kept = xml[end:]
    yield kept


def head_of(pieces: Iterator[bytes], tag: bytes) -> tuple[bytes, bytes]:
    """What stands before the first `tag`, and the rest of the piece it is in: from behind its name on.

    Raises NotPlainError when it is not there, or there is a comment or the like before it.
    """
    head = b""
    for piece in pieces:
        head += piece
        position = head.find(tag)
        if position >= 0:
            before, after = head[:position], head[position + len(tag) :]
            declaration = _declaration(before)
            encoding = _ENCODING.search(declaration)
            if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii"):
                raise NotPlainError
            assert_plain(before[len(declaration) :])
            return before, after
        if len(head) > _MAX_HEAD_BYTES:
            break
    raise NotPlainError


def _declaration(xml: bytes) -> bytes:
    declaration = _DECLARATION.match(xml)
    return declaration[0] if declaration else b""


def assert_plain(xml: bytes) -> None:
    """Raises NotPlainError when there is a comment, a CDATA section or an instruction in it."""
    # A single byte is looked for much faster than two.
    if (b"!" in xml and b"<!" in xml) or (b"?" in xml and b"<?" in xml) or b"\0" in xml:
        raise NotPlainError


def blocks_of(
    rest: bytes, pieces: Iterator[bytes], start: bytes, end: bytes
) -> Generator[bytes, None, bytes]:
    """`rest` and `pieces` up to `end`, cut so that every block but the first begins with `start`.

    Returns what is left of the last piece, from `end` on. Raises NotPlainError when `end` or `start` does not come.
    """
    searched = 0
    while (position := rest.find(end, searched)) < 0:
        cut = rest.rfind(start)
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
        piece = next(pieces, None)
        if piece is None or len(rest) > _MAX_UNCUT_BYTES:
            raise NotPlainError
        searched = max(0, len(rest) - len(end))
        rest += piece
    yield rest[:position]
    return rest[position:]


def text_of(block: bytes) -> str | None:
    """The block as text, its line ends as a parser gives them (XML 1.0, 2.11); None when it is not UTF-8."""
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def without_entities(texts: pl.Series) -> pl.Series | None:
    """The texts with the characters that entities and references stand for; None when one stands for none."""
    odd = texts.filter(texts.str.contains("&", literal=True)).unique()
    if not len(odd):
        return texts
    if (odd.str.count_matches("&", literal=True) != odd.str.count_matches(_ENTITY.pattern)).any():
        return None
    try:
        plain = [_ENTITY.sub(_character, text) for text in odd]
    except _NoCharacterError:
        return None
    return texts.replace(odd, pl.Series(plain, dtype=pl.String))


class _NoCharacterError(Exception):
    """A reference to what is no character of XML (XML 1.0, 2.2)."""


def _character(entity: re.Match[str]) -> str:
    if entity[1]:
        return _CHARACTERS[entity[1]]
    number = int(entity[2]) if entity[2] else int(entity[3], 16)
    is_character = number in (9, 10, 13) or any(first <= number <= last for first, last in _CHARACTER_RANGES)
    if not is_character:
        raise _NoCharacterError
    return chr(number)
