"""A slice of a file's records: what every format's reader hands to staging."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import Protocol, Self

import polars as pl

from imports.files.decisions import Decision
from imports.files.file_problems import ProblemLog
from imports.files.reading import Sheet

UNIT_SEPARATOR = "\x1f"

BLANK_CLASS = r"\s\x1c-\x1f"
"""What `str.isspace` takes for blank, as the inside of a character class of Polars' regular expressions."""

_SOMETHING = f"[^{BLANK_CLASS}]"
# A cell takes 16 bytes when it is cut, and there may be one for each byte.
_MAX_CUT_BYTES = 8_000_000


class Block(Protocol):
    """Consecutive records, the first of them in row `first_row`. A record is blank when all its cells are."""

    @property
    def first_row(self) -> int: ...

    def __len__(self) -> int: ...

    def cells(self, index: int) -> list[str]:
        """The cells of the record at `index` in this block."""
        ...

    def part(self, start: int, end: int) -> "Block":
        """The records from `start` up to, not including, `end`: positions in this block, cut to its ends."""
        ...

    def filled(self) -> pl.Series:
        """For each record, whether it holds something."""
        ...

    def frame(self, width: int) -> pl.DataFrame:
        """The first `width` cells of each record as `c0`, `c1`…: String, "" where there are none."""
        ...

    def reaching_beyond(self, width: int) -> list[int]:
        """The positions of the records with something right of their first `width` cells."""
        ...

    def matching(self, cell: str, without: str) -> list[int]:
        """The positions of the records without the text `without` in which a whole cell, but for blanks around it,
        matches the regular expression `cell`, which must match nothing with a line break or a separator."""
        ...

    def longer_than(self, chars: int) -> list[int]:
        """The positions of records that may have a cell of more than `chars` characters."""
        ...

    def cell_counts(self) -> pl.Series:
        """How many cells each record has."""
        ...


@dataclass(frozen=True)
class TextBlock:
    """Records of a text file. Each is one string, its cells joined by `separator`, which occurs in no cell.

    One string per record and not one per cell, because Polars splits them an order of magnitude faster than
    Python builds lists. Where they are cut, they are cut once.
    """

    first_row: int
    records: pl.Series
    separator: str

    @classmethod
    def of_records(cls, first_row: int, records: Sequence[str], separator: str) -> Self:
        """The block of `records`, whose cells are joined by `separator`."""
        return cls(first_row, _strings(records), separator)

    def __len__(self) -> int:
        return len(self.records)

    def cells(self, index: int) -> list[str]:
        return self.records[index].split(self.separator)

    def part(self, start: int, end: int) -> Self:
        start = max(0, start)
        return replace(
            self, first_row=self.first_row + start, records=self.records.slice(start, max(0, end - start))
        )

    def filled(self) -> pl.Series:
        return self.records.str.contains(self._something)

    def frame(self, width: int) -> pl.DataFrame:
        if (cells := self._cut) is None or (step := self._width_of_all) is None:
            return self._split(width).select(pl.exclude(f"c{width}").fill_null(""))
        row_by_row = cells.explode().to_frame("cell")
        present = row_by_row.select(
            pl.col("cell").gather_every(step, place).alias(f"c{place}") for place in range(min(step, width))
        )
        return present.with_columns(pl.lit("").alias(f"c{place}") for place in range(step, width))

    def reaching_beyond(self, width: int) -> list[int]:
        # Hardly any record has more than the table.
        if not (self.cell_counts() > width).any():
            return []
        surplus = self._split(width).to_series(width)
        return surplus.str.contains(self._something).fill_null(False).arg_true().to_list()

    def matching(self, cell: str, without: str) -> list[int]:
        positions = (~self.records.str.contains(without, literal=True)).arg_true()
        cut = rf"\x{{{ord(self.separator):x}}}"
        # Few records are left, so the longer look costs little.
        looks = rf"(?:^|{cut})\s*{cell}\s*(?:{cut}|$)"
        return positions.filter(self.records.gather(positions).str.contains(looks)).to_list()

    def longer_than(self, chars: int) -> list[int]:
        # No cell is longer than its record, and hardly any record is longer than a cell may be.
        return (self.records.str.len_bytes() > chars).arg_true().to_list()

    def cell_counts(self) -> pl.Series:
        return self._counts

    @cached_property
    def _cut(self) -> pl.Series | None:
        """The cells of each record as a list; None where they would take too much room."""
        if self.records.str.len_bytes().sum() > _MAX_CUT_BYTES:
            return None
        return self.records.str.split(self.separator)

    @cached_property
    def _counts(self) -> pl.Series:
        if self._cut is not None:
            return self._cut.list.len()
        return self.records.str.count_matches(self.separator, literal=True) + 1

    @property
    def _width_of_all(self) -> int | None:
        """How many cells every record has; None when some have more than others."""
        least, most = self._counts.min(), self._counts.max()
        return least if isinstance(least, int) and least == most else None

    @property
    def _something(self) -> str:
        # \x{...} because a separator may mean something in a regular expression.
        return rf"[^{BLANK_CLASS}\x{{{ord(self.separator):x}}}]"

    def _split(self, width: int) -> pl.DataFrame:
        cells = self.records.str.splitn(self.separator, width + 1).struct.unnest()
        cells.columns = [f"c{index}" for index in range(width + 1)]
        return cells


@dataclass(frozen=True, slots=True)
class FrameBlock:
    """Records of a workbook's sheet: String columns, null or "" where a cell is empty."""

    first_row: int
    cells_by_column: pl.DataFrame

    def __len__(self) -> int:
        return self.cells_by_column.height

    def cells(self, index: int) -> list[str]:
        return [cell or "" for cell in self.cells_by_column.row(index)]

    def part(self, start: int, end: int) -> Self:
        start = max(0, start)
        return replace(
            self,
            first_row=self.first_row + start,
            cells_by_column=self.cells_by_column.slice(start, max(0, end - start)),
        )

    def filled(self) -> pl.Series:
        return _any_filled(self.cells_by_column)

    def frame(self, width: int) -> pl.DataFrame:
        present = self.cells_by_column.select(
            pl.nth(range(min(width, self.cells_by_column.width))).fill_null("")
        )
        present.columns = [f"c{index}" for index in range(present.width)]
        return present.with_columns(pl.lit("").alias(f"c{index}") for index in range(present.width, width))

    def reaching_beyond(self, width: int) -> list[int]:
        if width >= self.cells_by_column.width:
            return []
        surplus = self.cells_by_column.select(pl.nth(range(width, self.cells_by_column.width)))
        return _any_filled(surplus).arg_true().to_list()

    def matching(self, cell: str, without: str) -> list[int]:
        if not self.cells_by_column.width:
            return []
        numbered = self.cells_by_column.with_row_index("position")
        cells = pl.exclude("position")
        left = numbered.filter(~pl.any_horizontal(cells.str.contains(without, literal=True).fill_null(False)))
        looks = pl.any_horizontal(cells.str.contains(rf"^\s*{cell}\s*$").fill_null(False))
        return left.filter(looks)["position"].to_list()

    def longer_than(self, chars: int) -> list[int]:
        is_long = pl.any_horizontal((pl.all().str.len_bytes() > chars).fill_null(False))
        if not self.cells_by_column.width:
            return []
        return self.cells_by_column.select(long=is_long)["long"].arg_true().to_list()

    def cell_counts(self) -> pl.Series:
        return pl.Series([self.cells_by_column.width] * len(self), dtype=pl.UInt32)


class Table(Protocol):
    """A file that was opened for reading. `blocks` may be called more than once; each call reads it anew.

    `decisions` holds the reader's own, by the names of the options that overrule them: `encoding`, `delimiter`
    and `quote`, or `sheet`.
    """

    format: str
    encoding: str | None
    delimiter: str | None
    quote: str | None
    escape: str | None
    sheet: str | None
    sheets: tuple[Sheet, ...]
    decisions: dict[str, Decision]
    first_column: int
    """How many of the spreadsheet's columns lie left of the table and are not read."""

    def blocks(self, log: ProblemLog) -> Iterator[Block]:
        """The records, from row 1 on without a gap; what is wrong with some of them goes to `log`."""
        ...


def free_separator(text: str) -> str:
    """A character that does not occur in `text`."""
    if UNIT_SEPARATOR not in text:
        return UNIT_SEPARATOR
    used = set(text)
    return next(character for character in map(chr, count(0xE000)) if character not in used)


def _any_filled(cells: pl.DataFrame) -> pl.Series:
    if not cells.width:
        return pl.Series([False] * cells.height, dtype=pl.Boolean)
    return cells.select(filled=pl.any_horizontal(pl.all().str.contains(_SOMETHING).fill_null(False)))[
        "filled"
    ]


def _strings(records: Sequence[str]) -> pl.Series:
    return pl.Series(records, dtype=pl.String)
