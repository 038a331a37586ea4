"""Where a job's files lie in storage, and how they are had as local paths.

uploads/<random>                  the upload as it came
parts/<upload>/<random>           a part of one that is on its way (`upload_parts.py`)
jobs/<job>/<stored>.parquet       its tables, each under a name of its own that is never used again
jobs/<job>/download-<id>-<run>.<format>   files of its report, which `ReportDownload.stored` names
snapshots/<snapshot>/<stored>.parquet   contacts read from an account, which `AccountSnapshot` names

A job names what is stored for it: `tables` of the job, and of its trial, `outcomes` of its batches, and its digests. So
a table is written first, outside any transaction, and is the job's from the moment at which the row names it; one that
no row names is left over (`jobs/leftovers.py`). `<stored>` is the table's name, the run that wrote it (the token of
whoever has the job, the trial or the batch) and a few random digits; in jobs of earlier versions it is the name alone.

staged     the file's rows as text
overlay    the repairs that a person made to it, in their order
repaired   what these make of the staged table; none where no repair is in force
excerpt    the top and the end of the file as it was read
prepared   each row's fate and finished contact
issues     what was found wrong or changed, value by value
outcomes   what became of every row; of a batch's rows, with the batch's number
digests    whom its rows carried, which outlives the others; `JobDigests` names it
origins    of a file that brings rows again: rows that are copies of another, and of which

A fault that passes, of the storage or of the disk, comes out of here as StorageUnavailableError.
"""

import logging
import os
import re
import secrets
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import DatabaseError

from imports.models import ImportBatch, JobDigests, MappingTrial, ReportDownload, UploadJob
from imports.reports.report_rows import write_told_text
from imports.reports.report_words import ReportWords
from imports.search_text import MIN_ROWS, write_search_text
from imports.storage.cache import link_copy, link_made, remove_made
from imports.storage.folder import sync
from imports.storage.sealed_storage import SealingStorage, must_seal
from imports.storage.storage_errors import StorageUnavailableError as StorageUnavailableError
from imports.storage.storage_errors import disk_errors

logger = logging.getLogger(__name__)

STAGED, EXCERPT, PREPARED, ISSUES, OUTCOMES, OVERLAY, REPAIRED, ORIGINS, DIGESTS = NAMES = (
    *("staged", "excerpt", "prepared", "issues", "outcomes"),
    *("overlay", "repaired", "origins", "digests"),
)
UPLOADS, JOBS, SNAPSHOTS = "uploads", "jobs", "snapshots"
SUFFIX = ".parquet"
WORK_PREFIX = "work-"

_STORED = re.compile(rf"(?:{'|'.join(NAMES)})(?:-\d+)?-(?P<run>[0-9a-f]{{32}})-[0-9a-f]{{8}}")
# Jobs of earlier versions name their tables so, and trials did, which no longer name them.
_STORED_BEFORE = re.compile(rf"(?:trial-)?(?:{'|'.join(NAMES)})(?:-\d{{6,}})?")


def part_name(batch: ImportBatch) -> str:
    """The name of the table of a batch's outcomes."""
    return f"{OUTCOMES}-{batch.number:06d}"


def table_key(job_id: uuid.UUID, stored: str) -> str:
    return f"{JOBS}/{job_id}/{stored}{SUFFIX}"


def run_of(stored: str) -> str | None:
    """The run that wrote a table, as 32 hexadecimal digits: "" in earlier versions, None for what is no table."""
    if found := _STORED.fullmatch(stored):
        return found["run"]
    return "" if _STORED_BEFORE.fullmatch(stored) else None


def key_of(job: UploadJob, name: str) -> str:
    """The key of the table `name` of `job`; "" while it has none."""
    stored = job.tables.get(name)
    return table_key(job.pk, stored) if stored else ""


def exists(job: UploadJob, name: str) -> bool:
    """Whether `job` has the table `name`. Storage is asked only about jobs of earlier versions."""
    if job.tables.get(name) != name:
        return name in job.tables
    return is_stored(job.pk, name)


def is_stored(job_id: uuid.UUID, stored: str) -> bool:
    """Whether storage has the table that is stored as this."""
    with disk_errors():
        return default_storage.exists(table_key(job_id, stored))


def local(job: UploadJob, name: str) -> AbstractContextManager[Path]:
    """The table `name` of `job` as a local file, for the length of the block; errors as `local_file`.

    Where the job has been read anew or checked again since it was looked up, that is the table it has now.
    """
    return _local(job, lambda _: name)


def local_checked(job: UploadJob) -> AbstractContextManager[Path]:
    """The table of `job` that its check was of, as `local`: the repaired one where there is one, else the staged.

    For whatever judges values. What shows a person's own values reads STAGED.
    """
    return _local(job, checked_name)


def checked_name(job: UploadJob) -> str:
    """The name of the table of `job` that its check was of."""
    return REPAIRED if REPAIRED in job.tables else STAGED


@contextmanager
def _local(job: UploadJob, name_of: Callable[[UploadJob], str]) -> Iterator[Path]:
    """The table of `job` whose name `name_of` tells, looked up again where it is not there any more."""
    with ExitStack() as stack:
        try:
            path = stack.enter_context(_named(job, name_of(job)))
        except FileNotFoundError:
            key = key_of(job, name_of(job))
            job.tables = UploadJob.objects.values_list("tables", flat=True).get(pk=job.pk)
            if key_of(job, name_of(job)) == key:
                raise
            path = stack.enter_context(_named(job, name_of(job)))
        yield path


def _named(job: UploadJob, name: str) -> AbstractContextManager[Path]:
    key = key_of(job, name)
    if not key:
        raise FileNotFoundError(f"the job has no table {name}")
    return local_file(key)


def search_text(job: UploadJob, name: str = STAGED) -> AbstractContextManager[Path | None]:
    """The search text of the rows of `job`, as the table `name` has them, as a local file for the length of the block;
    None where it has too few, or the disk has no room. Whoever asks first on a machine makes it, which takes a second
    for a million rows."""
    return _text_made(job, name, "small letters", write_search_text)


def told_text(job: UploadJob, words: ReportWords) -> AbstractContextManager[Path | None]:
    """The same of what `words` say of the rows of its report."""

    def write(outcomes: Path, target: Path) -> None:
        write_told_text(outcomes, target, words)

    return _text_made(job, OUTCOMES, words.version, write)


def make_ahead(job: UploadJob, text: Callable[[], AbstractContextManager[Path | None]]) -> None:
    """Have a text of `job` ready on this machine. Where it cannot be made, a search makes it, or goes without."""
    try:
        with text():
            pass
    except Exception as error:  # what the text is of is there all the same
        logger.warning("job=%s without a text to search: %s", job.pk, type(error).__name__)


@contextmanager
def _text_made(
    job: UploadJob, name: str, kind: str, write: Callable[[Path, Path], None]
) -> Iterator[Path | None]:
    """What `write` makes of the table `name` of a job that is large enough; it is kept as this kind of text."""
    key = key_of(job, name)

    def make(target: Path) -> None:
        with local_file(key) as table:
            write(table, target)

    with work_folder() as folder:
        text = folder / "text"
        is_made = (job.rows or 0) >= MIN_ROWS
        if is_made:
            try:
                link_made(key, kind, make, text)
            except StorageUnavailableError:
                is_made = False
        yield text if is_made else None


@contextmanager
def local_file(key: str) -> Iterator[Path]:
    """What is stored under `key` as a local file, which stays what it is for the length of the block, whatever
    happens in storage. Raises FileNotFoundError when nothing is stored under `key`."""
    with disk_errors(), work_folder() as folder:
        copy, path = folder / "copy", _own_path(key)
        if path is None:
            link_copy(_storage(), key, copy)
        elif not _linked(path, copy):
            copy = path
        yield copy


@contextmanager
def read_once(key: str) -> Iterator[IO[bytes]]:
    """What is stored under `key`, to be read from its beginning; errors as `local_file`. No copy of it is kept."""
    with disk_errors(), ExitStack() as stack:
        path = _own_path(key)
        if path is not None:
            yield stack.enter_context(path.open("rb"))
            return
        storage = _storage()
        target = stack.enter_context(tempfile.TemporaryFile(dir=settings.UPLOAD_TEMP_DIR))
        storage.download(key, storage.version(key), target)
        target.seek(0)
        yield target


def stored_blocks(key: str) -> Iterator[bytes]:
    """The bytes that are stored under `key` as they lie there, which may be encrypted, a block at a time: for whoever
    counts them. Raises FileNotFoundError, ObjectChangedError and StorageUnavailableError."""
    with disk_errors():
        storage = _storage()
        yield from storage.stored_blocks(key, storage.version(key))


def _linked(path: Path, link: Path) -> bool:
    """Make `link` another name of `path`, so that it outlasts its removal; False where the disk has no such thing."""
    try:
        os.link(path, link)
    except FileNotFoundError:
        raise
    except OSError:
        return False
    with suppress(OSError):
        os.utime(link)  # it is in use, also if the file is old
    return True


def _own_path(key: str) -> Path | None:
    """Where `key` lies on this machine in clear; None when the storage is on another, or it is encrypted."""
    return _storage().clear_path(key)


def _storage() -> SealingStorage:
    return cast(SealingStorage, default_storage)


@contextmanager
def work_folder() -> Iterator[Path]:
    """An empty folder beside the storage for files in the making; gone after the block.

    A disk that is full, or that fails, comes out of the block as StorageUnavailableError.
    """
    with (
        disk_errors(),
        tempfile.TemporaryDirectory(dir=settings.UPLOAD_TEMP_DIR, prefix=WORK_PREFIX) as folder,
    ):
        yield Path(folder)


def store(job: UploadJob, name: str, source: Path, run: uuid.UUID) -> str:
    """Store the local file `source` as a table `name` of `job`, written by `run`; what it is stored as.

    It is the job's only once a row names it. `source` may be gone afterwards.
    """
    stored = f"{name}-{run.hex}-{secrets.token_hex(4)}"
    store_file(table_key(job.pk, stored), source)
    return stored


def store_file(key: str, source: Path) -> None:
    """Store the local file `source` under `key`. It is gone afterwards where it could simply be moved there."""
    with disk_errors():
        with source.open("rb") as file:
            target = None if must_seal(file) else _own_path(key)
            if target is None:
                if default_storage.save(key, File(file)) != key:
                    raise FileExistsError("something is stored under this key already")
                return
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.chmod(source, 0o600)
        # On the disk before the database says that it is there: the power may go at any moment.
        sync(source)
        os.replace(source, target)
        sync(target.parent)


def store_all(job: UploadJob, sources: dict[str, Path], run: uuid.UUID) -> dict[str, str]:
    """Store the local files of `sources`, by the names of their tables; what each is stored as. None if one cannot."""
    stored: dict[str, str] = {}
    try:
        for name, source in sources.items():
            stored[name] = store(job, name, source, run)
    except BaseException:
        drop(job.pk, stored.values())
        raise
    return stored


def drop(job_id: uuid.UUID, stored: Iterable[str]) -> None:
    """Remove those of these tables of a job that no row names. What cannot be removed now is left to the sweep."""
    try:
        unnamed = set(stored) - named_tables(job_id)
        for one in unnamed:
            delete_for_good(table_key(job_id, one))
    except (StorageUnavailableError, DatabaseError) as error:
        logger.warning("job=%s tables left over: %s", job_id, type(error).__name__)


def delete_for_good(key: str) -> None:
    """Remove what is stored under `key`, and all that this machine has of it. Raises StorageUnavailableError. Copies on
    other machines go as those do that nobody uses."""
    with disk_errors():
        default_storage.delete(key)
        remove_made(key)


def named_files(job_id: uuid.UUID) -> set[str]:
    """What rows name of what lies in the folder of a job: its tables, without the suffix, and files of its report."""
    downloads = ReportDownload.objects.filter(job=job_id).exclude(stored="")
    return named_tables(job_id) | set(downloads.values_list("stored", flat=True))


def named_tables(job_id: uuid.UUID) -> set[str]:
    """What the rows of a job, its trial, its digests and its batches name."""
    jobs = UploadJob.objects.filter(pk=job_id).values_list("tables", flat=True)
    trials = MappingTrial.objects.filter(pk=job_id).values_list("tables", flat=True)
    named = {stored for tables in (*jobs, *trials) for stored in tables.values()}
    named |= set(JobDigests.objects.filter(pk=job_id).values_list("stored", flat=True))
    return named | set(
        ImportBatch.objects.filter(job=job_id).exclude(outcomes="").values_list("outcomes", flat=True)
    )


def drop_upload(key: str) -> None:
    """Remove an upload that no job names. When it cannot be removed now, it is left to the sweep."""
    try:
        delete_for_good(key)
    except StorageUnavailableError as error:
        logger.warning("an upload is left over: %s", type(error).__name__)


def store_upload(file: File) -> str:
    """Keep an upload under a random name; the key it lies under."""
    with disk_errors():
        return default_storage.save(f"{UPLOADS}/{uuid.uuid4().hex}", file)
