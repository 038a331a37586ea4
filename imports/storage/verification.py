"""Sees to it that all processes of the portal have one storage.

A web process that stores uploads where the workers do not look loses them without a word of error. So the database
holds a token and the storage an object of that name: whoever starts looks for it, and the first of all puts it there.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import DatabaseError

from imports.models import Installation
from imports.storage.storage_errors import disk_errors

MARK_FOLDER = "portal"
MARK_TEXT = b"This storage belongs to an import portal.\n"
THE_ONE = 1

NOT_MIGRATED = "The database has not been made ready. Run: python manage.py migrate"
NOT_SHARED = (
    "This process does not see the storage that the other processes use: {place} has no {mark}. "
    "Give it the STORAGE_URL (or, with storage in a folder, the PORTAL_DATA_DIR) that they have. "
    "If the files have been moved there, run: python manage.py check_deployment --adopt-storage"
)


def verify_storage() -> None:
    """Return if this process has the storage that belongs to the database, claiming it if none does yet.

    Raises ImproperlyConfigured with a sentence that says what to do, StorageUnavailableError when the storage does
    not answer, and OperationalError when the database does not.
    """
    with _own_storage() as storage:
        installation = _installation()
        if not installation.storage_marked:
            installation = _claim(storage, installation)
        mark = mark_of(installation)
        if not storage.exists(mark):
            raise ImproperlyConfigured(NOT_SHARED.format(place=place_of(storage), mark=mark))


def adopt_storage() -> None:
    """Make the storage that this process has the one that belongs to the database. Errors as `verify_storage`."""
    with _own_storage() as storage:
        installation = _installation()
        _put_mark(storage, installation)
        Installation.objects.filter(pk=THE_ONE).update(storage_marked=True)


def round_trip() -> None:
    """Write an object, read it back and remove it. Raises StorageUnavailableError or another OSError."""
    with _own_storage() as storage:
        wanted = uuid.uuid4().hex.encode()
        key = storage.save(f"{MARK_FOLDER}/check-{uuid.uuid4().hex}", ContentFile(wanted))
        try:
            with storage.open(key) as file:
                found = file.read()
        finally:
            storage.delete(key)
        if found != wanted:
            raise OSError("What was stored came back changed.")


def mark_of(installation: Installation) -> str:
    """The key of the object by which the storage of `installation` is known."""
    return f"{MARK_FOLDER}/{installation.storage_token}"


def place_of(storage: Storage) -> str:
    """Where `storage` is, in words for the person who set it up; never a key."""
    bucket = getattr(storage, "bucket_name", None)
    if bucket is None:
        return f"the folder {getattr(storage, 'location', '')}"
    endpoint, location = getattr(storage, "endpoint_url", None), getattr(storage, "location", "")
    return f"s3://{bucket}/{location}".rstrip("/") + (f" at {endpoint}" if endpoint else "")


def _installation() -> Installation:
    try:
        return Installation.objects.get_or_create(pk=THE_ONE)[0]
    except DatabaseError as error:
        if is_table_missing(error):
            raise ImproperlyConfigured(NOT_MIGRATED) from None
        raise


def _claim(storage: Storage, known: Installation) -> Installation:
    """Make `storage` the one that belongs to the database, unless another process has been first with its own.

    Each puts a mark of its own name there before it claims, so that the one whose claim holds is seen by whoever has
    the same storage, and by nobody else.
    """
    mine = Installation(pk=THE_ONE, storage_token=uuid.uuid4(), storage_marked=True)
    _put_mark(storage, mine)
    unclaimed = Installation.objects.filter(
        pk=THE_ONE, storage_marked=False, storage_token=known.storage_token
    )
    if unclaimed.update(storage_token=mine.storage_token, storage_marked=True):
        return mine
    storage.delete(mark_of(mine))
    return _installation()


def is_table_missing(error: DatabaseError) -> bool:
    """Whether the database has no such table (PostgreSQL's 42P01, SQLite by its words alone)."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state == "42P01" or "no such table" in str(error)


def _put_mark(storage: Storage, installation: Installation) -> None:
    mark = mark_of(installation)
    if not storage.exists(mark):
        storage.save(mark, ContentFile(MARK_TEXT))


@contextmanager
def _own_storage() -> Iterator[Storage]:
    """The portal's storage with connections of its own.

    They are closed after the block, because processes that fork from this one would use the same ones.
    """
    storage = storages.create_storage(cast(dict[str, Any], settings.STORAGES["default"]))
    try:
        with disk_errors():
            yield storage
    finally:
        if hasattr(storage, "close"):
            storage.close()
