"""A table as pages show it: on a narrow screen its rows stand below one another, each value beside its heading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class TableHeading:
    """What a column of a table has."""

    label: str
    is_number: bool = False


@dataclass(frozen=True)
class Cell:
    """A value of a table: its `text`, or a `moment`; a dash where it has neither.

    It leads to `url`, which `aside` explains to those who do not see the rest of the row. `look`: it is a chip.
    `is_whole`: it stays on one line. `is_name`: it may be broken anywhere. `bars`: a small picture before it.
    """

    text: str = ""
    moment: datetime | None = None
    url: str = ""
    aside: str = ""
    look: str | None = None
    is_whole: bool = False
    is_name: bool = False
    bars: Sequence[Any] = ()

    @property
    def is_nothing(self) -> bool:
        return not self.text and self.moment is None


@dataclass(frozen=True)
class DataTable:
    """Rows of as many cells as there are `headings`; the first cell of each names it. `classes`: how it is laid out."""

    headings: Sequence[TableHeading]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""
    classes: str = "data stack"

    @property
    def lines(self) -> list[list[tuple[TableHeading, Cell, str]]]:
        """The rows, each cell with its heading and its classes."""
        return [
            [
                (heading, cell, _classes(heading, cell))
                for heading, cell in zip(self.headings, row, strict=True)
            ]
            for row in self.rows
        ]


def _classes(heading: TableHeading, cell: Cell) -> str:
    named = {
        "number": heading.is_number,
        "nowrap": cell.is_whole,
        "nothing": cell.is_nothing,
        "trend": bool(cell.bars),
    }
    return " ".join(name for name, is_so in named.items() if is_so)
