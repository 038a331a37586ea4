"""The parts of files that are still being uploaded, each an object of storage.

parts/<upload>/<random>     one part; which of them a file consists of says the row of its upload

A part is written before the row names it, outside any transaction. One that no row names, because two sent the same
part or a process died, is removed with all others once the upload is over, or by the sweep.
"""

import hashlib
import logging
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.core.files.storage import default_storage

from imports.storage.artefacts import read_once, store_file
from imports.storage.storage_errors import ObjectChangedError, StorageUnavailableError, disk_errors
from imports.storage.uploads import HashedUpload

logger = logging.getLogger(__name__)

PARTS = "parts"
BLOCK_BYTES = 256_000


@dataclass(frozen=True)
class Part:
    """A stored part: its name among those of its upload, its size, and its SHA-256 in hexadecimal."""

    stored: str
    bytes: int
    sha256: str


class PartLostError(Exception):
    """A part is not there any more, or is not what was stored."""


def part_key(upload_id: UUID, stored: str) -> str:
    return f"{PARTS}/{upload_id}/{stored}"


def store_part(upload_id: UUID, file: HashedUpload) -> Part:
    """Store what has been written to `file` as a part. On this machine's disk it is moved and not copied."""
    stored = secrets.token_hex(16)
    with disk_errors():
        file.flush()
    store_file(part_key(upload_id, stored), Path(file.temporary_file_path()))
    return Part(stored, file.size, file.sha256)


def read_part(upload_id: UUID, part: Part) -> Iterator[bytes]:
    """The bytes of a part, in blocks. Raises PartLostError, at its end at the latest, when they are not those that were
    stored, and StorageUnavailableError."""
    digest, size = hashlib.sha256(), 0
    try:
        with read_once(part_key(upload_id, part.stored)) as file:
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
                size += len(block)
                yield block
    except (FileNotFoundError, ObjectChangedError):
        raise PartLostError from None
    if (size, digest.hexdigest()) != (part.bytes, part.sha256):
        raise PartLostError


def drop_part(upload_id: UUID, part: Part) -> None:
    """Remove a part that no row names. When it cannot be removed now, it is left to the sweep."""
    _drop([part_key(upload_id, part.stored)])


def drop_parts(upload_id: UUID) -> None:
    """Remove all parts of an upload that is over. What cannot be removed now is left to the sweep."""
    folder = f"{PARTS}/{upload_id}"
    try:
        with disk_errors():
            names = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return
    except StorageUnavailableError as error:
        logger.warning("upload=%s parts left over: %s", upload_id, type(error).__name__)
        return
    _drop(f"{folder}/{name}" for name in names)
    with suppress(OSError):
        default_storage.delete(folder)  # where there is such a thing as an empty folder


def _drop(keys: Iterable[str]) -> None:
    try:
        with disk_errors():
            for key in keys:
                default_storage.delete(key)
    except StorageUnavailableError as error:
        logger.warning("a part is left over: %s", type(error).__name__)
