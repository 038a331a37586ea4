"""Files that hold files, looked into in bounded memory: ZIP containers, and the names in the root of an OLE container,
which tell whose document it is ([MS-CFB]).
"""

import io
import os
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from imports.files.file_refusals import refusal

MAX_DIRECTORY_BYTES = 16_000_000

BOUNDED_COMPRESSIONS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The compressions that can be undone piece by piece; others take whatever memory the archive asks for.

No others are allowed in workbooks (ECMA-376 part 2 and OpenDocument 1.3 part 2, on ZIP).
"""

_HEADER_BYTES = 512
_HEADER_FAT_SECTORS = 109
_ENTRY_BYTES = 128
# The largest documents have some hundreds of entries.
_MAX_OLE_DIRECTORY_BYTES = 1_000_000
_MAX_FAT_LIST_SECTORS = 1_000
# Sector numbers above it are marks, not sectors ([MS-CFB] 2.1).
_MAX_SECTOR = 0xFFFFFFFA


class _BoundedFile(io.FileIO):
    """A file that gives no more at once than a directory may take.

    `zipfile` reads the directory in one piece, as long as the archive says it is and whatever number of members
    it declares. To ask the reader itself leaves no room for two opinions about where the directory is.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        rest = max(0, os.fstat(self.fileno()).st_size - self.tell())
        wanted = rest if size is None or size < 0 else min(size, rest)
        if wanted > MAX_DIRECTORY_BYTES:
            raise refusal("too_many_members", archive="ZIP")
        return super().read(wanted)


@contextmanager
def opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """The ZIP container at `path`, for reading.

    Raises FileRefusedError when its directory is too large to be held, and what `zipfile` raises.
    """
    with _BoundedFile(path) as file, zipfile.ZipFile(file) as archive:
        yield archive


def root_names(path: Path) -> frozenset[str]:
    """The names of the storages and streams in the root of the container at `path`, in lower case.

    Empty when the container is damaged; a name that damage hides is left out.
    """
    with path.open("rb") as file:
        entries = list(_entries(_Sectors(file).directory()))
    if not entries:
        return frozenset()
    names: set[str] = set()
    met: set[int] = set()
    waiting = [entries[0].child]
    while waiting:
        number = waiting.pop()
        if number < len(entries) and number not in met:
            met.add(number)
            names.add(entries[number].name)
            waiting += (entries[number].left, entries[number].right)
    return frozenset(names)


class _Entry:
    """An entry of the directory ([MS-CFB] 2.6.1): its name, and the numbers of its siblings and first child."""

    def __init__(self, data: bytes) -> None:
        (name_bytes,) = struct.unpack_from("<H", data, 64)
        self.name = data[: max(0, min(name_bytes, 64) - 2)].decode("utf-16-le", "replace").lower()
        self.left, self.right, self.child = struct.unpack_from("<III", data, 68)


def _entries(directory: bytes) -> Iterator[_Entry]:
    for start in range(0, len(directory) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
        yield _Entry(directory[start : start + _ENTRY_BYTES])


class _Sectors:
    """The sectors of a container, and the table that chains them, its FAT ([MS-CFB] 2.2, 2.3 and 2.5)."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        header = file.read(_HEADER_BYTES).ljust(_HEADER_BYTES, b"\0")
        (shift,) = struct.unpack_from("<H", header, 30)
        self._sector_bytes = 4096 if shift == 12 else 512
        (self._first_directory_sector,) = struct.unpack_from("<I", header, 48)
        self._fat = list(struct.unpack_from(f"<{_HEADER_FAT_SECTORS}I", header, 76))
        (following,) = struct.unpack_from("<I", header, 68)
        for _ in range(_MAX_FAT_LIST_SECTORS):
            listed = self._numbers(following)
            if not listed:
                break
            *more, following = listed
            self._fat += more

    def directory(self) -> bytes:
        """The directory, as far as the container is whole and the directory of a sensible size."""
        directory = bytearray()
        sector = self._first_directory_sector
        while len(directory) < _MAX_OLE_DIRECTORY_BYTES and (data := self._sector(sector)):
            directory += data
            sector = self._next(sector)
        return bytes(directory)

    def _sector(self, number: int) -> bytes:
        # Some file systems refuse to look as far beyond the end as a damaged header may point.
        if number >= _MAX_SECTOR or (number + 1) * self._sector_bytes >= 1 << 40:
            return b""
        self._file.seek((number + 1) * self._sector_bytes)
        return self._file.read(self._sector_bytes)

    def _numbers(self, number: int) -> tuple[int, ...]:
        data = self._sector(number)
        return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])

    def _next(self, sector: int) -> int:
        place, index = divmod(sector, self._sector_bytes // 4)
        numbers = self._numbers(self._fat[place]) if place < len(self._fat) else ()
        return numbers[index] if index < len(numbers) else _MAX_SECTOR
