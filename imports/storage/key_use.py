"""Which keys stored files are encrypted with."""

from collections import Counter
from collections.abc import Iterator
from typing import cast

from django.core.files.storage import default_storage

from imports.storage.artefacts import JOBS, UPLOADS
from imports.storage.sealed_storage import SealingStorage
from imports.storage.sealed_stream import HEADER, is_sealed, key_of_sealed
from imports.storage.storage_errors import disk_errors
from imports.storage.upload_parts import PARTS
from imports.storage.verification import MARK_FOLDER

IN_CLEAR = ""


def files_by_key() -> Counter[str]:
    """How many stored files are encrypted with which key, by its id; IN_CLEAR for those that are not.

    Each is opened for its first bytes. Raises StorageUnavailableError.
    """
    found: Counter[str] = Counter()
    with disk_errors():
        for name in stored_names():
            try:
                head = cast(SealingStorage, default_storage).head(name)
            except FileNotFoundError:
                continue  # just removed
            found[key_of_sealed(head) if is_sealed(head) and len(head) == HEADER.size else IN_CLEAR] += 1
    return found


def stored_names() -> Iterator[str]:
    """The keys of all files of the portal that are in storage."""
    for folder in (UPLOADS, MARK_FOLDER):
        yield from _names_in(folder)
    for parent in (JOBS, PARTS):
        for child in _listed(parent)[0]:
            yield from _names_in(f"{parent}/{child}")


def _names_in(folder: str) -> Iterator[str]:
    return (f"{folder}/{name}" for name in _listed(folder)[1])


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
