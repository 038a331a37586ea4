"""Takes an upload in: from here on nothing of it is lost."""

import unicodedata

from django.conf import settings
from django.core.files import File
from django.db import transaction

from imports import artefacts
from imports.files.refusals import refusal
from imports.models import DotdigitalAccount, JobEvent, UploadJob
from imports.states import JobStatus
from imports.uploads import hashed
from portal.models import User

FILE_NAME_MAX_CHARS = 200


def receive_upload(
    *,
    account: DotdigitalAccount,
    owner: User,
    file_name: str,
    file: File,
    parent: UploadJob | None = None,
    mapping: dict[str, object] | None = None,
    reading_options: dict[str, object] | None = None,
) -> UploadJob:
    """Store `file` and make its job, to be read by `reading_options` if there are any.

    Raises FileRefusedError when it is empty or larger than the limit.
    """
    size = file.size or 0
    if size == 0:
        raise refusal("empty_file")
    if size > settings.UPLOAD_MAX_BYTES:
        raise refusal("file_too_large", size_bytes=size, limit_bytes=settings.UPLOAD_MAX_BYTES)
    with hashed(file) as upload:
        key = artefacts.store_upload(upload)
    with transaction.atomic():
        job = UploadJob.objects.create(
            account=account,
            owner=owner,
            parent=parent,
            file_name=clean_file_name(file_name),
            upload=key,
            file_bytes=upload.size,
            file_sha256=upload.sha256,
            mapping=mapping or {},
            reading_options=reading_options or {},
        )
        JobEvent.objects.create(job=job, actor=owner, to_status=JobStatus.UPLOADED)
    return job


def clean_file_name(name: str) -> str:
    """The last part of `name`, without characters that hide or reorder what it says, at a sensible length."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"}).strip()
    return (visible or "unnamed file")[-FILE_NAME_MAX_CHARS:]
