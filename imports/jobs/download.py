"""Makes the files of a report: once a language, by a worker, for everybody who may see the job.

    waiting -> running -> done | failed      failed, or made of other outcomes, or gone -> waiting

A web process makes none to keep; CSV it can send while it is made (`download_stream`). The workbook of a small report
is asked for when the job ends, before anybody does. One worker at a time makes a file: it holds a lease, which it
renews. Whatever is lost, a wake-up or a worker, the sweep finds the file that is still to be made.
"""

import logging
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.utils import timezone, translation

from imports.jobs.report_source import report_source
from imports.models import ReportDownload, UploadJob
from imports.reasons import REPORT_WORDS
from imports.reports.export import EXPORTERS, TooManyColumnsError
from imports.reports.ledger import Ledger
from imports.reports.report_rows import ALL_ROWS
from imports.states import DownloadState
from imports.storage import artefacts
from imports.storage.artefacts import JOBS, StorageUnavailableError
from imports.storage.storage_errors import disk_errors
from imports.transactions import assign, unit_of_work
from imports.work.lease import MAX_TAKEOVERS, NotHeldError, WorkersLostError, lease_end, renewed
from imports.work.queue import wake_download

logger = logging.getLogger(__name__)

TELL_EVERY_SECONDS = 1.0
AGAIN_AFTER = timedelta(seconds=20)
READY_MADE = ALL_ROWS, "xlsx"
TOO_MANY_COLUMNS, FAULT = "too_many_columns", "fault"


def can_be_downloaded(job: UploadJob) -> bool:
    """Whether `job` has a report to be had as a file."""
    return artefacts.exists(job, artefacts.OUTCOMES)


def request_download(job: UploadJob, selection: str, file_format: str) -> ReportDownload:
    """The file of these rows of a job's report, in the language in use; a worker is asked to make it, unless it is
    there or has failed."""
    outcomes = job.tables[artefacts.OUTCOMES]
    download = _get_or_create(job, selection, file_format, outcomes)
    if download.outcomes != outcomes or (download.state == DownloadState.DONE and not is_stored(download)):
        _ask_anew(download, outcomes)
    if download.state == DownloadState.WAITING:
        wake_download(download)
    return download


def find_download(job: UploadJob, selection: str, file_format: str) -> ReportDownload | None:
    """The file of these rows in the language in use, if it is made of the job's present outcomes; whether it is still
    there, opening tells."""
    made = ReportDownload.objects.filter(state=DownloadState.DONE, outcomes=job.tables[artefacts.OUTCOMES])
    return made.filter(**_names(job, selection, file_format)).first()


def is_made_ready(job: UploadJob) -> bool:
    """Whether the report of `job` is so small that its workbook is made before anybody asks for it."""
    return 0 < (job.rows or 0) <= settings.READY_REPORT_ROWS


def make_ready(job: UploadJob) -> None:
    """Have the workbook of all rows made, of a job that has just ended, in the language that its owner has chosen."""
    if is_made_ready(job):
        with translation.override(job.owner.spoken_language or settings.LANGUAGE_CODE):
            request_download(job, *READY_MADE)


def repeat_download(download: ReportDownload) -> None:
    """Have a file that could not be made tried again."""
    if download.state == DownloadState.FAILED:
        _ask_anew(download, download.job.tables[artefacts.OUTCOMES])
        wake_download(download)


def is_stored(download: ReportDownload) -> bool:
    """Whether the file is where its row says."""
    with disk_errors():
        return bool(download.stored) and default_storage.exists(key_of(download))


def open_download(download: ReportDownload) -> BinaryIO:
    """The file, open for reading; it stays whole while it is open. Raises FileNotFoundError when it is gone."""
    with artefacts.local_file(key_of(download)) as path:
        return path.open("rb")


def key_of(download: ReportDownload) -> str:
    """Where the file lies in storage."""
    return f"{JOBS}/{download.job_id}/{download.stored}"


def rows_of(download: ReportDownload) -> int:
    """How many rows the file is going to have; 0 when that is not known."""
    if not download.job.ledger:
        return 0
    ledger = Ledger.from_dict(download.job.ledger)
    return ledger.rows if download.selection == ALL_ROWS else ledger.counts.get(download.selection, 0)


def run_download(download: ReportDownload) -> None:
    """Make the file. Does nothing when it is made, or another worker is at it."""
    run = _take(download)
    if run is None:
        return
    mine = ReportDownload.objects.filter(pk=download.pk, run=run, state=DownloadState.RUNNING)
    try:
        if download.takeovers >= MAX_TAKEOVERS:
            raise WorkersLostError
        with renewed(mine):
            _make(download, run)
    except NotHeldError:
        logger.info("job=%s download=%s is another's", download.job_id, download.pk)
    except StorageUnavailableError as error:
        # The sweep finds it when the time is over.
        logger.warning("job=%s download=%s put off: %s", download.job_id, download.pk, type(error).__name__)
        mine.update(run=None, lease_until=timezone.now() + AGAIN_AFTER)
    except TooManyColumnsError:
        _fail(download, run, TOO_MANY_COLUMNS)
    except Exception as error:
        logger.error("job=%s download=%s failed", download.job_id, download.pk, exc_info=error)
        _fail(download, run, FAULT)


def _get_or_create(job: UploadJob, selection: str, file_format: str, outcomes: str) -> ReportDownload:
    names = _names(job, selection, file_format)
    named = ReportDownload.objects.select_related("job").filter(**names)
    if found := named.first():
        return found
    try:
        with unit_of_work():
            return ReportDownload.objects.create(**names, outcomes=outcomes)
    except IntegrityError:  # somebody else has just asked for the same
        return named.get()


def _names(job: UploadJob, selection: str, file_format: str) -> dict[str, Any]:
    """What tells a file from all others."""
    language = translation.get_language()
    return {"job": job, "selection": selection, "file_format": file_format, "language": language}


def _ask_anew(download: ReportDownload, outcomes: str) -> None:
    """Have `download` made of `outcomes`, unless somebody has just seen to that."""
    changes = {
        "state": DownloadState.WAITING,
        "outcomes": outcomes,
        "asked_at": timezone.now(),
        "run": None,
        "lease_until": None,
        "takeovers": 0,
        "rows_done": 0,
        "stored": "",
        "failure_code": "",
    }
    unchanged = ReportDownload.objects.filter(
        pk=download.pk, state=download.state, outcomes=download.outcomes, stored=download.stored
    )
    if unchanged.update(**changes):
        assign(download, changes)
    else:
        download.refresh_from_db()


def _take(download: ReportDownload) -> uuid.UUID | None:
    """Lease `download` to this worker; None when there is nothing to take."""
    free = ReportDownload.objects.free(timezone.now()).filter(pk=download.pk, run=download.run)
    run = uuid.uuid4()
    changes = {
        "state": DownloadState.RUNNING,
        "run": run,
        "lease_until": lease_end(),
        "takeovers": download.takeovers + (download.run is not None),
        "rows_done": 0,
    }
    if not free.update(**changes):
        return None
    assign(download, changes)
    return run


def _make(download: ReportDownload, run: uuid.UUID) -> None:
    job, name = download.job, f"download-{download.pk}-{run.hex}.{download.file_format}"
    with artefacts.work_folder() as folder, report_source(job, download.selection) as source:
        file = folder / "download"
        with translation.override(download.language), file.open("w+b") as target:
            EXPORTERS[download.file_format](
                source.staged,
                source.outcomes,
                source.columns,
                target,
                download.selection,
                words=REPORT_WORDS,
                mark=source.mark,
                watch=_watch(download, run),
                consent=source.consent,
            )
        size = file.stat().st_size
        artefacts.store_file(f"{JOBS}/{job.pk}/{name}", file)
    made = {"stored": name, "file_bytes": size, "outcomes": job.tables[artefacts.OUTCOMES]}
    try:
        _settle(download, run, state=DownloadState.DONE, **made)
    except NotHeldError:
        _remove(f"{JOBS}/{job.pk}", {name})
        raise
    _remove_others(download)


def _watch(download: ReportDownload, run: uuid.UUID) -> Callable[[int], None]:
    """Tells now and then how far the file has come, and ends the work of a worker that was taken for dead."""
    mine = ReportDownload.objects.filter(pk=download.pk, run=run, state=DownloadState.RUNNING)
    told_at, done = time.monotonic(), 0

    def watch(rows: int) -> None:
        nonlocal told_at, done
        done += rows
        if time.monotonic() - told_at >= TELL_EVERY_SECONDS:
            told_at = time.monotonic()
            if not mine.update(rows_done=done):
                raise NotHeldError

    return watch


def _fail(download: ReportDownload, run: uuid.UUID, code: str) -> None:
    try:
        _settle(download, run, state=DownloadState.FAILED, failure_code=code)
    except NotHeldError:
        logger.info("job=%s download=%s is another's", download.job_id, download.pk)


def _settle(download: ReportDownload, run: uuid.UUID, **changes: object) -> None:
    """Write down how it ended. Raises NotHeldError when another worker has it by now."""
    changes = {**changes, "run": None, "lease_until": None, "takeovers": 0}
    held = ReportDownload.objects.filter(pk=download.pk, run=run, state=DownloadState.RUNNING)
    if not held.update(**changes):
        raise NotHeldError
    assign(download, changes)


def _remove_others(download: ReportDownload) -> None:
    """Remove what workers that were lost on the way, or earlier outcomes, have left of the same file."""
    folder, prefix = f"{JOBS}/{download.job_id}", f"download-{download.pk}-"
    with disk_errors():
        stored = default_storage.listdir(folder)[1]
    _remove(folder, {name for name in stored if name.startswith(prefix) and name != download.stored})


def _remove(folder: str, names: set[str]) -> None:
    for name in names:
        with disk_errors():
            default_storage.delete(f"{folder}/{name}")
