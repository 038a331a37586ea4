"""Makes batches and gives them to Dotdigital, never more at once than the account has slots."""

import hashlib
import logging
import random
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from imports import artefacts
from imports.contacts.mapping import Mapping
from imports.contacts.payload import build_body
from imports.dotdigital.errors import (
    CredentialsRefusedError,
    DotdigitalError,
    EndpointRefusedError,
    RateLimitedError,
    RefusedError,
    TooManyActiveImportsError,
    WrongRegionError,
)
from imports.models import DotdigitalAccount, ImportBatch, UploadJob
from imports.secrets import SecretUnreadableError
from imports.states import BatchStatus, JobStatus
from imports.steps.accounts import client_for
from imports.steps.failing import error_job
from imports.steps.remembered import remember
from imports.steps.rows import rows_of
from portal.models import User

logger = logging.getLogger(__name__)

SEND_LEASE = timedelta(minutes=5)  # longer than the client waits for an answer
FIRST_POLL_AFTER = timedelta(seconds=1)
SLOT_RETRY_AFTER = timedelta(seconds=10)
CREDENTIALS_RETRY_AFTER = timedelta(seconds=30)
LONGEST_BACKOFF_SECONDS = 60
MAX_UNANSWERED_ATTEMPTS = 60  # about an hour
UNSAFE_TO_REPEAT = (
    "consentrecords.",
    "channelproperties.email.optintype",
    "channelproperties.email.resubscribeoptions.",
)
"""How the targets begin, in lower case, that do more when they are sent twice."""


class FrozenBodyError(Exception):
    """The bytes of a batch are not those it was made with: a fault in the portal."""


def confirm_job(job: UploadJob, by: User) -> bool:
    """Start the import of a checked `job` with the batches its check planned. False if it has moved on meanwhile."""
    safe = is_safe_to_repeat(Mapping.from_json(job.mapping))
    with transaction.atomic():
        if not UploadJob.objects.transition(job, JobStatus.SENDING, by=by):
            return False
        ImportBatch.objects.bulk_create(
            [ImportBatch(job=job, safe_to_repeat=safe, **fields) for fields in job.batch_plan], batch_size=500
        )
        remember(job)
    return True


def is_safe_to_repeat(mapping: Mapping) -> bool:
    """Whether sending the same contacts twice leaves them as sending them once does.

    Consent records would be stored twice, and a verified double opt-in, or asking people again before they are
    resubscribed, would mail them twice.
    """
    targets = [column.target for column in mapping.columns]
    targets += [constant.target for constant in mapping.constants]
    return not any(target.lower().startswith(UNSAFE_TO_REPEAT) for target in targets)


def take_slot(account_id: int) -> ImportBatch | None:
    """Give the account's next free slot to the job that has waited longest; its batch is then `sending`.

    None when there is no free slot, nothing to send, or the account has to wait.
    """
    now = timezone.now()
    with transaction.atomic():
        account = DotdigitalAccount.objects.select_for_update().get(pk=account_id)
        if account.not_before and account.not_before > now:
            return None
        if (
            ImportBatch.objects.filter(job__account=account).holding_slot().count()
            >= account.max_active_imports
        ):
            return None
        batch = (
            ImportBatch.objects.ready_to_send(now)
            .filter(job__account=account)
            .select_related("job__account")
            .order_by(F("job__dealt_at").asc(nulls_first=True), "job__created_at", "number")
            .first()
        )
        if batch is None:
            return None
        UploadJob.objects.filter(pk=batch.job_id).update(dealt_at=now)
        taken = ImportBatch.objects.transition(
            batch,
            BatchStatus.SENDING,
            attempts=batch.attempts + 1,
            sent_at=now,
            not_before=None,
            lease_until=now + SEND_LEASE,
        )
        return batch if taken else None


def body_of(batch: ImportBatch) -> bytes:
    """The bytes `batch` was made with, built again from the prepared table. Raises FrozenBodyError if they differ."""
    with artefacts.local(batch.job, artefacts.PREPARED) as prepared:
        contacts = rows_of(batch, prepared).select("contact").collect()["contact"]
    body = build_body(contacts.to_list(), Mapping.from_json(batch.job.mapping).merge_option)
    if hashlib.sha256(body).hexdigest() != batch.body_sha256:
        raise FrozenBodyError(f"job={batch.job_id} batch={batch.number}")
    return body


def send_batch(batch: ImportBatch) -> None:
    """PUT a batch that has a slot, and write down what is known afterwards."""
    account = batch.job.account
    try:
        body = body_of(batch)
        with client_for(account) as client:
            import_id = client.import_contacts(body)
    except SecretUnreadableError as error:
        back_to_pending(batch, None, note=type(error).__name__)
        hold_account(account, timezone.now() + CREDENTIALS_RETRY_AFTER, str(error))
        return
    except FrozenBodyError as error:
        back_to_pending(batch, None, note=type(error).__name__)
        error_job(batch.job, error)
        return
    except DotdigitalError as error:
        logger.warning("job=%s batch=%s not accepted: %s", batch.job_id, batch.number, type(error).__name__)
        _write_down(batch, error)
        return
    now = timezone.now()
    ImportBatch.objects.transition(
        batch,
        BatchStatus.ACTIVE,
        import_id=import_id,
        accepted_at=now,
        next_poll_at=now + FIRST_POLL_AFTER,
        failed_tries=0,
    )
    resume_account(account)
    logger.info("job=%s batch=%s accepted contacts=%s", batch.job_id, batch.number, batch.contacts)


def _write_down(batch: ImportBatch, error: DotdigitalError) -> None:
    now, account = timezone.now(), batch.job.account
    if error.may_have_been_accepted:
        ImportBatch.objects.transition(batch, BatchStatus.IN_DOUBT, note=type(error).__name__)
        settle_doubt(batch)
        return
    if isinstance(error, RateLimitedError):
        back_to_pending(batch, error.until, note="rate limit")
        hold_account(account, error.until, "")
    elif isinstance(error, TooManyActiveImportsError):
        back_to_pending(batch, None, note="too many active imports")
        hold_account(account, now + SLOT_RETRY_AFTER, "")
    elif isinstance(error, CredentialsRefusedError | WrongRegionError | EndpointRefusedError):
        back_to_pending(batch, None, note=type(error).__name__)
        hold_account(account, now + CREDENTIALS_RETRY_AFTER, error.sentence)
    elif isinstance(error, RefusedError):
        ImportBatch.objects.transition(
            batch,
            BatchStatus.REFUSED,
            note=error.code or str(error.status),
            reason_code=error.code or f"HTTP {error.status}",
            reason=error.description or error.sentence,
        )
    else:
        tries = batch.failed_tries + 1
        back_to_pending(batch, now + backoff(tries), note=type(error).__name__, failed_tries=tries)


def back_to_pending(batch: ImportBatch, not_before: datetime | None, note: str, **changes: object) -> None:
    """Return a batch that surely did not reach the account; the call does not count as an attempt."""
    ImportBatch.objects.transition(
        batch, BatchStatus.PENDING, note=note, not_before=not_before, attempts=batch.attempts - 1, **changes
    )


def settle_doubt(batch: ImportBatch) -> None:
    """Decide about a batch whose PUT was never answered: repeat it and say so, hold it, or give it up."""
    if batch.attempts >= MAX_UNANSWERED_ATTEMPTS:
        ImportBatch.objects.transition(
            batch, BatchStatus.UNKNOWN, note="given up", reason_code="no_answer", reason=UNANSWERED
        )
    elif batch.safe_to_repeat:
        tries = batch.failed_tries + 1
        ImportBatch.objects.transition(
            batch,
            BatchStatus.PENDING,
            note="to be repeated",
            repeated=True,
            not_before=timezone.now() + backoff(tries),
            failed_tries=tries,
        )
    else:
        ImportBatch.objects.transition(batch, BatchStatus.HELD, note="a repeat could do harm")


UNANSWERED = "Dotdigital never answered when this was sent, so what became of it is not known."


def recover_abandoned(account: DotdigitalAccount, now: datetime) -> None:
    """Put batches in doubt whose sender died before it could write down the answer."""
    batches = ImportBatch.objects.filter(job__account=account)
    for batch in batches.abandoned(now).select_related("job__account"):
        ImportBatch.objects.transition(batch, BatchStatus.IN_DOUBT, note="the sender died")
    for batch in batches.filter(status=BatchStatus.IN_DOUBT).select_related("job__account"):
        settle_doubt(batch)


def hold_account(account: DotdigitalAccount, until: datetime, reason: str) -> None:
    """Let the account rest until `until`; `reason` is shown to people when it is theirs to mend."""
    account.not_before, account.paused_reason = until, reason
    account.save(update_fields=["not_before", "paused_reason"])


def resume_account(account: DotdigitalAccount) -> None:
    """A call went through: whatever the account was waiting for is over."""
    if account.not_before or account.paused_reason:
        account.not_before, account.paused_reason = None, ""
        account.save(update_fields=["not_before", "paused_reason"])


def backoff(tries: int) -> timedelta:
    """How long to wait after `tries` failures in a row: doubling, bounded, spread so that batches do not march."""
    seconds = min(LONGEST_BACKOFF_SECONDS, 2 ** min(tries, 10))
    return timedelta(seconds=seconds * random.uniform(0.5, 1.0))  # noqa: S311
