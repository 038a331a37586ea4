"""How the two passes of a check hold few frames of a file: worked on ahead, and put aside in between."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import polars as pl

WORKERS = 2
"""Polars works with all processors by itself; a second frame fills the gaps in which one waits for Python."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_ahead(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """`function` of every item, in their order; at most `WORKERS` items are taken ahead of the one given back.

    An exception is raised where its result would be, after the work that was begun has ended.
    """
    with ThreadPoolExecutor(WORKERS) as pool:
        begun: deque[Future[Result]] = deque()
        for item in items:
            begun.append(pool.submit(function, item))
            if len(begun) > WORKERS - 1:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()


class Draft:
    """Frames of one schema, in the order in which they were added. A column in which a frame has nothing is left out,
    as most of what can be said of cells is said of none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths: list[Path] = []
        self._schema = pl.Schema()

    def add(self, frame: pl.DataFrame) -> None:
        self._schema = frame.schema
        filled = [column for column in frame.iter_columns() if column.null_count() < frame.height]
        path = self._folder / f"{len(self._paths):06}"
        pl.DataFrame(filled).write_parquet(path, compression="lz4", statistics=False)
        self._paths.append(path)

    def frames(self) -> Iterator[pl.DataFrame]:
        """The frames, one at a time."""
        for path in self._paths:
            filled = pl.read_parquet(path, glob=False)
            yield filled.select(
                name if name in filled.columns else pl.lit(None, kind).alias(name)
                for name, kind in self._schema.items()
            )

    def scan(self) -> pl.LazyFrame:
        """All rows, unread. There must be a frame."""
        return pl.scan_parquet(self._paths, schema=self._schema, missing_columns="insert", glob=False)
