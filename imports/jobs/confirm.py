"""Starts the import of a checked job: the batches that its check planned come into being."""

from imports.contacts.repeats import repeat_harms
from imports.jobs.remembered import remember
from imports.models import ImportBatch, UploadJob
from imports.states import JobStatus
from imports.transactions import unit_of_work
from portal.models import User


def confirm_job(job: UploadJob, by: User, *, stops_on_refusal: bool = False) -> bool:
    """Start the import of a checked `job` with the batches its check planned. False if it has moved on meanwhile.

    `stops_on_refusal`: once Dotdigital refuses a whole batch, nothing more of the job is sent.
    """
    safe = not repeat_harms(job.mapping)
    with unit_of_work():
        if not UploadJob.objects.transition(
            job, JobStatus.SENDING, by=by, stops_on_refusal=stops_on_refusal, is_paused=False
        ):
            return False
        ImportBatch.objects.bulk_create(
            [ImportBatch(job=job, safe_to_repeat=safe, **fields) for fields in job.batch_plan], batch_size=500
        )
        remember(job)
    return True
