"""Where a job's files lie in storage, and how they are had as local paths.

uploads/<random>                    the upload as it came
jobs/<job>/staged.parquet           the file's rows as text
jobs/<job>/excerpt.parquet          the top and the end of the file as it was read
jobs/<job>/prepared.parquet         each row's fate and finished contact
jobs/<job>/issues.parquet           what was found wrong or changed, value by value
jobs/<job>/trial-prepared.parquet   the same two tables of the mapping that somebody is working on
jobs/<job>/trial-issues.parquet
jobs/<job>/outcomes-<batch>.parquet what became of one batch's rows
jobs/<job>/outcomes.parquet         what became of every row

Trouble that passes, of the storage or of the disk, comes out of here as StorageUnavailableError.
"""

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from imports.models import ImportBatch, UploadJob
from imports.storage.cache import link_copy
from imports.storage.errors import StorageUnavailableError as StorageUnavailableError
from imports.storage.errors import disk_trouble

if TYPE_CHECKING:
    from imports.storage.s3 import PrivateS3Storage

STAGED, EXCERPT, PREPARED, ISSUES, OUTCOMES = "staged", "excerpt", "prepared", "issues", "outcomes"
TRIAL_PREPARED, TRIAL_ISSUES = "trial-prepared", "trial-issues"
UPLOADS = "uploads"
WORK_PREFIX = "work-"


def part_name(batch: ImportBatch) -> str:
    return f"{OUTCOMES}-{batch.number:06d}"


def table_key(job: UploadJob, name: str) -> str:
    return f"jobs/{job.pk}/{name}.parquet"


def exists(job: UploadJob, name: str) -> bool:
    with disk_trouble():
        return default_storage.exists(table_key(job, name))


@contextmanager
def local(job: UploadJob, name: str) -> Iterator[Path]:
    """The table `name` of `job` as a local file, for the length of the block."""
    with local_file(table_key(job, name)) as path:
        yield path


@contextmanager
def local_file(key: str) -> Iterator[Path]:
    """What is stored under `key` as a local file; a copy when the storage is not on this machine.

    The copy stays what it is for the length of the block, whatever happens in storage. Raises FileNotFoundError
    when nothing is stored under `key`; with storage on this machine, whoever opens the file does.
    """
    with disk_trouble():
        path = _own_path(key)
        if path is not None:
            yield path
            return
        with work_folder() as folder:
            link_copy(cast("PrivateS3Storage", default_storage), key, folder / "copy")
            yield folder / "copy"


def _own_path(key: str) -> Path | None:
    """Where `key` lies on this machine; None when the storage is on another."""
    try:
        return Path(default_storage.path(key))
    except NotImplementedError:
        return None


@contextmanager
def work_folder() -> Iterator[Path]:
    """An empty folder beside the storage for files in the making; gone after the block.

    A disk that is full, or that fails, comes out of the block as StorageUnavailableError.
    """
    with (
        disk_trouble(),
        tempfile.TemporaryDirectory(dir=settings.UPLOAD_TEMP_DIR, prefix=WORK_PREFIX) as folder,
    ):
        yield Path(folder)


def publish(job: UploadJob, name: str, source: Path) -> None:
    """Make the local file `source` the table `name` of `job`; it replaces an earlier one in one stroke."""
    key = table_key(job, name)
    with disk_trouble():
        target = _own_path(key)
        if target is None:
            # One PUT, or one that completes an upload in parts: the earlier object is there until the new one is.
            with source.open("rb") as file:
                default_storage.save(key, File(file))
            return
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.chmod(source, 0o600)
        # On the disk before the database says that it is there: the power may go at any moment.
        _sync(source)
        os.replace(source, target)
        _sync(target.parent)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def take(job: UploadJob, name: str, target: Path) -> None:
    """Move the table `name` of `job` out of storage, to the local file `target` in a work folder."""
    key = table_key(job, name)
    with disk_trouble():
        path = _own_path(key)
        if path is None:
            link_copy(cast("PrivateS3Storage", default_storage), key, target)
            default_storage.delete(key)
        else:
            os.replace(path, target)


def remove(job: UploadJob, name: str) -> None:
    """Remove the table `name` of `job`, if there is one."""
    with disk_trouble():
        default_storage.delete(table_key(job, name))


def store_upload(file: File) -> str:
    """Keep an upload under a random name; the key it lies under."""
    with disk_trouble():
        return default_storage.save(f"{UPLOADS}/{uuid.uuid4().hex}", file)
