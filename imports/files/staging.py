"""From an upload to the staged table: one row of text cells for each record that is a contact or blank."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from imports.files.excerpt import write_excerpt
from imports.files.file_refusals import refusal
from imports.files.headers import name_columns, named_width
from imports.files.layout import Layout, find_layout, read_head
from imports.files.one_pass import Pass, TooNarrowError
from imports.files.opening import Opened, opened
from imports.files.reading import DEFAULT_LIMITS, NO_OPTIONS, Preview, Reading, ReadingLimits, ReadingOptions
from imports.files.row_features import RowFeatures
from imports.files.sections import Sections, Surplus, width_of_first
from imports.files.shown import Shown
from imports.tables import Schema, write_table

Watched = Callable[[Iterable[pl.DataFrame]], Iterable[pl.DataFrame]]
"""Looks at frames on their way, and gives them on as they are."""


def unwatched(frames: Iterable[pl.DataFrame]) -> Iterable[pl.DataFrame]:
    """Looks at none."""
    return frames


class AccountingError(Exception):
    """A record of the file was counted twice or not at all: a fault of the reader."""


def stage(
    source: Path,
    target: Path,
    options: ReadingOptions = NO_OPTIONS,
    limits: ReadingLimits = DEFAULT_LIMITS,
    progress: Callable[[int], None] | None = None,
    excerpt: Path | None = None,
    watched: Watched = unwatched,
) -> Reading:
    """Read the file `source` and write its rows to `target`, a Parquet table, in bounded memory.

    The table has `row` (UInt32, the spreadsheet's own row number; a record over several lines is one row) and
    `c0`, `c1` and so on, one for each name in the reading's `columns`: String, never null. It has every record
    from the first data row on, the blank ones with every cell "", but for non-data rows.

    The top and the end of the file go to `excerpt`, if that is wanted. `watched` is given the frames on their way to
    the table and gives them on; it is begun anew where the file is gone through once more. `progress` is called with
    the number of rows read so far, which only grows. Raises FileRefusedError, and leaves no `target`.
    """
    with opened(source, target.parent, options, limits) as file:
        table = file.table
        head = read_head(table, options)
        layout = find_layout(head, options)
        width, surplus, reported = _first_width(layout, head), Surplus(), 0

        def report(rows: int) -> None:
            nonlocal reported
            if progress and rows > reported:
                progress(reported := rows)

        while True:
            sections = Sections(layout, head, width, surplus)
            staging = Pass(
                table,
                layout,
                width,
                limits,
                sections=sections,
                keeps_all=options.keep_footer,
                progress=report,
            )
            try:
                write_table(watched(staging.frames()), _schema(staging.columns), target)
                break
            except TooNarrowError:
                width = staging.width
        if excerpt:
            write_excerpt(staging.excerpt(), excerpt)
        return _reading(file, layout, staging, surplus, _digest(head, layout))


def preview(
    source: Path, folder: Path, options: ReadingOptions = NO_OPTIONS, limits: ReadingLimits = DEFAULT_LIMITS
) -> Preview:
    """How `source` would be read by `options`, from its top alone; what must be unpacked goes under `folder`.

    Raises FileRefusedError.
    """
    with opened(source, folder, options, limits) as file:
        head = read_head(file.table, options)
        layout = find_layout(head, options)
        width = _first_width(layout, head)
        if width > limits.max_columns:
            raise refusal(
                "too_many_columns",
                row=layout.header_row or layout.first_data_row,
                columns=width,
                limit=limits.max_columns,
            )
        surplus = Surplus()
        shown = Shown(layout)
        _show_top(head, Sections(layout, head, width, surplus), shown, layout, keeps_all=options.keep_footer)
        return Preview(**_interpretation(file, layout, width, surplus), excerpt=tuple(shown.rows()))


def _show_top(
    head: Sequence[RowFeatures], sections: Sections, shown: Shown, layout: Layout, *, keeps_all: bool
) -> None:
    """Show the rows at the top, those below names that come again in the order of the first."""
    for row, cells in ((row.number, row.cells) for row in head):
        if keeps_all or row < layout.first_data_row or layout.is_header(row):
            shown.note_top(row, cells)
        elif sections.begins(row, cells):
            shown.headers.add(row)
            shown.note_top(row, cells)
        else:
            shown.note_top(row, sections.current.ordered(cells))


def _first_width(layout: Layout, head: Sequence[RowFeatures]) -> int:
    """How many columns the table has, judged by its top."""
    return width_of_first(layout, head, max(named_width(layout.names), layout.width))


def _interpretation(file: Opened, layout: Layout, width: int, surplus: Surplus) -> dict[str, Any]:
    """The fields of an Interpretation."""
    table = file.table
    names = [*layout.names[:width], *[""] * (width - len(layout.names)), *surplus.names.values()]
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
        "columns": name_columns(names, len(names), table.first_column),
        "first_column": table.first_column,
        "decisions": {**table.decisions, **layout.decisions},
    }


def _digest(head: Sequence[RowFeatures], layout: Layout) -> str:
    """What `Reading.top` is."""
    first = layout.first_data_row
    above = [
        row.cells
        for row in head
        if (row.number < first or layout.is_header(row.number)) and any(map(str.strip, row.cells))
    ]
    return hashlib.sha256(json.dumps(above).encode()).hexdigest()


def _reading(file: Opened, layout: Layout, staging: Pass, surplus: Surplus, top: str) -> Reading:
    reading = Reading(
        **_interpretation(file, layout, staging.width, surplus),
        records=staging.records,
        rows=staging.rows,
        blank=staging.blank,
        non_data=staging.non_data,
        non_data_rows=tuple(staging.non_data_rows),
        staged_rows=staging.staged_rows,
        top=top,
        problems=staging.log.summary(),
    )
    if reading.header_rows + reading.rows + reading.blank + reading.non_data != reading.records:
        raise AccountingError
    return reading


def _schema(width: int) -> Schema:
    return {"row": pl.UInt32, **{f"c{index}": pl.String for index in range(width)}}
