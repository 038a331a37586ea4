"""A slice of a file's records: what every format's reader hands to staging."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Protocol, Self

from imports.files.problems import ProblemLog

UNIT_SEPARATOR = "\x1f"

BLANK_CLASS = r"\s\x1c-\x1f"
"""What `str.isspace` takes for blank, as the inside of a character class of Polars' regular expressions."""


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive records, the first of them in row `first_row`.

    Each record is one string, its cells joined by `separator`, which occurs in no cell. One string per record
    and not one per cell, because Polars splits them an order of magnitude faster than Python builds lists.
    """

    first_row: int
    records: list[str]
    separator: str

    def __len__(self) -> int:
        return len(self.records)

    def cells(self, index: int) -> list[str]:
        """The cells of the record at `index` in this block."""
        return self.records[index].split(self.separator)

    def below(self, row: int) -> Self:
        """The part of the block whose rows come after `row`."""
        skipped = max(0, row + 1 - self.first_row)
        return (
            replace(self, first_row=self.first_row + skipped, records=self.records[skipped:])
            if skipped
            else self
        )


class Table(Protocol):
    """A file that was opened for reading. `blocks` may be called more than once; each call reads it anew."""

    format: str
    encoding: str | None
    delimiter: str | None
    quote: str | None
    sheet: str | None
    first_column: int
    """How many of the spreadsheet's columns lie left of the table and are not read."""

    def blocks(self, log: ProblemLog) -> Iterator[Block]:
        """The records, from row 1 on without a gap; what is wrong with some of them goes to `log`."""
        ...


def repair(
    block: Block, unwanted: str, replacement: str, code: str, log: ProblemLog, **details: str
) -> Block:
    """The block with `unwanted` replaced; each row that had some is noted with the `count`."""
    if not any(unwanted in record for record in block.records):
        return block
    for row, record in enumerate(block.records, block.first_row):
        if found := record.count(unwanted):
            log.add(row, code, count=found, **details)
    return replace(block, records=[record.replace(unwanted, replacement) for record in block.records])


def free_separator(text: str) -> str:
    """A character that does not occur in `text`."""
    if UNIT_SEPARATOR not in text:
        return UNIT_SEPARATOR
    used = set(text)
    return next(character for character in map(chr, count(0xE000)) if character not in used)


def block_of(first_row: int, rows: list[list[str]]) -> Block:
    """The block of `rows`, whose separator is chosen to suit their cells."""
    records = _joined(rows, UNIT_SEPARATOR)
    cells = sum(map(len, rows)) - sum(map(bool, rows))
    if "".join(records).count(UNIT_SEPARATOR) == cells:
        return Block(first_row, records, UNIT_SEPARATOR)
    separator = free_separator("".join(map("".join, rows)))
    return Block(first_row, _joined(rows, separator), separator)


def _joined(rows: Iterable[list[str]], separator: str) -> list[str]:
    return [separator.join(row) for row in rows]
