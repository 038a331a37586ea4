"""A workbook's shared strings (ECMA-376 part 1, 18.4): what its cells of text refer to by number."""

from collections.abc import Iterator

import polars as pl

from imports.files.file_refusals import refusal
from imports.files.xlsx import plain_xml
from imports.files.xlsx.markup import PIECE_BYTES, MarkupParser, parse, unescape_all
from imports.files.xlsx.parts import Package

# All of them are held in memory. These are as many as a full sheet of 32 columns has cells.
_MAX_STRINGS = 1 << 25
_MAX_STRING_CHARS = 1 << 22
_MAX_BYTES = 1 << 30

_STRING = (
    rf'^>(?:<t(?: xml:space="preserve")?>{plain_xml.TEXT}</t>|<t/>)?'
    r'(?:<phoneticPr(?: [A-Za-z]+="[^"<>&]*")*/>)?</si>\s*$'
)
_TEXT_OF_STRING = r"^><t[^>]*>([^<]*)</t>"
_ATTRIBUTES = r'^(?:\s+[A-Za-z:]+="[^"<>&]*")*\s*>\s*$'

# How many strings and characters of them are gathered before they are put into a column.
_SIZE_AT_ONCE = 1 << 22


def read_strings(package: Package, part: str | None) -> pl.Series:
    """The strings in `part`, by their numbers; none when there is no such part.

    Runs of rich text are joined, phonetic readings left out. Raises FileRefusedError when the part is damaged.
    """
    if part is None:
        return pl.Series(dtype=pl.String)
    try:
        return _gathered(_plain_strings(package, part))
    except plain_xml.NotPlainError:
        return _gathered(_parsed_strings(package, part))


def _gathered(batches: Iterator[pl.Series]) -> pl.Series:
    strings: list[pl.Series] = [pl.Series(dtype=pl.String)]
    count = size_bytes = 0
    for batch in batches:
        count += len(batch)
        size_bytes += int(batch.str.len_bytes().sum())
        if count > _MAX_STRINGS or size_bytes > _MAX_BYTES:
            raise refusal("expands_too_far")
        strings.append(unescape_all(batch))
    return pl.concat(strings, rechunk=True)


def _plain_strings(package: Package, part: str) -> Iterator[pl.Series]:
    pieces = plain_xml.plain_pieces(package, part)
    _, rest = plain_xml.head_of(pieces, b"<sst")
    is_first = True
    for block in plain_xml.blocks_of(rest, pieces, b"<si", b"</sst>"):
        plain_xml.assert_plain(block)
        text = plain_xml.text_of(block)
        if text is None:
            raise plain_xml.NotPlainError
        cut = pl.Series("piece", [text]).str.split("<si").explode()
        # The first block begins with the attributes of the element around them all, the others with nothing.
        if cut[0] and not (is_first and cut.slice(0, 1).str.contains(_ATTRIBUTES).all()):
            raise plain_xml.NotPlainError
        is_first = False
        yield _plain_texts(cut.slice(1))
    # Reading to the end lets the package check its sum.
    for _ in pieces:
        pass


def _plain_texts(pieces: pl.Series) -> pl.Series:
    """The strings in the pieces, each of which goes from behind `<si` to the next one's."""
    is_plain = pieces.str.contains(_STRING)
    texts = plain_xml.without_entities(pieces.str.extract(_TEXT_OF_STRING, 1).fill_null(""))
    if texts is None:
        raise plain_xml.NotPlainError
    if is_plain.all():
        return texts
    # Such as rich text: a parser takes these pieces alone.
    odd = pieces.filter(~is_plain)
    reader = _StringReader()
    parse([f"<sst><si{'<si'.join(odd)}</sst>".encode()], reader)
    parsed = reader.take()
    if len(parsed) != len(odd):
        raise plain_xml.NotPlainError
    return texts.scatter((~is_plain).arg_true(), parsed)


def _parsed_strings(package: Package, part: str) -> Iterator[pl.Series]:
    reader = _StringReader()
    parser = MarkupParser(reader)
    for piece in package.pieces(part, PIECE_BYTES):
        parser.feed(piece)
        if reader.size > _SIZE_AT_ONCE:
            yield reader.take()
    parser.feed(b"", is_last=True)
    yield reader.take()


class _StringReader:
    """Gathers the strings from the elements around them."""

    def __init__(self) -> None:
        self.size = 0
        self._strings: list[str] = []
        self._runs: list[str] = []
        self._chars = 0
        self._is_text = self._is_phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            self._runs, self._chars = [], 0
        elif tag == "rPh":
            self._is_phonetic = True
        elif tag == "t":
            self._is_text = not self._is_phonetic

    def end(self, tag: str) -> None:
        if tag == "si":
            self._strings.append("".join(self._runs))
            self.size += self._chars + 1
        elif tag == "rPh":
            self._is_phonetic = False
        elif tag == "t":
            self._is_text = False

    def text(self, text: str) -> None:
        if self._is_text:
            self._chars += len(text)
            if self._chars > _MAX_STRING_CHARS:
                raise refusal("damaged_workbook")
            self._runs.append(text)

    def take(self) -> pl.Series:
        """The strings since it was last asked for them."""
        strings, self._strings, self.size = self._strings, [], 0
        return pl.Series(strings, dtype=pl.String)
