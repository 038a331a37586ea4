"""Storage in a folder of this machine."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.core.files.storage import FileSystemStorage

from imports.storage.sealed_storage import BLOCK_BYTES, SealingStorage
from imports.storage.sealed_stream import HEADER, is_sealed
from imports.storage.storage_errors import ObjectChangedError


class FolderStorage(SealingStorage, FileSystemStorage):
    """FileSystemStorage whose files may be encrypted."""

    def _save(self, name: str, content: IO[bytes]) -> str:
        stored = super()._save(name, content)
        # On the disk before the database says that it is there: the power may go at any moment.
        path = Path(self.path(stored))
        sync(path)
        sync(path.parent)
        return stored

    def version(self, name: str) -> str:
        return _version(os.stat(self.path(name)))

    def stored_blocks(self, name: str, version: str) -> Iterator[bytes]:
        with open(self.path(name), "rb") as file:
            if _version(os.fstat(file.fileno())) != version:
                raise ObjectChangedError
            while block := file.read(BLOCK_BYTES):
                yield block

    def clear_path(self, name: str) -> Path | None:
        path = Path(self.path(name))
        try:
            return None if is_sealed(self.head(name)) else path
        except FileNotFoundError:
            return path

    def head(self, name: str) -> bytes:
        with open(self.path(name), "rb", buffering=0) as file:
            return file.read(HEADER.size)


def sync(path: Path) -> None:
    """Return when what was written to `path`, a file or a folder, is on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _version(status: os.stat_result) -> str:
    return f"{status.st_ino} {status.st_mtime_ns} {status.st_size}"
