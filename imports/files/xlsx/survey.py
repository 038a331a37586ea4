"""A first look at a sheet: what stands before and after its cells, and whether it is written plainly."""

from dataclasses import dataclass
from itertools import chain

import polars as pl

from imports.files.file_refusals import refusal
from imports.files.xlsx import plain_xml
from imports.files.xlsx.markup import PIECE_BYTES, MarkupParser, parse
from imports.files.xlsx.merges import SCHEMA, untangled
from imports.files.xlsx.parts import Package
from imports.files.xlsx.places import place_of
from imports.files.xlsx.xlsx_book import is_true
from imports.worksheets import MAX_COLUMNS, MAX_ROWS

ROWS_START = b"<sheetData>"
ROWS_END = b"</sheetData>"
ROW_START = b"<row "

# A range over several rows takes up at least two cells, but whoever has as many as this has no table.
_MAX_MERGED = MAX_ROWS
_DIGITS_OF_COLUMN = 5


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found: merged cells, hidden columns as pairs of their first and last, and if the XML is plain."""

    merged: pl.DataFrame
    hidden_columns: tuple[tuple[int, int], ...]
    is_plain: bool


def survey(package: Package, part: str) -> Survey:
    """Look over the sheet in `part`, all of it. Raises FileRefusedError when it is damaged."""
    try:
        return _look_over(package, part)
    except plain_xml.NotPlainError:
        facts = _Facts()
        parse(package.pieces(part, PIECE_BYTES), facts)
        return facts.survey(is_plain=False)


def _look_over(package: Package, part: str) -> Survey:
    """The same for a plain sheet, whose cells no parser needs to see."""
    pieces = plain_xml.plain_pieces(package, part)
    facts = _Facts()
    parser = MarkupParser(facts)
    head, rest = plain_xml.head_of(pieces, ROWS_START)
    parser.feed(head + ROWS_START)
    blocks = plain_xml.blocks_of(rest, pieces, ROW_START, ROWS_END)
    while True:
        try:
            plain_xml.assert_plain(next(blocks))
        except StopIteration as end:
            tail: bytes = end.value
            break
    for piece in chain((tail,), pieces):
        parser.feed(piece)
    parser.feed(b"", is_last=True)
    return facts.survey(is_plain=True)


class _Facts:
    """Gathers what a sheet says of its columns and its merged cells (18.3.1.13, 18.3.1.55)."""

    def __init__(self) -> None:
        self._hidden_columns: list[tuple[int, int]] = []
        self._merged: list[tuple[int, int, int, int]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "mergeCell":
            self._add_merged(attributes.get("ref", ""))
        elif tag == "col" and is_true(attributes.get("hidden")):
            self._add_hidden(attributes.get("min", ""), attributes.get("max", ""))

    def end(self, tag: str) -> None: ...

    def text(self, text: str) -> None: ...

    def survey(self, is_plain: bool) -> Survey:
        """What was gathered."""
        merged = pl.DataFrame(self._merged, schema=SCHEMA, orient="row")
        return Survey(untangled(merged), tuple(self._hidden_columns), is_plain)

    def _add_merged(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        if not last:
            return
        start, end = place_of(first), place_of(last)
        if start.row >= end.row:
            return
        if len(self._merged) == _MAX_MERGED:
            raise refusal("damaged_workbook")
        self._merged.append((start.column, start.row, end.row, max(start.column, end.column)))

    def _add_hidden(self, first: str, last: str) -> None:
        if all(
            text.isascii() and text.isdigit() and len(text) <= _DIGITS_OF_COLUMN for text in (first, last)
        ):
            if len(self._hidden_columns) == MAX_COLUMNS:
                raise refusal("damaged_workbook")
            self._hidden_columns.append((int(first) - 1, int(last) - 1))
