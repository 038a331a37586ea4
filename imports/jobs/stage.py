"""Reads an upload into the staged table, and suggests what its columns are."""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from imports.accounts.catalogue import is_old, refresh_if_old
from imports.audit.recording import record
from imports.contacts.suggestions.profiles import ColumnProfile
from imports.files.clamd import harm_in
from imports.files.decisions import STATED, Decision
from imports.files.file_refusals import FileRefusedError, refusal
from imports.files.guarded_reading import ReaderLimits, preview_guarded
from imports.files.reading import Preview, Reading, ReadingLimits, ReadingOptions
from imports.jobs.line import line_of_file
from imports.jobs.profiled_reading import stage_profiled
from imports.jobs.remembered import REMEMBERED, fingerprint
from imports.jobs.repairing import overlay_for, undone_overlay
from imports.jobs.resend import FileRead, recognised
from imports.jobs.retry import NothingToRetryError, collect_rows
from imports.jobs.suggesting import suggest_again, suggested
from imports.jobs.trial import discard_trial
from imports.messages import Message
from imports.models import MappingTemplate, UploadJob
from imports.reasons import code_note
from imports.reports.returned_rows import may_hold_marks
from imports.states import JobStatus
from imports.storage import artefacts
from imports.transactions import unit_of_work
from imports.work.failing import NO_FAILURE, PASSING, error_job, fail_job, failed_with, put_off
from imports.work.how_far import now_and_then
from imports.work.lease import MAX_TAKEOVERS, NotHeldError, kept_lease, lease_end
from portal.models import User

logger = logging.getLogger(__name__)

REMEMBERED_CONFIDENCE = 0.9


def stage_job(job: UploadJob) -> None:
    """Read the upload of `job`; it is then `staged`, or `failed` with the reason it cannot be read."""
    if job.status == JobStatus.UPLOADED:
        taken = UploadJob.objects.transition(job, JobStatus.STAGING, lease_until=lease_end(), rows=None)
    else:
        taken = UploadJob.objects.take(job, lease_end())
    if not taken:
        return
    if job.takeovers >= MAX_TAKEOVERS:
        _refuse(job, refusal("reader_defeated"))
        return
    started = time.monotonic()
    try:
        refresh_if_old(job.account)
        with ExitStack() as stack:
            stack.enter_context(kept_lease(job))
            if not job.upload:
                collect_rows(job)
            folder = stack.enter_context(artefacts.work_folder())
            upload = stack.enter_context(artefacts.local_file(job.upload))
            _refuse_harmful(upload)
            staged = read_upload(job, upload, folder)
            file = recognised(job, FileRead(staged.reading, staged.profiles, staged.tables), folder)
            reading, profiles = file.reading, file.profiles
            job.parent = file.parent
            if file.parent is not None:
                job.mapping = file.mapping
            # Read meanwhile, if all is well; if not, what is known has to do, and they are suggested again.
            job.account.refresh_from_db()
            tables = artefacts.store_all(job, file.tables, job.token) | _overlay(job, file, folder)
            changes: dict[str, Any] = {
                # Those of a check are of another reading, and so is what repairs were made to.
                "tables": tables,
                "reading": reading.to_dict(),
                "reading_options": staged.options,
                "read_by": staged.options,
                # A file of the portal's own tells nothing of how others are to be read.
                "as_detected": "" if file.parent else staged.as_detected,
                "parent": file.parent,
                "line": line_of_file(job, file.parent),
                **NO_FAILURE,
                "profiles": [column.to_dict() for column in profiles],
                "rows": reading.staged_rows,
                "awaits_catalogue": is_old(job.account, timezone.now()),
                "step_seconds": {**job.step_seconds, "stage": round(time.monotonic() - started, 3)},
                **suggested(job, reading, profiles),
            }
            over = job.tables
            moved = UploadJob.objects.transition(job, JobStatus.STAGED, **changes)
    except HarmfulFileError as error:
        _remove(job, error)
    except FileRefusedError as error:
        _refuse(job, error)
    except NothingToRetryError:
        fail_job(job, Message("nothing_to_retry"))
    except NotHeldError:
        logger.info("job=%s taken over by another worker", job.pk)
    except PASSING as error:
        put_off(job, error)
    except Exception as error:
        error_job(job, error)
    else:
        artefacts.drop(job.pk, (over if moved else tables).values())
        logger.info("job=%s read, now %s, rows=%s", job.pk, job.status, job.rows)
        _catch_up(job)


def _overlay(job: UploadJob, file: FileRead, folder: Path) -> dict[str, str]:
    """The overlay that `job` is to have, as its tables name it: of rows that come again for the first time, the repairs
    that were made to them before."""
    if file.parent is None or artefacts.STAGED in job.tables:
        return undone_overlay(job, folder)
    return overlay_for(job, file.parent, file.kept_rows, folder)


def _catch_up(job: UploadJob) -> None:
    """Suggest again if the account was read just before the job began to wait for it."""
    if job.status == JobStatus.STAGED and job.awaits_catalogue:
        job.account.refresh_from_db()
        if not is_old(job.account, timezone.now()):
            suggest_again(job)


class HarmfulFileError(Exception):
    """The virus scanner found `harm` in a file."""

    def __init__(self, harm: str) -> None:
        super().__init__(harm)
        self.harm = harm


def _refuse_harmful(upload: Path) -> None:
    """Have a file looked through before anything reads it, where there is a virus scanner. Raises HarmfulFileError."""
    if settings.CLAMD and (harm := harm_in(upload, settings.CLAMD)):
        raise HarmfulFileError(harm)


def _remove(job: UploadJob, error: HarmfulFileError) -> None:
    """End `job`, and keep nothing of its file."""
    reason, upload = refusal("harmful", harm=error.harm).reason, job.upload
    with unit_of_work():
        if not UploadJob.objects.transition(
            job, JobStatus.FAILED, note=code_note(reason.code), upload="", **failed_with(reason)
        ):
            return
        record("harmful_file_removed", by=None, on=job, harm=error.harm, sha256=job.file_sha256)
    artefacts.drop_upload(upload)
    logger.warning("job=%s: its file is harmful and was removed", job.pk)


def _refuse(job: UploadJob, error: FileRefusedError) -> None:
    """End `job`, or take it back to how it was read before somebody asked for another way that cannot be."""
    if not job.reading:
        fail_job(job, error.reason)
        return
    reading = Reading.from_dict(job.reading)
    changes = {
        "reading_options": job.read_by,
        "rows": reading.staged_rows,
        **failed_with(error.reason),
        **suggested(job, reading),
    }
    UploadJob.objects.transition(job, JobStatus.STAGED, note=code_note(error.code), **changes)


@dataclass(frozen=True)
class StagedFile:
    """A file that was read: its tables in a work folder, and the options it was read by.

    `as_detected` is the signature of how the portal reads it without being told anything.
    """

    reading: Reading
    profiles: list[ColumnProfile]
    table: Path
    excerpt: Path
    options: dict[str, Any]
    as_detected: str

    @property
    def tables(self) -> dict[str, Path]:
        """The tables by the names that a job has for them."""
        return {artefacts.STAGED: self.table, artefacts.EXCERPT: self.excerpt}


def read_upload(job: UploadJob, upload: Path, folder: Path) -> StagedFile:
    """Read `upload` as the person said, or as a file like it was read before, or as the portal thinks best."""
    if job.reading_options or job.reading:  # read before: now as told, be it by leaving all to the portal
        return _read(job, upload, folder, "told", job.reading_options, job.as_detected)
    detected = _read(job, upload, folder, "detected", {}, "")
    detected = replace(detected, as_detected=detected.reading.signature)
    remembered = (
        MappingTemplate.objects.filter(account=job.account_id, as_detected=detected.as_detected)
        .exclude(reading_options={})
        .order_by("-used_at")
        .first()
    )
    if remembered is None:
        return detected
    try:
        again = _read(job, upload, folder, "again", remembered.reading_options, detected.as_detected)
    except FileRefusedError:
        return detected
    if (fingerprint(again.reading.columns), again.reading.top) != (remembered.fingerprint, remembered.top):
        return detected
    decisions = {
        name: Decision(REMEMBERED_CONFIDENCE, REMEMBERED) if decision == STATED else decision
        for name, decision in again.reading.decisions.items()
    }
    return replace(again, reading=replace(again.reading, decisions=decisions))


def _read(
    job: UploadJob, upload: Path, folder: Path, name: str, options: dict[str, Any], as_detected: str
) -> StagedFile:
    table, excerpt = folder / name, folder / f"{name}-excerpt"
    reading, profiles = stage_profiled(
        upload, table, ReadingOptions(**options), upload_limits(), _teller(job), excerpt, reader_limits()
    )
    # A report's file has names for sure.
    is_report = any(map(may_hold_marks, reading.columns))
    named = reading if is_report else reading.without_unsure_names()
    profiled = [replace(one, column=name) for one, name in zip(profiles, named.columns, strict=True)]
    return StagedFile(named, profiled, table, excerpt, options, as_detected)


def _teller(job: UploadJob) -> Callable[[int], None]:
    """Tells the job's page how many rows have been read."""
    mine = UploadJob.objects.held(job)
    # A file may be read twice, the second time by what is remembered; what is said never goes back.
    return now_and_then(lambda rows: mine.filter(Q(rows=None) | Q(rows__lt=rows)).update(rows=rows))


def preview_upload(job: UploadJob, options: dict[str, Any]) -> Preview:
    """How the top of the upload of `job` would be read by `options`. Raises FileRefusedError."""
    if not job.upload:
        raise refusal("upload_erased")
    with artefacts.work_folder() as folder, artefacts.local_file(job.upload) as upload:
        preview = preview_guarded(
            upload,
            folder,
            ReadingOptions(**options),
            upload_limits(),
            reader_limits(settings.PREVIEW_MAX_SECONDS),
        )
    return preview.without_unsure_names()


def upload_limits() -> ReadingLimits:
    return ReadingLimits(
        max_bytes=settings.UPLOAD_MAX_BYTES,
        max_rows=settings.UPLOAD_MAX_ROWS,
        max_columns=settings.UPLOAD_MAX_COLUMNS,
        max_cell_chars=settings.UPLOAD_MAX_CELL_CHARS,
    )


def reader_limits(max_seconds: float | None = None) -> ReaderLimits:
    return ReaderLimits(
        max_memory_bytes=settings.READER_MAX_MEMORY_BYTES,
        max_seconds=max_seconds or settings.READER_MAX_SECONDS,
    )


def restage(job: UploadJob, options: dict[str, object], by: User) -> bool:
    """Read the file of a staged `job` again, by what the person overruled. False if it has moved on meanwhile."""
    if not job.upload:
        return False
    restarted = UploadJob.objects.transition(
        job, JobStatus.UPLOADED, by=by, note="read_again", reading_options=options, mapping={}, **NO_FAILURE
    )
    if restarted:
        discard_trial(job)
    return restarted
