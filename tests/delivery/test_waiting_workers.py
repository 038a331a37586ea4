"""What a worker does that waits for imports: it looks when something is due, and no two wait for the same."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from imports.delivery import deliver as deliver_module
from imports.delivery.deliver import WorkerPolicy, deliver
from imports.delivery.poll import claim_poll
from imports.models import ImportBatch
from imports.states import BatchStatus
from tests.delivery.jobs import sending_job

pytestmark = pytest.mark.pipeline

SOON, NOW, NOT_SOON = timedelta(seconds=1.6), timedelta(seconds=-1), timedelta(minutes=2)
MANY_CALLS = 40


class WaitingPolicy(WorkerPolicy):
    """As one of several workers, for which nobody calls."""

    waits = True
    calls_others = True

    def is_called(self) -> bool:
        return False


class CalledPolicy(WaitingPolicy):
    """The same while somebody has these batches become due, and calls, each fourth time that the worker asks."""

    def __init__(self, batches, looks):
        self.batches, self.looks = batches, looks
        self.calls = 0
        self.looks_when_called = []

    def is_called(self) -> bool:
        self.calls += 1
        assert self.calls < MANY_CALLS, "it does not look, though it is called"
        if self.calls % 4:
            return False
        self.looks_when_called.append(len(self.looks))
        due_in(NOW, *self.batches)
        return True


@pytest.fixture
def batches(account, alice, sandbox, tmp_path, settings, monkeypatch):
    """Two imports that have gone out."""
    settings.IMPORT_BATCH_CONTACTS = 4
    monkeypatch.setattr("imports.delivery.pace.MIN_POLL_SECONDS", 30.0)
    job = sending_job(account, alice, tmp_path, 8)
    deliver(account)
    assert set(job.batches.values_list("status", flat=True)) == {BatchStatus.ACTIVE}
    return list(job.batches.order_by("number"))


@pytest.fixture
def looks(monkeypatch):
    """What is due is counted each time that a worker looks."""
    counted, read = [], deliver_module.read_situation

    def look(*args, **options):
        counted.append(args)
        return read(*args, **options)

    monkeypatch.setattr(deliver_module, "read_situation", look)
    return counted


def due_in(wait, *batches):
    ImportBatch.objects.filter(pk__in=[batch.pk for batch in batches]).update(
        next_poll_at=timezone.now() + wait
    )


def test_it_does_not_look_before_something_is_due(batches, account, looks):
    due_in(SOON, *batches)

    assert deliver(account, WaitingPolicy()) is None

    assert not ImportBatch.objects.exclude(status=BatchStatus.FINISHED).exists()
    # When it comes, and when both are due; after claiming each whether there is more; at last that there is nothing.
    assert len(looks) <= 2 + 2 * 2 + 1


def test_it_looks_when_somebody_is_called_for_and_not_before(batches, account, looks, monkeypatch):
    monkeypatch.setattr(deliver_module, "WORTH_WAITING", 2 * NOT_SOON)
    due_in(NOT_SOON, *batches)
    policy = CalledPolicy(batches, looks)

    assert deliver(account, policy) is None

    assert not ImportBatch.objects.exclude(status=BatchStatus.FINISHED).exists()
    assert policy.looks_when_called[0] == 1


def test_it_leaves_when_another_was_quicker(batches, account, monkeypatch):
    first, second = batches
    due_in(NOW, first)
    due_in(timedelta(seconds=15), second)  # before the other's lease is over
    taken = []

    def taken_by_another(situation):
        taken.append(claim_poll(account))

    monkeypatch.setattr(deliver_module, "WORTH_WAITING", NOT_SOON)
    monkeypatch.setattr(deliver_module, "claim_work", taken_by_another)
    over = threading.Timer(10, monkeypatch.undo)
    over.start()
    try:
        following = deliver(account, WaitingPolicy())
    finally:
        over.cancel()

    assert [batch.pk for batch in taken] == [first.pk]
    second.refresh_from_db()
    assert following == second.next_poll_at
