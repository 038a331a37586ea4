"""A person is told once of what becomes of their import, in the transaction in which it becomes so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from imports.delivery.doubt import give_up_held, release_held
from imports.jobs.cancel import cancel_job
from imports.jobs.sweep import find_due
from imports.jobs.tasks import sweep
from imports.models import DotdigitalAccount, ImportBatch, JobEvent, Notification, UploadJob
from imports.querysets import LONG_WAIT
from imports.states import BatchStatus, JobStatus, MailState, NotificationOccasion
from imports.telling.stuck import tell_stuck
from imports.transactions import unit_of_work
from tests.telling.conftest import finish
from tests.told import as_told
from tests.views.deliveries import add_batch

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, bool, bool]]:
    """Of each notification its occasion, whether it is needed, and whether it is over."""
    return [
        (one.occasion, one.is_needed, one.over_at is not None) for one in Notification.objects.order_by("pk")
    ]


class TestTheEnd:
    def test_it_is_told_to_the_owner(self, job, alice):
        finish(job)

        assert told() == [(NotificationOccasion.ENDED, True, False)]
        assert Notification.objects.get().person == alice

    def test_what_took_less_than_a_minute_is_not_needed(self, job):
        JobEvent.objects.update(at=timezone.now() - LONG_WAIT / 2)
        finish(job)

        assert told() == [(NotificationOccasion.ENDED, False, False)]

    @pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.ERRORED])
    def test_an_import_that_fails_on_its_way_is_needed(self, status, job):
        JobEvent.objects.update(at=timezone.now())
        assert UploadJob.objects.transition(job, status)

        assert told() == [(NotificationOccasion.ENDED, True, False)]

    def test_whoever_ends_their_own_import_knows(self, job, alice):
        UploadJob.objects.filter(pk=job.pk).update(status=JobStatus.STAGED)
        job.refresh_from_db()
        assert cancel_job(job, alice)

        assert told() == []

    def test_what_another_ends_is_needed(self, job, mona):
        UploadJob.objects.filter(pk=job.pk).update(status=JobStatus.STAGED)
        JobEvent.objects.update(at=timezone.now())
        job.refresh_from_db()
        assert cancel_job(job, mona)

        assert told() == [(NotificationOccasion.ENDED, True, False)]

    def test_what_is_rolled_back_tells_nobody(self, job):
        def finish_and_fail() -> None:
            with unit_of_work():
                finish(job)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            finish_and_fail()

        assert told() == []
        assert job.status == JobStatus.SENDING

    def test_a_worker_that_was_taken_for_dead_tells_nobody(self, job):
        late = UploadJob.objects.get(pk=job.pk)
        finish(job)
        assert not UploadJob.objects.transition(late, JobStatus.ERRORED)

        assert told() == [(NotificationOccasion.ENDED, True, False)]


class TestADecision:
    @pytest.fixture
    def held(self, job) -> UploadJob:
        """Two batches of the import are held."""
        for _ in range(2):
            hold(job)
        return job

    def test_it_is_told_once_for_all_batches(self, held):
        assert told() == [(NotificationOccasion.DECISION, True, False)]

    def test_what_is_held_after_a_decision_is_told_again(self, held, alice):
        assert release_held(held, alice) == 2
        hold(held)

        assert told() == [
            (NotificationOccasion.DECISION, True, True),
            (NotificationOccasion.DECISION, True, False),
        ]

    def test_it_is_over_once_all_is_decided(self, held, alice):
        assert give_up_held(held, alice) == 2

        assert told() == [(NotificationOccasion.DECISION, True, True)]

    def test_late_answers_end_it(self, held):
        first, second = held.batches.all()
        held.batches.filter(pk=first.pk).update(status=BatchStatus.ACTIVE)
        sweep()
        assert told() == [(NotificationOccasion.DECISION, True, False)]

        held.batches.filter(pk=second.pk).update(status=BatchStatus.ACTIVE)
        sweep()
        assert told() == [(NotificationOccasion.DECISION, True, True)]
        assert Notification.objects.get().mail == MailState.UNWANTED

    def test_its_mail_waits_for_who_decides_at_once(self, held):
        notification = Notification.objects.get()
        assert find_due().mail_ids == ()

        Notification.objects.update(mail_not_before=timezone.now() - timedelta(seconds=1))
        assert find_due().mail_ids == (notification.pk,)


class TestAnAccountThatCannotBeUsed:
    def test_it_is_told_once_for_each_import_under_way(self, job, account):
        UploadJob.objects.create(
            account=account, owner=job.owner, file_name="b.csv", status=JobStatus.CHECKED
        )
        DotdigitalAccount.objects.update(blocked_reason=as_told("The password is wrong."))
        sweep()
        sweep()

        assert told() == [(NotificationOccasion.STUCK, True, False)]
        assert Notification.objects.get().job == job

    def test_two_sweeps_at_once_tell_once(self, job):
        DotdigitalAccount.objects.update(blocked_reason=as_told("The password is wrong."))
        due = find_due()
        tell_stuck(due.stuck_ids)
        tell_stuck(due.stuck_ids)

        assert told() == [(NotificationOccasion.STUCK, True, False)]

    def test_it_is_over_once_the_account_can_be_used_and_told_again_after_that(self, job):
        for _ in range(2):
            DotdigitalAccount.objects.update(blocked_reason=as_told("The password is wrong."))
            sweep()
            DotdigitalAccount.objects.update(blocked_reason={})
            sweep()

        assert told() == [(NotificationOccasion.STUCK, True, True)] * 2

    def test_it_is_over_once_the_import_has_ended(self, job):
        DotdigitalAccount.objects.update(blocked_reason=as_told("The password is wrong."))
        sweep()
        finish(job)
        sweep()

        assert told() == [(NotificationOccasion.STUCK, True, True), (NotificationOccasion.ENDED, True, False)]


def hold(job: UploadJob) -> None:
    """One more batch of `job` is held, as a worker does it."""
    batch = add_batch(job, BatchStatus.IN_DOUBT)
    assert ImportBatch.objects.transition(batch, BatchStatus.HELD)
