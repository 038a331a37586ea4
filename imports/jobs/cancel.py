"""Cancels a job: what has not gone out stays here, what has gone out is followed to its end."""

from imports.delivery.stopping import withhold_batches
from imports.jobs.draft import discard_draft
from imports.jobs.trial import discard_trial
from imports.models import UploadJob
from imports.states import JobStatus
from portal.models import User


def cancel_job(job: UploadJob, by: User) -> bool:
    """Cancel `job`. True if it is cancelled or being cancelled afterwards; False when it had ended before."""
    if job.is_before_sending:
        if UploadJob.objects.transition(job, JobStatus.CANCELLED, by=by):
            discard_trial(job)
            discard_draft(job)
    elif job.status == JobStatus.SENDING:
        UploadJob.objects.transition(job, JobStatus.CANCELLING, by=by)
    job.refresh_from_db()
    if job.status == JobStatus.CANCELLING:
        withhold_batches(job)
    return job.status in {JobStatus.CANCELLED, JobStatus.CANCELLING}
