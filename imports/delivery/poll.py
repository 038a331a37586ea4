"""Polls accepted imports: asks how they are getting on.

A worker holds the import that it polls by a lease, and the next poll is set by when the answer came. So no import is
polled by two at once, or twice within MIN_RETRY_SECONDS, however many workers there are. A poll that fails
concerns that import alone: it is polled again after a wait of its own.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.utils import timezone

from imports.accounts.blocked import (
    CALL_ERRORS,
    CallError,
    end_blocked,
    note_blocked,
    note_failed_call,
    retry_after,
)
from imports.accounts.connection import client_for
from imports.delivery.budget import note_allowance, note_exhausted, spend_locked
from imports.delivery.due import Action, read_situation
from imports.delivery.pace import MIN_RETRY, next_poll_after
from imports.delivery.settle import give_up, settle
from imports.dotdigital.errors import About, Helps, RateLimitedError
from imports.messages import Message
from imports.models import DotdigitalAccount, ImportBatch
from imports.querysets import MAX_WAIT, BatchQuerySet
from imports.states import BatchStatus, Call
from imports.storage.artefacts import StorageUnavailableError
from imports.transactions import assign, unit_of_work
from imports.work.lease import lease_end, renewed

logger = logging.getLogger(__name__)

DEADLINE = timedelta(hours=24)
MIN_POLLS = 500  # a clock that is put forward by a day must not end what has hardly been polled

NOT_FOUND, NO_END = Message("outcome_not_found"), Message("no_end")


@dataclass(frozen=True)
class Polled:
    """What came of a poll. `says_something`: what went wrong, if anything did, says nothing about the import; `asked`:
    how long Dotdigital asked to wait; `calls_at`: it was refused because no calls were left, until then."""

    says_something: bool
    asked: timedelta = timedelta()
    calls_at: datetime | None = None


def claim_poll(account: DotdigitalAccount) -> ImportBatch | None:
    """An import that is due to be polled, held for this worker; None when there is none."""
    with unit_of_work():
        situation = read_situation(account.pk, locked=True)
        if situation is None or not situation.is_due(Action.POLL) or not spend_locked(account, Call.STATUS):
            return None
        ready = ImportBatch.objects.filter(job__account=account).ready_to_poll(situation.now)
        batch = ready.for_delivery().order_by("next_poll_at").first()
        if batch is None:  # it has ended meanwhile
            return None
        changes = {"polls": batch.polls + 1, "lease_until": lease_end()}
        ImportBatch.objects.held(batch).update(**changes)
        assign(batch, changes)
        return batch


def poll_batch(batch: ImportBatch) -> None:
    """Ask once how a claimed `batch` is getting on, and settle it if it has ended.

    After a day without an end that could be learnt, its outcome is unknown.
    """
    polled = Polled(False)
    try:
        with renewed(_held(batch)):
            polled = _ask(batch)
    finally:
        if batch.status == BatchStatus.ACTIVE:
            _put_down(batch, polled)


def _held(batch: ImportBatch) -> BatchQuerySet:
    """The row of `batch` as long as it is this worker's."""
    return ImportBatch.objects.held(batch).filter(polls=batch.polls)


def _put_down(batch: ImportBatch, polled: Polled) -> None:
    """Say when a batch is polled again that is still active, and let it go; or give it up."""
    account, now = batch.job.account, timezone.now()
    age = now - batch.accepted_at if batch.accepted_at else timedelta()
    if age > DEADLINE and batch.polls >= MIN_POLLS:
        give_up(batch, "no_end", NO_END)
        return
    if polled.calls_at is not None:
        # It was due, and is again as soon as there are calls: what is left of them is dealt out when they are made.
        failed = 0
        wait = min(max(polled.calls_at - now, MIN_RETRY), MAX_WAIT)
    elif polled.says_something:
        failed, active = 0, ImportBatch.objects.filter(job__account=account, status=BatchStatus.ACTIVE)
        wait = next_poll_after(account, age, active.count())
    else:
        failed = batch.failed_polls + 1
        wait = max(retry_after(failed), min(polled.asked, MAX_WAIT))
    _held(batch).update(failed_polls=failed, next_poll_at=now + wait, lease_until=None)


def _ask(batch: ImportBatch) -> Polled:
    account = batch.job.account
    try:
        with client_for(account, spool_dir=settings.UPLOAD_TEMP_DIR) as client:
            try:
                status = client.import_status(batch.import_id)
            finally:
                note_allowance(account, Call.STATUS, client.allowance)
            with status:
                settle(batch, status)
    except StorageUnavailableError as error:
        logger.warning("job=%s batch=%s not settled: %s", batch.job_id, batch.number, type(error).__name__)
        return Polled(False)
    except CALL_ERRORS as error:
        logger.warning("job=%s batch=%s not polled: %s", batch.job_id, batch.number, error)
        if error.meaning.ends_waiting:
            end_blocked(account)
        AFTERWARDS[error.meaning.helps](batch, error)
        is_of_account = error.meaning.about is About.ACCOUNT
        calls_at = error.until if isinstance(error, RateLimitedError) else None
        return Polled(is_of_account, timedelta(seconds=error.retry_after_seconds or 0), calls_at)
    end_blocked(account)
    return Polled(True)


def _ask_again(batch: ImportBatch, error: CallError) -> None:
    """The batch waits, as after any poll that says nothing."""


AFTERWARDS: dict[Helps, Callable[[ImportBatch, CallError], None]] = {
    Helps.REPEATING: lambda batch, _: note_failed_call(batch.job.account),
    Helps.WAITING_FOR_CALLS: lambda batch, error: note_exhausted(
        batch.job.account, Call.STATUS, cast(RateLimitedError, error)
    ),
    Helps.WAITING_FOR_A_SLOT: _ask_again,
    Helps.A_PERSON: lambda batch, error: note_blocked(batch.job.account, error),
    Helps.SMALLER_PIECES: _ask_again,
    Helps.NOTHING: _ask_again,
    Helps.NOTHING_MORE_TO_LEARN: lambda batch, _: give_up(batch, "import_not_found", NOT_FOUND),
}
"""What follows a poll that went wrong; when the import is polled again is decided in `_put_down`."""
