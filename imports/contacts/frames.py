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
    """Frames of one schema, in the order in which they were added."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths: list[Path] = []

    def add(self, frame: pl.DataFrame) -> None:
        path = self._folder / f"{len(self._paths):06}"
        frame.write_parquet(path, compression="lz4", statistics=False)
        self._paths.append(path)

    def frames(self) -> Iterator[pl.DataFrame]:
        """The frames, one at a time."""
        for path in self._paths:
            yield pl.read_parquet(path, glob=False)

    def scan(self) -> pl.LazyFrame:
        """All rows, unread. There must be a frame."""
        return pl.scan_parquet(self._paths, glob=False)
