"""Erases rows from all that is stored of a job, whatever it is at.

Its tables are written anew without them, and become its own by one compare-and-set, like every other change of a job:
a worker that is at it meanwhile has it no more, and what it was making is made again of the new tables. A job that is
being sent keeps its rows until it has ended, as what is sent must stay what was confirmed, and Dotdigital's report has
to find its rows; which ones are to go is kept by their numbers.
"""

import hashlib
import logging
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone

from imports import tables
from imports.audit.recording import record
from imports.jobs.applying import overlay_run
from imports.jobs.deleted_files import mark_deleted
from imports.jobs.trial import end_trial
from imports.messages import Message
from imports.models import ImportBatch, PendingErasure, ReportDownload, UploadJob
from imports.provenance.erased_rows import ErasurePlan, plan_erasure, write_erased
from imports.provenance.erased_text import NotRewritableError, write_erased_text
from imports.provenance.keeping import carried_tables, keep_digests, mark_digests_as_of
from imports.provenance.person_identifiers import PersonIdentifier
from imports.querysets import JobQuerySet
from imports.reasons import as_note
from imports.states import JOB_DELIVERING, JOB_ENDS, DeletedScope, JobStatus
from imports.storage import artefacts
from imports.storage.artefacts import JOBS, UPLOADS
from imports.storage.storage_errors import disk_errors
from imports.transactions import assign, unit_of_work
from imports.work.queue import wake_job

logger = logging.getLogger(__name__)

TRIES = 5
NOTE = "person_erased"


class JobBusyError(Exception):
    """The job cannot be erased from just now: its file is being read, or it is moved again and again."""


@dataclass(frozen=True)
class ErasedFromJob:
    """What was erased of a job: how many `rows`, in how many stored `files`. `is_pending`: they go when it has ended.
    `upload_removed`: the file itself was removed as a whole."""

    rows: int = 0
    files: int = 0
    is_pending: bool = False
    upload_removed: bool = False


def erase_person_from(job_id: uuid.UUID, person: PersonIdentifier) -> ErasedFromJob:
    """Erase `person` from a job. Raises JobBusyError, StorageUnavailableError."""
    for _ in range(TRIES):
        job = UploadJob.objects.select_related("account").get(pk=job_id)
        if job.status in {JobStatus.UPLOADED, JobStatus.STAGING}:
            raise JobBusyError
        if artefacts.STAGED not in job.tables:
            return ErasedFromJob()
        try:
            with ExitStack() as stack:
                found = stack.enter_context(carried_tables(job))
                excerpt, overlay = (
                    stack.enter_context(artefacts.local(job, name)) if name in job.tables else None
                    for name in (artefacts.EXCERPT, artefacts.OVERLAY)
                )
                plan = plan_erasure(person, found, excerpt, overlay)
        except FileNotFoundError:  # its tables were replaced just now
            continue
        if not plan:
            return ErasedFromJob()
        if job.status in JOB_DELIVERING:
            if _keep_for_later(job, plan):
                return ErasedFromJob(rows=len(plan.touched), is_pending=True)
            continue
        if (erased := _erase(job, plan)) is not None:
            return erased
    raise JobBusyError


def _keep_for_later(job: UploadJob, plan: ErasurePlan) -> bool:
    """Have `plan` carried out when `job` has ended; False if it has just done so."""
    with unit_of_work():
        delivering = UploadJob.objects.select_for_update(no_key=True).filter(
            pk=job.pk, status__in=JOB_DELIVERING
        )
        if delivering.only("pk").first() is None:
            return False
        pending = PendingErasure.objects.filter(pk=job.pk).first()
        if pending:
            plan = plan.joined(ErasurePlan.from_json(pending.plan))
        PendingErasure.objects.update_or_create(job=job, defaults={"plan": plan.to_json()})
    return True


def erase_pending(job_id: uuid.UUID) -> None:
    """Erase what was to be erased of a job once it has ended. Raises StorageUnavailableError."""
    pending = PendingErasure.objects.filter(pk=job_id, job__status__in=JOB_ENDS).first()
    if pending is None:
        return
    job = UploadJob.objects.select_related("account").get(pk=job_id)
    if artefacts.STAGED in job.tables:
        erased = _erase(job, ErasurePlan.from_json(pending.plan))
        if erased is None:
            return  # the sweep comes again
        record("rows_erased", by=None, on=job, rows=erased.rows, files=erased.files)
    PendingErasure.objects.filter(pk=job_id, plan=pending.plan).delete()


def due_erasures() -> JobQuerySet:
    """Jobs that have ended and of which something is to be erased now."""
    return UploadJob.objects.filter(status__in=JOB_ENDS, pending_erasure__isnull=False)


def _erase(job: UploadJob, plan: ErasurePlan) -> ErasedFromJob | None:
    """Carry `plan` out on `job`; None if it has moved on meanwhile, and then nothing is changed."""
    if job.status in JOB_ENDS:
        keep_digests(job)  # of the rows as they were
    before = _Stored.of(job)
    with artefacts.work_folder() as folder:
        try:
            after, changes = _write(job, before, plan, folder)
        except FileNotFoundError:  # its tables were replaced just now
            return None
    over = before.keys(job.pk)
    try:
        with unit_of_work():
            _take_over(job, before, after, changes, len(plan.touched))
            over += [artefacts.table_key(job.pk, one) for one in end_trial(job)]
            ReportDownload.objects.filter(job=job).delete()
            mark_deleted(job, DeletedScope.ERASURE, over, [])
    except _MovedError:
        for key in after.keys(job.pk):
            artefacts.delete_for_good(key)
        return None
    if not job.has_ended:
        wake_job(job)
    logger.info("job=%s erased rows=%s files=%s", job.pk, len(plan.touched), len(over))
    return ErasedFromJob(
        len(plan.touched), len(over), upload_removed=bool(before.upload) and not after.upload
    )


class _MovedError(Exception):
    """The job is not as it was when it was looked at."""


@dataclass
class _Stored:
    """What is stored of a job: its tables by their names, the tables of its batches by their ids, its upload, and files
    of its report."""

    tables: dict[str, str] = field(default_factory=dict)
    parts: dict[int, str] = field(default_factory=dict)
    upload: str = ""
    downloads: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, job: UploadJob) -> "_Stored":
        batches = job.batches.exclude(outcomes="").values_list("pk", "outcomes")
        with disk_errors():
            names = default_storage.listdir(f"{JOBS}/{job.pk}")[1]
        return cls(
            dict(job.tables), dict(batches), job.upload, [one for one in names if one.startswith("download-")]
        )

    def keys(self, job_id: uuid.UUID) -> list[str]:
        tables_of = [
            artefacts.table_key(job_id, one) for one in (*self.tables.values(), *self.parts.values())
        ]
        upload = [self.upload] if self.upload else []
        return [*tables_of, *upload, *(f"{JOBS}/{job_id}/{name}" for name in self.downloads)]


def _write(
    job: UploadJob, before: _Stored, plan: ErasurePlan, folder: Path
) -> tuple[_Stored, dict[str, Any]]:
    """Store all that is stored of `job` without what `plan` erases, and what changes in its row by it."""
    run, after, changes = uuid.uuid4(), _Stored(), {}

    def rewritten(name: str, stored: str) -> str:
        target = folder / stored
        with artefacts.local_file(artefacts.table_key(job.pk, stored)) as table:
            write_erased(name, table, target, plan)
        by = overlay_run(target) if name == artefacts.OVERLAY else run
        return artefacts.store(job, name, target, by)

    try:
        for name, stored in before.tables.items():
            after.tables[name] = rewritten(name, stored)
        for batch in job.batches.filter(pk__in=before.parts):
            after.parts[batch.pk] = rewritten(artefacts.part_name(batch), before.parts[batch.pk])
        if before.upload:
            changes = _write_upload(job, plan, folder)
            after.upload = changes["upload"]
    except BaseException:
        for key in after.keys(job.pk):
            artefacts.delete_for_good(key)
        raise
    return after, {**changes, "tables": after.tables}


def _write_upload(job: UploadJob, plan: ErasurePlan, folder: Path) -> dict[str, Any]:
    """Store the file of `job` without what `plan` erases, if its format allows for that; what changes by it."""
    target = folder / "upload"
    with artefacts.local(job, artefacts.STAGED) as staged:
        touched = tables.rows_at(tables.scan(staged), plan.touched)
    rows = {row: cells for row, *cells in touched.iter_rows()}
    try:
        with artefacts.local_file(job.upload) as upload:
            write_erased_text(upload, job.reading, plan, rows, target)
    except (NotRewritableError, FileNotFoundError):
        return {"upload": "", "upload_removed_at": timezone.now()}
    with target.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    key, size = f"{UPLOADS}/{uuid.uuid4().hex}", target.stat().st_size
    artefacts.store_file(key, target)
    return {"upload": key, "file_sha256": sha256, "file_bytes": size}


def _take_over(job: UploadJob, before: _Stored, after: _Stored, changes: dict[str, Any], count: int) -> None:
    """Have `job` name what was written. Raises _MovedError, and then the transaction is to be rolled back."""
    note = Message(NOTE, {"count": count})
    if job.status in JOB_ENDS:
        changes = {**changes, "token": uuid.uuid4()}
        is_moved = UploadJob.objects.held(job).update(**changes)
        job.events.create(from_status=job.status, to_status=job.status, **as_note(note))
        assign(job, changes)
    else:
        to = JobStatus.STAGED if job.status == JobStatus.STAGED else JobStatus.CHECKING
        if to == JobStatus.CHECKING:
            changes = {**changes, "check_summary": {}, "batch_plan": [], "rows_done": 0}
        is_moved = UploadJob.objects.transition(job, to, note=note, **changes)
    if not is_moved:
        raise _MovedError
    for pk, part in after.parts.items():
        if not ImportBatch.objects.filter(pk=pk, outcomes=before.parts[pk]).update(outcomes=part):
            raise _MovedError
    mark_digests_as_of(job)
