"""The clock of a machine is put forward or back by a day in the middle of a job."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from imports.accounts.blocked import note_failed_call
from imports.delivery.budget import note_exhausted
from imports.delivery.deliver import deliver
from imports.delivery.doubt import recover_abandoned
from imports.delivery.send import send_batch
from imports.delivery.slots import note_no_slot, take_slot
from imports.dotdigital.errors import RateLimitedError
from imports.jobs.advance import run_inline
from imports.jobs.confirm import confirm_job
from imports.models import AuditEvent, DotdigitalAccount, UploadJob
from imports.states import BatchStatus, Call, JobStatus
from imports.work.lease import lease_end
from tests.delivery.jobs import finish, make_due
from tests.delivery.matrix import assert_account, assert_ledger, assert_moves, assert_repeats
from tests.delivery.ready import Contents
from tests.told import as_told

pytestmark = [pytest.mark.pipeline, pytest.mark.on_postgres]

DAY = timedelta(days=1)
# As seen by the clock afterwards: what it put down before lies a day back, or a day ahead.
JUMPS = {"put forward": -DAY, "put back": DAY}
CONTACTS, SLOTS = 12, 2


@pytest.fixture(params=JUMPS.values(), ids=JUMPS.keys())
def jump(request) -> Callable[[], None]:
    """Shifts every time that the portal has put down, which is what a jump of the clock amounts to; but for the audit
    log, which nobody can change and nothing goes by."""

    def shift() -> None:
        with transaction.atomic():
            for model in {*apps.get_app_config("imports").get_models()} - {AuditEvent}:
                times = [one.name for one in model._meta.fields if isinstance(one, models.DateTimeField)]
                for entry in model.objects.all():
                    was = {name: getattr(entry, name) for name in times}
                    model.objects.filter(pk=entry.pk).update(
                        **{name: time + request.param for name, time in was.items() if time is not None}
                    )

    return shift


@pytest.fixture
def job(account, alice, ready_jobs) -> UploadJob:
    """Twelve contacts in three batches, of which none has been sent; the account has two slots."""
    DotdigitalAccount.objects.update(max_active_imports=SLOTS)
    job = ready_jobs.make(Contents(CONTACTS, 4), account, alice)
    assert confirm_job(job, alice)
    return job


def exhaust(account: DotdigitalAccount) -> None:
    until = timezone.now() + timedelta(seconds=50)
    for call in Call:
        note_exhausted(account, call, RateLimitedError(until, status=429))


def block_account(account: DotdigitalAccount) -> None:
    later = timezone.now() + timedelta(seconds=20)
    DotdigitalAccount.objects.filter(pk=account.pk).update(
        blocked_reason=as_told("Refused."), not_before=later
    )


SITUATIONS = {
    "nothing sent yet": lambda account: None,
    "imports are running": deliver,
    "the account rests": note_failed_call,
    "no calls are left": exhaust,
    "all slots are another's": note_no_slot,
    "the account is blocked": block_account,
}


@pytest.mark.parametrize("arrive_at", SITUATIONS.values(), ids=SITUATIONS.keys())
def test_the_job_ends_and_nothing_is_taken_for_lost(arrive_at, jump, job, account, sandbox):
    arrive_at(account)
    jump()

    finish(job)

    assert job.status == JobStatus.FINISHED
    assert assert_ledger(job) == {"created": CONTACTS}
    assert assert_account(job, sandbox) == 0
    assert assert_repeats(job, sandbox) == 0
    assert_moves(job, SLOTS)


def test_a_call_that_is_under_way_keeps_its_answer(jump, job, account, sandbox):
    batch = take_slot(account.pk)
    jump()
    batch.refresh_from_db()
    taken = UploadJob.objects.get(pk=job.pk).batches.get(pk=batch.pk)

    recover_abandoned(account, timezone.now())  # as another worker does meanwhile
    send_batch(taken)

    batch.refresh_from_db()
    assert (batch.status, batch.attempts) == (BatchStatus.ACTIVE, 1)
    finish(job)
    assert assert_ledger(job) == {"created": CONTACTS}
    assert assert_repeats(job, sandbox) == 0


@pytest.mark.parametrize("status", [JobStatus.STAGING, JobStatus.CHECKING])
def test_a_step_whose_worker_died_is_taken_up(status, jump, account, alice, ready_jobs):
    job = ready_jobs.make(Contents(4, 4), account, alice)
    UploadJob.objects.filter(pk=job.pk).update(status=status, lease_until=lease_end())
    jump()
    job.refresh_from_db()

    assert job in UploadJob.objects.due(timezone.now())


def test_a_report_whose_worker_died_is_drawn_up(jump, job, account, sandbox):
    while job.batches.exclude(status=BatchStatus.FINISHED).exists():
        make_due()
        deliver(account)
    UploadJob.objects.filter(pk=job.pk).update(lease_until=lease_end())
    jump()
    job.refresh_from_db()

    run_inline(job)

    assert assert_ledger(job) == {"created": CONTACTS}
