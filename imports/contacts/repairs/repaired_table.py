"""The repaired table: what an overlay makes of a staged table, by column expressions, a frame at a time.

What becomes of a cell depends on its row and on the repairs alone, however the frames are cut.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import polars as pl

from imports import tables
from imports.contacts.policies import LETTER_CASES
from imports.contacts.repairs.overlay import CELLS_SCHEMA, OverlayEntry, read_overlay
from imports.contacts.repairs.repair_types import (
    TRIM,
    ChangeText,
    LeaveOutProblem,
    LeaveOutRow,
    ReplacePart,
    ReplaceValue,
    SetCell,
    UseInstead,
    code_of,
)
from imports.contacts.values.cells import trim

_LEFT_OUT = "left_out"
_SINGLE = (SetCell, LeaveOutRow)
_TOLD = ["number", "place", "row", "becomes"]


@dataclass(frozen=True)
class Effects:
    """What an overlay does to a staged table.

    `left_out`: the numbers of the rows that are not sent, ascending. `changed`: for each entry, in their order, how
    many cells it changes, or rows it leaves out or takes back; None for one that is undone.
    """

    left_out: pl.Series
    changed: tuple[int | None, ...]


NO_EFFECTS = Effects(pl.Series("row", dtype=pl.UInt32), ())


def write_repaired(staged: Path, overlay: Path, columns: Sequence[str], target: Path) -> Effects:
    """Write the table at `staged` as it is after the repairs of `overlay`; `columns[i]` is the header of `c{i}`."""
    repairer = Repairer(overlay, columns)
    schema: tables.Schema = {**tables.scan(staged).collect_schema()}
    left_out: list[pl.Series] = []

    def frames() -> Iterator[pl.DataFrame]:
        for frame in tables.iter_frames(staged):
            repaired = repairer.repair(frame)
            left_out.append(repaired.filter(_LEFT_OUT)["row"])
            yield repaired.drop(_LEFT_OUT)

    tables.write_table(frames(), schema, target)
    return Effects(pl.concat([NO_EFFECTS.left_out, *left_out]).sort(), repairer.changed)


CHANGES_SCHEMA: tables.Schema = {
    "row": pl.UInt32,
    "number": pl.UInt32,
    "column": pl.String,
    "was": pl.String,
    "becomes": pl.String,
    "left_out": pl.Boolean,
}
"""What one entry did to one cell. Of a row that it left out or took back, `left_out` says which, and all of the cell is
null."""


def iter_changes(staged: Path, overlay: Path, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """What the repairs in force change of the table at `staged`, as CHANGES_SCHEMA: row after row, and of one row in
    the order of the repairs. A frame at a time."""
    repairer = Repairer(overlay, columns, keeps_changes=True)
    for frame in tables.iter_frames(staged):
        repairer.repair(frame)
        yield repairer.taken_changes()


class Repairer:
    """Repairs frames of a staged table, and counts what each entry of the overlay does to them.

    `keeps_changes`: what was done to each cell is kept, until it is taken.
    """

    def __init__(self, overlay: Path, columns: Sequence[str], *, keeps_changes: bool = False) -> None:
        self._overlay = overlay
        self._columns = {f"c{place}": name for place, name in enumerate(columns)}
        self._changes: list[pl.DataFrame] | None = [] if keeps_changes else None
        self._places = {name: f"c{place}" for place, name in enumerate(columns)}
        self._entries = read_overlay(overlay)
        self._in_force = [one for one in self._entries if not one.is_undone]
        self._counted: Counter[int] = Counter()
        self._has_cells = any(one.cells for one in self._in_force)

    @property
    def changed(self) -> tuple[int | None, ...]:
        """What each entry has done to the frames so far; None for one that is undone."""
        return tuple(None if one.is_undone else self._counted[one.number] for one in self._entries)

    def repair(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame`, which has `row` and the cells of its rows, after the repairs, with `left_out` beside them."""
        own, now = frame, frame.with_columns(pl.lit(value=False).alias(_LEFT_OUT))
        lines = self._lines(frame)
        for is_single, entries in groupby(self._in_force, lambda one: isinstance(one.repair, _SINGLE)):
            if is_single:
                now = self._with_single(own, now, list(entries), lines)
            else:
                for entry in entries:
                    now = self._with_rule(now, entry, lines)
        return now

    def taken_changes(self) -> pl.DataFrame:
        """What was done since it was last asked, as CHANGES_SCHEMA."""
        changes, self._changes = self._changes or [], []
        return pl.concat([pl.DataFrame(schema=CHANGES_SCHEMA), *changes]).sort(
            "row", "number", maintain_order=True
        )

    def _note(self, name: str, changed: pl.DataFrame) -> None:
        """Count what was changed in a column, and keep it where that is wanted: `row`, `number`, `now`, `becomes`."""
        self._counted.update(dict(changed["number"].value_counts().iter_rows()))
        if self._changes is None:
            return
        nothing = pl.lit(None, pl.String)
        if name == _LEFT_OUT:
            parts = {"column": nothing, "was": nothing, "becomes": nothing, "left_out": pl.col("becomes")}
        else:
            parts = {
                "column": pl.lit(self._columns[name]),
                "was": pl.col("now"),
                "becomes": pl.col("becomes"),
                "left_out": pl.lit(None, pl.Boolean),
            }
        self._changes.append(changed.select("row", "number", **parts).cast(CHANGES_SCHEMA))  # type: ignore[arg-type]

    def _lines(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The lines of the entries in force that are of rows of `frame`."""
        schema = {"number": pl.UInt32, **CELLS_SCHEMA}
        if not self._has_cells or frame.is_empty():
            return pl.DataFrame(schema=schema)
        rows = frame["row"]
        near = pl.col("row").is_between(rows.min(), rows.max()) & ~pl.col("is_undone")
        return tables.scan(self._overlay).filter(near).select(*schema).collect()

    # Single cells and rows

    def _with_single(
        self, own: pl.DataFrame, now: pl.DataFrame, entries: Sequence[OverlayEntry], lines: pl.DataFrame
    ) -> pl.DataFrame:
        """`now` after entries of single cells and rows that follow one another; `own` is the frame as it was staged.

        They are done at once: of those of one cell, the last has its way, and each is held against the one before it.
        """
        first, last = entries[0].number, entries[-1].number
        lines = lines.filter(pl.col("number").is_between(first, last))
        if lines.is_empty():
            return now
        of_column: dict[str, list[int]] = {}
        takes_out: dict[int, bool] = {}
        for one in entries:
            if isinstance(one.repair, LeaveOutRow):
                takes_out[one.number] = one.repair.leave_out
            elif isinstance(one.repair, SetCell) and one.repair.column in self._places:
                of_column.setdefault(self._places[one.repair.column], []).append(one.number)
        places = now.select("row").with_row_index("place")
        for name, numbers in of_column.items():
            told = lines.filter(pl.col("number").is_in(numbers)).join(places, on="row")
            is_same = own[name].gather(told["place"]).eq_missing(told["was"])
            now = self._scattered(now, name, told.filter(is_same).select(*_TOLD))
        if takes_out:
            told = lines.filter(pl.col("number").is_in(list(takes_out))).join(places, on="row")
            outcome = pl.col("number").replace_strict(takes_out, return_dtype=pl.Boolean)
            now = self._scattered(now, _LEFT_OUT, told.select("number", "place", "row", becomes=outcome))
        return now

    def _scattered(self, now: pl.DataFrame, name: str, told: pl.DataFrame) -> pl.DataFrame:
        """`now` with what `becomes` of the cells of a column at a `place`, entry after entry."""
        if told.is_empty():
            return now
        told = told.sort("place", "number")
        told = told.with_columns(now[name].gather(told["place"]).alias("now"))
        before = pl.coalesce(pl.col("becomes").shift(1).over("place"), "now")
        told = told.with_columns(now=before)
        self._note(name, told.filter(pl.col("becomes") != pl.col("now")))
        final = told.unique("place", keep="last", maintain_order=True)
        return now.with_columns(now[name].scatter(final["place"], final["becomes"]))

    # Rules

    def _with_rule(self, now: pl.DataFrame, entry: OverlayEntry, lines: pl.DataFrame) -> pl.DataFrame:
        repair = entry.repair
        if code_of(repair) is not None:
            return self._with_cells(now, entry, lines)
        name = self._places.get(repair.column) if not isinstance(repair, LeaveOutRow) else None
        if name is None:
            return now
        cell = pl.col(name)
        if isinstance(repair, ReplaceValue):
            becomes = (
                pl.when(trim(cell) == trim(pl.lit(repair.replace))).then(pl.lit(repair.by)).otherwise(cell)
            )
        elif isinstance(repair, ReplacePart):
            becomes = replaced_part(cell, repair)
        elif isinstance(repair, ChangeText):
            becomes = changed_text(cell, repair.change)
        else:
            return now
        number = pl.lit(entry.number, pl.UInt32)
        told = now.select("row", number=number, now=cell, becomes=becomes)
        self._note(name, told.filter(pl.col("becomes") != pl.col("now")))
        return now.with_columns(told["becomes"].alias(name))

    def _with_cells(self, now: pl.DataFrame, entry: OverlayEntry, lines: pl.DataFrame) -> pl.DataFrame:
        """`now` after a rule whose cells a check has told."""
        repair, places = entry.repair, now.select("row").with_row_index("place")
        told = lines.filter(pl.col("number") == entry.number).join(places, on="row")
        if told.is_empty() or isinstance(repair, LeaveOutRow):
            return now
        name = self._places.get(repair.column)
        if name is not None:
            is_same = now[name].gather(told["place"]).eq_missing(told["was"]) | told["was"].is_null()
            told = told.filter(is_same)
        elif told["was"].null_count() < told.height:  # it was of a column that the file no longer has
            return now
        if isinstance(repair, LeaveOutProblem):
            outcome = pl.lit(value=True)
            return self._scattered(now, _LEFT_OUT, told.select("number", "place", "row", becomes=outcome))
        if name is None or not isinstance(repair, UseInstead | ChangeText):
            return now
        return self._scattered(now, name, told.select(*_TOLD))


def replaced_part(cell: pl.Expr, repair: ReplacePart) -> pl.Expr:
    """Cells in which each part that is `find` is `by`."""
    return cell.str.replace_all(repair.find, repair.by, literal=True)


def changed_text(cell: pl.Expr, change: str) -> pl.Expr:
    """Cells trimmed, or in another letter case."""
    if change == TRIM:
        return trim(cell)
    change_case = LETTER_CASES.of(change).change
    return change_case(cell) if change_case else cell
