"""What both of the portal's storages are: files that are encrypted on the way in, if ENCRYPT_FILES says so, and
decrypted on the way out, whatever it says.

Files that came before are in clear, and those of a portal that encrypts no more are not; each says itself what it is.
"""

import os
import tempfile
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage

from imports.storage.sealed_stream import MAGIC, is_sealed, seal, unsealed
from imports.storage.storage_errors import disk_errors
from imports.storage.uploads import UPLOAD_SUFFIX

BLOCK_BYTES = 1_000_000
IN_MEMORY_BYTES = 1_000_000

if TYPE_CHECKING:

    class _Backend(Storage):
        def _save(self, name: str, content: Any) -> str: ...
        def _open(self, name: str, mode: str = "rb") -> File: ...

else:
    _Backend = object


class SealingStorage(_Backend):
    """To be put before the class of Django's that stores."""

    @abstractmethod
    def version(self, name: str) -> str:
        """What changes whenever the stored file does. Raises FileNotFoundError."""

    @abstractmethod
    def stored_blocks(self, name: str, version: str) -> Iterator[bytes]:
        """The bytes of the file as they are stored, a block at a time.

        Raises ObjectChangedError when it is not of that `version` any more, FileNotFoundError when it is gone.
        """

    @abstractmethod
    def clear_path(self, name: str) -> Path | None:
        """Where the file lies on this machine in clear; None when it does not. One that is not there is no error."""

    @abstractmethod
    def head(self, name: str) -> bytes:
        """The first bytes of the stored file, as many as the header of an encrypted one. Raises FileNotFoundError."""

    def download(self, name: str, version: str, target: IO[bytes]) -> None:
        """Write what the file holds, in clear, to `target`, a block at a time.

        Raises as `stored_blocks`, and FileKeyMissingError and StoredFileDamagedError.
        """
        with disk_errors():
            for block in unsealed(self.stored_blocks(name, version), name):
                target.write(block)

    def _save(self, name: str, content: Any) -> str:
        if not must_seal(content):
            return super()._save(name, content)
        while True:
            with sealed_copy(content, name) as copy:
                stored = super()._save(name, copy)
            if stored == name:
                return name
            # Another was stored under the name meanwhile; this one is only readable under its own.
            self.delete(stored)
            name = stored

    def _open(self, name: str, mode: str = "rb") -> File:
        file = super()._open(name, mode)
        if "r" not in mode:
            return file
        head = file.read(len(MAGIC))
        file.seek(0)
        if not is_sealed(head):
            return file
        target = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES, dir=str(settings.UPLOAD_TEMP_DIR))  # noqa: SIM115
        try:
            with file:
                for block in unsealed(file.chunks(BLOCK_BYTES), name):
                    target.write(block)
        except BaseException:
            target.close()
            raise
        target.seek(0)
        return File(target, name)


def must_seal(content: IO[bytes]) -> bool:
    """Whether `content`, which is read from its beginning, is to be encrypted. What looks like an encrypted file is in
    any case, so that it comes back as it was."""
    if settings.ENCRYPT_FILES:
        return True
    content.seek(0)
    head = content.read(len(MAGIC))
    content.seek(0)
    return is_sealed(head)


class _SealedFile(File):
    """A file that Django's storage of a folder takes over by renaming it."""

    def temporary_file_path(self) -> str:
        return str(self.name)


@contextmanager
def sealed_copy(content: IO[bytes], name: str) -> Iterator[File]:
    """`content` encrypted as the file that is stored as `name`, on the disk of UPLOAD_TEMP_DIR; gone after the block,
    unless it was taken over."""
    # mkstemp: for this user's eyes only.
    descriptor, path = tempfile.mkstemp(dir=settings.UPLOAD_TEMP_DIR, suffix=UPLOAD_SUFFIX)
    try:
        with os.fdopen(descriptor, "w+b") as target:
            content.seek(0)
            seal(content, target, name)
            target.seek(0)
            yield _SealedFile(target, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(path)
