"""When imports are asked after, and how long they are said to take."""

from datetime import timedelta

import pytest
from django.utils import timezone

from imports.accounts.blocked import MAX_BACKOFF_SECONDS, backoff
from imports.delivery.budget import note_allowance
from imports.delivery.pace import (
    PastImport,
    expected_seconds,
    first_poll_after,
    first_poll_seconds,
    next_poll_after,
    outlook_of,
    past_imports,
)
from imports.dotdigital.limits import CallAllowance
from imports.models import ImportBatch
from imports.states import BatchStatus, Call
from tests.delivery.jobs import sending_job

pytestmark = pytest.mark.pipeline

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _real_polls(monkeypatch):
    monkeypatch.setattr("imports.delivery.pace.MIN_POLL_SECONDS", 2.0)


def past(*spans: tuple[float, float], contacts: int = 1_000) -> list[PastImport]:
    return [PastImport(contacts, running, ended) for running, ended in spans]


class TestExpectation:
    def test_it_lies_between_running_still_and_ended_already(self):
        assert 8 < expected_seconds(past(*[(8, 12)] * 10), 1_000) < 12

    def test_it_moves_forward_while_none_was_running_still(self):
        assert 9 < expected_seconds(past(*[(0, 10)] * 10), 1_000) < 10

    def test_imports_of_another_size_say_nothing(self):
        assert expected_seconds(past(*[(0, 60)] * 10, contacts=10_000), 1_000) is None

    def test_one_that_took_long_does_not_decide(self):
        usual = expected_seconds(past(*[(0, 10)] * 20), 1_000)
        assert expected_seconds(past(*[(0, 10)] * 20, (880, 900)), 1_000) == pytest.approx(usual)

    @pytest.mark.parametrize("seconds", [2.5, 3, 17])
    def test_it_finds_what_imports_take(self, seconds):
        """Twenty-five at a time, each first asked after when it was expected to have ended, then at intervals."""
        known: list[PastImport] = []
        late: list[float] = []
        for _ in range(60):
            for _ in range(25):
                asked = [first_poll_seconds(known, 1_000)]
                while asked[-1] < seconds:
                    asked.append(asked[-1] + min(max(asked[-1] / 4, 2), 30))
                late.append(asked[-1] - seconds)
                known = past((asked[-2] if len(asked) > 1 else 0, asked[-1])) + known[:39]

        assert sum(late) / len(late) < 0.2 * seconds


class TestPolls:
    @pytest.mark.django_db
    def test_a_first_import_is_asked_after_two_seconds(self, account):
        assert first_poll_after(account, 5_000) == 2 * SECOND

    @pytest.mark.django_db
    def test_intervals_grow_with_age_from_two_seconds_to_thirty(self, account):
        ages = [0, 4, 8, 20, 60, 120, 600, 86_400]
        waits = [next_poll_after(account, age * SECOND, 1) for age in ages]

        assert waits == [w * SECOND for w in (2, 2, 2, 5, 15, 30, 30, 30)]

    @pytest.mark.django_db
    def test_all_imports_together_stay_below_the_calls_that_are_allowed(self, account):
        limit = 35
        reset = timezone.now() + timedelta(minutes=1)
        note_allowance(account, Call.STATUS, CallAllowance("low", limit, limit, reset))
        note_allowance(account, Call.IMPORT, CallAllowance("low", limit, limit, reset))

        wait = next_poll_after(account, 0 * SECOND, active=25)

        assert 25 * timedelta(minutes=1) / wait <= 0.8 * limit + 0.01

    def test_backing_off_doubles_is_bounded_and_spread(self):
        for tries in range(1, 2_000):
            seconds = min(2.0 ** min(tries, 10), MAX_BACKOFF_SECONDS)
            assert seconds / 2 <= backoff(tries).total_seconds() <= seconds
        assert len({backoff(5) for _ in range(20)}) > 1


class TestHistory:
    @pytest.fixture
    def job(self, account, alice, sandbox, tmp_path, settings):
        settings.IMPORT_BATCH_CONTACTS = 5
        return sending_job(account, alice, tmp_path, 40)

    def finish(self, job, numbers, seconds, *, running=None):
        now = timezone.now()
        job.batches.filter(number__in=numbers).update(
            status=BatchStatus.FINISHED,
            accepted_at=now - seconds * SECOND,
            running_at=None if running is None else now - running * SECOND,
            changed_at=now,
        )

    def test_an_import_ended_between_two_answers(self, job, account):
        self.finish(job, [1], 10, running=4)

        assert past_imports(account) == [PastImport(5, 6.0, 10.0)]

    def test_one_that_had_ended_when_first_asked_after_was_never_said_to_run(self, job, account):
        self.finish(job, [1], 10)

        assert past_imports(account) == [PastImport(5, 0.0, 10.0)]

    def test_a_clock_that_was_put_forward_meanwhile_says_nothing(self, job, account):
        self.finish(job, [1, 2, 3], 86_400)

        assert past_imports(account) == []
        assert first_poll_after(account, 5) == 2 * SECOND

    def test_an_estimate_comes_from_the_history_and_shrinks_with_the_work(self, job, account):
        assert outlook_of(job).seconds_left is None
        account.max_active_imports = 2
        account.save()
        job.refresh_from_db()
        self.finish(job, [1, 2], 10)
        assert outlook_of(job).seconds_left is None
        self.finish(job, [3, 4], 10)
        first = outlook_of(job).seconds_left
        self.finish(job, [5, 6], 10)
        second = outlook_of(job).seconds_left

        assert first == pytest.approx(20)
        assert second == pytest.approx(10)

    def test_a_job_shares_its_slots_with_the_others(self, job, account, alice, tmp_path):
        account.max_active_imports = 4
        account.save()
        job.refresh_from_db()
        self.finish(job, [1, 2, 3], 10)
        alone = outlook_of(job).seconds_left
        sending_job(account, alice, tmp_path, 10)
        shared = outlook_of(job)

        assert shared.seconds_left > alone
        assert (shared.position, shared.waiting_jobs, shared.slots) == (1, 2, 4)
        assert (
            ImportBatch.objects.filter(job__account=account).holding_slot().count() == shared.slots_used == 0
        )
