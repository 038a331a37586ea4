"""What begins and ends in the `content.xml` of an OpenDocument spreadsheet as it streams by (part 3, 9)."""

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.parsers import expat

from imports.files.file_refusals import refusal
from imports.files.ods.number_styles import NumberStyles
from imports.files.ods.office_values import VALUES, VALUES_BUT_NUMBERS
from imports.files.ods.plain_rows import PlainRow, PlainRows, is_usual, plain_rows
from imports.files.ods.sheet_pieces import Piece, small_parts
from imports.files.workbooks.digits import DigitPattern
from imports.files.workbooks.packages import refuse_document_types
from imports.files.workbooks.runs import Merge, Run
from imports.languages.formula_errors import NOT_CALCULATED, error_text
from imports.worksheets import MAX_COLUMNS

_FED_BYTES = 1 << 16
# No tag of a spreadsheet is longer; a cell's text is not part of one but for `office:string-value`.
_MAX_TAG_BYTES = 4_000_000

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "

_DEFAULT_STYLE = f"{_TABLE}default-cell-style-name"
_CELLS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})
_PARAGRAPHS = frozenset({f"{_TEXT}p", f"{_TEXT}h"})
# What stands in a cell or a sheet, and is not what its cells say.
_ASIDES = frozenset(
    {
        f"{_OFFICE}annotation",
        f"{_TABLE}shapes",
        f"{_TEXT}note",
        f"{_TEXT}ruby-text",
        "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0 frame",
    }
)
_HIDDEN = frozenset({"collapse", "filter"})

# How errors are shown by programs that do not mark them.
_ERRORS = frozenset({"#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
_ERROR_NUMBER = re.compile(r"Err:\d{3}")
_BLANKS = re.compile(r"[ \t\r\n]+")


class _ColumnPattern(NamedTuple):
    """What cells without a style of their own have from their columns, from the first to before the end."""

    first: int
    end: int
    pattern: DigitPattern


class SheetStart(NamedTuple):
    """A sheet begins."""

    name: str
    is_hidden: bool


class SheetRow(NamedTuple):
    """A row, and what was wrong in it: the column and the code of each problem."""

    run: Run
    problems: Sequence[tuple[int, str]]
    is_hidden: bool


SheetEvent = SheetStart | SheetRow | PlainRows


class SheetContent:
    """Takes in `content.xml` piece by piece, and gives out what begins and ends in it."""

    def __init__(self, max_cell_chars: int) -> None:
        self._max_cell_chars = max_cell_chars
        self._events: deque[SheetEvent] = deque()
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        refuse_document_types(self._parser)
        self._fed_bytes = 0
        # Whether its names are those that are expected; None before it begins.
        self._is_usual: bool | None = None
        # How deep the parser is, and how deep those elements lie that it is in; 0 for none.
        self._depth = self._aside = self._spreadsheet = self._table = self._row = self._cell = 0
        self._paragraph = 0
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._number_styles = NumberStyles()
        self._columns = 0
        self._column_patterns: list[_ColumnPattern] = []
        self._row_number = 1
        self._row_attributes: Mapping[str, str] = {}
        self._cells: list[str] = []
        self._column = 0
        self._merges: list[Merge] = []
        self._problems: list[tuple[int, str]] = []
        self._cell_attributes: Mapping[str, str] = {}
        self._pieces: list[str] = []
        self._chars = 0
        self._is_after_blank = False

    def take_in(self, piece: Piece) -> None:
        """Take in the next piece: rows by column expressions where they are plain, all else by the parser."""
        if not piece.is_rows:
            self._feed(piece.xml)
        elif not self._take_in_plain(piece.xml):
            for part in small_parts(piece.xml):
                if not self._take_in_plain(part):
                    self._feed(part)

    def _take_in_plain(self, xml: bytes) -> bool:
        """Take in rows, if they are plain; whether they were."""
        rows = self._plain_rows(xml)
        if rows is None:
            return False
        if isinstance(rows, PlainRows):
            self._events.append(rows)
            self._row_number += rows.rows.height
        else:
            self._events.extend(SheetRow(row.run, (), row.is_hidden) for row in rows)
            self._row_number += sum(row.run.repeats for row in rows)
        return True

    def _plain_rows(self, xml: bytes) -> list[PlainRow] | PlainRows | None:
        is_between_rows = self._table and self._depth == self._table and not self._aside
        if not (self._is_usual and is_between_rows) or self._number_styles.has_patterns:
            return None
        return plain_rows(xml, self._max_cell_chars, VALUES_BUT_NUMBERS)

    def _feed(self, xml: bytes) -> None:
        if self._is_usual is None:
            self._is_usual = is_usual(xml)
        # A tag that is too long is told by its not ending, so it must not be fed as a whole.
        for start in range(0, len(xml), _FED_BYTES):
            part = xml[start : start + _FED_BYTES]
            self._parser.Parse(part, False)
            self._fed_bytes += len(part)
            if self._fed_bytes - self._parser.CurrentByteIndex > _MAX_TAG_BYTES:
                raise refusal("damaged_workbook")

    def close(self) -> None:
        """There are no more bytes."""
        self._parser.Parse(b"", True)

    def taken(self) -> Iterator[SheetEvent]:
        """What was met since the last time."""
        while self._events:
            yield self._events.popleft()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._aside:
            return
        if name in _ASIDES:
            self._aside = self._depth
        elif self._cell:
            self._start_in_cell(name, attributes)
        elif self._row:
            if name in _CELLS:
                self._start_cell(attributes)
        elif self._table:
            if name == f"{_TABLE}table-row":
                self._row, self._row_attributes = self._depth, attributes
                self._cells, self._column, self._merges, self._problems = [], 0, [], []
            elif name == f"{_TABLE}table-column":
                self._add_columns(attributes)
        elif name == f"{_TABLE}table":
            if self._spreadsheet and self._depth == self._spreadsheet + 1:
                self._table, self._row_number = self._depth, 1
                self._columns, self._column_patterns = 0, []
                is_hidden = attributes.get(f"{_TABLE}style-name") in self._hidden_styles
                self._events.append(SheetStart(attributes.get(f"{_TABLE}name", ""), is_hidden))
        elif name == f"{_OFFICE}spreadsheet":
            self._spreadsheet = self._depth
        else:
            self._start_in_styles(name, attributes)

    def _start_in_styles(self, name: str, attributes: dict[str, str]) -> None:
        self._number_styles.start(name, attributes)
        if name == f"{_STYLE}style":
            self._style = attributes.get(f"{_STYLE}name", "")
        elif name == f"{_STYLE}table-properties" and attributes.get(f"{_TABLE}display") == "false":
            self._hidden_styles.add(self._style)

    def _end(self, name: str) -> None:
        depth, self._depth = self._depth, self._depth - 1
        if self._aside:
            if depth == self._aside:
                self._aside = 0
        elif depth == self._paragraph:
            self._paragraph = 0
            if self._is_after_blank and self._pieces[-1].endswith(" "):
                self._pieces[-1] = self._pieces[-1][:-1]
        elif depth == self._cell:
            self._cell = 0
            self._end_cell()
        elif depth == self._row:
            self._row = 0
            self._end_row()
        elif depth == self._table:
            self._table = 0
        elif depth == self._spreadsheet:
            self._spreadsheet = 0
        elif not self._table:
            self._number_styles.end(name)

    def _add_columns(self, attributes: Mapping[str, str]) -> None:
        pattern = self._number_styles.pattern(attributes.get(_DEFAULT_STYLE, ""))
        first = self._columns
        self._columns += _count(attributes, f"{_TABLE}number-columns-repeated")
        if pattern is not None and first < MAX_COLUMNS:
            self._column_patterns.append(_ColumnPattern(first, self._columns, pattern))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cell, self._cell_attributes = self._depth, attributes
        self._pieces, self._chars = [], 0

    def _start_in_cell(self, name: str, attributes: dict[str, str]) -> None:
        if name in _PARAGRAPHS:
            if self._depth == self._cell + 1:
                self._paragraph, self._is_after_blank = self._depth, True
                self._add("\n" if self._pieces else "")
        elif self._paragraph:
            # Blanks that are meant to stay are written as elements, because those in the text are folded (6.1.2).
            if name == f"{_TEXT}s":
                self._add(" " * min(_count(attributes, f"{_TEXT}c"), self._max_cell_chars + 1))
                self._is_after_blank = False
            elif name == f"{_TEXT}tab":
                self._add("\t")
            elif name == f"{_TEXT}line-break":
                self._add("\n")

    def _characters(self, text: str) -> None:
        if self._paragraph and not self._aside:
            text = _BLANKS.sub(" ", text)
            is_after_blank = text.endswith(" ")
            if self._is_after_blank:
                text = text.removeprefix(" ")
            if text:
                self._add(text)
                self._is_after_blank = is_after_blank
        elif not self._spreadsheet:
            self._number_styles.characters(text)

    def _add(self, text: str) -> None:
        self._pieces.append(text)
        self._chars += len(text)
        if self._chars > self._max_cell_chars:
            raise refusal("cell_too_long", row=self._row_number, limit=self._max_cell_chars)

    def _end_cell(self) -> None:
        attributes = self._cell_attributes
        repeats = _count(attributes, f"{_TABLE}number-columns-repeated")
        text = self._cell_text()
        if text:
            if self._column + repeats > MAX_COLUMNS:
                raise refusal("damaged_workbook")
            self._cells += [""] * (self._column - len(self._cells)) + [text] * repeats
            rows = _count(attributes, f"{_TABLE}number-rows-spanned")
            if rows > 1:
                columns = _count(attributes, f"{_TABLE}number-columns-spanned")
                self._merges.append(Merge(self._column, rows, columns))
        self._column += repeats

    def _cell_text(self) -> str:
        attributes = self._cell_attributes
        shown = "".join(self._pieces)
        kind = attributes.get(f"{_CALC}value-type") or attributes.get(f"{_OFFICE}value-type")
        is_formula = f"{_TABLE}formula" in attributes
        if kind == "error" or (is_formula and (shown in _ERRORS or _ERROR_NUMBER.fullmatch(shown))):
            return self._problem("error_cell", error_text(shown))
        if is_formula and not shown and kind is None and f"{_OFFICE}string-value" not in attributes:
            return self._problem("formula_not_calculated", NOT_CALCULATED)
        if kind not in VALUES:
            return attributes.get(f"{_OFFICE}string-value", shown)
        name, text_of = VALUES[kind]
        try:
            text = text_of(attributes[f"{_OFFICE}{name}"])
        except (LookupError, ValueError, OverflowError):
            return shown
        pattern = self._pattern() if kind == "float" else None
        return text if pattern is None else pattern.text(text)

    def _problem(self, code: str, text: str) -> str:
        if self._column < MAX_COLUMNS:
            self._problems.append((self._column, code))
        return text

    def _pattern(self) -> DigitPattern | None:
        """The places for digits that the cell has: by its own style, else its row's, else its column's (9.1.2)."""
        own = self._cell_attributes.get(f"{_TABLE}style-name") or self._row_attributes.get(_DEFAULT_STYLE)
        if own:
            return self._number_styles.pattern(own)
        place = bisect_right(self._column_patterns, self._column, key=lambda columns: columns.first)
        if not place or self._column >= self._column_patterns[place - 1].end:
            return None
        return self._column_patterns[place - 1].pattern

    def _end_row(self) -> None:
        attributes = self._row_attributes
        repeats = _count(attributes, f"{_TABLE}number-rows-repeated")
        is_hidden = attributes.get(f"{_TABLE}visibility") in _HIDDEN
        self._events.append(SheetRow(Run(self._cells, repeats, self._merges), self._problems, is_hidden))
        self._row_number += repeats


def _count(attributes: Mapping[str, str], name: str) -> int:
    return max(1, int(attributes[name])) if name in attributes else 1
