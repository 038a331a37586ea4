"""The file of a report that comes back: its rows are those of the import that it was made from.

Wherever it was edited, its columns are known by their names, wherever they are now, and its rows by their numbers, in
whatever order. What an export does to cells is undone: the apostrophe before what a spreadsheet would run as a formula,
and the end of a cell that was cut. A row without a number of its own, or with one that another row has already, is new:
it is numbered after the last row that there was.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from imports import tables
from imports.reports.csv_rows import (
    GUARD,
    guarded,
    has_inner_formula,
    has_inner_guard,
    is_formula,
    without_inner_guards,
)
from imports.reports.export import MARK_COLUMN, added_columns
from imports.reports.sheet_rows import CUT_MARK, fitting
from imports.tables import Schema

ROW_COLUMN = "row"
ROWS_AT_ONCE = tables.ROWS_PER_GROUP

NUMBERED_SCHEMA: Schema = {
    "place": pl.UInt32,
    "file_row": pl.UInt32,
    "row": pl.UInt32,
    "origin": pl.UInt32,
    "is_new": pl.Boolean,
    "is_blank": pl.Boolean,
}
"""`place` and `file_row`: where a row stands in the file that came back. `row`: the number that it has from now on,
which `is_new` where it had none of its own. `origin`: of a row that came with the number of one above it, that number.
`is_blank`: nothing in the person's own columns."""

_MARK_HEADER = re.compile(rf"'?{MARK_COLUMN}(?:\s\(import(?:\s\d+)?\))?(?:\s\(\d+\))?", re.IGNORECASE)
_INNER_GUARD = re.compile(rf"""([;|\t\r\n]"*){GUARD}(?=[=+\-@＝＋－＠])""")
_PLAIN = r"^[0-9]+(?:\.0{1,2}|\.0{4,})?$"
_GROUPED = r"^[0-9]{1,3}(?:[.,'’ \x{A0}\x{202F}][0-9]{3})+$"


def may_hold_marks(header: str) -> bool:
    """Whether a column may be that of the mark, by its name."""
    return _MARK_HEADER.fullmatch(header.strip()) is not None


@dataclass(frozen=True)
class ReturnedColumns:
    """The columns of a file that came back, by their places in it.

    `own`: the person's own columns, by their names in the first file if that has them. `added`: the places of
    `added_columns`, as far as they are there.
    """

    own: Mapping[int, str]
    added: Mapping[str, int]


def told_apart(
    found: Sequence[str], columns: Sequence[str], headers: Iterable[Sequence[str]], records: int = 0
) -> ReturnedColumns:
    """The columns `found` in a file that came back, of an import whose file had `columns`.

    `headers` are the `report_headers` of those, with so many consent `records`, in every language that they may have
    been written in. Which of ours a file has depends on its rows, and on the version that wrote it.
    """
    ours_added = added_columns(records)
    added: dict[str, str] = {}
    labels: dict[str, str] = {}
    for written in headers:
        labels |= {_key(header): name for header, name in zip(written, columns, strict=False)}
        added |= {
            _key(header): name for header, name in zip(written[len(columns) :], ours_added, strict=True)
        }
    taken = {*columns} & {*found}
    own: dict[int, str] = {}
    places: dict[str, int] = {}
    for place, name in enumerate(found):
        ours = None if name in taken else added.get(_key(name))
        if ours and ours not in places:
            places[ours] = place
            continue
        meant = labels.get(_key(name), name)
        if name not in taken and meant != name and meant not in taken:
            taken.add(meant)
            own[place] = meant
        else:
            own[place] = name
    return ReturnedColumns(own, places)


def _key(header: str) -> str:
    """What stays of a header through a spreadsheet."""
    return " ".join(_INNER_GUARD.sub(r"\1", header).split()).removeprefix(GUARD).casefold()


def row_number(cell: pl.Expr) -> pl.Expr:
    """The number in a cell, as spreadsheets write whole numbers; null where there is none."""
    text = cell.str.strip_chars().str.strip_prefix(GUARD)
    plain = pl.when(text.str.contains(_PLAIN)).then(text.str.replace(r"\..*$", ""))
    grouped = pl.when(text.str.contains(_GROUPED)).then(text.str.replace_all(r"[^0-9]", ""))
    return pl.coalesce(plain, grouped).cast(pl.UInt32, strict=False)


def number_rows(table: Path, columns: ReturnedColumns, known: pl.Series, last_row: int) -> pl.DataFrame:
    """The number of every row of `table`, the staged file that came back, in its order: NUMBERED_SCHEMA.

    `known` are the numbers of the rows of the import that it was made from; rows that are new are numbered after
    `last_row`.
    """
    own = [f"c{place}" for place in columns.own]
    number = row_number(pl.col(f"c{columns.added[ROW_COLUMN]}"))
    told = (
        tables.scan(table)
        .select(
            file_row="row",
            number=number,
            is_blank=pl.all_horizontal(pl.col(own).str.strip_chars() == "") if own else pl.lit(value=True),
        )
        .collect(engine="streaming")
    )
    told = told.with_columns(number=pl.when(pl.col("number").is_in(known.implode())).then("number"))
    is_kept = pl.col("number").is_not_null() & pl.col("number").is_first_distinct()
    told = told.with_columns(is_kept=is_kept)
    return told.select(
        place=pl.int_range(pl.len(), dtype=pl.UInt32),
        file_row="file_row",
        row=pl.when("is_kept")
        .then("number")
        .otherwise(last_row + (~pl.col("is_kept")).cum_sum())
        .cast(pl.UInt32),
        origin=pl.when(~pl.col("is_kept")).then("number"),
        is_new=~pl.col("is_kept"),
        is_blank="is_blank",
    )


def write_returned(
    table: Path,
    numbered: pl.DataFrame,
    columns: ReturnedColumns,
    original: Path,
    original_columns: Sequence[str],
    target: Path,
) -> None:
    """Write the person's own columns of `table` to `target`, as a staged table in the order of the new numbers.

    `original` is the staged table of the import that it was made from, whose columns are `original_columns`.
    """
    cells = [f"c{place}" for place in columns.own]
    before = {name: f"c{place}" for place, name in enumerate(original_columns)}
    shared = {f"c{place}": before[name] for place, name in columns.own.items() if name in before}
    schema: Schema = {"row": pl.UInt32, **{f"c{place}": pl.String for place in range(len(cells))}}
    frames = _frames(table, numbered, cells, shared, original)
    renamed = {cell: f"c{place}" for place, cell in enumerate(cells)}
    tables.write_table(
        (
            frame.select("row", *(pl.col(cell).alias(name) for cell, name in renamed.items()))
            for frame in frames
        ),
        schema,
        target,
    )


def _frames(
    table: Path, numbered: pl.DataFrame, cells: Sequence[str], shared: Mapping[str, str], original: Path
) -> Iterator[pl.DataFrame]:
    ordered = numbered.select("place", "row").sort("row")
    originals = tables.scan(original).select(
        "row", *(pl.col(was).alias(f"{now} was") for now, was in shared.items())
    )
    for part in ordered.iter_slices(ROWS_AT_ONCE):
        first, last = (int(part["place"].min() or 0), int(part["place"].max() or 0))  # type: ignore[arg-type]
        near = tables.scan(table).slice(first, last - first + 1).with_row_index("place", offset=first)
        found = near.select(pl.col("place").cast(pl.UInt32), *cells)
        frame = part.join(
            found.filter(pl.col("place").is_in(part["place"].implode())).collect(),
            on="place",
            how="left",
            maintain_order="left",
        )
        edited = [cell for cell in shared if _is_awkward(frame[cell])]
        if edited:
            were = tables.rows_at(
                originals.select("row", *(f"{cell} was" for cell in edited)), part["row"].to_list()
            )
            frame = frame.join(were, on="row", how="left", maintain_order="left").with_columns(
                _as_it_was(pl.col(cell), pl.col(f"{cell} was")).alias(cell) for cell in edited
            )
        yield frame


def _is_awkward(cells: pl.Series) -> bool:
    """Whether an export may have done something to one of the cells."""
    cell = pl.col(cells.name)
    is_changed = cell.str.starts_with(GUARD) | cell.str.ends_with(CUT_MARK) | has_inner_guard(cell)
    return bool(cells.to_frame().select(is_changed.any()).item())


def _as_it_was(cell: pl.Expr, original: pl.Expr) -> pl.Expr:
    """A cell without what the export did to it, where the original says that it did something."""
    is_untouched = cell == guarded(original)
    # Of an edited cell that had apostrophes of its own in such places, nobody can say which are the export's.
    had_inner = (has_inner_formula(original) & ~has_inner_guard(original)).fill_null(value=False)
    cell = pl.when(had_inner).then(without_inner_guards(cell)).otherwise(cell)
    inside = cell.str.strip_prefix(GUARD)
    is_guarded = cell.str.starts_with(GUARD) & is_formula(inside) & is_formula(original)
    cut = original.map_batches(_fitted, return_dtype=pl.String)
    is_cut = cell.str.ends_with(CUT_MARK) & (cell == cut)
    return (
        pl.when(is_untouched.fill_null(value=False))
        .then(original)
        .when(is_guarded.fill_null(value=False))
        .then(inside)
        .when(is_cut.fill_null(value=False))
        .then(original)
        .otherwise(cell)
    )


def _fitted(cells: pl.Series) -> pl.Series:
    fit: Callable[[str], str] = fitting
    return pl.Series(cells.name, [None if cell is None else fit(cell) for cell in cells], dtype=pl.String)
