"""What is said to be due can be done, and nothing else can: over the states of an account and its batches."""

import os
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.utils import timezone

from imports.accounts.blocked import MANY_FAILED_SENDS, MANY_FAILURES
from imports.delivery.deliver import CLAIMS, next_due, next_work
from imports.delivery.due import Action, read_situation
from imports.models import CallBudget, DotdigitalAccount, ImportBatch, UploadJob
from imports.states import BatchStatus, Call, JobStatus
from tests.environment import DATABASE_URL_VARIABLE
from tests.examples import examples
from tests.told import as_told

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db]

# The states are the same on either database; on the second a few show that its queries say the same.
STATES = examples(quick=60 if DATABASE_URL_VARIABLE in os.environ else 250, deep=20_000)
SLOTS = 3
NOW = timezone.now()
PAST, SOON, LATER = (NOW + timedelta(seconds=seconds) for seconds in (-5, 5, 9))
ANOTHER_DAY = NOW + timedelta(days=1)  # put down before the clock was put back
TICK = timedelta(microseconds=1)

Batch = dict[str, Any]
WAITING: Batch = {"status": BatchStatus.PENDING}
WAITING_LATER: Batch = {"status": BatchStatus.PENDING, "not_before": SOON}
BEING_SENT: Batch = {"status": BatchStatus.SENDING, "lease_until": LATER}
IN_DOUBT: Batch = {"status": BatchStatus.IN_DOUBT}
POLL_DUE: Batch = {"status": BatchStatus.ACTIVE, "next_poll_at": PAST}
POLL_LATER: Batch = {"status": BatchStatus.ACTIVE, "next_poll_at": LATER}
BEING_POLLED: Batch = {"status": BatchStatus.ACTIVE, "next_poll_at": PAST, "lease_until": SOON}
POLL_ANOTHER_DAY: Batch = {
    "status": BatchStatus.ACTIVE,
    "next_poll_at": ANOTHER_DAY,
    "lease_until": ANOTHER_DAY,
}
OVER: Batch = {"status": BatchStatus.FINISHED}

BATCHES: Sequence[Sequence[Batch]] = (
    (),
    (OVER,),
    (WAITING,),
    (WAITING_LATER,),
    (WAITING, WAITING_LATER, OVER),
    (BEING_SENT,),
    (WAITING, BEING_SENT),
    (POLL_DUE,),
    (POLL_LATER,),
    (BEING_POLLED,),
    (POLL_ANOTHER_DAY, WAITING_LATER),
    (WAITING, POLL_DUE),
    (WAITING_LATER, POLL_LATER, BEING_POLLED),
    (WAITING, IN_DOUBT),
    (WAITING, POLL_DUE, BEING_POLLED, POLL_LATER),
    (WAITING, BEING_SENT, BEING_SENT, IN_DOUBT),
)


class State(NamedTuple):
    """One state of an account. `ceiling` is how many slots there seem to be, and when another is tried."""

    blocked_reason: str
    failed_calls: int
    failed_sends: int
    not_before: datetime | None
    send_not_before: datetime | None
    is_paused: bool
    is_job_paused: bool
    ceiling: tuple[int | None, datetime | None]
    spent: tuple[Call, ...]
    batches: Sequence[Batch]


def drawn_states() -> list[State]:
    """STATES of the product of all there is, the same ones every time."""
    dimensions: tuple[Sequence[Any], ...] = (
        ("", "", "The password is refused."),
        (0, 1, MANY_FAILURES - 1, MANY_FAILURES, MANY_FAILURES + 3),
        (0, 1, MANY_FAILED_SENDS),
        (None, PAST, SOON, ANOTHER_DAY),
        (None, PAST, LATER, ANOTHER_DAY),
        (False, False, True),
        (False, False, True),
        ((None, None), (None, None), (1, SOON), (1, PAST), (0, LATER)),
        ((), (), (Call.IMPORT,), (Call.STATUS,), (Call.IMPORT, Call.STATUS)),
        BATCHES,
    )
    dice = random.Random(11)
    return [State(*(dice.choice(one) for one in dimensions)) for _ in range(STATES)]


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock.now)
    return clock


@pytest.fixture
def job(account, alice) -> UploadJob:
    return UploadJob.objects.create(
        account=account, owner=alice, status=JobStatus.SENDING, file_name="x.csv", upload="x", file_bytes=1,
        file_sha256="0" * 64,
    )  # fmt: skip


def arrange(state: State, job: UploadJob) -> DotdigitalAccount:
    ceiling, probe_at = state.ceiling
    DotdigitalAccount.objects.update(
        max_active_imports=SLOTS,
        blocked_reason=as_told(state.blocked_reason),
        failed_calls=state.failed_calls,
        failed_sends=state.failed_sends,
        not_before=state.not_before,
        send_not_before=state.send_not_before,
        is_paused=state.is_paused,
        slot_ceiling=ceiling,
        slot_probe_at=probe_at,
    )
    UploadJob.objects.update(is_paused=state.is_job_paused)
    ImportBatch.objects.all().delete()
    ImportBatch.objects.bulk_create(
        ImportBatch(job=job, number=number, first_row=2, last_row=2, contacts=1, body_bytes=1, **batch)
        for number, batch in enumerate(state.batches)
    )
    CallBudget.objects.all().delete()
    CallBudget.objects.bulk_create(
        CallBudget(account=job.account, call=call, scope=call, limit=10, remaining=0, resets_at=SOON)
        for call in state.spent
    )
    return DotdigitalAccount.objects.get(pk=job.account_id)


def can_be_done(account: DotdigitalAccount, action: Action | None = None) -> bool:
    """Whether a worker gets something to do, of that kind or of any; everything is as before afterwards."""
    with transaction.atomic():
        work = next_work(account) if action is None else CLAIMS[action](account)
        transaction.set_rollback(True)
    return work is not None


def wrong(state: State, job: UploadJob, clock: Clock) -> Iterator[str]:
    """What the two sides say differently."""
    clock.time = NOW
    account = arrange(state, job)
    situation = read_situation(account.pk)
    due_at = situation.next_at if situation is not None else None
    if can_be_done(account) != (due_at is not None and due_at <= NOW):
        yield f"next at {due_at}"
    for action in Action:
        if can_be_done(account, action) != (situation is not None and situation.is_due(action)):
            yield f"{action.name} in {situation}"
    if due_at is not None and due_at > NOW:
        clock.time = due_at - TICK
        if can_be_done(account):
            yield f"before {due_at}"
        clock.time = due_at
        if not can_be_done(account):
            yield f"not at {due_at}"


@pytest.mark.deep
def test_nothing_due_is_refused_and_nothing_refused_is_due(job, clock):
    found = [(state, list(wrong(state, job, clock))) for state in drawn_states()]

    assert [one for one in found if one[1]] == []


def test_a_poll_that_is_due_waits_while_the_account_backs_off(job, clock):
    """A worker that was told to poll at once, and refused, asked the database a hundred times a second."""
    state = State("", MANY_FAILURES, 0, SOON, None, False, False, (None, None), (), (POLL_DUE,))
    account = arrange(state, job)

    assert next_due(account) == SOON
    assert next_work(account) is None


@pytest.mark.parametrize("job_status", [JobStatus.SENDING, JobStatus.CANCELLING])
@pytest.mark.parametrize("failure_code", ["", "refused"])
def test_what_is_left_behind_is_what_recovery_finds(job, clock, job_status, failure_code):
    UploadJob.objects.update(status=job_status, failure_code=failure_code)
    found = set()
    for status in BatchStatus:
        for lease_until in (None, PAST, LATER, ANOTHER_DAY):
            ImportBatch.objects.all().delete()
            ImportBatch.objects.create(
                job=job,
                number=1,
                first_row=2,
                last_row=2,
                contacts=1,
                body_bytes=1,
                status=status,
                lease_until=lease_until,
            )
            batches = ImportBatch.objects.all()
            is_found = (
                batches.abandoned(NOW).exists()
                or batches.filter(status=BatchStatus.IN_DOUBT).exists()
                or batches.to_be_withheld().exists()
            )

            situation = read_situation(job.account_id)

            assert (situation is not None and situation.is_left_behind) == is_found, (status, lease_until)
            found.add(is_found)
    assert found == {True, False}
