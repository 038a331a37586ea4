"""Keeps back what has not gone out: for a while, where a person pauses a job or an account; for good, where a job is
cancelled, refused as its setting says, or we are at fault. What Dotdigital has is followed to its end.
"""

import logging

from imports.audit.recording import record
from imports.delivery.doubt import NO_ANSWER
from imports.messages import Message
from imports.models import DotdigitalAccount, ImportBatch, JobEvent, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.transactions import unit_of_work
from imports.work.failing import PORTAL_FAULT, failed_with
from portal.models import User

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


def pause_job(job: UploadJob, by: User) -> bool:
    """Send nothing more of `job` for now. True if it is paused afterwards, also when it was so before."""
    return _set_paused(job, True, by)


def resume_job(job: UploadJob, by: User) -> bool:
    """Go on sending `job`. True if it is not paused afterwards, also when it was not before."""
    return _set_paused(job, False, by)


def _set_paused(job: UploadJob, is_paused: bool, by: User) -> bool:
    sending = UploadJob.objects.filter(pk=job.pk, status=JobStatus.SENDING)
    with unit_of_work():
        if sending.filter(is_paused=not is_paused).update(is_paused=is_paused):
            JobEvent.objects.create(
                job=job,
                actor=by,
                from_status=JobStatus.SENDING,
                to_status=JobStatus.SENDING,
                note="paused" if is_paused else "resumed",
            )
            record("import_paused" if is_paused else "import_resumed", by=by, on=job)
    job.refresh_from_db()
    return job.status == JobStatus.SENDING and job.is_paused == is_paused


def pause_account(account: DotdigitalAccount, by: User) -> None:
    """Send nothing more to `account` for now, whatever its jobs; each of those under way says who did that."""
    _set_account_paused(account, True, by)


def resume_account(account: DotdigitalAccount, by: User) -> None:
    """Go on sending to `account`."""
    _set_account_paused(account, False, by)


def _set_account_paused(account: DotdigitalAccount, is_paused: bool, by: User) -> None:
    with unit_of_work():
        changing = DotdigitalAccount.objects.filter(pk=account.pk, is_paused=not is_paused)
        if changing.update(is_paused=is_paused):
            JobEvent.objects.bulk_create(
                JobEvent(
                    job=job,
                    actor=by,
                    from_status=job.status,
                    to_status=job.status,
                    note="account_paused" if is_paused else "account_resumed",
                )
                for job in account.jobs.filter(status=JobStatus.SENDING).only("pk", "status")
            )
            record("account_paused" if is_paused else "account_resumed", by=by, on=account)
    account.refresh_from_db()
