"""Removes what nobody will come back for: what killed processes left in the middle of their work."""

import logging
import os
import shutil
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from os import DirEntry, scandir
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Q

from imports.jobs.erasing import due_erasures
from imports.jobs.trial import discard_trial
from imports.models import AccountSnapshot, ImportBatch, MappingTrial, ResumableUpload, UploadJob
from imports.provenance.keeping import due_for_digests, remove_old_digests
from imports.storage.artefacts import (
    JOBS,
    SNAPSHOTS,
    SUFFIX,
    UPLOADS,
    WORK_PREFIX,
    delete_for_good,
    named_tables,
    run_of,
    table_key,
)
from imports.storage.cache import remove_unused
from imports.storage.storage_errors import StorageUnavailableError
from imports.storage.upload_parts import PARTS
from imports.storage.uploads import UPLOAD_SUFFIX
from imports.work.queue import wake_digests

logger = logging.getLogger(__name__)

SWEEP_EVERY_SECONDS = 3_600
KEYS_A_QUERY = 500
# Its time is that of the last sweep. A file, because all processes of a machine see the same one, it outlives them,
# and to ask for its time every few seconds costs next to nothing.
MARKER_NAME = "swept"
# Its time is that of the last sweep of storage that came to its end.
STORAGE_MARKER_NAME = "swept-storage"


def sweep_leftovers() -> None:
    """Remove leftovers older than UPLOAD_LEFTOVER_HOURS, of storage and of this machine, unless that was done
    within the last hour."""
    now = time.time()
    marker = Path(settings.UPLOAD_TEMP_DIR, MARKER_NAME)
    if marker.exists() and 0 <= now - marker.stat().st_mtime < SWEEP_EVERY_SECONDS:
        return
    # First of all, so that what cannot be removed is not tried again every few seconds.
    marker.touch()
    sweep_machine()
    storage_marker = Path(settings.UPLOAD_TEMP_DIR, STORAGE_MARKER_NAME)
    since = storage_marker.stat().st_mtime if storage_marker.exists() else 0.0
    try:
        uploads, trials = sweep_uploads(oldest_kept()), sweep_trials()
        tables = sweep_tables(oldest_kept(), since) + sweep_strangers(oldest_kept())
        tables += sweep_strange_snapshots(oldest_kept())
        parts = sweep_parts(oldest_kept())
        digests = sweep_digests()
    except StorageUnavailableError as error:
        logger.warning("leftovers in storage not removed: %s", error)
        return
    storage_marker.touch()
    os.utime(storage_marker, (now, now))
    if uploads or trials or tables or parts or digests:
        logger.info(
            "leftovers removed: uploads=%s trials=%s tables=%s parts=%s digests=%s",
            *(uploads, trials, tables, parts, digests),
        )


def sweep_machine() -> None:
    """Remove leftovers older than UPLOAD_LEFTOVER_HOURS that lie on this machine's own disk, and copies that nobody
    used for STORAGE_CACHE_MINUTES.

    For every machine that has part of the portal, whether or not it is the one that sweeps storage.
    """
    unfinished, copies = sweep_incoming(oldest_kept()), remove_unused(oldest_copy())
    if unfinished or copies:
        logger.info("leftovers removed: unfinished=%s copies=%s", unfinished, copies)


def sweep_every_seconds() -> float:
    """How often a machine is swept: an hour, or as often as keeps copies from staying much longer than they may."""
    return min(SWEEP_EVERY_SECONDS, 60 * settings.STORAGE_CACHE_MINUTES / 4)


def keep_machine_swept() -> threading.Thread:
    """Sweep this machine now and every so often, from a thread that ends with the process."""

    def keep() -> None:
        while True:
            try:
                sweep_machine()
            except OSError as error:
                logger.warning("this machine was not swept: %s", type(error).__name__)
            time.sleep(sweep_every_seconds())

    thread = threading.Thread(target=keep, name="sweep", daemon=True)
    thread.start()
    return thread


def oldest_kept() -> float:
    """The time, in seconds since 1970, before which what nobody needs is left over."""
    return time.time() - 3_600 * settings.UPLOAD_LEFTOVER_HOURS


def oldest_copy() -> float:
    """The same time for copies of stored files."""
    return time.time() - 60 * settings.STORAGE_CACHE_MINUTES


def sweep_incoming(before: float) -> int:
    """Remove the uploads and work folders in UPLOAD_TEMP_DIR that nothing was written to since `before`.

    How many there were. `before` is in seconds since 1970. Links are neither followed nor removed.
    """
    removed = 0
    with scandir(settings.UPLOAD_TEMP_DIR) as entries:
        for entry in entries:
            is_folder = entry.name.startswith(WORK_PREFIX) and entry.is_dir(follow_symlinks=False)
            is_upload = entry.name.endswith(UPLOAD_SUFFIX) and entry.is_file(follow_symlinks=False)
            if is_folder and _is_abandoned(entry, before):
                shutil.rmtree(entry.path, ignore_errors=True)
                removed += 1
            elif is_upload and _mtime(entry) < before:
                Path(entry.path).unlink(missing_ok=True)
                removed += 1
    return removed


def _is_abandoned(folder: DirEntry[str], before: float) -> bool:
    """Whether neither a work folder nor a file in it is newer than `before`; a long step may still be writing one."""
    if _mtime(folder) >= before:
        return False
    try:
        with scandir(folder.path) as files:
            return all(_mtime(file) < before for file in files)
    except FileNotFoundError:
        return False  # its owner has just removed it


def _mtime(entry: DirEntry[str]) -> float:
    try:
        return entry.stat(follow_symlinks=False).st_mtime
    except FileNotFoundError:
        return float("inf")  # its owner has just removed it


def sweep_uploads(before: float) -> int:
    """Remove the uploads in storage that no job names and that were stored before `before`. How many there were.

    Nothing is removed when they would be the most part of all uploads: a crash leaves one, so many of them mean
    that the portal was started with the wrong database.
    """
    keys = _stored_uploads()
    orphans = [key for key in _unnamed(keys) if _is_stored_before(key, before)]
    if 2 * len(orphans) > len(keys):
        logger.warning("no job names uploads=%s of stored=%s: none removed", len(orphans), len(keys))
        return 0
    for key in orphans:
        delete_for_good(key)
    return len(orphans)


def sweep_parts(before: float) -> int:
    """Forget the uploads in parts that nothing was added to since `before`, and remove the parts of all that are over.

    How many parts there were. `before` is in seconds since 1970.
    """
    ResumableUpload.objects.filter(changed_at__lt=datetime.fromtimestamp(before, UTC)).delete()
    folders = {upload_id: name for name in _listed(PARTS)[0] if (upload_id := _uuid(name))}
    ids, unfinished = list(folders), set[UUID]()
    for start in range(0, len(ids), KEYS_A_QUERY):
        some = ResumableUpload.objects.unfinished().filter(pk__in=ids[start : start + KEYS_A_QUERY])
        unfinished.update(some.values_list("pk", flat=True))
    over = [name for upload_id, name in folders.items() if upload_id not in unfinished]
    return sum(_remove_folder(f"{PARTS}/{name}", before) for name in over)


def sweep_digests() -> int:
    """Have digests made of ended imports that have none, have erased what was to be at their end, and remove digests
    whose time is over. How many were."""
    for job in due_for_digests().light()[:KEYS_A_QUERY]:
        wake_digests(job)
    for job in due_erasures().light():
        wake_digests(job)
    return remove_old_digests()


def sweep_trials() -> int:
    """Remove the trials of jobs that have moved on, with their tables. How many there were."""
    over = MappingTrial.objects.over().select_related("job")[:KEYS_A_QUERY]
    for trial in over:
        discard_trial(trial.job)
    return len(over)


def sweep_tables(before: float, since: float) -> int:
    """Remove the tables in storage that no row names and that were stored before `before`. How many there were.

    One that a run may still have named is kept, however old it is: that of whoever has the job, its trial or a batch.
    Only jobs that have moved or had a trial since the sweep at `since` can have others. Both are seconds since 1970.
    """
    from_then = datetime.fromtimestamp(max(since + before - time.time() - SWEEP_EVERY_SECONDS, 0.0), UTC)
    jobs = UploadJob.objects.filter(Q(changed_at__gte=from_then) | Q(trial__isnull=False))
    return sum(_sweep_tables_of(job_id, before) for job_id in jobs.values_list("pk", flat=True).iterator())


def _sweep_tables_of(job_id: UUID, before: float) -> int:
    folder = f"{JOBS}/{job_id}"
    stored = [name.removesuffix(SUFFIX) for name in _listed(folder)[1] if name.endswith(SUFFIX)]
    if not stored:
        return 0
    # First the runs, then what is named: one that names its table in between is among the runs.
    runs = _runs_of(job_id)
    named = named_tables(job_id)
    unnamed = [
        table_key(job_id, one)
        for one in stored
        if one not in named and (run := run_of(one)) is not None and run not in runs
    ]
    old = [key for key in unnamed if _is_stored_before(key, before)]
    for key in old:
        delete_for_good(key)
    return len(old)


def _runs_of(job_id: UUID) -> set[str]:
    """The runs that may still name what they write."""
    tokens = [
        *UploadJob.objects.filter(pk=job_id).values_list("token", flat=True),
        *MappingTrial.objects.filter(pk=job_id).values_list("run", flat=True),
        *ImportBatch.objects.filter(job=job_id).values_list("token", flat=True),
    ]
    return {token.hex for token in tokens if token is not None}


def sweep_strangers(before: float) -> int:
    """Remove the tables of jobs that are not in the database, all of which were stored before `before`. How many.

    As with uploads, nothing is removed when that would be the most part.
    """
    folders = {name: job_id for name in _listed(JOBS)[0] if (job_id := _uuid(name))}
    known: set[UUID] = set()
    ids = list(folders.values())
    for start in range(0, len(ids), KEYS_A_QUERY):
        some = ids[start : start + KEYS_A_QUERY]
        known.update(UploadJob.objects.filter(pk__in=some).values_list("pk", flat=True))
    strange = [name for name, job_id in folders.items() if job_id not in known]
    if 2 * len(strange) > len(folders):
        logger.warning("no job has folders=%s of stored=%s: none removed", len(strange), len(folders))
        return 0
    return sum(_remove_folder(f"{JOBS}/{name}", before) for name in strange)


def sweep_strange_snapshots(before: float) -> int:
    """Remove tables of snapshots that are not in the database, all of which were stored before `before`. How many.

    Unlike those of jobs they go without a second thought: they were to be gone by then in any case.
    """
    folders = {name: snapshot_id for name in _listed(SNAPSHOTS)[0] if (snapshot_id := _uuid(name))}
    known = set(AccountSnapshot.objects.values_list("pk", flat=True))
    strange = [name for name, snapshot_id in folders.items() if snapshot_id not in known]
    return sum(_remove_folder(f"{SNAPSHOTS}/{name}", before) for name in strange)


def _remove_folder(folder: str, before: float) -> int:
    keys = [f"{folder}/{name}" for name in _listed(folder)[1]]
    if not all(_is_stored_before(key, before) for key in keys):
        return 0
    for key in keys:
        delete_for_good(key)
    with suppress(OSError):
        default_storage.delete(folder)  # where there is such a thing as an empty folder
    return len(keys)


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """The folders and the files in a folder of storage; none when it is not there."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _stored_uploads() -> list[str]:
    return [f"{UPLOADS}/{name}" for name in _listed(UPLOADS)[1]]


def _unnamed(keys: list[str]) -> list[str]:
    unnamed = []
    for start in range(0, len(keys), KEYS_A_QUERY):
        some = keys[start : start + KEYS_A_QUERY]
        named = set(UploadJob.objects.filter(upload__in=some).values_list("upload", flat=True))
        unnamed += [key for key in some if key not in named]
    return unnamed


def _is_stored_before(key: str, before: float) -> bool:
    try:
        return default_storage.get_modified_time(key) < datetime.fromtimestamp(before, UTC)
    except FileNotFoundError:
        return False  # another machine has just removed it
