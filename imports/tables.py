"""Parquet tables that are written and read a slice at a time, so that memory does not grow with the file.

Every artefact of a job is one Parquet file. Nothing in the portal holds a whole table: writers hand over
frames one after another, readers take them one after another.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from types import TracebackType
from typing import Literal, Self

import polars as pl
from polars.io.plugins import register_io_source

ROWS_PER_GROUP = 50_000
BYTES_PER_PAGE = 64 * 1024
"""Of a column of a row group; a page of which no row is wanted is not unpacked."""

_LOOK_EVERY_SECONDS = 0.2

Schema = dict[str, pl.DataType | type[pl.DataType]]


def write_table(
    frames: Iterable[pl.DataFrame],
    schema: Schema,
    path: Path,
    rows_per_group: int = ROWS_PER_GROUP,
    *,
    compression: Literal["zstd", "lz4"] = "zstd",
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
            partial,
            compression=compression,
            compression_level=1 if compression == "zstd" else None,
            row_group_size=rows_per_group,
            data_page_size=BYTES_PER_PAGE,
        )
        if failure:
            raise failure[0]
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    partial.replace(path)


class TableWriter:
    """Writes a table that is handed over a frame at a time, so that several can be written side by side.

        with TableWriter(path, schema) as table:
            table.write(frame)

    The table is there when the block has ended without an exception, and not otherwise.
    """

    def __init__(self, path: Path, schema: Schema, rows_per_group: int = ROWS_PER_GROUP) -> None:
        self._frames: Queue[pl.DataFrame | BaseException | None] = Queue(maxsize=1)
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._run, args=(path, schema, rows_per_group), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def write(self, frame: pl.DataFrame) -> None:
        """Hand over a frame, which has exactly the columns of the schema. Raises what writing raised."""
        if not self._hand_over(frame):
            raise self._failure or RuntimeError("the table was closed before its end")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hand_over(error)
        self._thread.join()
        if error is None and self._failure is not None:
            raise self._failure

    def _hand_over(self, item: pl.DataFrame | BaseException | None) -> bool:
        """Give the writing thread the next frame, or the end. False if it has stopped already."""
        while self._thread.is_alive():
            try:
                self._frames.put(item, timeout=_LOOK_EVERY_SECONDS)
            except Full:
                continue
            return True
        return False

    def _run(self, path: Path, schema: Schema, rows_per_group: int) -> None:
        try:
            write_table(self._handed_over(), schema, path, rows_per_group)
        except BaseException as failure:  # handed to the thread that writes
            self._failure = failure

    def _handed_over(self) -> Iterator[pl.DataFrame]:
        while isinstance(frame := self._frames.get(), pl.DataFrame):
            yield frame
        if frame is not None:
            raise frame


def scan(path: Path) -> pl.LazyFrame:
    """The table at `path`, unread."""
    return pl.scan_parquet(path, glob=False)


def iter_frames(
    path: Path,
    each: Callable[[pl.LazyFrame], pl.LazyFrame] = lambda rows: rows,
    rows_per_frame: int = ROWS_PER_GROUP,
) -> Iterator[pl.DataFrame]:
    """What `each` makes of the rows of the table at `path`, in order, at most `rows_per_frame` of them at a time. Of a
    row it must make the same whatever rows are beside it.

    Nothing is read ahead: a batch reader of Polars has several row groups on the way, however slow its taker is.
    """
    table = scan(path)
    for start in range(0, row_count(path), rows_per_frame):
        yield each(table.slice(start, rows_per_frame)).collect()


def row_count(path: Path) -> int:
    """How many rows the table at `path` has."""
    return int(scan(path).select(pl.len()).collect().item())


def rows_at(table: pl.LazyFrame, rows: Sequence[int]) -> pl.DataFrame:
    """What `table` has of these rows, by its column `row`, in its order. Row groups around them are not read."""
    if not rows:
        return table.clear().collect()
    near, is_one = pl.col("row").is_between(min(rows), max(rows)), pl.col("row").is_in(rows)
    if max(rows) - min(rows) < ROWS_PER_GROUP:
        # Row groups are told apart by the first condition alone; with the second, each of them is opened.
        return table.filter(near).collect().filter(is_one)
    return table.filter(near & is_one).collect()


def in_order(numbers: pl.Series) -> pl.Series:
    """Row numbers, ascending, each of them once."""
    ordered = numbers.sort()
    return ordered.filter(ordered.ne_missing(ordered.shift()))


def rows_in_any(*found: pl.Series) -> pl.Series:
    """The numbers that are in any of these, of which each ascends; ascending, each of them once."""
    first, *others = (numbers.to_frame("row") for numbers in found)
    for other in others:
        first = first.merge_sorted(other, key="row")
    merged = first["row"]
    return merged.filter(merged.ne_missing(merged.shift()))


def rows_in_both(some: pl.Series, others: pl.Series) -> pl.Series:
    """The numbers that are in both, where each of them ascends and has none twice."""
    fewer, more = sorted((some, others), key=len)
    return more.filter(more.is_in(fewer.implode()))
