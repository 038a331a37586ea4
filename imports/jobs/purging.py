"""Removes what has been kept for long enough, and proves it.

A purged job keeps its row: counts, ledger, events, its mapping, and the digests of whom it carried, which have a clock
of their own. Each removal takes the names of files away and is worked off after its commit (`deleted_files`); a run
ends with a certificate of what all of them removed.
"""

import hashlib
import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID, uuid4

from django.core.files.storage import default_storage
from django.db import close_old_connections, connection
from django.utils import timezone

from imports.audit.recording import record
from imports.jobs.deleted_files import mark_deleted, work_off_deleted
from imports.jobs.draft import discard_draft
from imports.jobs.removal import family_of
from imports.jobs.retention import abandoned_in, clocks_of, due_downloads, due_rows, due_uploads
from imports.jobs.trial import discard_trial
from imports.messages import Message
from imports.models import (
    DeletedFiles,
    DotdigitalAccount,
    ImportBatch,
    MappingDraft,
    MappingTrial,
    ReportDownload,
    ResumableUpload,
    UploadJob,
)
from imports.provenance.keeping import keep_digests
from imports.states import JOB_ENDS, DeletedScope, JobStatus
from imports.storage.artefacts import DIGESTS, JOBS
from imports.storage.storage_errors import disk_errors
from imports.storage.upload_parts import PARTS
from imports.transactions import unit_of_work
from portal.sign_in.open_sessions import remove_ended_sessions

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 600
KEYS_A_QUERY = 500


@dataclass(frozen=True)
class Purged:
    """What a run removed, or would remove: imports that lost something, files and bytes. `left`: removals that could
    not be begun, or are still to be proved. `certificate`: the number of the audit event; None without one."""

    jobs: int = 0
    files: int = 0
    bytes: int = 0
    left: int = 0
    certificate: int | None = None


def keep_purging(stop: threading.Event) -> threading.Thread:
    """Work off deletions and purge what is due until `stop` is set, from a thread that ends with the process: to hash
    what is removed takes a while, and holds up no sweep."""

    def keep() -> None:
        try:
            while not stop.is_set():
                close_old_connections()
                for step in (work_off_deleted, purge, remove_ended_sessions):
                    try:
                        step()
                    except Exception as error:  # tried again in its time
                        logger.error("not purged: %s", step.__name__, exc_info=error)
                stop.wait(LOOK_EVERY_SECONDS)
        finally:
            connection.close()

    thread = threading.Thread(target=keep, name="purge", daemon=True)
    thread.start()
    return thread


def purge(now: datetime | None = None) -> Purged:
    """Remove what is due."""
    now = now or timezone.now()
    run = _Run()
    for account in DotdigitalAccount.objects.without_secrets():
        _purge_account(account, now, run)
    return _certified(run) if run.begun or run.failed else Purged()


def would_purge(now: datetime | None = None) -> Purged:
    """What `purge` would remove now. Nothing is changed."""
    now = now or timezone.now()
    jobs, keys = set[UUID](), set[str]()
    for account in DotdigitalAccount.objects.without_secrets():
        abandoned = list(abandoned_in(account, now))
        for family in _families_due(account, now, {job.pk for job in abandoned}):
            for job in family:
                jobs.add(job.pk)
                keys.update(_keys_of_job(job))
        for job in due_uploads(account, now):
            jobs.add(job.pk)
            keys.add(job.upload)
        for download in due_downloads(account, now):
            jobs.add(download.job_id)
            keys.add(_key_of(download))
    sizes = [size for key in keys if (size := _size(key)) is not None]
    return Purged(len(jobs), len(sizes), sum(sizes))


@dataclass
class _Run:
    """The numbers of the removals that a run has begun, and how many it could not."""

    begun: list[int] = field(default_factory=list)
    failed: int = 0


def _purge_account(account: DotdigitalAccount, now: datetime, run: _Run) -> None:
    given_up = {job.pk for job in abandoned_in(account, now) if _give_up(job, account)}
    for family in list(_families_due(account, now, given_up)):
        try:
            run.begun += _purge_family(family)
        except Exception as error:  # the others are purged all the same
            logger.error("job=%s not purged", family[0].pk, exc_info=error)
            run.failed += len(family)
    for job in due_uploads(account, now):
        run.begun += _purge_upload(job)
    by_job: dict[UUID, list[ReportDownload]] = {}
    for download in due_downloads(account, now):
        by_job.setdefault(download.job_id, []).append(download)
    for downloads in by_job.values():
        run.begun += _purge_downloads(downloads)


def _give_up(job: UploadJob, account: DotdigitalAccount) -> bool:
    """Cancel an import that nobody goes on with; its owner is told, as of every end."""
    note = Message("abandoned", {"days": clocks_of(account).unsent})
    if not UploadJob.objects.transition(job, JobStatus.CANCELLED, note=note):
        return False
    discard_trial(job)
    discard_draft(job)
    return True


def _families_due(
    account: DotdigitalAccount, now: datetime, given_up: set[UUID]
) -> Iterator[list[UploadJob]]:
    """Imports that have all been kept for long enough, together with all others of the same rows."""
    due = set(due_rows(account, now).values_list("pk", flat=True)) | given_up
    seen, light = set[UUID](), UploadJob.objects.light()
    for job in chain.from_iterable(light.filter(pk__in=some) for some in _parts_of(sorted(due))):
        if job.pk in seen:
            continue
        family = list(family_of(job))
        seen.update(one.pk for one in family)
        kept = [one for one in family if not one.rows_removed_at]
        if all(one.pk in due for one in kept):
            yield kept


def _purge_family(family: list[UploadJob]) -> list[int]:
    for job in family:
        _keep_digests(job)
    now, begun = timezone.now(), []
    with unit_of_work():
        pks = [job.pk for job in family]
        locked = UploadJob.objects.select_for_update().filter(pk__in=pks, status__in=JOB_ENDS)
        jobs = list(locked.filter(rows_removed_at=None).order_by("pk"))
        others = UploadJob.objects.filter(parent__in=pks).exclude(pk__in=pks)
        if len(jobs) != len(family) or others.filter(rows_removed_at=None).exists():
            return []  # another purge has been here, or somebody has just asked for the rows again
        ReportDownload.objects.filter(job__in=pks).delete()
        MappingTrial.objects.filter(job__in=pks).delete()
        MappingDraft.objects.filter(job__in=pks).delete()
        ImportBatch.objects.filter(job__in=pks).update(outcomes="")
        for job in jobs:
            uploads = ResumableUpload.objects.filter(job=job.pk).values_list("pk", flat=True)
            folders = [f"{JOBS}/{job.pk}", *(f"{PARTS}/{upload_id}" for upload_id in uploads)]
            keys = [job.upload] if job.upload else []
            UploadJob.objects.filter(pk=job.pk).update(
                token=uuid4(),  # whoever has looked at its tables to change them finds that they have gone
                tables={},
                upload="",
                rows_removed_at=now,
                upload_removed_at=job.upload_removed_at or now,
            )
            begun.append(mark_deleted(job, DeletedScope.ROWS, keys, folders).pk)
    return begun


def _keep_digests(job: UploadJob) -> None:
    """Digests outlive what they are of, so they have to be there before it goes."""
    try:
        keep_digests(job)
    except FileNotFoundError:
        logger.warning("job=%s a table is missing: it is purged without digests", job.pk)


def _purge_upload(job: UploadJob) -> list[int]:
    changes = {"token": uuid4(), "upload": "", "upload_removed_at": timezone.now()}
    with unit_of_work():
        if not UploadJob.objects.filter(pk=job.pk, upload=job.upload, status__in=JOB_ENDS).update(**changes):
            return []
        uploads = ResumableUpload.objects.filter(job=job.pk).values_list("pk", flat=True)
        folders = [f"{PARTS}/{upload_id}" for upload_id in uploads]
        return [mark_deleted(job, DeletedScope.UPLOAD, [job.upload], folders).pk]


def _purge_downloads(downloads: list[ReportDownload]) -> list[int]:
    """Remove these files, all of one job's report, but for those that somebody has had made anew meanwhile."""
    gone = []
    with unit_of_work():
        for one in downloads:
            same = ReportDownload.objects.filter(pk=one.pk, state=one.state, stored=one.stored)
            if same.delete()[0]:
                gone.append(_key_of(one))
        return [mark_deleted(downloads[0].job, DeletedScope.DOWNLOADS, gone, []).pk] if gone else []


def _certified(run: _Run) -> Purged:
    """Record what the removals of a run came to."""
    marked = DeletedFiles.objects.order_by("pk")
    rows = [one for some in _parts_of(sorted(run.begun)) for one in marked.filter(pk__in=some)]
    left = run.failed + sum(one.proved_at is None for one in rows)
    found = Purged(
        jobs=len({one.job_id for one in rows}),
        files=sum(one.files for one in rows),
        bytes=sum(one.bytes for one in rows),
        left=left,
    )
    sums = "".join(f"{one.sha256}  {one.job_id}\n" for one in rows)
    told = {name: value for name, value in asdict(found).items() if name != "certificate"}
    digest = hashlib.sha256(sums.encode()).hexdigest()
    return replace(found, certificate=record("purged", by=None, sha256=digest, **told))


def _parts_of(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """`keys` in parts that are not too many for a query."""
    for start in range(0, len(keys), KEYS_A_QUERY):
        yield keys[start : start + KEYS_A_QUERY]


def _key_of(download: ReportDownload) -> str:
    return f"{JOBS}/{download.job_id}/{download.stored}"


def _keys_of_job(job: UploadJob) -> Iterator[str]:
    """What a purge of `job` removes from storage."""
    if job.upload:
        yield job.upload
    try:
        with disk_errors():
            names = default_storage.listdir(f"{JOBS}/{job.pk}")[1]
    except FileNotFoundError:
        return
    yield from (f"{JOBS}/{job.pk}/{name}" for name in names if not name.startswith(DIGESTS))


def _size(key: str) -> int | None:
    try:
        with disk_errors():
            return int(default_storage.size(key))
    except FileNotFoundError:
        return None
