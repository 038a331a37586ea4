"""From an upload to the staged table: one row of text cells for each record that is a contact or blank."""

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from imports.files.blocks import Block, Table
from imports.files.decisions import STATED
from imports.files.excerpt import ExcerptRow, Role, excerpt_row, write_excerpt
from imports.files.footer import NO_FOOTER, TAIL_ROWS, find_footer
from imports.files.glanced import Record
from imports.files.headers import name_columns, named_width
from imports.files.layout import Layout, find_layout, read_head
from imports.files.opening import Opened, opened
from imports.files.problems import ProblemLog
from imports.files.reading import DEFAULT_LIMITS, NO_OPTIONS, Limits, Preview, Reading, ReadingOptions
from imports.files.refusals import refusal
from imports.tables import Schema, write_table

EXCERPT_TOP_ROWS = 12
EXCERPT_END_ROWS = 6
MAX_LISTED_FURNITURE = 100


class AccountingError(Exception):
    """A record of the file was counted twice or not at all: a fault of the reader."""


def stage(
    source: Path,
    target: Path,
    options: ReadingOptions = NO_OPTIONS,
    limits: Limits = DEFAULT_LIMITS,
    progress: Callable[[int], None] | None = None,
    excerpt: Path | None = None,
) -> Reading:
    """Read the file `source` and write its rows to `target`, a Parquet table, in bounded memory.

    The table has `row` (UInt32, the spreadsheet's own row number; a record over several lines is one row) and
    `c0`, `c1` and so on, one for each name in the reading's `columns`: String, never null. It has every record
    from the first data row on, the blank ones with every cell "", but for furniture.

    The top and the end of the file go to `excerpt`, if that is wanted. `progress` is called with the number of
    rows read so far, which only grows. Raises FileRefusedError, and leaves no `target`.
    """
    with opened(source, target.parent, options, limits) as file:
        table = file.table
        head = read_head(table, options)
        layout = find_layout(head, options)
        width, reported = max(named_width(layout.names), layout.width), 0

        def report(rows: int) -> None:
            nonlocal reported
            if progress and rows > reported:
                progress(reported := rows)

        while True:
            staging = _Pass(table, layout, width, limits, keep_footer=options.keep_footer, progress=report)
            try:
                write_table(staging.frames(), _schema(width), target)
                break
            except _TooNarrowError:
                width = staging.width
        if excerpt:
            write_excerpt(staging.excerpt(), excerpt)
        return _reading(file, layout, staging, _digest(head, layout))


def preview(
    source: Path, folder: Path, options: ReadingOptions = NO_OPTIONS, limits: Limits = DEFAULT_LIMITS
) -> Preview:
    """How `source` would be read by `options`, from its top alone; what must be unpacked goes under `folder`.

    Raises FileRefusedError.
    """
    with opened(source, folder, options, limits) as file:
        head = read_head(file.table, options)
        layout = find_layout(head, options)
        width = max(named_width(layout.names), layout.width)
        if width > limits.max_columns:
            raise refusal(
                "too_many_columns",
                row=layout.header_row or layout.first_data_row,
                columns=width,
                limit=limits.max_columns,
            )
        telling = set(_telling_rows(layout))
        rows = (excerpt_row(row, _role(layout, row, cells), cells) for row, cells in head if row in telling)
        return Preview(**_interpretation(file, layout, width), excerpt=tuple(rows))


def _telling_rows(layout: Layout) -> list[int]:
    """The rows at the top that show how the file is read: its beginning, the header, and the first contacts."""
    first = layout.first_data_row
    rows = {
        *range(1, EXCERPT_TOP_ROWS + 1),
        *range(layout.header_row, layout.header_row + layout.header_rows),
        *range(max(1, first - EXCERPT_TOP_ROWS // 2), first + EXCERPT_TOP_ROWS // 2),
    }
    return sorted(rows)


def _role(layout: Layout, row: int, cells: Sequence[str]) -> Role:
    if layout.is_header(row):
        return Role.HEADER
    if not any(cell.strip() for cell in cells):
        return Role.BLANK
    is_contact = row >= layout.first_data_row and row not in layout.left_out
    return Role.CONTACT if is_contact else Role.FURNITURE


def _interpretation(file: Opened, layout: Layout, width: int) -> dict[str, Any]:
    """The fields of an Interpretation."""
    table = file.table
    return {
        "format": table.format,
        "archive": file.archive,
        "member": file.member,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "quote": table.quote,
        "escape": table.escape,
        "sheet": table.sheet,
        "sheets": table.sheets,
        "header_row": layout.header_row,
        "header_rows": layout.header_rows,
        "first_data_row": layout.first_data_row,
        "columns": name_columns(layout.names, width, table.first_column),
        "first_column": table.first_column,
        "decisions": {**table.decisions, **layout.decisions},
    }


def _digest(head: Sequence[Record], layout: Layout) -> str:
    """What `Reading.top` is."""
    first = layout.first_data_row
    above = [
        cells for row, cells in head if (row < first or layout.is_header(row)) and any(map(str.strip, cells))
    ]
    return hashlib.sha256(json.dumps(above).encode()).hexdigest()


def _reading(file: Opened, layout: Layout, staging: "_Pass", top: str) -> Reading:
    reading = Reading(
        **_interpretation(file, layout, staging.width),
        records=staging.records,
        rows=staging.rows,
        blank=staging.blank,
        furniture=staging.furniture,
        furniture_rows=tuple(staging.furniture_rows),
        staged_rows=staging.staged_rows,
        top=top,
        problems=staging.log.summary(),
    )
    if reading.header_rows + reading.rows + reading.blank + reading.furniture != reading.records:
        raise AccountingError
    return reading


class _TooNarrowError(Exception):
    """There is something right of the header's last name, so the table needs more columns."""


class _Pass:
    """One reading of the table from top to bottom, as frames of `width` columns.

    The width that is needed is known only at the end. Nearly always it is that of the top, so that is tried
    first; a pass that meets something further right reads on only to learn how far, and says so at its end.
    """

    def __init__(
        self,
        table: Table,
        layout: Layout,
        width: int,
        limits: Limits,
        *,
        keep_footer: bool,
        progress: Callable[[int], None],
    ) -> None:
        self._table = table
        self._layout = layout
        self._limits = limits
        self._keep_footer = keep_footer
        self._progress = progress
        self._first_width = width
        self._named_width = named_width(layout.names)
        self._is_text = table.encoding is not None
        self._telling = deque(_telling_rows(layout))
        self._top: list[ExcerptRow] = []
        self._end: list[ExcerptRow] = []
        self.width = width
        self.log = ProblemLog()
        for row, code, details in layout.problems:
            self.log.add(row, code, **details)
        self.records = self.rows = self.blank = self.furniture = self.staged_rows = 0
        self.furniture_rows: list[int] = []

    def frames(self) -> Iterator[pl.DataFrame]:
        """The rows to stage. Raises FileRefusedError, or _TooNarrowError when `width` has grown."""
        self._check_width(self._layout.header_row or self._layout.first_data_row, self.width)
        held: deque[Block] = deque()
        for block in self._table.blocks(self.log):
            if not len(block):
                continue
            self.records += len(block)
            self._note_top(block)
            self._check_length(block)
            held.extend(self._contacts(block))
            # The end of the file, wherever it comes, is looked at as a whole.
            while held and sum(map(len, held)) - len(held[0]) >= TAIL_ROWS:
                yield from self._staged(held.popleft())
            self._progress(self.staged_rows)
        footer = self._find_footer(held)
        for block in held:
            for part in _parts_between(block, footer):
                yield from self._staged(part)
        self._note_furniture(pl.Series(footer, dtype=pl.Int64))
        self._progress(self.staged_rows)
        if not self.rows:
            first, header = self._layout.first_data_row, self._layout.header_row
            if first > self.records and self._layout.decisions["first_data_row"] == STATED:
                raise refusal("no_such_first_data_row", first_data_row=first)
            raise refusal("header_only", header_row=header)
        if self.width != self._first_width:
            raise _TooNarrowError

    def excerpt(self) -> list[ExcerptRow]:
        """The top and the end of the file."""
        rows = {one.row: one for one in (*self._top, *self._end)}
        return [rows[row] for row in sorted(rows)]

    def _contacts(self, block: Block) -> Iterator[Block]:
        """The parts of the block with contacts and blank rows; what is none of them is counted."""
        layout = self._layout
        cut = layout.first_data_row - block.first_row
        if cut > 0:
            above = block.part(0, cut)
            rows = pl.int_range(above.first_row, above.first_row + len(above), eager=True)
            is_header = rows.is_between(layout.header_row, layout.header_row + layout.header_rows - 1)
            furniture = rows.filter(above.filled() & ~is_header)
            self._note_furniture(furniture)
            self.blank += len(above) - int(is_header.sum()) - len(furniture)
        below = block.part(cut, len(block))
        end = below.first_row + len(below)
        left_out = sorted(row for row in layout.left_out if below.first_row <= row < end)
        self._note_furniture(pl.Series(left_out, dtype=pl.Int64))
        header = range(layout.header_row, layout.header_row + layout.header_rows)
        yield from _parts_between(below, sorted({*left_out, *header}))

    def _staged(self, block: Block) -> Iterator[pl.DataFrame]:
        if not len(block):
            return
        frame = self._frame(block)
        self.staged_rows += frame.height
        if self.staged_rows > self._limits.max_rows:
            raise refusal("too_many_rows", limit=self._limits.max_rows)
        if self.width == self._first_width:
            yield frame

    def _frame(self, block: Block) -> pl.DataFrame:
        for index in block.reaching_beyond(self.width):
            self._widen(block.first_row + index, block.cells(index))
        filled = block.filled()
        rows = int(filled.sum())
        self.rows += rows
        self.blank += len(block) - rows
        cells = block.frame(self._first_width)
        if rows < len(block):
            cells = cells.select(pl.when(filled).then(pl.all()).otherwise(pl.lit("")))
        if self._is_text and self._named_width:
            self._note_ragged(block, filled)
        row = pl.int_range(block.first_row, block.first_row + len(block), dtype=pl.UInt32, eager=True)
        return pl.DataFrame([row.alias("row"), *cells])

    def _note_ragged(self, block: Block, filled: pl.Series) -> None:
        """Rows with fewer cells than there are names, or with something beyond the last name."""
        counts = block.cell_counts()
        for index in ((counts < self._named_width) & filled).arg_true():
            details = {"cells": counts[index], "columns": self._named_width}
            self.log.add(block.first_row + index, "short_row", **details)
        if self.width > self._named_width and (counts > self._named_width).any():
            for index in block.reaching_beyond(self._named_width):
                details = {"cells": counts[index], "columns": self._named_width}
                self.log.add(block.first_row + index, "long_row", **details)

    def _find_footer(self, held: Sequence[Block]) -> tuple[int, ...]:
        tail = [
            (block.first_row + index, block.cells(index))
            for block in held
            for index in range(max(0, len(block) - TAIL_ROWS), len(block))
        ][-TAIL_ROWS:]
        footer = NO_FOOTER if self._keep_footer else find_footer(tail, self.width)
        for row in footer.doubtful:
            self.log.add(row, "remark_left_out")
        for row in footer.kept:
            self.log.add(row, "may_be_remark")
        for row, cells in tail[-EXCERPT_END_ROWS:]:
            role = Role.FURNITURE if row in footer.rows else _role(self._layout, row, cells)
            self._end.append(excerpt_row(row, role, cells))
        return footer.rows

    def _note_top(self, block: Block) -> None:
        end = block.first_row + len(block)
        while self._telling and self._telling[0] < end:
            row = self._telling.popleft()
            cells = block.cells(row - block.first_row)
            self._top.append(excerpt_row(row, _role(self._layout, row, cells), cells))

    def _note_furniture(self, rows: pl.Series) -> None:
        self.furniture += len(rows)
        self.furniture_rows += rows.head(MAX_LISTED_FURNITURE - len(self.furniture_rows)).to_list()

    def _check_length(self, block: Block) -> None:
        limit = self._limits.max_cell_chars
        for index in block.longer_than(limit):
            if max(map(len, block.cells(index))) > limit:
                raise refusal("cell_too_long", row=block.first_row + index, limit=limit)

    def _widen(self, row: int, cells: list[str]) -> None:
        width = named_width(cells)
        self._check_width(row, width)
        self.width = max(self.width, width)

    def _check_width(self, row: int, width: int) -> None:
        if width > self._limits.max_columns:
            raise refusal("too_many_columns", row=row, columns=width, limit=self._limits.max_columns)


def _parts_between(block: Block, rows: Sequence[int]) -> Iterator[Block]:
    """The parts of `block` without `rows`."""
    start = 0
    for row in rows:
        place = row - block.first_row
        if 0 <= place < len(block):
            yield block.part(start, place)
            start = place + 1
    yield block.part(start, len(block))


def _schema(width: int) -> Schema:
    return {"row": pl.UInt32, **{f"c{index}": pl.String for index in range(width)}}
