"""The staged table as the plainest CSV there is."""

from pathlib import Path
from typing import BinaryIO

import polars as pl

from imports.files.reading import Reading, ReadingOptions
from imports.tables import iter_frames, scan

CLEANED_OPTIONS = ReadingOptions(
    encoding="utf-8",
    delimiter=",",
    quote='"',
    header_row=1,
    header_rows=1,
    first_data_row=2,
    keep_footer=True,
)
"""How what `write_csv` writes is read."""


def write_csv(staged: Path, reading: Reading, target: Path, *, keeps_blank: bool = False) -> None:
    """Write the rows of `staged` that hold something, or all, to `target`: UTF-8, comma, CR LF, header first.

    `reading` is what `stage` gave for the table. Memory does not grow with the table, and `target` does not
    come to exist until all of it is written.
    """
    cells = pl.exclude("row")

    def filled(rows: pl.LazyFrame) -> pl.LazyFrame:
        return rows.filter(pl.any_horizontal(cells != "") | keeps_blank).select(cells)

    names = pl.DataFrame(
        [reading.columns], schema=filled(scan(staged)).collect_schema().names(), orient="row"
    )
    partial = target.with_name(target.name + ".partial")
    try:
        with partial.open("wb") as file:
            _append(names, file)
            for frame in iter_frames(staged, filled):
                _append(frame, file)
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _append(frame: pl.DataFrame, file: BinaryIO) -> None:
    # Polars quotes an empty string, to tell it from null. Alone in its row it needs that, not to be an empty line.
    plain = frame if frame.width == 1 else frame.select(pl.all().replace("", None))
    plain.write_csv(file, include_header=False, line_terminator="\r\n")
