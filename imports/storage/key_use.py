"""Which keys stored files are encrypted with."""

from collections import Counter
from collections.abc import Iterator
from typing import cast

from django.core.files.storage import default_storage

from imports.storage.sealed_storage import SealingStorage
from imports.storage.sealed_stream import HEADER, is_sealed, key_of_sealed
from imports.storage.storage_errors import disk_errors

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


def stored_names(folder: str = "") -> Iterator[str]:
    """The keys of all files that are in a folder of storage, and in those below it."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    above = f"{folder}/" if folder else ""
    yield from (f"{above}{name}" for name in names)
    for child in folders:
        yield from stored_names(f"{above}{child}")
