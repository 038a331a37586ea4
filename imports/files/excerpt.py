"""The top and the end of a file as it was read, each row with the part it plays: what a person judges it by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import polars as pl

from imports.tables import Schema

MAX_CELLS = 60
MAX_CELL_CHARS = 120


class Role(StrEnum):
    """What part a row plays in its file."""

    NON_DATA = "non_data"
    HEADER = "header"
    CONTACT = "contact"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class ExcerptRow:
    """A row of the file, its cells cut short where they would fill the page."""

    row: int
    role: Role
    cells: tuple[str, ...]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The row of which `asdict` gave `values`."""
        return cls(values["row"], Role(values["role"]), tuple(values["cells"]))


# What excerpts that were kept by an older version call a role.
_OLDER_NAMES = {"furniture": Role.NON_DATA}

_SCHEMA: Schema = {"row": pl.UInt32, "role": pl.String, "cells": pl.List(pl.String)}


def excerpt_row(row: int, role: Role, cells: Sequence[str]) -> ExcerptRow:
    """The row as it is shown."""
    return ExcerptRow(row, role, tuple(_shortened(cell) for cell in cells[:MAX_CELLS]))


def write_excerpt(rows: Iterable[ExcerptRow], path: Path) -> None:
    """Keep an excerpt as a small Parquet table."""
    data = [(one.row, str(one.role), list(one.cells)) for one in rows]
    pl.DataFrame(data, schema=_SCHEMA, orient="row").write_parquet(path)


def read_excerpt(path: Path) -> list[ExcerptRow]:
    """The excerpt that `write_excerpt` kept."""
    return [
        ExcerptRow(row, _OLDER_NAMES.get(role) or Role(role), tuple(cells))
        for row, role, cells in pl.read_parquet(path, glob=False).rows()
    ]


def _shortened(cell: str) -> str:
    return cell if len(cell) <= MAX_CELL_CHARS else cell[: MAX_CELL_CHARS - 1] + "…"
