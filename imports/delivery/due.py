"""What an account has to do next, and when: the one source for those who ask and for those who do it.

Whoever wants to know whether something is due, and whoever is about to do it, reads a `Situation` and asks it the same
question. So nothing is ever due that would be refused, and nothing refused that is due.

How failures weigh. One call that fails says something about that call, and the batch that it was for waits a little. An
account *backs off* after MANY_FAILURES in a row, whatever calls they were; any answer ends that. A PUT without an
answer weighs more, because what it did is open: after one the next goes out alone, and only once Dotdigital has
answered something since; after MANY_FAILED_SENDS in a row sending waits, longer each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db.models import Count, FilteredRelation, Min, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from imports.accounts.blocked import is_blocked_or_backs_off
from imports.delivery.budget import allowed_at
from imports.models import CallBudget, DotdigitalAccount, ImportBatch
from imports.querysets import (
    MAX_LEASE,
    MAX_WAIT,
    BatchQuerySet,
    come,
    is_abandoned,
    is_to_be_withheld,
    is_waiting,
    when_come,
)
from imports.states import BATCH_HOLDING_SLOT, BatchStatus, Call

UNDER_WAY = frozenset({BatchStatus.PENDING, *BATCH_HOLDING_SLOT})
HELD_BACK = frozenset({BatchStatus.HELD})


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
    `import_call_at` and `status_call_at`: when there is a call left for it. `is_left_behind`: whether a dead worker
    has left something to be picked up, or something is not to be sent any more.
    """

    now: datetime
    account: DotdigitalAccount
    held: int
    sending: int
    ready_at: datetime | None
    poll_at: datetime | None
    import_call_at: datetime
    status_call_at: datetime
    is_left_behind: bool

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


def read_situation(account_id: int, *, locked: bool = False) -> Situation | None:
    """How things stand for an account now; None while nothing of it is under way.

    `locked`: its row is held until the transaction is over.
    """
    if locked:
        DotdigitalAccount.objects.select_for_update(no_key=True).only("pk").get(pk=account_id)
    return next(iter(_read(ImportBatch.objects.filter(job__account=account_id))), None)


def read_situations() -> list[Situation]:
    """How things stand now for all accounts of which something is under way, in one query."""
    return _read(ImportBatch.objects.all())


_ACCOUNT = "job__account__"
# What a situation needs of an account, and of each of its budgets.
_ACCOUNT_FIELDS = (
    "id",
    "max_active_imports",
    "is_paused",
    "blocked_reason",
    "failed_calls",
    "not_before",
    "failed_sends",
    "send_not_before",
    "slot_ceiling",
    "slot_probe_at",
    "slot_probes",
)
_BUDGET_FIELDS = ("scope", "limit", "remaining", "resets_at")
_CALLS = (Call.IMPORT, Call.STATUS)


def _read(batches: BatchQuerySet) -> list[Situation]:
    """The situations of the accounts that `batches` are of, in one query."""
    now = timezone.now()
    waiting, active = is_waiting(), Q(status=BatchStatus.ACTIVE)
    budgets = {
        f"{call}_budget": FilteredRelation(
            f"{_ACCOUNT}budgets", condition=Q(**{f"{_ACCOUNT}budgets__call": call})
        )
        for call in _CALLS
    }
    rows = (
        batches.filter(status__in=UNDER_WAY | HELD_BACK)
        .alias(**budgets)
        .order_by()
        .values(
            *(f"{_ACCOUNT}{name}" for name in _ACCOUNT_FIELDS),
            *(f"{call}_budget__{name}" for call in _CALLS for name in _BUDGET_FIELDS),
        )
        .annotate(
            held=Count("pk", filter=Q(status__in=BATCH_HOLDING_SLOT)),
            sending=Count("pk", filter=Q(status=BatchStatus.SENDING)),
            waiting=Count("pk", filter=waiting),
            later=Count("pk", filter=waiting & Q(not_before__gt=now, not_before__lte=now + MAX_WAIT)),
            earliest=Min("not_before", filter=waiting & Q(not_before__gt=now)),
            poll_at=Min(
                Greatest(when_come("next_poll_at", now), when_come("lease_until", now, MAX_LEASE)),
                filter=active,
            ),
            left_behind=Count(
                "pk", filter=is_abandoned(now) | Q(status=BatchStatus.IN_DOUBT) | is_to_be_withheld()
            ),
        )
    )
    return [_situation(row, now) for row in rows]


def _situation(row: Mapping[str, Any], now: datetime) -> Situation:
    values = [row[f"{_ACCOUNT}{name}"] for name in _ACCOUNT_FIELDS]
    account = DotdigitalAccount.from_db(None, _ACCOUNT_FIELDS, values)
    budgets = {
        str(call): CallBudget(
            account=account, call=call, **{name: row[f"{call}_budget__{name}"] for name in _BUDGET_FIELDS}
        )
        for call in _CALLS
        if row[f"{call}_budget__scope"] is not None
    }
    ready_at = None
    if row["waiting"]:
        ready_at = row["earliest"] if row["waiting"] == row["later"] else now
    return Situation(
        now=now,
        account=account,
        held=row["held"],
        sending=row["sending"],
        ready_at=ready_at,
        poll_at=row["poll_at"],
        import_call_at=allowed_at(budgets, Call.IMPORT, now),
        status_call_at=allowed_at(budgets, Call.STATUS, now),
        is_left_behind=row["left_behind"] > 0,
    )
