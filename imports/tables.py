"""Parquet tables that are written and read a slice at a time, so that memory does not grow with the file.

Every artefact of a job is one Parquet file. Nothing in the portal holds a whole table: writers hand over
frames one after another, readers take them one after another.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

ROWS_PER_GROUP = 50_000

Schema = dict[str, pl.DataType | type[pl.DataType]]


def write_table(
    frames: Iterable[pl.DataFrame], schema: Schema, path: Path, rows_per_group: int = ROWS_PER_GROUP
) -> None:
    """Write `frames`, in their order, as one Parquet file with row groups of about `rows_per_group` rows.

    Each frame has exactly the columns of `schema`. Frames are taken one at a time as they are written.
    An exception raised by `frames` is raised from here, as it is, and `path` does not come to exist.
    """
    failure: list[BaseException] = []

    def source(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        try:
            yield from frames
        except BaseException as error:
            # The stream ends here in good order, so that the file is closed before it is taken away.
            failure.append(error)

    partial = path.with_name(path.name + ".partial")
    try:
        register_io_source(source, schema=schema).sink_parquet(
            partial, compression="zstd", compression_level=1, row_group_size=rows_per_group
        )
        if failure:
            raise failure[0]
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    partial.replace(path)


def scan(path: Path) -> pl.LazyFrame:
    """The table at `path`, unread."""
    return pl.scan_parquet(path, glob=False)


def iter_frames(source: Path | pl.LazyFrame, rows_per_frame: int = ROWS_PER_GROUP) -> Iterator[pl.DataFrame]:
    """The rows of a table, in order, at most `rows_per_frame` at a time."""
    lazy = scan(source) if isinstance(source, Path) else source
    yield from lazy.collect_batches(chunk_size=rows_per_frame, maintain_order=True)


def row_count(path: Path) -> int:
    """How many rows the table at `path` has."""
    return int(scan(path).select(pl.len()).collect().item())
