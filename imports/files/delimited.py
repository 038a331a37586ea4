"""A text file's records, streamed: each line of the file ends up in exactly one of them."""

import csv
from collections.abc import Iterator
from pathlib import Path

from imports.files.blocks import Block, free_separator, repair
from imports.files.dialect import Dialect, detect_dialect, parse, split_lines
from imports.files.encodings import UNDECODABLE, decode_file, detect_encoding, named_encoding
from imports.files.problems import ProblemLog
from imports.files.reading import Limits, ReadingOptions
from imports.files.refusals import refusal

MAX_LINE_CHARS = 32_000_000
# Each costs a second look at up to a cell's length of text; with more, the quotation mark is the wrong one.
MAX_UNCLOSED_QUOTES = 10_000


class DelimitedTable:
    """The text file at `path`, its encoding and dialect found out as far as `options` leave them open.

    Raises FileRefusedError when it is not text, or an option is none that can be.
    """

    format = "csv"
    sheet: str | None = None
    first_column = 0

    def __init__(self, path: Path, options: ReadingOptions, limits: Limits) -> None:
        # The csv module has one limit for the whole process, so it is only ever raised.
        csv.field_size_limit(max(csv.field_size_limit(), limits.max_cell_chars))
        self._path = path
        self._limits = limits
        self._encoding = (
            detect_encoding(path) if options.encoding is None else named_encoding(options.encoding)
        )
        self._dialect = detect_dialect(next(decode_file(path, self._encoding)), options)
        self.encoding: str | None = self._encoding
        self.delimiter: str | None = self._dialect.delimiter
        self.quote = self._dialect.quote

    def blocks(self, log: ProblemLog) -> Iterator[Block]:
        """The records from the first on; an empty line is one too, a line break inside quotes ends none."""
        parser = _Parser(self._dialect, self._limits, log)
        for text in self._texts():
            yield self._repair(parser.parse(text), log)
        yield self._repair(parser.finish(), log)

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

    def _repair(self, block: Block, log: ProblemLog) -> Block:
        """The block without marks of undecodable bytes and without NULs."""
        text = "".join(block.records)
        if UNDECODABLE in text:
            replacement = "\N{REPLACEMENT CHARACTER}"
            block = repair(block, UNDECODABLE, replacement, "undecodable", log, encoding=self._encoding)
        if "\0" in text:
            block = repair(block, "\0", "", "nul_bytes", log)
        return block


class _Parser:
    """Cuts blocks of lines into records. What a block begins and does not end is kept for the next."""

    def __init__(self, dialect: Dialect, limits: Limits, log: ProblemLog) -> None:
        self._dialect = dialect
        self._limits = limits
        self._log = log
        self._row = 1
        self._pending: list[str] = []
        self._first_unclosed: int | None = None
        self._unclosed = 0

    def parse(self, text: str) -> Block:
        """The records that end in `text`, which is whole lines."""
        dialect = self._dialect
        if not self._pending and (dialect.quote is None or dialect.quote not in text):
            return self._block(_split_records(text), dialect.delimiter)
        return self._parse_quoted(self._pending + split_lines(text), is_end=False)

    def finish(self) -> Block:
        """The records that only the end of the file ends."""
        return self._parse_quoted(self._pending, is_end=True)

    def _block(self, records: list[str], separator: str) -> Block:
        block = Block(self._row, records, separator)
        self._row += len(records)
        return block

    def _parse_quoted(self, lines: list[str], *, is_end: bool) -> Block:
        delimiter, quote = self._dialect.delimiter, self._dialect.quote
        separator = free_separator("".join(lines))
        records: list[str] = []
        start = 0
        self._pending = []
        while start < len(lines):
            reader = parse(map(lines.__getitem__, range(start, len(lines))), delimiter, quote, strict=True)
            good = start
            try:
                for cells in reader:
                    records.append(separator.join(cells))
                    good = start + reader.line_num
                start = len(lines)
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

    def _rescue(self, line: str, row: int) -> list[str]:
        """The cells of a record that breaks the rules of quoting; it is taken to end with its first line."""
        delimiter, quote, width = self._dialect.delimiter, self._dialect.quote, self._dialect.width
        line = line.rstrip("\r\n")
        try:
            cells, *rest = parse([line + "\n", "\n"], delimiter, quote, strict=False)
            if rest:
                self._log.add(row, "stray_quote")
                return cells
            (cells,) = parse([line], delimiter, quote, strict=False)
        except csv.Error:
            raise refusal("cell_too_long", row=row, limit=self._limits.max_cell_chars) from None
        self._note_unclosed(row)
        return min(line.split(delimiter), cells, key=lambda cells: abs(len(cells) - width))

    def _note_unclosed(self, row: int) -> None:
        self._log.add(row, "unclosed_quote")
        self._unclosed += 1
        self._first_unclosed = self._first_unclosed or row
        if self._unclosed > MAX_UNCLOSED_QUOTES:
            raise refusal("broken_quotes", limit=MAX_UNCLOSED_QUOTES, row=self._first_unclosed)


def _split_records(text: str) -> list[str]:
    """The lines of `text` without their ends."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    records = text.split("\n")
    if not records[-1]:
        records.pop()
    return records
