"""Imports under way, and ended ones, as the database knows them, for pages that look at nothing else."""

from datetime import datetime

from imports.models import DotdigitalAccount, ImportBatch, ReasonTally, UploadJob
from imports.states import BatchStatus, JobStatus
from portal.models import User

CONTACTS = 10  # in each batch


def job_being_sent(
    account: DotdigitalAccount, owner: User, *statuses: BatchStatus, name: str = "contacts.csv", **fields
) -> UploadJob:
    """A job with a batch of CONTACTS contacts in each of `statuses`."""
    job = UploadJob.objects.create(
        **{
            "account": account,
            "owner": owner,
            "file_name": name,
            "upload": "uploads/none",
            "file_bytes": 1,
            "status": JobStatus.SENDING,
            **fields,
        }
    )
    for status in statuses:
        add_batch(job, status)
    return job


def add_batch(job: UploadJob, status: BatchStatus, **fields) -> ImportBatch:
    """One more batch of `job`."""
    number = job.batches.count() + 1
    return ImportBatch.objects.create(
        **{
            "job": job,
            "number": number,
            "status": status,
            "first_row": number,
            "last_row": number,
            "contacts": CONTACTS,
            "body_bytes": 1,
            "attempts": 0 if status in {BatchStatus.PENDING, BatchStatus.NOT_SENT} else 1,
            **fields,
        }
    )


def ended_job(
    account: DotdigitalAccount,
    owner: User,
    at: datetime,
    imported: int,
    failed: int = 0,
    reasons: dict[str, int] | None = None,
) -> UploadJob:
    """A job that ended at a moment, of so many rows; `reasons` say why rows were rejected."""
    job = UploadJob.objects.create(
        account=account,
        owner=owner,
        file_name="ended.csv",
        status=JobStatus.FINISHED,
        created_at=at,
        changed_at=at,
        ledger={"rows": imported + failed, "counts": {"created": imported, "rejected": failed}},
        rows=imported + failed,
        rows_imported=imported,
        rows_not_imported=failed,
        rows_failed=failed,
    )
    ReasonTally.objects.bulk_create(
        ReasonTally(job=job, account=account, ended_at=at, outcome="rejected", code=code, rows=rows)
        for code, rows in (reasons or {}).items()
    )
    return job
