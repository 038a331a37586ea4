"""The staged table as the plainest CSV there is."""

from pathlib import Path

import polars as pl

from imports.files.reading import Reading
from imports.tables import iter_frames, scan


def write_csv(staged: Path, reading: Reading, target: Path) -> None:
    """Write the rows of `staged` that hold something to `target`: UTF-8, comma, CR LF, header first.

    `reading` is what `stage` gave for the table. Memory does not grow with the table.
    """
    columns = pl.exclude("row")
    filled = scan(staged).filter(pl.any_horizontal(columns != "")).select(columns)
    with target.open("wb") as file:
        header = pl.DataFrame(
            [reading.columns], schema=[f"c{i}" for i in range(len(reading.columns))], orient="row"
        )
        for frame in (header, *iter_frames(filled)):
            # Polars quotes an empty string, to tell it from null.
            frame.select(pl.all().replace("", None)).write_csv(
                file, include_header=False, line_terminator="\r\n"
            )
