"""Copies, on this machine and in clear, of what is stored on another or encrypted, so that a table is not fetched once
for each of its slices; and what is made of stored files, so that it is not made once for each reader.

A copy is kept under digests of its key and its version: what is replaced in storage is never found here again.
Processes share the copies. Whoever uses one has a link of its own to it, so that a copy may be removed at any time.
"""

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from imports.storage.storage_errors import ObjectChangedError, disk_errors

if TYPE_CHECKING:
    from imports.storage.sealed_storage import SealingStorage

FOLDER_NAME = "cache"
PART_PREFIX = "part-"
LOCK_PREFIX = "lock-"
TRIES = 5


def cache_folder() -> Path:
    return Path(settings.UPLOAD_TEMP_DIR, FOLDER_NAME)


def link_copy(storage: "SealingStorage", key: str, link: Path) -> None:
    """Make `link` a copy of what is stored under `key` now; both are on the disk of UPLOAD_TEMP_DIR.

    One request when there is a copy already. Raises FileNotFoundError when nothing is stored under `key`, and
    StorageUnavailableError.
    """
    for _ in range(TRIES):
        version = storage.version(key)
        copy = cache_folder() / (_kept_as(key) + _kept_as(version))
        with disk_errors():
            if _link(copy, link):
                return
        with disk_errors(), _held_lock(copy):
            if _link(copy, link):  # somebody fetched it meanwhile
                return
            with suppress(ObjectChangedError):
                _fetch(storage, key, version, copy, link)
                return
    raise ObjectChangedError(f"replaced {TRIES} times in a row while it was fetched")


def link_made(source: str, kind: str, make: Callable[[Path], None], link: Path) -> None:
    """Make `link` what is kept of this kind of `source`, which `make` writes when nobody has yet. It is gone again
    after a while, as copies are, so it can only be what can be made anew."""
    made = cache_folder() / (_kept_as(source) + _kept_as(kind))
    with disk_errors():
        if _link(made, link):
            return
        with _held_lock(made):
            if _link(made, link):
                return
            make(link)
            os.chmod(link, 0o600)
            os.link(link, made)
            remove_excess(settings.STORAGE_CACHE_BYTES)


def remove_made(source: str) -> None:
    """Remove all copies of `source` on this machine and all that was made of it; who uses one has it still."""
    for made in cache_folder().glob(_kept_as(source) + "?" * len(_kept_as(""))):
        made.unlink(missing_ok=True)


def _kept_as(name: str) -> str:
    return sha256(name.encode()).hexdigest()


def _link(copy: Path, link: Path) -> bool:
    try:
        os.link(copy, link)
    except FileNotFoundError:
        return False
    os.utime(link)  # the time of its last use
    return True


@contextmanager
def _held_lock(copy: Path) -> Iterator[None]:
    """One of 256 locks, so that what many want at once is fetched once. The system frees it when its holder dies."""
    cache_folder().mkdir(mode=0o700, exist_ok=True)
    path = copy.with_name(LOCK_PREFIX + copy.name[:2])
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _fetch(storage: "SealingStorage", key: str, version: str, copy: Path, link: Path) -> None:
    # mkstemp: for this user's eyes only.
    descriptor, part = tempfile.mkstemp(dir=copy.parent, prefix=PART_PREFIX)
    try:
        with os.fdopen(descriptor, "wb") as target:
            storage.download(key, version, target)
        os.link(part, link)
        os.replace(part, copy)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    remove_excess(settings.STORAGE_CACHE_BYTES)


def remove_excess(limit_bytes: int) -> None:
    """Remove those copies that were not used for longest, until all of them together take `limit_bytes` at most."""
    copies = sorted(_copies(), reverse=True)
    total = 0
    for _, size, path in copies:
        total += size
        if total > limit_bytes:
            Path(path).unlink(missing_ok=True)


def remove_unused(before: float) -> int:
    """Remove the copies that nobody used since `before` (seconds since 1970), and broken-off ones. How many."""
    old = [path for used, _, path in _copies(with_parts=True) if used < before]
    for path in old:
        Path(path).unlink(missing_ok=True)
    return len(old)


def _copies(with_parts: bool = False) -> list[tuple[float, int, str]]:
    """When each copy was last used, its size and where it is."""
    found = []
    with suppress(FileNotFoundError), os.scandir(cache_folder()) as entries:
        for entry in entries:
            if entry.name.startswith(LOCK_PREFIX) or (entry.name.startswith(PART_PREFIX) and not with_parts):
                continue
            with suppress(FileNotFoundError):
                status = entry.stat(follow_symlinks=False)
                found.append((status.st_mtime, status.st_size, entry.path))
    return found
