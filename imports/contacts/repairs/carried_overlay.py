"""An overlay carried to another file that holds rows of the first, under numbers of its own."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from imports import tables
from imports.contacts.repairs.overlay import CELLS_SCHEMA, NewEntry, OverlayEntry, read_overlay, write_overlay
from imports.contacts.repairs.repair_types import LeaveOutRow, Repair, SetCell

ROWS_SCHEMA: tables.Schema = {"row": pl.UInt32, "becomes_row": pl.UInt32}
"""The number that a row has in the first file, and in the other."""


def write_carried(overlay: Path, rows: pl.DataFrame, target: Path) -> int:
    """Write what of `overlay` is in force for these rows, ROWS_SCHEMA. How many entries that is; nothing is written
    where there is none.

    A rule that needs no check is carried as it is. Of all else what is of other rows is left behind.
    """
    carried = [entry for entry in read_overlay(overlay) if not entry.is_undone]
    kept = [(entry, cells) for entry in carried if (cells := _cells(overlay, entry, rows)) is not None]
    if not kept:
        return 0
    return write_overlay(
        None,
        (NewEntry(_renumbered(entry.repair, cells), entry.by, entry.at, [cells]) for entry, cells in kept),
        target,
    )


def _cells(overlay: Path, entry: OverlayEntry, rows: pl.DataFrame) -> pl.DataFrame | None:
    """The cells of an entry under the numbers of the other file; None where it has lost all of them."""
    if not entry.cells:
        return pl.DataFrame(schema=CELLS_SCHEMA)
    own = tables.scan(overlay).filter(pl.col("number") == entry.number).select(*CELLS_SCHEMA)
    cells = own.join(rows.lazy(), on="row", how="inner").select(
        row="becomes_row", was="was", becomes="becomes"
    )
    found = cells.sort("row").collect(engine="streaming")
    return found if found.height else None


def _renumbered(repair: Repair, cells: pl.DataFrame) -> Repair:
    return replace(repair, row=cells["row"].item(0)) if isinstance(repair, SetCell | LeaveOutRow) else repair
