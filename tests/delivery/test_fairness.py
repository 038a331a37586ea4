"""Whose turn it is: an account's slots go round among its jobs, whatever their size; and people are told their turn."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from imports.delivery.pace import outlook_of
from imports.delivery.slots import take_slot
from imports.delivery.stopping import pause_job, resume_job
from imports.jobs.cancel import cancel_job
from imports.jobs.confirm import confirm_job
from imports.models import DotdigitalAccount, ImportBatch, Membership, UploadJob
from imports.states import BatchStatus
from portal.models import User
from tests.delivery.jobs import make_due
from tests.delivery.ready import Contents, ReadyJobs

pytestmark = [pytest.mark.pipeline, pytest.mark.on_postgres]

SMALL = Contents(2, 2)
MIDDLING = Contents(12, 4)
HUGE = Contents(64, 2)
SLOTS = 25


class Confirmed:
    """Makes jobs whose import was confirmed, in the order in which they are asked for."""

    def __init__(self, ready_jobs: ReadyJobs, account: DotdigitalAccount, person: User) -> None:
        self._ready_jobs, self._account, self._person = ready_jobs, account, person

    def __call__(self, contents: Contents, account: DotdigitalAccount | None = None) -> UploadJob:
        job = self._ready_jobs.make(contents, account or self._account, self._person)
        assert confirm_job(job, self._person)
        return job


@pytest.fixture
def confirmed(ready_jobs, account, alice) -> Confirmed:
    return Confirmed(ready_jobs, account, alice)


@pytest.fixture
def other_account(account) -> DotdigitalAccount:
    """Another account, with all of its slots free."""
    other = DotdigitalAccount(name="Other", endpoint=account.endpoint, api_user=account.api_user)
    other.api_password = account.api_password
    other.save()
    return other


def allow(account: DotdigitalAccount, slots: int) -> None:
    DotdigitalAccount.objects.filter(pk=account.pk).update(max_active_imports=slots)
    account.refresh_from_db()


def deal(account: DotdigitalAccount, most: int = SLOTS) -> list[ImportBatch]:
    """Up to so many slots, as they are dealt one after the other."""
    dealt: list[ImportBatch] = []
    while len(dealt) < most and (batch := take_slot(account.pk)):
        dealt.append(batch)
    return dealt


def free(batch: ImportBatch) -> None:
    """The import of a batch that was given a slot comes to its end."""
    batch.refresh_from_db()
    now = timezone.now()
    assert ImportBatch.objects.transition(
        batch, BatchStatus.ACTIVE, import_id="x", accepted_at=now, next_poll_at=now + timedelta(minutes=1)
    )
    assert ImportBatch.objects.transition(batch, BatchStatus.FINISHED)


def owners(batches: list[ImportBatch]) -> list[object]:
    return [batch.job_id for batch in batches]


@pytest.fixture
def bob(account) -> User:
    bob = User.objects.create_user("bob")
    Membership.objects.create(user=bob, account=account)
    return bob


class TestTurns:
    def test_slots_go_round_among_ten_jobs(self, confirmed, account):
        jobs = [confirmed(MIDDLING) for _ in range(10)]

        dealt = owners(deal(account))

        turn = [job.pk for job in jobs]
        assert dealt == (turn * 3)[:SLOTS]

    def test_the_batches_of_a_job_go_out_in_their_order(self, confirmed, account):
        confirmed(HUGE)
        confirmed(MIDDLING)

        numbers: dict[object, list[int]] = {}
        for batch in deal(account):
            numbers.setdefault(batch.job_id, []).append(batch.number)

        assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())

    def test_a_small_job_behind_a_huge_one_gets_the_next_slot(self, confirmed, account):
        huge = confirmed(HUGE)
        held = deal(account)
        assert owners(held) == [huge.pk] * SLOTS
        small = confirmed(SMALL)

        free(held[7])

        assert owners(deal(account)) == [small.pk]

    def test_small_jobs_behind_huge_ones_need_a_slot_each_and_no_more(self, confirmed, account):
        for _ in range(3):
            confirmed(HUGE)
        held = deal(account)
        small = [confirmed(SMALL).pk for _ in range(5)]

        for batch in held[:5]:
            free(batch)

        assert owners(deal(account)) == small

    def test_no_waiting_job_ever_gets_two_more_than_another(self, confirmed, account):
        """Whichever imports end, and whenever: among jobs that have waited since the same moment."""
        allow(account, 4)
        jobs = {job.pk: job for job in (confirmed(contents) for contents in (MIDDLING, HUGE, MIDDLING, HUGE))}
        left = {pk: job.batches.count() for pk, job in jobs.items()}
        dealt: Counter[object] = Counter()
        chance = random.Random(4)
        held: list[ImportBatch] = []
        while any(left.values()):
            for batch in deal(account, 4):
                waiting = [pk for pk, count in left.items() if count]
                assert dealt[batch.job_id] == min(dealt[pk] for pk in waiting)
                dealt[batch.job_id] += 1
                left[batch.job_id] -= 1
                held.append(batch)
            for _ in range(chance.randint(1, len(held))):
                free(held.pop(chance.randrange(len(held))))

        assert dealt == {pk: job.batches.count() for pk, job in jobs.items()}

    def test_a_batch_that_came_back_waits_for_its_turn_like_any_other(self, confirmed, account):
        """Dotdigital had no slot for it: the others go on meanwhile, and it is not forgotten."""
        allow(account, 2)
        first, second = confirmed(MIDDLING), confirmed(MIDDLING)
        returned, _ = deal(account)
        assert ImportBatch.objects.transition(returned, BatchStatus.PENDING, attempts=0)

        (again,) = deal(account)
        assert (again.job_id, again.number) == (first.pk, returned.number)
        free(again)
        assert owners(deal(account)) == [second.pk]


class TestPeople:
    """However many imports somebody starts, the others' do not wait behind all of them."""

    def test_slots_go_round_among_people_and_then_among_the_imports_of_each(
        self, confirmed, ready_jobs, account, alice, bob
    ):
        many = [confirmed(MIDDLING) for _ in range(10)]
        one = Confirmed(ready_jobs, account, bob)(HUGE)

        dealt = owners(deal(account, 8))

        assert dealt[1::2] == [one.pk] * 4
        assert dealt[::2] == [job.pk for job in many[:4]]

    def test_who_comes_later_gets_the_next_slot_though_imports_of_the_other_never_had_one(
        self, confirmed, ready_jobs, account, bob
    ):
        for _ in range(30):
            confirmed(SMALL)
        held = deal(account)
        late = Confirmed(ready_jobs, account, bob)(SMALL)
        assert outlook_of(late).position == 1

        free(held[3])

        assert owners(deal(account)) == [late.pk]

    def test_a_turn_outlasts_the_import_that_it_was_for(self, confirmed, ready_jobs, account, bob):
        """Or small imports, each of which ends before the next slot is dealt, would always come first."""
        allow(account, 1)
        small = [confirmed(SMALL).pk for _ in range(3)]
        huge = Confirmed(ready_jobs, account, bob)(HUGE).pk
        dealt = []
        for _ in range(6):
            (batch,) = deal(account)
            dealt.append(batch.job_id)
            free(batch)

        assert dealt == [small[0], huge, small[1], huge, small[2], huge]

    def test_a_persons_turn_in_one_account_is_none_in_another(
        self, confirmed, ready_jobs, account, other_account, alice, bob
    ):
        confirmed(SMALL)
        deal(account)
        first = confirmed(SMALL, other_account)
        Confirmed(ready_jobs, other_account, bob)(SMALL)

        assert deal(other_account)[0].job_id == first.pk


class TestPauses:
    def test_paused_jobs_are_passed_over(self, confirmed, account, alice):
        first, second, third = (confirmed(MIDDLING) for _ in range(3))
        assert pause_job(second, alice)

        assert owners(deal(account, 4)) == [first.pk, third.pk] * 2

    def test_a_job_that_is_resumed_is_next(self, confirmed, account, alice):
        first, second = confirmed(HUGE), confirmed(MIDDLING)
        assert pause_job(second, alice)
        deal(account, 5)

        assert resume_job(second, alice)

        assert owners(deal(account, 3)) == [second.pk, first.pk, second.pk]

    def test_what_a_cancelled_job_would_have_got_goes_to_the_others(self, confirmed, account, alice):
        first, second = confirmed(HUGE), confirmed(MIDDLING)
        deal(account, 2)

        first.refresh_from_db()
        assert cancel_job(first, alice)

        assert owners(deal(account)) == [second.pk] * 2


class TestOtherAccounts:
    def test_their_jobs_take_no_slot_of_this_one(self, confirmed, account, other_account):
        own, theirs = confirmed(HUGE), confirmed(HUGE, other_account)

        assert owners(deal(other_account)) == [theirs.pk] * SLOTS
        assert owners(deal(account)) == [own.pk] * SLOTS

    def test_their_jobs_stand_in_nobodys_way(self, confirmed, account, other_account):
        confirmed(HUGE, other_account)
        job = confirmed(SMALL)

        outlook = outlook_of(job)

        assert (outlook.position, outlook.waiting_jobs, outlook.slots_used) == (1, 1, 0)


class TestPlaces:
    """The place that a person is told is the one at which their job is dealt its next slot."""

    def assert_dealt_as_told(self, account: DotdigitalAccount, jobs: list[UploadJob]) -> None:
        told = {job.pk: outlook_of(UploadJob.objects.get(pk=job.pk)).position for job in jobs}
        waiting = sorted((place, pk) for pk, place in told.items() if place is not None)
        assert [place for place, _ in waiting] == list(range(1, len(waiting) + 1))

        dealt = owners(deal(account, len(waiting)))

        assert dealt == [pk for _, pk in waiting]

    def test_at_the_beginning(self, confirmed, account):
        self.assert_dealt_as_told(account, [confirmed(MIDDLING) for _ in range(10)])

    def test_in_the_middle_of_a_turn(self, confirmed, account):
        jobs = [confirmed(MIDDLING) for _ in range(6)]
        deal(account, 4)

        self.assert_dealt_as_told(account, jobs)

    def test_with_newcomers_paused_ones_and_those_that_have_sent_all(self, confirmed, account, alice):
        jobs = [confirmed(contents) for contents in (HUGE, SMALL, MIDDLING, MIDDLING)]
        deal(account, 7)
        assert pause_job(jobs[2], alice)
        jobs += [confirmed(SMALL), confirmed(HUGE)]

        places = [outlook_of(UploadJob.objects.get(pk=job.pk)).position for job in jobs]

        assert places[1] is places[2] is None
        self.assert_dealt_as_told(account, jobs)

    def test_turn_after_turn(self, confirmed, account, alice):
        jobs = [confirmed(contents) for contents in (MIDDLING, HUGE, SMALL, MIDDLING, HUGE)]
        for _ in range(4):
            self.assert_dealt_as_told(account, jobs)

    def test_while_all_slots_are_taken(self, confirmed, account):
        allow(account, 3)
        huge = confirmed(HUGE)
        held = deal(account)
        jobs = [confirmed(SMALL), confirmed(MIDDLING)]

        assert [outlook_of(job).position for job in jobs] == [1, 2]
        for batch in held:
            free(batch)
        self.assert_dealt_as_told(account, [huge, *jobs])

    def test_one_that_has_to_wait_lets_the_others_pass(self, confirmed, account):
        """What is to be sent again later keeps its job's place, and holds up nobody meanwhile."""
        first, second = confirmed(SMALL), confirmed(SMALL)
        first.batches.update(not_before=timezone.now() + timedelta(minutes=1))

        assert owners(deal(account)) == [second.pk]
        assert outlook_of(UploadJob.objects.get(pk=first.pk)).position == 1
        make_due()
        self.assert_dealt_as_told(account, [first])
