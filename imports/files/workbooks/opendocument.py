"""OpenDocument spreadsheets, read from their XML as it streams by (OpenDocument 1.3 part 3, 9)."""

import datetime as dt
import math
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple
from xml.parsers import expat

from imports.files.problems import ProblemLog
from imports.files.reading import Limits, Sheet
from imports.files.refusals import refusal
from imports.files.workbooks.digits import DigitPattern
from imports.files.workbooks.marks import MAX_SHEET_COLUMNS, MAX_SHEET_ROWS, report_hidden_rows
from imports.files.workbooks.number_styles import NumberStyles
from imports.files.workbooks.packages import damage_refused, opened_package, refuse_document_types
from imports.files.workbooks.plain_rows import PlainRow, is_usual, plain_rows
from imports.files.workbooks.runs import Merge, Run, cell_name
from imports.files.workbooks.sheets import HEAD_COLUMNS, HEAD_ROWS, MAX_SHEETS_LOOKED_AT
from imports.files.workbooks.values import boolean_text, date_text, duration_text, moment_text, number_text
from imports.formula_errors import NOT_CALCULATED, error_text

_CONTENT = "content.xml"
_READ_BYTES = 1 << 20
_FED_BYTES = 1 << 16
_MAX_PENDING_BYTES = 1 << 26
_ROW_START, _ROW_END, _TABLE_END = b"<table:table-row", b"</table:table-row>", b"</table:table>"
# No tag of a spreadsheet is longer; a cell's text is not part of one but for `office:string-value`.
_MAX_TAG_BYTES = 4_000_000
_MAX_SHEETS = 10_000
_MAX_KEPT_CELLS = 500_000
# More than is looked at of any cell, so that a longer one is still taken for text.
_HEAD_CHARS = 1_000

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
_DURATION = re.compile(
    r"(-?)P(?:(\d{1,7})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,](\d{1,30}))?S)?)?"
)
_BLANKS = re.compile(r"[ \t\r\n]+")


class _ColumnPattern(NamedTuple):
    """What cells without a style of their own have from their columns, from the first to before the end."""

    first: int
    end: int
    pattern: DigitPattern


class _SheetStart(NamedTuple):
    name: str
    is_hidden: bool


class _Row(NamedTuple):
    cells: list[str]
    repeats: int
    merges: list[Merge]
    problems: list[tuple[int, str]]
    is_hidden: bool


@dataclass(slots=True)
class _Survey:
    """What is known of a sheet once it was looked through."""

    sheet: Sheet
    head: list[list[str]] = field(default_factory=list)
    first_column: int = MAX_SHEET_COLUMNS


class OpenDocument:
    """The spreadsheet at `path`. Raises FileRefusedError when it is damaged."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        # What was met on the first way through, where it is little enough to be kept.
        self._kept: list[_SheetStart | _Row] | None = []
        surveys = self._look_through()
        self.sheets = tuple(survey.sheet for survey in surveys)
        self._surveys = {survey.sheet.name: survey for survey in reversed(surveys)}

    def head(self, sheet: str) -> list[list[str]]:
        """The sheet's first rows that hold something."""
        return self._surveys[sheet].head

    def first_column(self, sheet: str) -> int:
        """How many columns lie left of the sheet's cells."""
        column = self._surveys[sheet].first_column
        return column if column < MAX_SHEET_COLUMNS else 0

    def runs(self, sheet: str, log: ProblemLog) -> Iterator[Run]:
        """The sheet's rows from row 1 on."""
        start = self.first_column(sheet)
        row, hidden_rows, first_hidden = 1, 0, 0
        is_there = False
        for event in self._events() if self._kept is None else self._kept:
            if isinstance(event, _SheetStart):
                if is_there:
                    break
                is_there = event.name == sheet
            elif is_there:
                for column, code in event.problems:
                    log.add(row, code, cell=cell_name(row, column))
                if event.is_hidden and any(event.cells):
                    hidden_rows += event.repeats
                    first_hidden = first_hidden or row
                yield Run(event.cells[start:], event.repeats, event.merges)
                row += event.repeats
        report_hidden_rows(log, hidden_rows, first_hidden)

    def _look_through(self) -> list[_Survey]:
        surveys: list[_Survey] = []
        row = visible = cells_kept = 0
        for event in self._events():
            if self._kept is not None:
                self._kept.append(event)
                cells_kept += 1 if isinstance(event, _SheetStart) else len(event.cells) + 1
                if cells_kept > _MAX_KEPT_CELLS:
                    self._kept = None
            if isinstance(event, _SheetStart):
                if len(surveys) == _MAX_SHEETS:
                    raise refusal("damaged_workbook")
                surveys.append(_Survey(Sheet(event.name, event.is_hidden)))
                visible += not event.is_hidden
                row = 0
                continue
            row += event.repeats
            survey = surveys[-1]
            if any(event.cells):
                if row > MAX_SHEET_ROWS:
                    raise refusal("damaged_workbook")
                first = next(column for column, cell in enumerate(event.cells) if cell)
                survey.first_column = min(survey.first_column, first)
                if visible <= MAX_SHEETS_LOOKED_AT and len(survey.head) < HEAD_ROWS:
                    cells = [cell[:_HEAD_CHARS] for cell in event.cells[:HEAD_COLUMNS]]
                    survey.head += [cells] * min(event.repeats, HEAD_ROWS - len(survey.head))
        return surveys

    def _events(self) -> Iterator[_SheetStart | _Row]:
        """The sheets in their order, each followed by its rows."""
        content = _Content(self._limits.max_cell_chars)
        with damage_refused(), opened_package(self._path, self._limits) as package:
            with package.open(_CONTENT) as xml:
                for piece in _pieces(xml):
                    content.take_in(piece)
                    yield from content.taken()
            content.close()
            yield from content.taken()


class _Piece(NamedTuple):
    """Some of a document, one behind the other; `is_rows` when it begins with a row and ends with one."""

    xml: bytes
    is_rows: bool


def _pieces(xml: IO[bytes]) -> Iterator[_Piece]:
    """A document in pieces, rows apart from what is around them."""
    pending, is_last = b"", False
    while not is_last:
        read = xml.read(_READ_BYTES)
        pending, is_last = pending + read, not read
        while True:
            start = pending.find(_ROW_START)
            table_end = pending.find(_TABLE_END, max(start, 0))
            end = pending.rfind(_ROW_END, max(start, 0), table_end if table_end >= 0 else len(pending))
            if start < 0 or end < 0:
                break
            if start:
                yield _Piece(pending[:start], is_rows=False)
            yield _Piece(pending[start : end + len(_ROW_END)], is_rows=True)
            pending = pending[end + len(_ROW_END) :]
        # A tag that is cut off here may be the beginning of a row; rows that never end are for the parser.
        kept = len(_ROW_START) if start < 0 else len(pending)
        if kept > _MAX_PENDING_BYTES:
            kept = 0
        if pending[: len(pending) - kept]:
            yield _Piece(pending[: len(pending) - kept], is_rows=False)
            pending = pending[len(pending) - kept :]
    if pending:
        yield _Piece(pending, is_rows=False)


class _Content:
    """Takes in `content.xml` piece by piece, and gives out what begins and ends in it."""

    def __init__(self, max_cell_chars: int) -> None:
        self._max_cell_chars = max_cell_chars
        self._events: deque[_SheetStart | _Row] = deque()
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

    def take_in(self, piece: "_Piece") -> None:
        """Take in the next piece: rows by column expressions where they are plain, all else by the parser."""
        rows = self._plain_rows(piece.xml) if piece.is_rows else None
        if rows is None:
            self._feed(piece.xml)
            return
        self._events.extend(_Row(row.cells, row.repeats, [], [], row.is_hidden) for row in rows)
        self._row_number += sum(row.repeats for row in rows)

    def _plain_rows(self, xml: bytes) -> list[PlainRow] | None:
        is_between_rows = self._table and self._depth == self._table and not self._aside
        if not (self._is_usual and is_between_rows) or self._number_styles.has_patterns:
            return None
        return plain_rows(xml, self._max_cell_chars, _SPECIAL)

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

    def taken(self) -> Iterator[_SheetStart | _Row]:
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
                self._events.append(_SheetStart(attributes.get(f"{_TABLE}name", ""), is_hidden))
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
        if pattern is not None and first < MAX_SHEET_COLUMNS:
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
            if self._column + repeats > MAX_SHEET_COLUMNS:
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
        if kind not in _VALUES:
            return attributes.get(f"{_OFFICE}string-value", shown)
        name, text_of = _VALUES[kind]
        try:
            text = text_of(attributes[f"{_OFFICE}{name}"])
        except (LookupError, ValueError, OverflowError):
            return shown
        pattern = self._pattern() if kind == "float" else None
        return text if pattern is None else pattern.text(text)

    def _problem(self, code: str, text: str) -> str:
        if self._column < MAX_SHEET_COLUMNS:
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
        self._events.append(_Row(self._cells, repeats, self._merges, self._problems, is_hidden))
        self._row_number += repeats


def _count(attributes: Mapping[str, str], name: str) -> int:
    return max(1, int(attributes[name])) if name in attributes else 1


def _number(value: str) -> str:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number_text(number)


def _date(value: str) -> str:
    moment = dt.datetime.fromisoformat(value).replace(tzinfo=None)
    return moment_text(moment) if moment.time() != dt.time.min else date_text(moment.date())


def _time(value: str) -> str:
    match = _DURATION.fullmatch(value)
    if match is None:
        raise ValueError
    sign, days, hours, minutes, seconds, fraction = match.groups("0")
    duration = dt.timedelta(
        days=int(days),
        hours=int(hours),
        minutes=int(minutes),
        seconds=int(seconds) + float(f"0.{fraction}"),
    )
    return duration_text(-duration if sign == "-" else duration)


def _boolean(value: str) -> str:
    return boolean_text({"true": True, "false": False}[value])


_VALUES: dict[str, tuple[str, Callable[[str], str]]] = {
    "float": ("value", _number),
    "percentage": ("value", _number),
    "currency": ("value", _number),
    "date": ("date-value", _date),
    "time": ("time-value", _time),
    "boolean": ("boolean-value", _boolean),
}
"""What a cell's type says of its value: the attribute it is in, and how it is written."""

_SPECIAL = {kind: value for kind, value in _VALUES.items() if value[0] != "value"}
"""The same of values that are no numbers."""
