"""One reading of a table from top to bottom, in which every record is counted once."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence

import polars as pl

from imports.files.blocks import Block, Table
from imports.files.controls import cleaned_blocks
from imports.files.decisions import STATED
from imports.files.excerpt import ExcerptRow
from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import refusal
from imports.files.footer import NO_FOOTER, TAIL_ROWS, find_footer
from imports.files.headers import named_width
from imports.files.layout import Layout
from imports.files.reading import ReadingLimits
from imports.files.row_features import RowFeatures
from imports.files.sections import Section, Sections
from imports.files.shown import EXCERPT_END_ROWS, Shown

MAX_LISTED_NON_DATA_ROWS = 100

Held = deque[tuple[Block, Section]]


class TooNarrowError(Exception):
    """There is something right of the header's last name, or a later header has a name that the first has not, so
    the table needs more columns."""


class Pass:
    """One reading of the table from top to bottom, as frames.

    `width` is how many columns there are without those that only later headers have. What is needed is known only at
    the end. Nearly always it is what the top has, so that is tried first; a pass that meets more reads on only to
    learn how much, and says so at its end. With `keeps_all`, nothing below the first contact is left out.
    """

    def __init__(
        self,
        table: Table,
        layout: Layout,
        width: int,
        limits: ReadingLimits,
        *,
        sections: Sections,
        keeps_all: bool,
        progress: Callable[[int], None],
    ) -> None:
        self._table = table
        self._layout = layout
        self._limits = limits
        self._sections = sections
        self._surplus = sections.surplus
        self._keeps_all = keeps_all
        self._progress = progress
        self._first_width = width
        self._is_text = table.encoding is not None
        self._shown = Shown(layout)
        self._end: deque[tuple[int, list[str]]] = deque(maxlen=EXCERPT_END_ROWS)
        self.width = width
        self.columns = width + len(self._surplus.names)
        self.log = ProblemLog()
        for row, code, details in layout.problems:
            self.log.add(row, code, **details)
        self.records = self.rows = self.blank = self.non_data = self.staged_rows = 0
        self.non_data_rows: list[int] = []

    def frames(self) -> Iterator[pl.DataFrame]:
        """The rows to stage, as `columns` columns. Raises FileRefusedError, or TooNarrowError when `width` or the
        columns of later headers have grown."""
        self._check_width(self._layout.header_row or self._layout.first_data_row, self.width)
        held: Held = deque()
        for block in cleaned_blocks(self._table, self.log):
            if not len(block):
                continue
            self.records += len(block)
            self._check_length(block)
            self._note_above(block)
            for part in self._contacts(block):
                for piece, section, names_row in self._pieces(part):
                    self._note_top(piece, section)
                    if len(piece):
                        held.append((piece, section))
                    if names_row:
                        # What stands right above is the end of what was put together here.
                        yield from self._ended(held)
                        self._note_non_data(pl.Series([names_row]))
                        self._shown.headers.add(names_row)
                        self._shown.note_top(names_row, block.cells(names_row - block.first_row))
            # The end of the file, wherever it comes, is looked at as a whole.
            while held and sum(len(piece) for piece, _ in held) - len(held[0][0]) >= TAIL_ROWS:
                yield from self._staged(*held.popleft())
            self._progress(self.staged_rows)
        yield from self._ended(held)
        for row, cells in self._end:
            self._shown.note_end(row, cells)
        self._progress(self.staged_rows)
        if not self.rows:
            first, header = self._layout.first_data_row, self._layout.header_row
            if first > self.records and self._layout.decisions["first_data_row"] == STATED:
                raise refusal("no_such_first_data_row", first_data_row=first)
            raise refusal("header_only", header_row=header)
        if self._is_too_narrow:
            raise TooNarrowError

    def excerpt(self) -> list[ExcerptRow]:
        """The top and the end of the file."""
        return self._shown.rows()

    @property
    def _is_too_narrow(self) -> bool:
        return (self.width, self.width + len(self._surplus.names)) != (self._first_width, self.columns)

    def _contacts(self, block: Block) -> Iterator[Block]:
        """The parts of the block from the first contact on, without the rows that are known to be none."""
        layout = self._layout
        below = block.part(layout.first_data_row - block.first_row, len(block))
        end = below.first_row + len(below)
        left_out = sorted(row for row in layout.left_out if below.first_row <= row < end)
        self._note_non_data(pl.Series(left_out, dtype=pl.Int64))
        header = range(layout.header_row, layout.header_row + layout.header_rows)
        yield from _parts_between(below, sorted({*left_out, *header}))

    def _note_above(self, block: Block) -> None:
        """Count what is above the first contact, and show what of it is shown."""
        layout = self._layout
        for row in self._shown.top_within(block.first_row, block.first_row + len(block)):
            if row < layout.first_data_row or layout.is_header(row) or row in layout.left_out:
                self._shown.note_top(row, block.cells(row - block.first_row))
        above = block.part(0, max(0, layout.first_data_row - block.first_row))
        if not len(above):
            return
        rows = pl.int_range(above.first_row, above.first_row + len(above), eager=True)
        is_header = rows.is_between(layout.header_row, layout.header_row + layout.header_rows - 1)
        non_data = rows.filter(above.filled() & ~is_header)
        self._note_non_data(non_data)
        self.blank += len(above) - int(is_header.sum()) - len(non_data)

    def _pieces(self, part: Block) -> Iterator[tuple[Block, Section, int]]:
        if self._keeps_all:
            yield part, self._sections.current, 0
        else:
            yield from self._sections.parts(part, self.log)

    def _ended(self, held: Held) -> Iterator[pl.DataFrame]:
        """The rows that are held, as they stand at the end of the file or above names that come again."""
        footer = self._find_footer(held)
        while held:
            piece, section = held.popleft()
            for part in _parts_between(piece, footer):
                yield from self._staged(part, section)
        self._note_non_data(pl.Series(footer, dtype=pl.Int64))

    def _staged(self, block: Block, section: Section) -> Iterator[pl.DataFrame]:
        if not len(block):
            return
        frame = self._frame(block, section)
        self.staged_rows += frame.height
        if self.staged_rows > self._limits.max_rows:
            raise refusal("too_many_rows", limit=self._limits.max_rows)
        if not self._is_too_narrow:
            yield frame

    def _frame(self, block: Block, section: Section) -> pl.DataFrame:
        for index in block.reaching_beyond(max(self.width, section.width)):
            self._widen(block.first_row + index, block.cells(index))
        filled = block.filled()
        rows = int(filled.sum())
        self.rows += rows
        self.blank += len(block) - rows
        cells = self._ordered(block, section)
        if rows < len(block):
            cells = cells.select(pl.when(filled).then(pl.all()).otherwise(pl.lit("")))
        if self._is_text and section.width:
            self._note_ragged(block, filled, section)
        row = pl.int_range(block.first_row, block.first_row + len(block), dtype=pl.UInt32, eager=True)
        return pl.DataFrame([row.alias("row"), *cells])

    def _ordered(self, block: Block, section: Section) -> pl.DataFrame:
        """The cells of the rows, in the order of the columns."""
        if section.order is None and self.columns == self._first_width:
            return block.frame(self._first_width)
        cells = block.frame(max(self._first_width, section.width))
        for place in section.unnamed:
            if place < cells.width and (cells.to_series(place).str.strip_chars() != "").any():
                self._surplus.add_unnamed(place)
                self._check_width(block.first_row, self.width + len(self._surplus.names))
        order = section.order if section.order is not None else range(self._first_width)
        places = [*order, *[None] * self.columns][: self.columns]
        return cells.select(
            (pl.lit("") if place is None else pl.nth(place)).alias(f"c{column}")
            for column, place in enumerate(places)
        )

    def _note_ragged(self, block: Block, filled: pl.Series, section: Section) -> None:
        """Rows with fewer cells than there are names, or with something beyond the last name."""
        width, counts = section.width, block.cell_counts()
        for index in ((counts < width) & filled).arg_true():
            details = {"cells": counts[index], "columns": width}
            self.log.add(block.first_row + index, "short_row", **details)
        may_be_long = self.width > width or section.order is not None
        if may_be_long and (counts > width).any():
            for index in block.reaching_beyond(width):
                details = {"cells": counts[index], "columns": width}
                self.log.add(block.first_row + index, "long_row", **details)

    def _find_footer(self, held: Held) -> tuple[int, ...]:
        tail = [
            (piece.first_row + index, piece.cells(index), section)
            for piece, section in held
            for index in range(max(0, len(piece) - TAIL_ROWS), len(piece))
        ][-TAIL_ROWS:]
        footer = NO_FOOTER
        if not self._keeps_all:
            footer = find_footer([RowFeatures.of(row, cells) for row, cells, _ in tail], self.width)
        for row in footer.doubtful:
            self.log.add(row, "remark_left_out")
        for row in footer.kept:
            self.log.add(row, "may_be_remark")
        self._shown.left_out.update(footer.rows)
        self._end.extend((row, section.ordered(cells)) for row, cells, section in tail)
        return footer.rows

    def _note_top(self, piece: Block, section: Section) -> None:
        for row in self._shown.top_within(piece.first_row, piece.first_row + len(piece)):
            self._shown.note_top(row, section.ordered(piece.cells(row - piece.first_row)))

    def _note_non_data(self, rows: pl.Series) -> None:
        self.non_data += len(rows)
        self.non_data_rows += rows.head(MAX_LISTED_NON_DATA_ROWS - len(self.non_data_rows)).to_list()

    def _check_length(self, block: Block) -> None:
        limit = self._limits.max_cell_chars
        for index in block.longer_than(limit):
            if max(map(len, block.cells(index))) > limit:
                raise refusal("cell_too_long", row=block.first_row + index, limit=limit)

    def _widen(self, row: int, cells: list[str]) -> None:
        width = named_width(cells)
        self._check_width(row, width + len(self._surplus.names))
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
