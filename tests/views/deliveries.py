"""Imports under way as the database knows them, for pages that look at nothing else."""

from imports.models import DotdigitalAccount, ImportBatch, UploadJob
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
