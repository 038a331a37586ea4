"""ZIP containers, looked into in bounded memory."""

import io
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imports.files.file_refusals import refusal

MAX_DIRECTORY_BYTES = 16_000_000

BOUNDED_COMPRESSIONS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The compressions that can be undone piece by piece; others take whatever memory the archive asks for.

No others are allowed in workbooks (ECMA-376 part 2 and OpenDocument 1.3 part 2, on ZIP).
"""


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
