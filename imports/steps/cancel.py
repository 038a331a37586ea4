"""Stops a job: what has not gone out stays here, what has gone out is followed to its end."""

from imports.models import ImportBatch, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.steps.trial import discard_trial
from portal.models import User


def cancel_job(job: UploadJob, by: User) -> bool:
    """Cancel `job`. True if it is cancelled or being cancelled afterwards; False when it had ended before."""
    if job.is_before_sending:
        if UploadJob.objects.transition(job, JobStatus.CANCELLED, by=by):
            discard_trial(job)
    elif job.status == JobStatus.SENDING:
        UploadJob.objects.transition(job, JobStatus.CANCELLING, by=by)
    job.refresh_from_db()
    if job.status == JobStatus.CANCELLING:
        withhold_batches(job)
    return job.status in {JobStatus.CANCELLED, JobStatus.CANCELLING}


def withhold_batches(job: UploadJob) -> None:
    """Keep every batch of a cancelling `job` back that is not on its way."""
    never_out = job.batches.filter(status=BatchStatus.PENDING, attempts=0)
    perhaps_out = job.batches.filter(status__in=[BatchStatus.PENDING, BatchStatus.HELD], attempts__gt=0)
    for batch in never_out:
        ImportBatch.objects.transition(batch, BatchStatus.NOT_SENT, note="cancelled")
    for batch in perhaps_out:
        ImportBatch.objects.transition(
            batch, BatchStatus.UNKNOWN, note="cancelled", reason_code="no_answer", reason=CANCELLED_IN_DOUBT
        )


CANCELLED_IN_DOUBT = (
    "Dotdigital never answered when this was sent, and the job was cancelled before it was repeated."
)
