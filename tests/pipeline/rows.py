"""Jobs and batches that are rows alone, for tests of what is written to them."""

from typing import Any

from imports.models import DotdigitalAccount, ImportBatch, UploadJob
from imports.states import BatchStatus, JobStatus
from portal.models import User


def make_account() -> DotdigitalAccount:
    """The account of such jobs; nobody answers at its address."""
    account, is_new = DotdigitalAccount.objects.get_or_create(
        name="Rows", defaults={"endpoint": "https://r1-api.dotdigital.com", "api_user": "api"}
    )
    if is_new:
        account.api_password = "password"
        account.save()
    return account


def make_job(status: JobStatus, **fields: Any) -> UploadJob:
    owner, _ = User.objects.get_or_create(username="rowena")
    return UploadJob.objects.create(
        account=make_account(),
        owner=owner,
        status=status,
        **{"file_name": "rows.csv", "upload": "uploads/rows", "file_bytes": 7, **fields},
    )


def make_batch(job: UploadJob, status: BatchStatus, **fields: Any) -> ImportBatch:
    number = job.batches.count() + 1
    return ImportBatch.objects.create(
        job=job,
        number=number,
        status=status,
        **{
            "first_row": 2,
            "last_row": 3,
            "contacts": 2,
            "body_bytes": 10,
            "body_sha256": "0" * 64,
            "attempts": 1,
            **fields,
        },
    )
