"""Frames put aside between two passes over a file, each in a file of its own, so that one is held at a time."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl


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
