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

from imports.models import DotdigitalAccount, ImportBatch, UploadJob
from imports.querysets import LONGEST_WAIT
from imports.states import BatchStatus, Call
from imports.steps.budget import next_call_at
from imports.steps.doubt import recover_abandoned
from imports.steps.poll import claim_poll, poll_batch
from imports.steps.send import send_batch
from imports.steps.slots import is_resting, must_ask_first, take_slot
from imports.steps.stopping import withhold_batches
from imports.steps.trouble import ask_whether_mended

logger = logging.getLogger(__name__)

TEND_EVERY_SECONDS = 2.0
# What comes this soon is waited for: to wake a worker for it would take about as long.
WORTH_WAITING = timedelta(seconds=3)
LOOK_AGAIN_SECONDS = 0.25
# Then the worker goes to the end of the queue, so that no account keeps it for ever.
LONGEST_SHIFT_SECONDS = 60.0

Work = Callable[[], None]


class Shift:
    """How a worker goes about delivering. This one does what is due, alone, and leaves."""

    waits = False

    def call_another(self) -> None:
        """There is more to do at once than one worker can."""

    def wake_delivered(self) -> None:
        """A batch has come to its end, so there may be jobs to be reported on."""

    def is_over(self) -> bool:
        """Whether somebody else needs this worker more."""
        return False


def deliver(account: DotdigitalAccount, shift: Shift | None = None) -> datetime | None:
    """Do what is due for `account`; when there will be more to do, or None if nothing is under way."""
    shift = shift or Shift()
    pause = threading.Event()
    began, tended = time.monotonic(), float("-inf")
    while True:
        if time.monotonic() - tended >= TEND_EVERY_SECONDS:
            tend(account)
            tended = time.monotonic()
        account.refresh_from_db()
        if work := next_work(account):
            if is_more_due(account):
                shift.call_another()
            _do(work)
            shift.wake_delivered()
            if shift.is_over() or time.monotonic() - began >= LONGEST_SHIFT_SECONDS:
                return timezone.now()
            continue
        following = next_due(account)
        wait = following - timezone.now() if following else None
        is_long = time.monotonic() - began >= LONGEST_SHIFT_SECONDS
        if not shift.waits or wait is None or wait > WORTH_WAITING or is_long or shift.is_over():
            return following
        pause.wait(min(max(wait.total_seconds(), 0.01), LOOK_AGAIN_SECONDS))


def tend(account: DotdigitalAccount) -> None:
    """Pick up what dead workers left, and keep back what is not to be sent any more."""
    recover_abandoned(account, timezone.now())
    to_be_withheld = ImportBatch.objects.filter(job__account=account).to_be_withheld()
    for job in UploadJob.objects.filter(pk__in=to_be_withheld.values("job")):
        withhold_batches(job)


def next_work(account: DotdigitalAccount) -> Work | None:
    """The next piece of work, claimed for this worker: a free slot is filled before others are freed."""
    if must_ask_first(account) and not is_resting(account, timezone.now()) and has_work(account):
        return partial(_ask, account)
    if account.trouble:
        return None
    if batch := take_slot(account.pk):
        return partial(send_batch, batch)
    if batch := claim_poll(account):
        return partial(poll_batch, batch)
    return None


def has_work(account: DotdigitalAccount) -> bool:
    """Whether anything is to be sent or asked after once `account` can be used."""
    batches = ImportBatch.objects.filter(job__account=account)
    return batches.waiting().exists() or batches.filter(status=BatchStatus.ACTIVE).exists()


def _ask(account: DotdigitalAccount) -> None:
    ask_whether_mended(account)


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
    following = next_due(account)
    return following is not None and following <= timezone.now()


def next_due(account: DotdigitalAccount) -> datetime | None:
    """The earliest time at which `account` has a batch to send or to ask after."""
    now = timezone.now()
    times = [time for time in (_next_poll(account, now), _next_send(account, now)) if time is not None]
    if account.trouble and times:
        return _come(account.not_before, now)
    return min(times, default=None)


def _next_poll(account: DotdigitalAccount, now: datetime) -> datetime | None:
    active = ImportBatch.objects.filter(job__account=account, status=BatchStatus.ACTIVE)
    first = active.order_by("next_poll_at").values_list("next_poll_at", flat=True).first()
    return None if first is None else max(_come(first, now), next_call_at(account, Call.STATUS, now))


def _next_send(account: DotdigitalAccount, now: datetime) -> datetime | None:
    """None as well while all slots are taken: the next poll will say when one is free."""
    batches = ImportBatch.objects.filter(job__account=account)
    times = list(batches.waiting().order_by("not_before").values_list("not_before", flat=True)[:1])
    if batches.waiting().filter(not_before=None).exists():
        times.append(None)
    held = batches.holding_slot().count()
    if not times or account.is_paused or held >= account.max_active_imports:
        return None
    if account.failed_calls and batches.filter(status=BatchStatus.SENDING).exists():
        return None
    due = max(
        min(_come(time, now) for time in times),
        _come(account.not_before, now),
        next_call_at(account, Call.IMPORT, now),
    )
    ceiling = account.ceiling_at(now)
    if ceiling is not None and held >= ceiling:
        due = max(due, _come(account.slot_probe_at, now))
    return due


def _come(moment: datetime | None, now: datetime) -> datetime:
    """`moment`, or now where there is none or the clock has been put back since it was set."""
    return now if moment is None or moment > now + LONGEST_WAIT else moment
