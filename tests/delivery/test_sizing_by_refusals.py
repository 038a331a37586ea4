"""A body limit below the one that is assumed: found out once, remembered, and kept to."""

import pytest
from django.utils import timezone

from imports.delivery import sizing
from imports.delivery.send import send_batch
from imports.delivery.sizing import body_limit_of, bytes_a_batch
from imports.delivery.slots import take_slot
from imports.jobs.confirm import confirm_job
from imports.models import DotdigitalAccount, ImportBatch
from imports.states import BatchStatus
from tests.delivery.jobs import finish
from tests.delivery.matrix import assert_account, assert_ledger
from tests.delivery.ready import Contents

pytestmark = [pytest.mark.pipeline, pytest.mark.once]

BATCHES, CONTACTS_A_BATCH = 10, 12
ALL = BATCHES * CONTACTS_A_BATCH


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    """Bodies of these tests are small, and so is the smallest limit that is believed in."""
    monkeypatch.setattr(sizing, "MIN_BYTES", 100)


@pytest.fixture
def job(account, alice, sandbox, ready_jobs):
    job = ready_jobs.make(Contents(ALL, CONTACTS_A_BATCH), account, alice)
    assert confirm_job(job, alice)
    return job


def refuse_above(sandbox, size: int) -> None:
    sandbox.faults({"call": "import", "fault": "tooLarge", "minBytes": size, "times": None})


def test_a_handful_of_bodies_are_refused_and_not_one_a_batch(job, account, sandbox):
    largest = max(job.batches.values_list("body_bytes", flat=True))
    refuse_above(sandbox, largest // 3)

    finish(job)

    assert assert_ledger(job) == {"created": ALL}
    assert assert_account(job, sandbox) == 0
    assert sandbox.statistics()["refusedForSize"] <= 6
    assert largest // 3 < body_limit_of(account) < largest


def test_what_was_learnt_shapes_the_batches_that_are_planned_next(job, account, sandbox):
    largest = max(job.batches.values_list("body_bytes", flat=True))
    refuse_above(sandbox, largest // 2 + 200)
    finish(job)

    assert bytes_a_batch(account) < largest


def test_a_contact_that_is_refused_by_itself_teaches_no_limit(job, account, sandbox):
    sandbox.faults({"call": "import", "fault": "tooLarge", "contains": "person40@", "times": None})

    finish(job)

    assert assert_ledger(job) == {"created": ALL - 1, "refused": 1}
    assert body_limit_of(account) is None
    assert job.batches.filter(reason_code="above_limit").count() == 0


def test_what_others_have_learnt_holds_for_a_batch_that_has_its_slot_already(job, account, sandbox):
    batch = take_slot(account.pk)
    DotdigitalAccount.objects.update(body_limit=batch.body_bytes // 2, body_limit_at=timezone.now())

    send_batch(batch)

    assert sandbox.statistics()["importCalls"] == 0
    pieces = ImportBatch.objects.filter(origin=batch)
    assert batch.status == BatchStatus.HALVED
    assert sum(piece.contacts for piece in pieces) == CONTACTS_A_BATCH
    assert max(piece.body_bytes for piece in pieces) < batch.body_bytes // 2
    assert {piece.attempts for piece in pieces} == {0}
