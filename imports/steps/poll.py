"""Asks how accepted imports are getting on."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from imports.artefacts import StorageUnavailableError
from imports.dotdigital.errors import (
    CredentialsRefusedError,
    DotdigitalError,
    EndpointRefusedError,
    ImportNotFoundError,
    NoAnswerError,
    RateLimitedError,
    ServerError,
    UnreachableError,
    WrongRegionError,
)
from imports.models import DotdigitalAccount, ImportBatch
from imports.secrets import SecretUnreadableError
from imports.states import BatchStatus, Call
from imports.steps.accounts import client_for
from imports.steps.budget import next_call_at, note_allowance, note_exhausted, spend_call
from imports.steps.pace import next_poll_after
from imports.steps.settle import give_up, settle
from imports.steps.slots import must_ask_first
from imports.steps.trouble import note_failed_call, note_trouble

logger = logging.getLogger(__name__)

DEADLINE = timedelta(hours=24)
FEWEST_POLLS = 500  # a clock that is put forward by a day must not end what has hardly been asked after

NOT_FOUND = "Dotdigital no longer knows this import, so what became of it cannot be learnt."
NO_END = "No end of this import could be learnt within a day, so what became of it is not known."


def claim_poll(account: DotdigitalAccount) -> ImportBatch | None:
    """A batch that is due to be asked after, and that no other worker asks after now; None when there is none."""
    now = timezone.now()
    if must_ask_first(account) or next_call_at(account, Call.STATUS, now) > now:
        return None
    active = ImportBatch.objects.filter(job__account=account, status=BatchStatus.ACTIVE)
    count = 0
    for batch in active.ready_to_poll(now).select_related("job__account").order_by("next_poll_at"):
        count = count or active.count()
        wait = next_poll_after(account, now - (batch.accepted_at or now), count)
        claimed = active.filter(pk=batch.pk, polls=batch.polls)
        if claimed.update(polls=F("polls") + 1, next_poll_at=now + wait):
            batch.polls += 1
            return batch if spend_call(account, Call.STATUS) else None
    return None


def poll_batch(batch: ImportBatch) -> None:
    """Ask once how a claimed `batch` is getting on, and settle it if it has ended.

    After a day without an end that could be learnt, its outcome is unknown.
    """
    try:
        _ask(batch)
    except StorageUnavailableError as error:
        logger.warning("job=%s batch=%s not settled: %s", batch.job_id, batch.number, type(error).__name__)
    finally:
        age = timezone.now() - batch.accepted_at if batch.accepted_at else timedelta()
        if batch.status == BatchStatus.ACTIVE and age > DEADLINE and batch.polls >= FEWEST_POLLS:
            give_up(batch, "no_end", NO_END)


def _ask(batch: ImportBatch) -> None:
    account = batch.job.account
    try:
        with client_for(account, spool_dir=settings.UPLOAD_TEMP_DIR) as client:
            try:
                status = client.import_status(batch.import_id)
            finally:
                note_allowance(account, Call.STATUS, client.allowance)
            with status:
                settle(batch, status)
    except ImportNotFoundError:
        give_up(batch, "import_not_found", NOT_FOUND)
    except (DotdigitalError, SecretUnreadableError) as error:
        logger.warning("job=%s batch=%s not polled: %s", batch.job_id, batch.number, type(error).__name__)
        match error:
            case RateLimitedError():
                note_exhausted(account, Call.STATUS, error)
            case (
                CredentialsRefusedError()
                | WrongRegionError()
                | EndpointRefusedError()
                | SecretUnreadableError()
            ):
                note_trouble(account, error)
            case UnreachableError() | NoAnswerError() | ServerError():
                note_failed_call(account)
