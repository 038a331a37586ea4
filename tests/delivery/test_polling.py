"""One import is polled by one worker at a time, and not again at once: counted by the sandbox, not by the portal."""

from datetime import timedelta

import pytest
from django.utils import timezone

from imports.accounts.blocked import MIN_RETRY_SECONDS
from imports.delivery import pace
from imports.delivery.deliver import deliver
from imports.delivery.poll import claim_poll, poll_batch
from imports.jobs.confirm import confirm_job
from imports.models import DotdigitalAccount, ImportBatch, UploadJob
from imports.states import BatchStatus, Call
from imports.work.lease import LEASE
from imports.work.queue import wake_account
from tests.delivery.jobs import make_due
from tests.delivery.matrix import assert_ledger
from tests.delivery.model_portal import Clock
from tests.delivery.ready import Contents
from tests.patience import wait_until

pytestmark = pytest.mark.pipeline


@pytest.fixture
def active(account, alice, sandbox, ready_jobs, monkeypatch) -> ImportBatch:
    """An import that is due to be polled."""
    monkeypatch.setattr(pace, "MIN_POLL_SECONDS", pace.MAX_POLL_SECONDS)
    job = ready_jobs.make(Contents(4, 4), account, alice)
    assert confirm_job(job, alice)
    deliver(account)
    make_due()
    return ImportBatch.objects.get(job=job, status=BatchStatus.ACTIVE)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    clock.pass_by((timezone.now() - clock.now()).total_seconds())
    return clock


def is_over(batch: ImportBatch, account: DotdigitalAccount) -> bool:
    """Whether a poll that is due now finds that the import of `batch` has ended, which takes the sandbox a moment."""
    make_due()
    deliver(account)
    batch.refresh_from_db()
    return batch.status == BatchStatus.FINISHED


def test_an_import_that_is_being_polled_is_left_alone_however_long_that_takes(
    active, account, clock, monkeypatch
):
    monkeypatch.setattr(timezone, "now", clock.now)
    assert claim_poll(account) is not None

    clock.pass_by(LEASE.total_seconds() - 1)
    assert claim_poll(account) is None
    clock.pass_by(2)
    assert claim_poll(account) is not None  # whoever held it has died


@pytest.mark.parametrize("fault", ["serverError", "badGateway", "reset", "truncate", "emptyAnswer"])
def test_a_poll_that_failed_is_put_again_after_a_wait_of_its_own(fault, active, account, sandbox):
    sandbox.faults({"call": "status", "fault": fault})
    claimed = claim_poll(account)
    assert claimed is not None

    poll_batch(claimed)

    active.refresh_from_db()
    assert (active.failed_polls, active.lease_until) == (1, None)
    assert active.next_poll_at > timezone.now() + timedelta(seconds=MIN_RETRY_SECONDS / 2)
    now = DotdigitalAccount.objects.get()
    assert (now.failed_calls, now.not_before) == (1, None)  # one failure says nothing about the account

    wait_until(lambda: is_over(active, account), "the import has ended and was polled again")
    assert DotdigitalAccount.objects.get().failed_calls == 0


def test_a_poll_for_which_no_calls_were_left_is_put_again_when_there_are(active, account, sandbox):
    sandbox.faults({"call": "status", "fault": "rateLimitedEmpty", "seconds": 5})
    claimed = claim_poll(account)
    assert claimed is not None

    poll_batch(claimed)

    active.refresh_from_db()
    resets_at = account.budgets.get(call=Call.STATUS).resets_at
    assert (active.failed_polls, active.lease_until, active.next_poll_at) == (0, None, resets_at)


@pytest.mark.django_db(transaction=True)
@pytest.mark.once
def test_workers_keep_an_interval_between_two_polls_of_an_import(
    account, alice, sandbox, workers, ready_jobs
):
    job = ready_jobs.make(Contents(24, 2), account, alice)
    sandbox.reset()
    sandbox.faults({"call": "status", "fault": "serverError", "every": 2, "times": None})
    assert confirm_job(job, alice)
    wake_account(account)

    wait_until(lambda: UploadJob.objects.get(pk=job.pk).has_ended, "the import has ended")
    job.refresh_from_db()

    assert assert_ledger(job) == {"created": 24}
    told = sandbox.statistics()
    assert told["statusCalls"] > 12
    assert told["shortestBetweenPolls"] >= MIN_RETRY_SECONDS
