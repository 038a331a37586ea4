"""Keeps back what of a job has not gone out: it is cancelled, refused as its setting says, or we are at fault."""

import logging

from imports.delivery.doubt import NO_ANSWER
from imports.models import ImportBatch, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.work.failing import FAULT_REMEDY, FAULT_SENTENCE, PORTAL_FAULT

logger = logging.getLogger(__name__)

STOPPED_REMEDY = "Nothing more was sent. Mend the cause, then try the rows again from this page."
STOPPED_IN_DOUBT = (
    "Dotdigital never answered when this was sent, and the job was stopped before it was repeated."
)


def stop_if_wanted(batch: ImportBatch) -> None:
    """Dotdigital has refused all of `batch`: stop its job if that is how the job was set."""
    stopping = UploadJob.objects.filter(
        pk=batch.job_id, status=JobStatus.SENDING, stops_on_refusal=True, failure_code=""
    )
    if stopping.update(
        failure_code=batch.reason_code, failure_sentence=batch.reason, failure_remedy=STOPPED_REMEDY
    ):
        logger.info("job=%s stopped by the refusal of batch=%s", batch.job_id, batch.number)
        withhold_batches(batch.job)


def stop_faulty(job: UploadJob, error: Exception) -> None:
    """Stop a job that cannot be sent because of a bug; what has gone out is followed to its end."""
    logger.error("job=%s stopped", job.pk, exc_info=error)
    UploadJob.objects.filter(pk=job.pk, status=JobStatus.SENDING).update(
        failure_code=PORTAL_FAULT, failure_sentence=FAULT_SENTENCE, failure_remedy=FAULT_REMEDY
    )
    withhold_batches(job)


def withhold_batches(job: UploadJob) -> None:
    """Keep every batch of a `job` that is ending back that is not on its way."""
    never_out = job.batches.filter(status=BatchStatus.PENDING, attempts=0)
    perhaps_out = job.batches.filter(status__in=[BatchStatus.PENDING, BatchStatus.HELD], attempts__gt=0)
    for batch in never_out:
        ImportBatch.objects.transition(batch, BatchStatus.NOT_SENT, note="stopped")
    for batch in perhaps_out:
        ImportBatch.objects.transition(
            batch, BatchStatus.UNKNOWN, note="stopped", reason_code=NO_ANSWER, reason=STOPPED_IN_DOUBT
        )
