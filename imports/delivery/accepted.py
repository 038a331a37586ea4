"""Writes down that Dotdigital has accepted a batch, over an outage of the database and over the death of the sender.

The id of the import goes to this machine's disk first (`journal`), then to the database, which is tried again for
INSIST_SECONDS. What did not get there by then is read back from the disk before anybody doubts the batch.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from imports.accounts.blocked import end_blocked
from imports.delivery import journal
from imports.delivery.doubt import note_late_answer
from imports.delivery.journal import Accepted
from imports.delivery.slots import note_slot_given
from imports.models import DotdigitalAccount, ImportBatch
from imports.states import BatchStatus
from imports.work.lease import LEASE

logger = logging.getLogger(__name__)

# As long as nobody can write, nobody takes the batch for abandoned; a database that waits for a lock answers only after
# about a lease.
INSIST_SECONDS = 3 * LEASE.total_seconds()
MIN_WAIT_SECONDS, MAX_WAIT_SECONDS = 0.25, 2.0
LATE = frozenset({BatchStatus.PENDING, BatchStatus.IN_DOUBT, BatchStatus.HELD})


def accept(batch: ImportBatch, import_id: str, first_poll: timedelta) -> None:
    """Dotdigital has accepted `batch` under this id; it is first polled after `first_poll`.

    Raises what the database said when it stays away; what was accepted is then found on the disk.
    """
    accepted = Accepted.of(batch, import_id, timezone.now())
    journal.keep(accepted)
    _insist(lambda: _write(batch, accepted, first_poll))
    journal.forget(accepted)
    account = batch.job.account
    end_blocked(account, sends=True)
    note_slot_given(account)
    logger.info("job=%s batch=%s accepted contacts=%s", batch.job_id, batch.number, batch.contacts)


def is_accepted_unwritten(account: DotdigitalAccount) -> bool:
    """Whether this machine keeps what the database may not know. Asks the disk alone."""
    return any(journal.kept(account.pk))


def recover_accepted(account: DotdigitalAccount, now: datetime) -> None:
    """Bring to the database what this machine keeps of `account`, unless its sender is still at it."""
    for accepted in journal.kept(account.pk):
        found = ImportBatch.objects.filter(pk=accepted.batch, job=UUID(accepted.job)).select_related(
            "job__account"
        )
        batch = found.first()
        is_being_sent = batch is not None and batch.status == BatchStatus.SENDING
        if is_being_sent and not ImportBatch.objects.abandoned(now).filter(pk=accepted.batch).exists():
            continue
        if batch is not None:
            logger.warning("job=%s batch=%s known from the disk", batch.job_id, batch.number)
            _write_late(batch, accepted, LATE | {BatchStatus.SENDING})
        journal.forget(accepted)


def _write(batch: ImportBatch, accepted: Accepted, first_poll: timedelta) -> None:
    if not ImportBatch.objects.transition(batch, BatchStatus.ACTIVE, **_fields(accepted, first_poll)):
        # This worker was taken for dead. Unless the batch has gone out again since, its import is this one.
        _write_late(ImportBatch.objects.get(pk=batch.pk), accepted, LATE)


def _write_late(batch: ImportBatch, accepted: Accepted, may_return: frozenset[BatchStatus]) -> None:
    """Write it down of a `batch` that was just read, if it has not gone out again since."""
    if batch.import_id == accepted.import_id:
        return
    returned = (
        batch.status in may_return
        and batch.attempts == accepted.attempt
        and ImportBatch.objects.transition(
            batch, BatchStatus.ACTIVE, note="answered_late", **_fields(accepted, timedelta())
        )
    )
    if not returned:
        note_late_answer(batch, accepted.import_id)


def _fields(accepted: Accepted, first_poll: timedelta) -> dict[str, Any]:
    return {
        "import_id": accepted.import_id,
        "accepted_at": accepted.at,
        "next_poll_at": accepted.at + first_poll,
        "failed_tries": 0,
        "polls": 0,
        "failed_polls": 0,
        "running_at": None,
    }


def _insist(write: Callable[[], None]) -> None:
    """Have it written, over an outage of the database. Raises what that said when it lasts."""
    began, wait, pause = time.monotonic(), MIN_WAIT_SECONDS, threading.Event()
    while True:
        try:
            write()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() + wait - began > INSIST_SECONDS:
                raise
            logger.warning("the database is away: %s", type(error).__name__)
            connection.close()
        else:
            return
        pause.wait(wait)
        wait = min(2 * wait, MAX_WAIT_SECONDS)
