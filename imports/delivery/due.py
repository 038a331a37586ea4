"""What an account has to do next, and when: the one source for those who ask and for those who do it.

Whoever wants to know whether something is due, and whoever is about to do it, reads a `Situation` and asks it the same
question. So nothing is ever due that would be refused, and nothing refused that is due.

How failures weigh. One call that fails says something about that call, and the batch that it was for waits a little. An
account *backs off* after MANY_FAILURES in a row, whatever calls they were; any answer ends that. A PUT without an
answer weighs more, because what it did is open: after one the next goes out alone, and only once Dotdigital has
answered something since; after MANY_FAILED_SENDS in a row sending waits, longer each time.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

from django.db.models import Count, FilteredRelation, Max, Min, Q, QuerySet
from django.utils import timezone

from imports.accounts.blocked import is_blocked_or_backs_off
from imports.delivery.budget import allowed_at
from imports.models import CallBudget, DotdigitalAccount, ImportBatch
from imports.querysets import MAX_LEASE, come
from imports.states import BATCH_HOLDING_SLOT, BatchStatus, Call, JobStatus

UNDER_WAY = frozenset({BatchStatus.PENDING, *BATCH_HOLDING_SLOT})
NOT_ON_THEIR_WAY = frozenset({BatchStatus.PENDING, BatchStatus.HELD})


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
    return next(iter(_read(_groups().filter(job__account=account_id))), None)


def read_situations() -> list[Situation]:
    """How things stand now for all accounts of which something is under way, in one query."""
    return _read(_groups().all())


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


# Batches that are alike in these are counted together: those that wait, and hardly any other.
_GROUP_FIELDS = (
    "status",
    "lease_until",
    "next_poll_at",
    "job__status",
    "job__is_paused",
    "job__failure_code",
)


@dataclass(frozen=True)
class _Group:
    """Batches of an account that are alike: how many there are, how many of them wait until a time of their own, and
    the first and the last of these times."""

    status: str
    lease_until: datetime | None
    next_poll_at: datetime | None
    job_status: str
    is_job_paused: bool
    job_failure_code: str
    batches: int
    put_off: int
    first: datetime | None
    last: datetime | None

    @property
    def is_waiting(self) -> bool:
        """As `querysets.is_waiting`."""
        is_sending = self.job_status == JobStatus.SENDING and not self.job_failure_code
        return self.status == BatchStatus.PENDING and is_sending and not self.is_job_paused

    def is_left_behind(self, now: datetime) -> bool:
        """Whether a sender has died, or these batches are not to be sent any more."""
        if self.status == BatchStatus.SENDING:
            return come(self.lease_until, now, MAX_LEASE) <= now
        is_stopped = self.job_status == JobStatus.SENDING and bool(self.job_failure_code)
        is_withheld = is_stopped or self.job_status == JobStatus.CANCELLING
        return self.status == BatchStatus.IN_DOUBT or (is_withheld and self.status in NOT_ON_THEIR_WAY)

    def ready_at(self, now: datetime) -> datetime:
        """When the first of them may be sent. The last may have been put off by a clock that was put back since."""
        if self.put_off < self.batches:
            return now
        return min(come(self.first, now), come(self.last, now))

    def poll_at(self, now: datetime) -> datetime:
        return max(come(self.next_poll_at, now), come(self.lease_until, now, MAX_LEASE))


@cache
def _groups() -> QuerySet[ImportBatch, tuple[Any, ...]]:
    """The batches of all accounts, counted in groups, beside their account and its budgets: a query to be narrowed.

    One query, without conditions in its aggregates, and made once: workers ask this many times a second, and Django
    takes longer to put it together than a database to answer it.
    """
    budgets = {
        f"{call}_budget": FilteredRelation(
            f"{_ACCOUNT}budgets", condition=Q(**{f"{_ACCOUNT}budgets__call": call})
        )
        for call in _CALLS
    }
    return (
        ImportBatch.objects.filter(status__in=UNDER_WAY | NOT_ON_THEIR_WAY)
        .alias(**budgets)
        .order_by()
        .values_list(
            *(f"{_ACCOUNT}{name}" for name in _ACCOUNT_FIELDS),
            *(f"{call}_budget__{name}" for call in _CALLS for name in _BUDGET_FIELDS),
            *_GROUP_FIELDS,
        )
        .annotate(Count("pk"), Count("not_before"), Min("not_before"), Max("not_before"))
    )


def _read(rows: QuerySet[ImportBatch, tuple[Any, ...]]) -> list[Situation]:
    """The situations of the accounts that `rows` of `_groups` are of."""
    now = timezone.now()
    of_account = len(_ACCOUNT_FIELDS) + len(_CALLS) * len(_BUDGET_FIELDS)
    # By the account's id, which is the first of its values: they are the same in all of its rows.
    values: dict[int, Sequence[Any]] = {}
    groups: defaultdict[int, list[_Group]] = defaultdict(list)
    for row in rows:
        values[row[0]] = row[:of_account]
        groups[row[0]].append(_Group(*row[of_account:]))
    return [_situation(values[account_id], found, now) for account_id, found in groups.items()]


def _situation(values: Sequence[Any], groups: Sequence[_Group], now: datetime) -> Situation:
    account = DotdigitalAccount.from_db(None, _ACCOUNT_FIELDS, values[: len(_ACCOUNT_FIELDS)])
    budgets = {}
    for number, call in enumerate(_CALLS):
        start = len(_ACCOUNT_FIELDS) + number * len(_BUDGET_FIELDS)
        fields = dict(zip(_BUDGET_FIELDS, values[start : start + len(_BUDGET_FIELDS)], strict=True))
        if fields["scope"] is not None:
            budgets[str(call)] = CallBudget(account=account, call=call, **fields)
    return Situation(
        now=now,
        account=account,
        held=sum(group.batches for group in groups if group.status in BATCH_HOLDING_SLOT),
        sending=sum(group.batches for group in groups if group.status == BatchStatus.SENDING),
        ready_at=min((group.ready_at(now) for group in groups if group.is_waiting), default=None),
        poll_at=min(
            (group.poll_at(now) for group in groups if group.status == BatchStatus.ACTIVE), default=None
        ),
        import_call_at=allowed_at(budgets, Call.IMPORT, now),
        status_call_at=allowed_at(budgets, Call.STATUS, now),
        is_left_behind=any(group.is_left_behind(now) for group in groups),
    )
