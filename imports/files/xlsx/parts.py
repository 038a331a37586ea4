"""The parts of an XLSX package (ECMA-376 part 2): found by name, and inflated piece by piece."""

from collections.abc import Iterator
from pathlib import Path

from imports.files.containers import BOUNDED_COMPRESSIONS, opened_zip
from imports.files.file_refusals import refusal
from imports.files.workbooks.packages import damage_refused


class Package:
    """The package in the file at `path`. Its parts' names are told apart without regard to case, and of
    parts compressed in a way that no package may use it is as if they were not there.

    At most `max_expanded_bytes` are inflated of all its parts together, however often each of them is read.
    Every method raises FileRefusedError when the package is damaged.
    """

    def __init__(self, path: Path, max_expanded_bytes: int) -> None:
        self._path = path
        self._max_expanded_bytes = max_expanded_bytes
        self._expanded_bytes: dict[str, int] = {}
        with damage_refused(), opened_zip(path) as archive:
            self._members = {
                _key(member.filename): member.filename
                for member in archive.infolist()
                if member.compress_type in BOUNDED_COMPRESSIONS
            }

    def __contains__(self, part: str) -> bool:
        return _key(part) in self._members

    def pieces(self, part: str, piece_bytes: int) -> Iterator[bytes]:
        """What `part` holds, in pieces of `piece_bytes`; the last one may be shorter."""
        if part not in self:
            raise refusal("damaged_workbook")
        key = _key(part)
        expanded_bytes = 0
        with damage_refused(), opened_zip(self._path) as archive, archive.open(self._members[key]) as member:
            while piece := member.read(piece_bytes):
                expanded_bytes += len(piece)
                self._count(key, expanded_bytes)
                yield piece

    def _count(self, key: str, expanded_bytes: int) -> None:
        self._expanded_bytes[key] = max(expanded_bytes, self._expanded_bytes.get(key, 0))
        if sum(self._expanded_bytes.values()) > self._max_expanded_bytes:
            raise refusal("expands_too_far")


def _key(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").lower()
