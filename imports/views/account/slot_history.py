"""How many of an account's slots were in use over the last hours, told from when its batches got them and ended."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from imports.models import DotdigitalAccount, ImportBatch
from imports.states import BATCH_HOLDING_SLOT, BatchStatus

HOURS = 6
STEP = timedelta(minutes=5)
STEPS_AN_HOUR = timedelta(hours=1) // STEP
STEPS = HOURS * STEPS_AN_HOUR

LET_GO = (BatchStatus.FINISHED, BatchStatus.REFUSED, BatchStatus.HALVED, BatchStatus.HELD)
"""The statuses that a batch got at the moment at which it gave its slot back. Of one whose outcome is unknown, or that
waits to be sent again, it is not kept how long it had one."""


@dataclass(frozen=True)
class SlotHistory:
    """The most slots that were in use at once, in each STEP of the time from `begin` to `end`."""

    begin: datetime
    end: datetime
    most: Sequence[int]

    @property
    def by_hour(self) -> list[tuple[datetime, int]]:
        """When each hour begins, and the most of it."""
        return [
            (self.begin + STEP * place, max(self.most[place : place + STEPS_AN_HOUR]))
            for place in range(0, STEPS, STEPS_AN_HOUR)
        ]


def slot_history(account: DotdigitalAccount, now: datetime) -> SlotHistory:
    """The last HOURS hours up to `now`."""
    begin = now - timedelta(hours=HOURS)
    batches = ImportBatch.objects.filter(
        Q(status__in=LET_GO, changed_at__gt=begin) | Q(status__in=BATCH_HOLDING_SLOT),
        job__account=account,
        sent_at__isnull=False,
    )
    held = (
        (sent, now if status in BATCH_HOLDING_SLOT else changed)
        for sent, changed, status in batches.order_by().values_list("sent_at", "changed_at", "status")
        if sent is not None
    )
    return SlotHistory(begin, now, most_at_once(held, begin, STEPS))


def most_at_once(held: Iterable[tuple[datetime, datetime]], begin: datetime, steps: int) -> list[int]:
    """How many of the spans `held` there are at the same time at most, in each of `steps` STEPs from `begin`. A span is
    from a moment up to another, at which it is over."""
    changes: Counter[datetime] = Counter()
    for since, until in held:
        if max(since, begin) < until:
            changes[max(since, begin)] += 1
            changes[until] -= 1
    most, used, place = [0] * steps, 0, 0
    for at in sorted(changes):
        reached = (at - begin) // STEP
        if reached >= steps:
            break
        # What is in use as a step begins is so in it.
        most[place + 1 : reached + 1] = [used] * (reached - place)
        if reached > place and at == begin + STEP * reached:
            most[reached] = 0
        place = reached
        used += changes[at]
        most[place] = max(most[place], used)
    most[place + 1 :] = [used] * (steps - place - 1)
    return most
