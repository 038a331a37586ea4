"""Keeps back what of a job has not gone out: it is cancelled, refused as its setting says, or we are at fault."""

import logging

from imports.delivery.doubt import NO_ANSWER
from imports.messages import Message
from imports.models import ImportBatch, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.work.failing import PORTAL_FAULT, failed_with

logger = logging.getLogger(__name__)

STOPPED_IN_DOUBT = Message("stopped_unanswered")


def stop_if_wanted(batch: ImportBatch) -> None:
    """Dotdigital has refused all of `batch`: stop its job if that is how the job was set."""
    stopping = UploadJob.objects.filter(
        pk=batch.job_id, status=JobStatus.SENDING, stops_on_refusal=True, failure_code=""
    )
    why = Message("stopped_by_refusal", {"reason": Message.from_json(batch.reason)})
    if stopping.update(**failed_with(why, batch.reason_code)):
        logger.info("job=%s stopped by the refusal of batch=%s", batch.job_id, batch.number)
        withhold_batches(batch.job)


def stop_faulty(job: UploadJob, error: Exception) -> None:
    """Stop a job that cannot be sent because of a bug; what has gone out is followed to its end."""
    logger.error("job=%s stopped", job.pk, exc_info=error)
    UploadJob.objects.filter(pk=job.pk, status=JobStatus.SENDING).update(**failed_with(Message(PORTAL_FAULT)))
    withhold_batches(job)


def withhold_batches(job: UploadJob) -> None:
    """Keep every batch of a `job` that is ending back that is not on its way."""
    never_out = job.batches.filter(status=BatchStatus.PENDING, attempts=0)
    perhaps_out = job.batches.filter(status__in=[BatchStatus.PENDING, BatchStatus.HELD], attempts__gt=0)
    for batch in never_out:
        ImportBatch.objects.transition(batch, BatchStatus.NOT_SENT, note="stopped")
    for batch in perhaps_out:
        ImportBatch.objects.transition(
            batch,
            BatchStatus.UNKNOWN,
            note="stopped",
            reason_code=NO_ANSWER,
            reason=STOPPED_IN_DOUBT.to_json(),
        )
