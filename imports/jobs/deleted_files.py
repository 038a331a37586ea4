"""Removes from storage what was deleted on purpose, and proves it.

Whoever deletes writes a `DeletedFiles` in the same transaction. After the commit it is worked off: what is there is
counted and hashed, and kept in mind; it is removed; storage is looked through again; and a certificate with the counts
is recorded in the audit log. What a crash leaves undone, or a storage that does not answer, is done by the sweep. A
worker that did not know of the deletion may store a table after it: for UPLOAD_LEFTOVER_HOURS the sweep looks again.
"""

import hashlib
import logging
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import pre_delete
from django.utils import timezone

from imports.audit.recording import record
from imports.audit.subjects import Subject
from imports.models import DeletedFiles, ResumableUpload, UploadJob
from imports.states import DeletedScope
from imports.storage.artefacts import DIGESTS, JOBS, SUFFIX, delete_for_good, named_files, stored_blocks
from imports.storage.storage_errors import ObjectChangedError, disk_errors
from imports.storage.upload_parts import PARTS
from imports.transactions import unit_of_work
from imports.work.lease import lease_end, renewed

logger = logging.getLogger(__name__)

AT_ONCE = 500
_KINDS = {DeletedScope.SNAPSHOT: "accountsnapshot"}


class FilesLeftError(Exception):
    """Something that was deleted is in storage still."""


@dataclass(frozen=True)
class RemovedFiles:
    """What was removed from storage: how many files of how many bytes, and the SHA-256 over what is known of each."""

    files: int
    bytes: int
    sha256: str


def summed_up(found: dict[str, Any]) -> RemovedFiles:
    """`found`, as `DeletedFiles.found`, in short. The SHA-256 is that of a line a file, `sha256  key`, in the order of
    the keys, so whoever has a copy of the files can make it again."""
    lines = "".join(f"{digest}  {key}\n" for key, (_, digest) in sorted(found.items()))
    total = sum(size for size, _ in found.values())
    return RemovedFiles(len(found), total, hashlib.sha256(lines.encode()).hexdigest())


def watch_deletions() -> None:
    """Have the files of jobs deleted with them from now on, however these are deleted."""
    pre_delete.connect(_mark_files_of, sender=UploadJob, dispatch_uid="deleted_files")


def _mark_files_of(sender: type[Model], instance: UploadJob, **_: Any) -> None:
    uploads = ResumableUpload.objects.filter(job=instance.pk).values_list("pk", flat=True)
    folders = [f"{JOBS}/{instance.pk}", *(f"{PARTS}/{upload_id}" for upload_id in uploads)]
    mark_deleted(instance, DeletedScope.JOB, [instance.upload] if instance.upload else [], folders)


def mark_deleted(job: UploadJob, scope: DeletedScope, keys: list[str], folders: list[str]) -> DeletedFiles:
    """Have these files removed once the present transaction is committed."""
    return _mark(
        DeletedFiles(job_id=job.pk, account_id=job.account_id, scope=scope, keys=keys, folders=folders)
    )


def mark_folder_deleted(
    owner_id: uuid.UUID, account_id: int, scope: DeletedScope, folder: str
) -> DeletedFiles:
    """The same for the folder of something else than a job, of which no row names anything any more."""
    return _mark(DeletedFiles(job_id=owner_id, account_id=account_id, scope=scope, folders=[folder]))


def _mark(deleted: DeletedFiles) -> DeletedFiles:
    deleted.save()
    transaction.on_commit(lambda: _try_to_work_off(deleted))
    return deleted


def work_off_deleted() -> int:
    """Remove what is still to be removed, and forget what is gone for good. How many files were removed."""
    before = timezone.now() - timedelta(hours=settings.UPLOAD_LEFTOVER_HOURS)
    removed = 0
    for deleted in DeletedFiles.objects.free(timezone.now()).order_by("deleted_at")[:AT_ONCE]:
        count = _try_to_work_off(deleted)
        removed += count or 0
        if count == 0 and deleted.deleted_at < before:
            DeletedFiles.objects.filter(pk=deleted.pk, proved_at__isnull=False).delete()
    return removed


def _try_to_work_off(deleted: DeletedFiles) -> int | None:
    """How many files were removed; None when that has to be tried again."""
    try:
        return _work_off(deleted)
    except Exception as error:  # whoever deleted has done so: the files go with the next sweep
        logger.warning("job=%s deleted files left for now: %s", deleted.job_id, type(error).__name__)
        return None


def _work_off(deleted: DeletedFiles) -> int | None:
    run = uuid.uuid4()
    free = DeletedFiles.objects.free(timezone.now()).filter(pk=deleted.pk)
    if not free.update(run=run, lease_until=lease_end()):
        return None
    mine = DeletedFiles.objects.filter(pk=deleted.pk, run=run)
    try:
        with renewed(mine):
            deleted.refresh_from_db()
            return _remove(deleted)
    finally:
        mine.update(run=None, lease_until=None)


def _remove(deleted: DeletedFiles) -> int:
    keys = sorted(_keys_of(deleted))
    if not keys and deleted.proved_at is not None:
        return 0
    # In mind before anything goes: whoever takes over from a process that died says what that has removed as well.
    deleted.found |= {key: found for key in keys if (found := _measured(key)) is not None}
    deleted.save(update_fields=["found"])
    for key in keys:
        delete_for_good(key)
    for folder in deleted.folders:
        with suppress(OSError):
            default_storage.delete(folder)  # where there is such a thing as an empty folder
    left = list(_keys_of(deleted))
    if left:
        raise FilesLeftError
    told = summed_up(deleted.found)
    with unit_of_work():
        deleted.found, deleted.proved_at, deleted.sha256 = {}, timezone.now(), told.sha256
        deleted.files += told.files
        deleted.bytes += told.bytes
        deleted.save(update_fields=["found", "proved_at", "sha256", "files", "bytes"])
        record(
            "files_removed",
            by=None,
            on=Subject(
                _KINDS.get(DeletedScope(deleted.scope), "uploadjob"),
                str(deleted.job_id),
                account_id=deleted.account_id,
            ),
            scope=deleted.scope,
            files=told.files,
            bytes=told.bytes,
            sha256=told.sha256,
            left=len(left),
        )
    logger.info("job=%s deleted files removed=%s", deleted.job_id, told.files)
    return told.files


def _keys_of(deleted: DeletedFiles) -> Iterator[str]:
    """What is in storage of it now."""
    named = named_files(deleted.job_id)
    with disk_errors():
        for key in deleted.keys:
            if default_storage.exists(key) and not _is_named_upload(key):
                yield key
        for folder in deleted.folders:
            try:
                names = default_storage.listdir(folder)[1]
            except FileNotFoundError:
                continue
            for name in names:
                if name.removesuffix(SUFFIX) in named:
                    continue
                # Digests outlive the rows, and may just be made anew.
                if deleted.scope != DeletedScope.ROWS or not name.startswith(DIGESTS):
                    yield f"{folder}/{name}"


def _is_named_upload(key: str) -> bool:
    return UploadJob.objects.filter(upload=key).exists()


def _measured(key: str) -> list[Any] | None:
    """Size in bytes and SHA-256 of what is stored; None when it has just gone."""
    digest, size = hashlib.sha256(), 0
    try:
        for block in stored_blocks(key):
            digest.update(block)
            size += len(block)
    except (FileNotFoundError, ObjectChangedError):
        return None
    return [size, digest.hexdigest()]
