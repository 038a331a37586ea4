"""The overlay: the ordered list of repairs of a file, kept as a table beside its staged table.

An entry is a repair, who made it and when, and whether it is undone. Where only a check can tell which cells a repair
is for, that is told when it is made: the entry has a line for each of them, with what the cell `was`, and does nothing
to a cell that has become another. So has the entry of a single cell; there it is the file's own value, so that the
repair of one value does nothing to another in its place.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path

import polars as pl

from imports import tables
from imports.contacts.repairs.repair_types import Repair, repair_from_json, repair_text

CELLS_SCHEMA: tables.Schema = {"row": pl.UInt32, "was": pl.String, "becomes": pl.String}
"""What a repair does to which cells. `was` null: whatever the cell is; `becomes` null: it stays what it is."""

OVERLAY_SCHEMA: tables.Schema = {
    "number": pl.UInt32,
    "repair": pl.String,
    "by": pl.Int64,
    "at": pl.Datetime("us", "UTC"),
    "is_undone": pl.Boolean,
    **CELLS_SCHEMA,
}
"""A line for each cell of an entry, in the order of entries and, within one, of rows; of an entry without cells, one
line without a row."""

_ENTRY = ["number", "repair", "by", "at", "is_undone"]
_NO_CELL = pl.DataFrame([(None, None, None)], schema=CELLS_SCHEMA, orient="row")


@dataclass(frozen=True, slots=True)
class OverlayEntry:
    """A repair in its place in the overlay, which is counted from 1; `by` is the id of whoever made it.

    `cells` is how many cells it was found to be for, where that was told when it was made.
    """

    number: int
    repair: Repair
    by: int | None
    at: datetime
    is_undone: bool = False
    cells: int = 0


@dataclass(frozen=True)
class NewEntry:
    """A repair to be added, with its cells: frames of CELLS_SCHEMA in the order of rows, none where it has none."""

    repair: Repair
    by: int | None
    at: datetime
    cells: Iterable[pl.DataFrame] = field(default=())


def read_overlay(overlay: Path) -> list[OverlayEntry]:
    """The entries of an overlay, in their order."""
    first = (pl.col(name).first() for name in _ENTRY[1:])
    entries = tables.scan(overlay).group_by("number").agg(*first, cells=pl.col("row").count()).sort("number")
    return [
        OverlayEntry(number, repair_from_json(json.loads(repair), number), by, at, is_undone, cells)
        for number, repair, by, at, is_undone, cells in entries.collect(engine="streaming").iter_rows()
    ]


def write_overlay(overlay: Path | None, added: Iterable[NewEntry], target: Path) -> int:
    """Write `overlay`, if there is one, with these entries after its own; how many entries it has then."""
    count = tables.scan(overlay).select(pl.col("number").max()).collect().item() if overlay else 0

    def frames() -> Iterator[pl.DataFrame]:
        nonlocal count
        if overlay:
            yield from tables.iter_frames(overlay)
        small: list[pl.DataFrame] = []
        height = 0
        for entry in added:
            count += 1
            for lines in _lines(count, entry):
                small.append(lines)
                height += lines.height
            if height >= tables.ROWS_PER_GROUP:
                yield pl.concat(small)
                small, height = [], 0
        if small:
            yield pl.concat(small)

    tables.write_table(frames(), OVERLAY_SCHEMA, target)
    return count


def _lines(number: int, entry: NewEntry) -> Iterator[pl.DataFrame]:
    values: tuple[object, ...] = (number, repair_text(entry.repair), entry.by, entry.at, False)
    named = dict(zip(_ENTRY, values, strict=True))
    has_cells = False
    for cells in entry.cells:
        if cells.height:
            has_cells = True
            yield _line(named, cells)
    if not has_cells:
        yield _line(named, _NO_CELL)


def _line(named: dict[str, object], cells: pl.DataFrame) -> pl.DataFrame:
    """Lines of an entry. Many entries have one cell, for which series are made several times as fast as expressions."""
    first = [pl.Series(name, [value], OVERLAY_SCHEMA[name]) for name, value in named.items()]
    if cells.height > 1:
        first = [one.new_from_index(0, cells.height) for one in first]
    return pl.DataFrame([*first, *(cells[name] for name in CELLS_SCHEMA)])


def write_undone(
    overlay: Path, target: Path, *, is_undone: bool, numbers: Collection[int] | None = None
) -> None:
    """Write `overlay` with its entries of these numbers, or all, undone, or not undone any more."""
    chosen = pl.lit(value=True) if numbers is None else pl.col("number").is_in(list(numbers))
    marked = pl.when(chosen).then(pl.lit(is_undone)).otherwise("is_undone").alias("is_undone")
    frames = tables.iter_frames(overlay, lambda lines: lines.with_columns(marked).select(*OVERLAY_SCHEMA))
    tables.write_table(frames, OVERLAY_SCHEMA, target)


def digest(overlay: Path) -> str:
    """SHA-256 of all that an overlay does: the same for those that do the same repairs to the same cells in the same
    order, whoever made them and whatever is undone; "" where none of its entries is in force."""
    said, last = hashlib.sha256(), 0
    for frame in tables.iter_frames(overlay, _in_force):
        if frame.is_empty():
            continue
        begins = pl.col("number") != pl.col("number").shift(1, fill_value=last)
        lines = frame.select(begins.alias("begins"), "repair", *CELLS_SCHEMA)
        # Quoted and null texts are told apart, and lines are the same however the frames are cut.
        text = BytesIO()
        lines.write_csv(text, include_header=False)
        said.update(text.getbuffer())
        last = frame["number"].item(-1)
    return said.hexdigest() if last else ""


def _in_force(lines: pl.LazyFrame) -> pl.LazyFrame:
    return lines.filter(~pl.col("is_undone")).select("number", "repair", *CELLS_SCHEMA)
