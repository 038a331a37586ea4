"""Batches whose call was never answered: it may have reached Dotdigital, and nobody can look."""

from datetime import datetime

from django.utils import timezone

from imports.accounts.blocked import retry_after
from imports.messages import Message
from imports.models import DotdigitalAccount, ImportBatch, JobEvent, UploadJob
from imports.reasons import as_note
from imports.states import BatchStatus
from portal.models import User

MAX_UNANSWERED_ATTEMPTS = 60  # about an hour
NO_ANSWER = "no_answer"
UNANSWERED, GIVEN_UP = Message("unanswered"), Message("given_up")


def settle_doubt(batch: ImportBatch) -> None:
    """Decide about a batch in doubt: it is repeated, and that is said; or held for a person; or given up."""
    if batch.attempts >= MAX_UNANSWERED_ATTEMPTS:
        give_up_unanswered(batch, UNANSWERED)
    elif batch.safe_to_repeat:
        tries = batch.failed_tries + 1
        ImportBatch.objects.transition(
            batch,
            BatchStatus.PENDING,
            note="to_be_repeated",
            not_before=timezone.now() + retry_after(tries),
            failed_tries=tries,
        )
    else:
        ImportBatch.objects.transition(batch, BatchStatus.HELD, note="repeat_could_do_harm")


def give_up_unanswered(batch: ImportBatch, reason: Message, *, by: User | None = None) -> bool:
    """Take the outcome of `batch` for unknown."""
    return ImportBatch.objects.transition(
        batch, BatchStatus.UNKNOWN, by=by, note="given_up", reason_code=NO_ANSWER, reason=reason.to_json()
    )


def recover_abandoned(account: DotdigitalAccount, now: datetime) -> None:
    """Put batches in doubt whose sender died before it could write down the answer."""
    batches = ImportBatch.objects.filter(job__account=account)
    for batch in batches.abandoned(now).for_delivery():
        # Unless its sender has renewed the lease since.
        ImportBatch.objects.abandoned(now).transition(batch, BatchStatus.IN_DOUBT, note="sender_died")
    for batch in batches.filter(status=BatchStatus.IN_DOUBT).for_delivery():
        settle_doubt(batch)


def release_held(job: UploadJob, by: User) -> int:
    """Have the held batches of `job` sent again, come what may. How many there were."""
    return sum(
        ImportBatch.objects.transition(
            batch, BatchStatus.PENDING, by=by, note="to_be_repeated", not_before=None
        )
        for batch in job.batches.filter(status=BatchStatus.HELD)
    )


def give_up_held(job: UploadJob, by: User) -> int:
    """Leave the held batches of `job` as they are: their rows are unknown. How many there were."""
    return sum(
        give_up_unanswered(batch, GIVEN_UP, by=by) for batch in job.batches.filter(status=BatchStatus.HELD)
    )


def note_late_answer(batch: ImportBatch, import_id: str) -> None:
    """Write down on the job that an import was accepted of which the batch no longer knows."""
    JobEvent.objects.create(
        job_id=batch.job_id,
        batch=batch,
        from_status=batch.status,
        to_status=batch.status,
        **as_note(Message("accepted_late", {"import_id": import_id})),
    )
