"""Files of the tests' own making, and what staging makes of them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from imports.files.reading import DEFAULT_LIMITS, Reading, ReadingLimits, ReadingOptions
from imports.tables import scan


@dataclass(frozen=True)
class Staged:
    """A reading and the staged table under it: per row, its number and its cells."""

    reading: Reading
    rows: dict[int, tuple[str, ...]]
    path: Path

    @property
    def problems(self) -> list[tuple[int, str]]:
        return [(problem.row, problem.code) for problem in self.reading.problems]


class Stager:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = folder / "upload"
        self.target = folder / "staged"

    def __call__(self, data: bytes, limits: ReadingLimits = DEFAULT_LIMITS, **options) -> Staged:
        self.source.write_bytes(data)
        return self.stage(limits, **options)

    def stage(self, limits: ReadingLimits = DEFAULT_LIMITS, **options) -> Staged:
        """Stage what was put at `source`."""
        from imports.files.staging import stage

        reading = stage(self.source, self.target, ReadingOptions(**options), limits)
        frame = scan(self.target).collect()
        assert frame.columns == ["row", *(f"c{index}" for index in range(len(reading.columns)))]
        assert frame.height == reading.staged_rows
        return Staged(reading, {row[0]: row[1:] for row in frame.iter_rows()}, self.target)


@pytest.fixture
def staged(tmp_path: Path) -> Stager:
    """Stages bytes, as a file without a telling name."""
    return Stager(tmp_path)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    """Puts bytes into a file."""

    def write_file(data: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(data)
        return path

    return write_file
