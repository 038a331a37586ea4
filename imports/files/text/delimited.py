"""A text file's records, streamed: each line of the file ends up in exactly one of them."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from imports.files.blocks import TextBlock, free_separator
from imports.files.decisions import STATED, Decision
from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import refusal
from imports.files.reading import ReadingLimits, ReadingOptions, Sheet
from imports.files.text.broken_rows import are_lone_marks, are_rows, cut_line, lenient_width, split_leniently
from imports.files.text.dialect import Dialect, detect_dialect, parse, unescape
from imports.files.text.encoding_names import named_encoding
from imports.files.text.encodings import KEPT_BYTES, UNDECODABLE, decode_file, detect_encoding, other_encoding
from imports.files.text.lines import END_OF_FILE, split_lines
from imports.files.text.text_repair import TextRepair

MAX_LINE_CHARS = 32_000_000
# A record over several lines that is longer is the work of a quotation mark that is never closed, or is refused.
MAX_RECORD_CHARS = 262_144
# What may be read again after such marks, over the whole file: one or two seconds of it.
MAX_REREAD_CHARS = 400_000_000
# What a line takes to read, whatever its length, counted in characters.
_LINE_CHARS = 30
# Of the lines below an unclosed quote, how many at least are rows of the table. Prose has commas now and then.
_MIN_ROWS_SHARE = 0.8
# Each costs a second look at up to a cell's length of text; with more, the quotation mark is the wrong one.
MAX_UNCLOSED_QUOTES = 10_000


class DelimitedTable:
    """The text file at `path`, its encoding and dialect found out as far as `options` leave them open.

    Raises FileRefusedError when it is not text, or an option is none that can be.
    """

    format = "csv"
    sheet: str | None = None
    sheets: tuple[Sheet, ...] = ()
    first_column = 0

    def __init__(self, path: Path, options: ReadingOptions, limits: ReadingLimits) -> None:
        # The csv module has one limit for the whole process, so it is only ever raised: beyond any line or record.
        csv.field_size_limit(max(csv.field_size_limit(), 2 * MAX_LINE_CHARS, limits.max_cell_chars))
        self._path = path
        self._limits = limits
        self._encoding, decision = _choose_encoding(path, options)
        beginning = KEPT_BYTES.sub(UNDECODABLE, next(self._decoded()))
        dialect = detect_dialect(beginning, options)
        self._dialect = replace(dialect, width=lenient_width(beginning, dialect))
        self.encoding: str | None = self._encoding
        self.delimiter: str | None = self._dialect.delimiter
        self.quote = self._dialect.quote
        self.escape = self._dialect.escape
        self.decisions = {"encoding": decision, **self._dialect.decisions}

    def blocks(self, log: ProblemLog) -> Iterator[TextBlock]:
        """The records from the first on; an empty line is one too, a line break inside quotes ends none."""
        if self._dialect.is_wrapped:
            log.add(0, "wrapped_lines")
        if self._dialect.trailing:
            log.add(0, "trailing_marks", marks=self._dialect.trailing)
        repair = TextRepair(self._encoding, self._other_encoding, log)
        parser = _Parser(self._dialect, repair, self._limits, log)
        for text in self._texts():
            yield parser.parse(text)
        yield parser.finish()

    def _texts(self) -> Iterator[str]:
        """The file in blocks of whole lines, from below its declaration on."""
        declaration = self._dialect.declaration
        held = ""
        for text in self._decoded():
            text = held + text.removeprefix(declaration)
            declaration = ""
            # Carriage returns at the very end may be the beginning of a line end.
            end = len(text.rstrip("\r"))
            cut = max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1
            held = text[cut:]
            if len(held) > MAX_LINE_CHARS:
                raise refusal("line_too_long", limit=MAX_LINE_CHARS)
            if cut:
                yield text[:cut]
        if held := held.rstrip(END_OF_FILE):
            yield held

    def _decoded(self) -> Iterator[str]:
        return decode_file(self._path, self._encoding, keeps_bytes=True)

    def _other_encoding(self) -> str | None:
        return other_encoding(self._path)


def _choose_encoding(path: Path, options: ReadingOptions) -> tuple[str, Decision]:
    if options.encoding is None:
        return detect_encoding(path)
    return named_encoding(options.encoding), STATED


class _Parser:
    """Cuts blocks of lines into records. What a block begins and does not end is kept for the next."""

    def __init__(self, dialect: Dialect, repair: TextRepair, limits: ReadingLimits, log: ProblemLog) -> None:
        self._dialect = dialect
        self._repair = repair
        self._limits = limits
        self._max_record_chars = max(MAX_RECORD_CHARS, limits.max_cell_chars)
        self._log = log
        self._row = 1
        self._pending: list[str] = []
        self._first_unclosed: int | None = None
        self._unclosed = 0
        self._reread_chars = 0

    def parse(self, text: str) -> TextBlock:
        """The records that end in `text`, which is whole lines."""
        dialect = self._dialect
        text = unescape(text, dialect)
        is_quoted = dialect.quote is not None and dialect.quote in text
        if self._pending or is_quoted or dialect.skips_space:
            return self._parse_quoted(self._pending + split_lines(text), is_end=False)
        sound = self._repair.sound(text)
        if sound is None:
            return self._block(_split_records(text), dialect.delimiter)
        block = TextBlock(self._row, _split_series(sound), dialect.delimiter)
        self._row += len(block)
        return block

    def finish(self) -> TextBlock:
        """The records that only the end of the file ends."""
        return self._parse_quoted(self._pending, is_end=True)

    def _block(self, records: list[str], separator: str) -> TextBlock:
        """The block of `records`, without what no cell may hold; each row that held some is noted."""
        for index, record in enumerate(records):
            if self._repair.is_needed(record):
                records[index] = self._repair.repaired(self._row + index, record, separator)
        block = TextBlock.of_records(self._row, records, separator)
        self._row += len(records)
        return block

    def _parse_quoted(self, lines: list[str], *, is_end: bool) -> TextBlock:
        separator = free_separator("".join(lines))
        records: list[str] = []
        start = 0
        self._pending = []
        while start < len(lines):
            feed = _Feed(lines, start, self._max_record_chars)
            reader = parse(feed.lines(), self._dialect, strict=True)
            good = end = start
            try:
                for cells in reader:
                    end = start + reader.line_num
                    if end - good > 1:
                        cells = self._unwrapped(cells)
                        if self._swallows(cells, lines[good:end]):
                            break
                    records.append(separator.join(cells))
                    good = feed.record = end
                else:
                    break
            except csv.Error:
                end = start + reader.line_num
                # At the last line it may be that the record goes on in the next block.
                if not feed.is_cut_off and end == len(lines) and not is_end:
                    self._pending = lines[good:]
                    break
                if feed.is_cut_off:
                    self._check_length(lines[good:end], self._row + len(records))
            row = self._row + len(records)
            self._note_reread(lines[good:end], row)
            records.append(separator.join(self._rescue(lines[good], row)))
            start = good + 1
        return self._block(records, separator)

    def _swallows(self, cells: list[str], lines: list[str]) -> bool:
        """Whether a record over several `lines` is the work of a stray quote.

        So it is when its first line alone is as wide as the table and the record is not, when its quotes are cells
        of their own, or when each line is a row of the table.
        """
        dialect = self._dialect
        if len(cells) != dialect.width and len(lines[0].split(dialect.delimiter)) == dialect.width:
            return True
        return are_lone_marks(cells, lines, dialect) or are_rows(lines, dialect)

    def _unwrapped(self, cells: list[str]) -> list[str]:
        """The cells of a record over several lines that was wrapped in quotes as a whole; `cells` otherwise."""
        if not self._dialect.is_wrapped or len(cells) > 1 or self._dialect.delimiter not in cells[0]:
            return cells
        records = list(parse(split_lines(cells[0]), self._dialect, strict=False))
        return records[0] if len(records) == 1 else cells

    def _check_length(self, lines: list[str], row: int) -> None:
        """Raise FileRefusedError for a record that is too long, unless its lines are rows of the table."""
        dialect = self._dialect
        filled = [line for line in lines[1:] if line.strip()]
        alike = sum(line.count(dialect.delimiter) + 1 == dialect.width for line in filled)
        if alike >= _MIN_ROWS_SHARE * len(filled):
            return
        limit = self._limits.max_cell_chars
        cells = next(parse(lines, dialect, strict=False))
        if max(map(len, cells)) > limit:
            raise refusal("cell_too_long", row=row, limit=limit)
        raise refusal("line_too_long", limit=self._max_record_chars)

    def _note_reread(self, lines: list[str], row: int) -> None:
        self._reread_chars += sum(map(len, lines)) + _LINE_CHARS * len(lines)
        if self._reread_chars > MAX_REREAD_CHARS:
            raise refusal("broken_quotes", limit=self._unclosed, row=self._first_unclosed or row)

    def _rescue(self, line: str, row: int) -> list[str]:
        """The cells of a record that breaks the rules of quoting; it is taken to end with its first line."""
        line = line.rstrip("\r\n")
        lenient = split_leniently(line, self._dialect)
        cells = cut_line(line, self._dialect)
        if cells == lenient:
            self._log.add(row, "stray_quote")
        else:
            self._note_unclosed(row)
        return cells

    def _note_unclosed(self, row: int) -> None:
        self._log.add(row, "unclosed_quote")
        self._unclosed += 1
        self._first_unclosed = self._first_unclosed or row
        if self._unclosed > MAX_UNCLOSED_QUOTES:
            raise refusal("broken_quotes", limit=MAX_UNCLOSED_QUOTES, row=self._first_unclosed)


class _Feed:
    """Lines for the parser, from `start` on. It is cut off from more than `max_chars` of them for one record.

    `record` is the place of the line that the present record begins with: the parser's user keeps it.
    """

    def __init__(self, lines: Sequence[str], start: int, max_chars: int) -> None:
        self.record = start
        self.is_cut_off = False
        self._lines = lines
        self._start = start
        self._max_chars = max_chars

    def lines(self) -> Iterator[str]:
        chars = 0
        for place in range(self._start, len(self._lines)):
            line = self._lines[place]
            if place == self.record:
                chars = 0
            chars += len(line)
            if chars > self._max_chars and place > self.record:
                self.is_cut_off = True
                return
            yield line


def _split_records(text: str) -> list[str]:
    """The lines of `text` without their ends."""
    records = _with_line_feeds(text).split("\n")
    if not records[-1]:
        records.pop()
    return records


def _split_series(text: bytes) -> pl.Series:
    """The same of a text in UTF-8 as a Series, without a Python string for each."""
    lines = _split_at_line_feeds(text)
    if b"\r" not in text:
        return lines
    lines = lines.str.strip_suffix("\r")
    if lines.str.contains("\r", literal=True).any():
        return _split_at_line_feeds(text.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    return lines


def _split_at_line_feeds(text: bytes) -> pl.Series:
    whole = pl.Series([text.removesuffix(b"\n")], dtype=pl.Binary).cast(pl.String)
    return whole.str.split("\n").explode()


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
