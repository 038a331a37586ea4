"""The slots of an account: never more than there are, also where other programs hold some."""

from datetime import timedelta

import pytest
from django.utils import timezone

from imports.delivery import pace
from imports.delivery.deliver import deliver
from imports.delivery.slots import note_no_slot, note_slot_given, take_slot
from imports.delivery.stopping import pause_account, pause_job, resume_account, resume_job
from imports.jobs.advance import run_inline
from imports.models import DotdigitalAccount, ImportBatch
from imports.states import BatchStatus
from tests.delivery.jobs import finish, make_due, sending_job

pytestmark = pytest.mark.pipeline


@pytest.fixture
def job(account, alice, sandbox, tmp_path, settings):
    """Forty contacts in ten batches, of which none has been sent."""
    settings.IMPORT_BATCH_CONTACTS = 4
    return sending_job(account, alice, tmp_path, 40)


def take(account: DotdigitalAccount) -> list[ImportBatch]:
    """All the slots that can be had."""
    taken = []
    while batch := take_slot(account.pk):
        taken.append(batch)
    return taken


def accept(batch: ImportBatch) -> None:
    now = timezone.now()
    assert ImportBatch.objects.transition(
        batch, BatchStatus.ACTIVE, import_id="x", accepted_at=now, next_poll_at=now + timedelta(minutes=1)
    )


def refuse(batch: ImportBatch) -> None:
    """As when Dotdigital says that all slots are taken."""
    assert ImportBatch.objects.transition(batch, BatchStatus.PENDING, attempts=batch.attempts - 1)
    note_no_slot(batch.job.account)


class TestCeiling:
    def test_it_takes_what_it_holds_for_all_there_is_and_tries_one_more_later(self, job, account):
        first, second = take(account)[:2]
        for batch in ImportBatch.objects.filter(status=BatchStatus.SENDING).exclude(
            pk__in=[first.pk, second.pk]
        ):
            refuse(batch)
        accept(first)
        accept(second)

        assert take(account) == []
        make_due()
        assert len(take(account)) == 1

    def test_it_uses_a_slot_of_its_own_again_at_once(self, job, account):
        first, second, *others = take(account)
        for batch in others:
            refuse(batch)
        accept(first)
        accept(second)
        ImportBatch.objects.transition(first, BatchStatus.FINISHED)

        assert len(take(account)) == 1

    def test_it_climbs_when_a_slot_more_is_given(self, job, account):
        first, *others = take(account)
        for batch in others:
            refuse(batch)
        accept(first)
        for expected in (2, 3):
            make_due()
            probe = take_slot(account.pk)
            accept(probe)
            note_slot_given(account)
            account.refresh_from_db()
            assert account.slot_ceiling == expected

    def test_it_forgets_the_ceiling_when_all_slots_are_its_own_again(self, job, account):
        DotdigitalAccount.objects.update(max_active_imports=2)
        first, second = take(account)
        refuse(second)
        accept(first)
        make_due()
        accept(take_slot(account.pk))
        note_slot_given(account)

        account.refresh_from_db()
        assert account.slot_ceiling is None

    def test_it_does_not_believe_for_long_what_it_was_told(self, job, account):
        first, *others = take(account)
        for batch in others:
            refuse(batch)
        accept(first)
        DotdigitalAccount.objects.update(slot_probe_at=timezone.now() - timedelta(minutes=2))

        account.refresh_from_db()
        assert account.ceiling_at(timezone.now()) is None
        assert len(take(account)) == 9

    def test_it_waits_longer_each_time_that_there_is_none(self, job, account):
        waits = []
        for _ in range(6):
            batch = take_slot(account.pk)
            refuse(batch)
            for other in ImportBatch.objects.filter(status=BatchStatus.SENDING):
                refuse(other)
            account.refresh_from_db()
            waits.append(account.slot_probe_at - timezone.now())
            make_due()

        assert waits[-1] > 4 * waits[0]
        assert max(waits) <= timedelta(minutes=1)

    def test_it_sends_everything_in_the_end(self, job, account, sandbox):
        sandbox.occupy(25)
        deliver(account)
        account.refresh_from_db()
        assert account.slot_ceiling == 0
        DotdigitalAccount.objects.update(slot_probe_at=timezone.now() + timedelta(minutes=1))
        calls = sandbox.statistics()["importCalls"]
        deliver(account)
        assert sandbox.statistics()["importCalls"] == calls

        sandbox.occupy(0)
        finish(job)

        assert job.ledger["counts"]["created"] == 40
        assert set(job.batches.values_list("attempts", flat=True)) == {1}


class TestPauses:
    def test_a_paused_job_gets_no_slot_until_it_is_resumed(self, job, account, alice):
        assert pause_job(job, alice)
        assert pause_job(job, alice)
        assert take(account) == []

        assert resume_job(job, alice)
        assert resume_job(job, alice)
        assert len(take(account)) == 10
        notes = job.events.filter(batch=None).exclude(note="").values_list("note", flat=True)
        assert list(notes) == ["paused", "resumed"]

    def test_a_paused_account_gets_no_slot_until_it_is_resumed(self, job, account, alice):
        pause_account(account, alice)
        pause_account(account, alice)
        assert take(account) == []

        resume_account(account, alice)
        assert len(take(account)) == 10

    def test_what_has_gone_out_is_followed_while_the_job_is_paused(
        self, job, account, alice, sandbox, monkeypatch
    ):
        DotdigitalAccount.objects.update(max_active_imports=1)
        # What was sent is not asked after before the loop below says so, however slow the machine is.
        monkeypatch.setattr(pace, "MIN_POLL_SECONDS", pace.MAX_POLL_SECONDS)
        deliver(account)
        pause_job(job, alice)
        waiting = job.batches.filter(status=BatchStatus.PENDING).count()
        while job.batches.filter(status=BatchStatus.ACTIVE).exists():
            make_due()
            deliver(account)

        assert waiting
        assert job.batches.filter(status=BatchStatus.PENDING).count() == waiting
        assert job.batches.filter(status=BatchStatus.FINISHED).count() == 10 - waiting

    def test_an_ended_job_cannot_be_paused(self, job, account, alice, sandbox):
        run_inline(job)
        assert not pause_job(job, alice)
        assert not resume_job(job, alice)


class TestClocks:
    @pytest.mark.parametrize("days", [-1, 1], ids=["put forward", "put back"])
    def test_a_job_goes_on_when_the_clock_jumps(self, job, account, sandbox, days):
        DotdigitalAccount.objects.update(max_active_imports=2)
        deliver(account)
        jump = timedelta(days=days)
        for name in ("not_before", "next_poll_at", "lease_until", "accepted_at", "sent_at"):
            for batch in ImportBatch.objects.exclude(**{name: None}):
                ImportBatch.objects.filter(pk=batch.pk).update(**{name: getattr(batch, name) + jump})

        finish(job)

        assert job.ledger["counts"]["created"] == 40
        assert not any(batch.repeated for batch in job.batches.all())
