"""Takes an upload in: from here on nothing of it is lost."""

import unicodedata
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext

from imports.audit.recording import record
from imports.files.file_refusals import refusal
from imports.jobs.line import IS_RESEND
from imports.jobs.quotas import require_quota
from imports.models import DotdigitalAccount, JobEvent, UploadJob
from imports.states import JobStatus
from imports.storage import artefacts
from imports.storage.uploads import hashed
from imports.transactions import unit_of_work
from portal.models import User

FILE_NAME_MAX_CHARS = 200


@dataclass(frozen=True)
class StoredUpload:
    """A file that lies in storage under `upload`; the fields of an UploadJob."""

    upload: str
    file_bytes: int
    file_sha256: str


def receive_upload(
    *,
    account: DotdigitalAccount,
    owner: User,
    file_name: str,
    file: File,
    reading_options: dict[str, object] | None = None,
    parent: UploadJob | None = None,
    mapped_like: UploadJob | None = None,
) -> UploadJob:
    """Store `file` and make its job, to be read by `reading_options` if there are any, and mapped as `mapped_like` was.
    `parent` is the job on whose report it was dropped; whether it has rows of that one is seen when it is read
    (`resend`).

    Raises FileRefusedError when the file is empty or larger than the limit, QuotaReachedError when its owner or the
    account has too much under way or stored.
    """
    require_quota(account, owner, file.size or 0)
    return make_job(
        account=account,
        owner=owner,
        file_name=file_name,
        reading_options=reading_options or {},
        mapped_like=mapped_like,
        **({"parent": parent, "line": {IS_RESEND: True}} if parent else {}),
        **asdict(store_upload(file)),
    )


def store_upload(file: File) -> StoredUpload:
    """Store `file` as an upload. Raises FileRefusedError when it is empty or larger than the limit."""
    size = file.size or 0
    if size == 0:
        raise refusal("empty_file")
    if size > settings.UPLOAD_MAX_BYTES:
        raise refusal("file_too_large", size_bytes=size, limit_bytes=settings.UPLOAD_MAX_BYTES)
    with hashed(file) as upload:
        return StoredUpload(artefacts.store_upload(upload), upload.size, upload.sha256)


def make_job(*, owner: User, file_name: str, **fields: Any) -> UploadJob:
    """A job of `owner` with these fields of an UploadJob, that waits to be read."""
    with unit_of_work():
        job = UploadJob.objects.create(owner=owner, file_name=clean_file_name(file_name), **fields)
        JobEvent.objects.create(job=job, actor=owner, to_status=JobStatus.UPLOADED)
        _record_job(job, owner)
    return job


def _record_job(job: UploadJob, by: User) -> None:
    if job.parent_id is None:
        record("file_uploaded", by=by, on=job, bytes=job.file_bytes, sha256=job.file_sha256)
    elif job.line.get(IS_RESEND):
        record(
            "rows_resent",
            by=by,
            on=job,
            bytes=job.file_bytes,
            sha256=job.file_sha256,
            parent=str(job.parent_id),
        )
    else:  # a worker makes its file
        record("rows_retried", by=by, on=job, parent=str(job.parent_id))


def clean_file_name(name: str) -> str:
    """The last part of `name`, without characters that hide or reorder what it says, at a sensible length."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"}).strip()
    return (visible or gettext("unnamed file"))[-FILE_NAME_MAX_CHARS:]
