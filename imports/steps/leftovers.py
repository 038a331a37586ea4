"""Removes what nobody will come back for: what killed processes left in the middle of their work."""

import logging
import shutil
import threading
import time
from datetime import UTC, datetime
from os import DirEntry, scandir
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from imports.artefacts import UPLOADS, WORK_PREFIX
from imports.models import MappingTrial, UploadJob
from imports.steps.trial import discard_trial
from imports.storage.cache import remove_unused
from imports.storage.errors import StorageUnavailableError
from imports.uploads import UPLOAD_SUFFIX

logger = logging.getLogger(__name__)

SWEEP_EVERY_SECONDS = 3_600
KEYS_A_QUERY = 500
# Its time is that of the last sweep. A file, because all processes of a machine see the same one, it outlives them,
# and to ask for its time every few seconds costs next to nothing.
MARKER_NAME = "swept"


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
    try:
        uploads, trials = sweep_uploads(oldest_kept()), sweep_trials()
    except StorageUnavailableError as error:
        logger.warning("leftovers in storage not removed: %s", error)
        return
    if uploads or trials:
        logger.info("leftovers removed: uploads=%s trials=%s", uploads, trials)


def sweep_machine() -> None:
    """Remove leftovers older than UPLOAD_LEFTOVER_HOURS that lie on this machine's own disk.

    For every machine that has part of the portal, whether or not it is the one that sweeps storage.
    """
    unfinished, copies = sweep_incoming(oldest_kept()), remove_unused(oldest_kept())
    if unfinished or copies:
        logger.info("leftovers removed: unfinished=%s copies=%s", unfinished, copies)


def keep_machine_swept() -> threading.Thread:
    """Sweep this machine now and every hour, from a thread that ends with the process."""

    def keep() -> None:
        while True:
            try:
                sweep_machine()
            except OSError as error:
                logger.warning("this machine was not swept: %s", type(error).__name__)
            time.sleep(SWEEP_EVERY_SECONDS)

    thread = threading.Thread(target=keep, name="sweep", daemon=True)
    thread.start()
    return thread


def oldest_kept() -> float:
    """The time, in seconds since 1970, before which what nobody needs is left over."""
    return time.time() - 3_600 * settings.UPLOAD_LEFTOVER_HOURS


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
        default_storage.delete(key)
    return len(orphans)


def sweep_trials() -> int:
    """Remove the trials of jobs that have moved on, with their tables. How many there were."""
    over = MappingTrial.objects.over().select_related("job")[:KEYS_A_QUERY]
    for trial in over:
        discard_trial(trial.job)
    return len(over)


def _stored_uploads() -> list[str]:
    try:
        return [f"{UPLOADS}/{name}" for name in default_storage.listdir(UPLOADS)[1]]
    except FileNotFoundError:
        return []  # nothing was ever uploaded


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
