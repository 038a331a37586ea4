"""A text file's records, streamed: each line of the file ends up in exactly one of them."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from imports.files.blocks import TextBlock, free_separator
from imports.files.decisions import STATED, Decision
from imports.files.problems import ProblemLog
from imports.files.reading import Limits, ReadingOptions, Sheet
from imports.files.refusals import refusal
from imports.files.text.dialect import Dialect, detect_dialect, parse, unescape
from imports.files.text.encodings import UNDECODABLE, decode_file, detect_encoding, named_encoding
from imports.files.text.lines import split_lines

MAX_LINE_CHARS = 32_000_000
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

    def __init__(self, path: Path, options: ReadingOptions, limits: Limits) -> None:
        # The csv module has one limit for the whole process, so it is only ever raised.
        csv.field_size_limit(max(csv.field_size_limit(), limits.max_cell_chars))
        self._path = path
        self._limits = limits
        self._encoding, decision = _choose_encoding(path, options)
        self._dialect = detect_dialect(next(decode_file(path, self._encoding)), options)
        self.encoding: str | None = self._encoding
        self.delimiter: str | None = self._dialect.delimiter
        self.quote = self._dialect.quote
        self.escape = self._dialect.escape
        self.decisions = {"encoding": decision, **self._dialect.decisions}

    def blocks(self, log: ProblemLog) -> Iterator[TextBlock]:
        """The records from the first on; an empty line is one too, a line break inside quotes ends none."""
        parser = _Parser(self._dialect, self._encoding, self._limits, log)
        for text in self._texts():
            yield parser.parse(text)
        yield parser.finish()

    def _texts(self) -> Iterator[str]:
        """The file in blocks of whole lines, from below its declaration on."""
        declaration = self._dialect.declaration
        held = ""
        for text in decode_file(self._path, self._encoding):
            text = held + text.removeprefix(declaration)
            declaration = ""
            # A carriage return at the very end may be half of a line end.
            end = len(text) - text.endswith("\r")
            cut = max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1
            held = text[cut:]
            if len(held) > MAX_LINE_CHARS:
                raise refusal("line_too_long", limit=MAX_LINE_CHARS)
            if cut:
                yield text[:cut]
        if held:
            yield held


def _choose_encoding(path: Path, options: ReadingOptions) -> tuple[str, Decision]:
    if options.encoding is None:
        return detect_encoding(path)
    return named_encoding(options.encoding), STATED


class _Parser:
    """Cuts blocks of lines into records. What a block begins and does not end is kept for the next."""

    def __init__(self, dialect: Dialect, encoding: str, limits: Limits, log: ProblemLog) -> None:
        self._dialect = dialect
        self._repairs: tuple[tuple[str, str, str, dict[str, object]], ...] = (
            (UNDECODABLE, "\N{REPLACEMENT CHARACTER}", "undecodable", {"encoding": encoding}),
            ("\0", "", "nul_bytes", {}),
        )
        self._limits = limits
        self._log = log
        self._row = 1
        self._pending: list[str] = []
        self._first_unclosed: int | None = None
        self._unclosed = 0

    def parse(self, text: str) -> TextBlock:
        """The records that end in `text`, which is whole lines."""
        dialect = self._dialect
        text = unescape(text, dialect)
        is_quoted = dialect.quote is not None and dialect.quote in text
        if self._pending or is_quoted or dialect.skips_space:
            return self._parse_quoted(self._pending + split_lines(text), is_end=False)
        if any(unwanted in text for unwanted, *_ in self._repairs):
            return self._block(_split_records(text), dialect.delimiter)
        block = TextBlock(self._row, _split_series(text), dialect.delimiter)
        self._row += len(block)
        return block

    def finish(self) -> TextBlock:
        """The records that only the end of the file ends."""
        return self._parse_quoted(self._pending, is_end=True)

    def _block(self, records: list[str], separator: str) -> TextBlock:
        """The block of `records`, without what no cell may hold; each row that held some is noted."""
        for unwanted, replacement, code, details in self._repairs:
            for index, record in enumerate(records):
                if found := record.count(unwanted):
                    self._log.add(self._row + index, code, count=found, **details)
                    records[index] = record.replace(unwanted, replacement)
        block = TextBlock.of_records(self._row, records, separator)
        self._row += len(records)
        return block

    def _parse_quoted(self, lines: list[str], *, is_end: bool) -> TextBlock:
        separator = free_separator("".join(lines))
        records: list[str] = []
        start = 0
        self._pending = []
        while start < len(lines):
            reader = parse(map(lines.__getitem__, range(start, len(lines))), self._dialect, strict=True)
            good = start
            try:
                for cells in reader:
                    if self._swallows(cells, lines, good, start + reader.line_num):
                        break
                    records.append(separator.join(cells))
                    good = start + reader.line_num
                else:
                    break
            except csv.Error:
                # At the last line it may be that the record goes on in the next block.
                if start + reader.line_num == len(lines) and not is_end:
                    self._pending = lines[good:]
                    if sum(map(len, self._pending)) > MAX_LINE_CHARS:
                        raise refusal("line_too_long", limit=MAX_LINE_CHARS) from None
                    break
            records.append(separator.join(self._rescue(lines[good], self._row + len(records))))
            start = good + 1
        return self._block(records, separator)

    def _swallows(self, cells: list[str], lines: list[str], first: int, end: int) -> bool:
        """Whether a record over several lines is the work of a stray quote: its first line alone is as wide as
        the table, and the record is not."""
        width = self._dialect.width
        return (
            end - first > 1
            and len(cells) != width
            and len(lines[first].split(self._dialect.delimiter)) == width
        )

    def _rescue(self, line: str, row: int) -> list[str]:
        """The cells of a record that breaks the rules of quoting; it is taken to end with its first line."""
        dialect = self._dialect
        line = line.rstrip("\r\n")
        cells = split_leniently(line, dialect)
        if cells is not None:
            self._log.add(row, "stray_quote")
            return cells
        self._note_unclosed(row)
        try:
            (cells,) = parse([line], dialect, strict=False)
        except csv.Error:
            raise refusal("cell_too_long", row=row, limit=self._limits.max_cell_chars) from None
        return min(line.split(dialect.delimiter), cells, key=lambda cells: abs(len(cells) - dialect.width))

    def _note_unclosed(self, row: int) -> None:
        self._log.add(row, "unclosed_quote")
        self._unclosed += 1
        self._first_unclosed = self._first_unclosed or row
        if self._unclosed > MAX_UNCLOSED_QUOTES:
            raise refusal("broken_quotes", limit=MAX_UNCLOSED_QUOTES, row=self._first_unclosed)


def split_leniently(line: str, dialect: Dialect) -> list[str] | None:
    """The cells of a line in which quotes stand inside quoted cells undoubled; None when a cell is never closed.

    A quote closes its cell only before a delimiter or the end of the line; elsewhere it stays where it is.
    """
    quote, delimiter = dialect.quote or "", dialect.delimiter
    quotes = re.compile(f"(?:{re.escape(quote)})+")
    cells, start = [], 0
    while start <= len(line):
        if dialect.skips_space:
            start += len(line[start:]) - len(line[start:].lstrip(" "))
        if not line.startswith(quote, start):
            end = line.find(delimiter, start)
            end = len(line) if end < 0 else end
            cells.append(line[start:end])
            start = end + 1
            continue
        for run in quotes.finditer(line, start + 1):
            is_last = run.end() == len(line) or line[run.end()] == delimiter
            if is_last and len(run[0]) % 2:
                cells.append(line[start + 1 : run.end() - 1].replace(2 * quote, quote))
                start = run.end() + 1
                break
        else:
            return None
    return cells


def _split_records(text: str) -> list[str]:
    """The lines of `text` without their ends."""
    records = _with_line_feeds(text).split("\n")
    if not records[-1]:
        records.pop()
    return records


def _split_series(text: str) -> pl.Series:
    """The same as a Series, without a Python string for each."""
    return pl.Series([_with_line_feeds(text).removesuffix("\n")], dtype=pl.String).str.split("\n").explode()


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
