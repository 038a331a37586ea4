"""Moves an account's batches on: sends what has a slot, asks after what is running.

Any number of workers may deliver for one account at once: each piece of work is claimed in the database before it is
begun, and a worker that sees more of it than it can do itself calls another.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from imports.delivery.accepted import is_accepted_unwritten, recover_accepted
from imports.delivery.doubt import recover_abandoned
from imports.delivery.due import Action, Situation, read_situation
from imports.delivery.poll import claim_poll, poll_batch
from imports.delivery.probe import carry_out_probe, claim_probe
from imports.delivery.send import send_batch
from imports.delivery.slots import take_slot
from imports.delivery.stopping import withhold_batches
from imports.models import DotdigitalAccount, ImportBatch, UploadJob

logger = logging.getLogger(__name__)

RECOVER_EVERY_SECONDS = 2.0
# What comes this soon is waited for: to wake a worker for it would take about as long.
WORTH_WAITING = timedelta(seconds=3)
# A worker that waits looks this often whether one is called for, as whoever changes what is due calls one; and waits
# this long at least, as others may do what was due before it comes to it.
LOOK_AGAIN_SECONDS, MIN_LOOK_SECONDS = 0.5, 0.1
# Then the worker goes to the end of the queue, so that no account keeps it for ever.
MAX_DELIVER_SECONDS = 60.0

Work = Callable[[], None]


class WorkerPolicy:
    """How a worker goes about delivering. This one does what is due, alone, and leaves."""

    waits = False
    calls_others = False

    def call_another(self) -> None:
        """There is more to do at once than one worker can."""

    def wake_delivered(self) -> None:
        """A batch has come to its end, so there may be jobs to be reported on."""

    def is_over(self) -> bool:
        """Whether somebody else needs this worker more."""
        return False

    def is_called(self) -> bool:
        """Whether any worker is called for: somebody may have changed what is due."""
        return True


def deliver(account: DotdigitalAccount, policy: WorkerPolicy | None = None) -> datetime | None:
    """Do what is due for `account`; when there will be more to do, or None if nothing is under way."""
    policy = policy or WorkerPolicy()
    began, recovered = time.monotonic(), float("-inf")
    while True:
        situation = read_situation(account.pk)
        if time.monotonic() - recovered >= RECOVER_EVERY_SECONDS:
            if is_accepted_unwritten(account) or (situation is not None and situation.is_left_behind):
                recover(account)
                situation = read_situation(account.pk)
            recovered = time.monotonic()
        if situation is None:
            return None
        is_long = time.monotonic() - began >= MAX_DELIVER_SECONDS
        if work := claim_work(situation):
            if policy.calls_others and is_more_due(account):
                policy.call_another()
            _do(work)
            policy.wake_delivered()
            if is_long or policy.is_over():
                return timezone.now()
            continue
        following = situation.next_at
        wait = following - timezone.now() if following else None
        if not policy.waits or wait is None or wait > WORTH_WAITING or is_long or policy.is_over():
            return following
        if policy.calls_others and situation.due:
            situation = read_situation(account.pk)
            if situation is None or not situation.due:
                # Others were quicker, and call this one back when there is more than they can do.
                return None if situation is None else situation.next_at
        _wait(max(wait.total_seconds(), MIN_LOOK_SECONDS), policy)


def _wait(seconds: float, policy: WorkerPolicy) -> None:
    """Wait for so long, or until a worker is called for. To ask that costs much less than to look what is due."""
    pause, end = threading.Event(), time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        pause.wait(min(left, LOOK_AGAIN_SECONDS))
        if policy.is_called():
            return


def recover(account: DotdigitalAccount) -> None:
    """Pick up what dead workers left, and keep back what is not to be sent any more."""
    recover_accepted(account, timezone.now())
    recover_abandoned(account, timezone.now())
    to_be_withheld = ImportBatch.objects.filter(job__account=account).to_be_withheld()
    for job in UploadJob.objects.light().filter(pk__in=to_be_withheld.values("job")):
        withhold_batches(job)


def next_work(account: DotdigitalAccount) -> Work | None:
    """The next piece of work, claimed for this worker."""
    situation = read_situation(account.pk)
    return None if situation is None else claim_work(situation)


def claim_work(situation: Situation) -> Work | None:
    """The first of what is due that no other worker has claimed meanwhile."""
    claims = (CLAIMS[action](situation.account) for action in situation.due)
    return next((work for work in claims if work is not None), None)


def _claim_send(account: DotdigitalAccount) -> Work | None:
    batch = take_slot(account.pk)
    return None if batch is None else partial(send_batch, batch)


def _claim_poll(account: DotdigitalAccount) -> Work | None:
    batch = claim_poll(account)
    return None if batch is None else partial(poll_batch, batch)


def _claim_probe(account: DotdigitalAccount) -> Work | None:
    token = claim_probe(account)
    return None if token is None else partial(carry_out_probe, account, token)


CLAIMS: dict[Action, Callable[[DotdigitalAccount], Work | None]] = {
    Action.SEND: _claim_send,
    Action.POLL: _claim_poll,
    Action.PROBE: _claim_probe,
}


def _do(work: Work) -> None:
    """One batch that cannot be dealt with must not hold the others up; it is due again later."""
    try:
        work()
    except (OperationalError, InterfaceError):
        raise  # without the database there is nothing to go on with
    except Exception as error:
        logger.error("a batch was not dealt with", exc_info=error)


def is_more_due(account: DotdigitalAccount) -> bool:
    """Whether there is something to do at this moment."""
    situation = read_situation(account.pk)
    return situation is not None and bool(situation.due)


def next_due(account: DotdigitalAccount) -> datetime | None:
    """The earliest time at which there is something to do for `account`; None if nothing is under way."""
    situation = read_situation(account.pk)
    return None if situation is None else situation.next_at
