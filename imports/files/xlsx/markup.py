"""XML read piece by piece, in memory that no document can drive up; and the characters that XML cannot hold or would
change, as workbooks write them: `_x000D_` (ECMA-376 part 1, 22.9.2.19).
"""

import re
from collections.abc import Iterable
from typing import Protocol
from xml.parsers import expat

import polars as pl

from imports.files.file_refusals import refusal

PIECE_BYTES = 1 << 16

# What a parser keeps until it can go on: an unfinished tag, the open elements, and every name it has met.
_MAX_TAG_BYTES = 1 << 22
_MAX_DEPTH = 256
_MAX_NAMES = 20_000

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Handler(Protocol):
    """What is told of a document's elements, by their names without prefixes, and of the text in them."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def text(self, text: str) -> None: ...


class MarkupParser:
    """Tells `handler` of the document that it is fed.

    Raises FileRefusedError for what is not well-formed, and for a document type: spreadsheet programs write none.
    """

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._depth = 0
        self._fed_bytes = 0
        self._names: dict[str, str] = {}
        self._parser = expat.ParserCreate(intern=self._names)
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = handler.text
        self._parser.StartDoctypeDeclHandler = _refuse_document_type

    def feed(self, piece: bytes, is_last: bool = False) -> None:
        """Go on with the next piece of the document."""
        try:
            self._parser.Parse(piece, is_last)
        except (expat.ExpatError, LookupError, ValueError) as error:
            # Unknown encodings are LookupErrors and ValueErrors.
            raise refusal("damaged_workbook") from error
        self._fed_bytes += len(piece)
        unfinished_bytes = self._fed_bytes - max(0, self._parser.CurrentByteIndex)
        if not is_last and (unfinished_bytes > _MAX_TAG_BYTES or len(self._names) > _MAX_NAMES):
            raise refusal("damaged_workbook")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise refusal("damaged_workbook")
        self._handler.start(tag.rpartition(":")[2], attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self._handler.end(tag.rpartition(":")[2])


def parse(pieces: Iterable[bytes], handler: Handler) -> None:
    """Tell `handler` of the whole document in `pieces`. Raises what `MarkupParser` raises."""
    parser = MarkupParser(handler)
    for piece in pieces:
        parser.feed(piece)
    parser.feed(b"", is_last=True)


def _refuse_document_type(*_: object) -> None:
    raise refusal("damaged_workbook")


def unescaped(text: str) -> str:
    """The text that `text` stands for. Halves of a pair that have lost one another become U+FFFD."""
    plain = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    if _SURROGATE.search(plain):
        plain = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return plain


def unescape_all(texts: pl.Series) -> pl.Series:
    """The texts that `texts` stand for."""
    odd = texts.filter(texts.str.contains(_ESCAPE.pattern)).unique()
    if not len(odd):
        return texts
    return texts.replace(odd, pl.Series([unescaped(text) for text in odd], dtype=pl.String))
