"""What an account has to do next, and when: the one source for those who ask and for those who do it.

Whoever wants to know whether something is due, and whoever is about to do it, reads a `Situation` and asks it the same
question. So nothing is ever due that would be refused, and nothing refused that is due.

How failures weigh. One call that fails says something about that call, and the batch that it was for waits a little. An
account *backs off* after MANY_FAILURES in a row, whatever calls they were; any answer ends that. A PUT without an
answer weighs more, because what it did is open: after one the next goes out alone, and only once Dotdigital has
answered something since; after MANY_FAILED_SENDS in a row sending waits, longer each time.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db.models import Count, Min, Q
from django.utils import timezone

from imports.accounts.blocked import is_blocked_or_backs_off
from imports.delivery.budget import allowed_at
from imports.models import DotdigitalAccount, ImportBatch
from imports.querysets import MAX_LEASE, MAX_WAIT, come, is_waiting
from imports.states import BATCH_HOLDING_SLOT, BatchStatus, Call

UNDER_WAY = frozenset({BatchStatus.PENDING, *BATCH_HOLDING_SLOT})


class Action(Enum):
    """What can be done for an account; of two that are due at once, the first comes first."""

    SEND = "send a batch: a free slot is filled before others are freed"
    POLL = "ask how an import is getting on"
    PROBE = "ask with a small call, which changes nothing, whether Dotdigital answers"


@dataclass(frozen=True)
class Situation:
    """An account and its batches at one moment, as far as that decides what may be done.

    `held` slots are in use, and `sending` of them by calls that are under way. `ready_at`: when the first batch that
    waits may be sent, as far as it is concerned, and `poll_at`: when the first import may be polled; None without one.
    `import_call_at` and `status_call_at`: when there is a call left for it.
    """

    now: datetime
    account: DotdigitalAccount
    held: int
    sending: int
    ready_at: datetime | None
    poll_at: datetime | None
    import_call_at: datetime
    status_call_at: datetime

    def at(self, action: Action) -> datetime | None:
        """When `action` may be done, not before now; None as long as something else has to happen first."""
        return {Action.SEND: self._send_at, Action.POLL: self._poll_at, Action.PROBE: self._probe_at}[
            action
        ]()

    @property
    def next_at(self) -> datetime | None:
        """When there is something to do; None if nothing is under way."""
        return min((moment for action in Action if (moment := self.at(action)) is not None), default=None)

    @property
    def due(self) -> list[Action]:
        """What may be done now, first things first."""
        return [action for action in Action if self.is_due(action)]

    def is_due(self, action: Action) -> bool:
        moment = self.at(action)
        return moment is not None and moment <= self.now

    def _send_at(self) -> datetime | None:
        if is_blocked_or_backs_off(self.account) or self._needs_answer_first:
            return None
        return self._slot_at()

    def _poll_at(self) -> datetime | None:
        if self.poll_at is None or is_blocked_or_backs_off(self.account):
            return None
        return max(self.poll_at, self.status_call_at)

    def _probe_at(self) -> datetime | None:
        rested = self._come(self.account.not_before)
        if is_blocked_or_backs_off(self.account):
            has_work = self.poll_at is not None or (self.ready_at is not None and not self.account.is_paused)
            return rested if has_work else None
        if not self._needs_answer_first:
            return None
        slot_at = self._slot_at()
        return None if slot_at is None else max(slot_at, rested)

    @property
    def _needs_answer_first(self) -> bool:
        """Whether a PUT was not answered, and nothing else has been since."""
        return self.account.failed_sends > 0 and self.account.failed_calls > 0

    def _slot_at(self) -> datetime | None:
        """When a batch may have a slot, whether or not Dotdigital answers; None while there is none to be had."""
        account = self.account
        if self.ready_at is None or account.is_paused or self.held >= account.max_active_imports:
            return None
        if account.failed_sends and self.sending:
            return None
        moment = max(
            self.ready_at,
            self.import_call_at,
            self._come(account.not_before),
            self._come(account.send_not_before),
        )
        ceiling = account.ceiling_at(self.now)
        is_full = ceiling is not None and self.held >= ceiling
        return max(moment, self._come(account.slot_probe_at)) if is_full else moment

    def _come(self, moment: datetime | None) -> datetime:
        return come(moment, self.now)


def read_situation(account_id: int, *, locked: bool = False) -> Situation:
    """How things stand for an account now. `locked`: its row is held until the transaction is over."""
    accounts = DotdigitalAccount.objects.without_secrets()
    if locked:
        accounts = accounts.select_for_update(no_key=True)
    now, account = timezone.now(), accounts.get(pk=account_id)
    batches = ImportBatch.objects.filter(job__account=account, status__in=UNDER_WAY)
    waiting, active = is_waiting(), Q(status=BatchStatus.ACTIVE)
    found = batches.aggregate(
        held=Count("pk", filter=Q(status__in=BATCH_HOLDING_SLOT)),
        sending=Count("pk", filter=Q(status=BatchStatus.SENDING)),
        waiting=Count("pk", filter=waiting),
        later=Count("pk", filter=waiting & Q(not_before__gt=now, not_before__lte=now + MAX_WAIT)),
        earliest=Min("not_before", filter=waiting & Q(not_before__gt=now)),
    )
    polls = [
        max(come(next_poll_at, now), come(lease_until, now, MAX_LEASE))
        for next_poll_at, lease_until in batches.filter(active).values_list("next_poll_at", "lease_until")
    ]
    ready_at = None
    if found["waiting"]:
        ready_at = found["earliest"] if found["waiting"] == found["later"] else now
    budgets = {budget.call: budget for budget in account.budgets.all()}
    return Situation(
        now=now,
        account=account,
        held=found["held"],
        sending=found["sending"],
        ready_at=ready_at,
        poll_at=min(polls, default=None),
        import_call_at=allowed_at(budgets, Call.IMPORT, now),
        status_call_at=allowed_at(budgets, Call.STATUS, now),
    )
