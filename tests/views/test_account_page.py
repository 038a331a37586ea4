"""The page of an account: who is importing, slots, calls, and stopping all of it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from imports.models import CallBudget, DotdigitalAccount, ImportBatch
from imports.states import BatchStatus, Call, JobStatus
from imports.views.account.account_views import BAR_WIDTH, Slots, account_state
from portal.models import User
from tests.told import as_told
from tests.views.conftest import signed_in
from tests.views.deliveries import CONTACTS, add_batch, job_being_sent

HTMX = {"HX-Request": "true"}


def url_of(account, name="account") -> str:
    return reverse(f"imports:{name}", args=[account.pk])


class TestLines:
    def test_imports_come_in_the_order_of_their_turns(self, account, alice, bob):
        now = timezone.now()
        served = job_being_sent(account, alice, BatchStatus.PENDING, name="served.csv", last_slot_at=now)
        job_being_sent(account, bob, BatchStatus.PENDING, name="new.csv")
        job_being_sent(account, bob, BatchStatus.ACTIVE, name="under-way.csv")
        job_being_sent(account, bob, BatchStatus.PENDING, name="paused.csv", is_paused=True)
        job_being_sent(account, bob, BatchStatus.FINISHED, name="over.csv", status=JobStatus.FINISHED)
        add_batch(served, BatchStatus.FINISHED)
        add_batch(served, BatchStatus.HALVED)

        lines = account_state(account, alice).lines

        assert [(line.file_name, line.position) for line in lines[:2]] == [("new.csv", 1), ("served.csv", 2)]
        assert {(line.file_name, line.position, line.status) for line in lines[2:]} == {
            ("under-way.csv", None, "Importing"),
            ("paused.csv", None, "Paused"),
        }
        assert (lines[1].done, lines[1].total, lines[1].owner) == (CONTACTS, 2 * CONTACTS, "Alice")

    def test_other_accounts_do_not_matter(self, account, alice, charlie):
        job_being_sent(DotdigitalAccount.objects.get(name="Other"), charlie, BatchStatus.ACTIVE)

        state = account_state(account, alice)

        assert (state.lines, state.slots.used) == ([], 0)


class TestSlots:
    def test_they_are_counted(self, account, alice):
        job_being_sent(account, alice, BatchStatus.ACTIVE, BatchStatus.SENDING, BatchStatus.IN_DOUBT)

        assert account_state(account, alice).slots == Slots(used=3, others=0, free=22)

    def test_those_of_other_programs_are_told_apart(self, as_alice, account, alice):
        job_being_sent(account, alice, BatchStatus.ACTIVE, BatchStatus.PENDING)
        account.slot_ceiling, account.slot_probe_at = 18, timezone.now()
        account.save()

        text = as_alice.get(url_of(account)).text

        assert account_state(account, alice).slots == Slots(used=1, others=7, free=17)
        assert "Other programs use the account as well" in text
        assert "about 7 held by other programs" in text

    @pytest.mark.parametrize(
        "slots", [Slots(0, 0, 25), Slots(25, 0, 0), Slots(1, 24, 0), Slots(3, 4, 18), Slots(1, 0, 0)]
    )
    def test_the_bar_is_full(self, slots):
        pieces = slots.pieces

        assert sum(float(width) for _, _, width in pieces) == pytest.approx(BAR_WIDTH, abs=0.1)
        assert float(pieces[0][1]) == 0


class TestWords:
    def test_calls_are_told_where_they_are_known(self, as_alice, account, alice):
        job_being_sent(account, alice, BatchStatus.PENDING)
        soon = timezone.now() + timedelta(seconds=30)
        CallBudget.objects.create(account=account, call=Call.IMPORT, limit=2_000, remaining=0, resets_at=soon)
        CallBudget.objects.create(
            account=account, call=Call.STATUS, limit=2_000, remaining=1_500, resets_at=soon
        )

        text = as_alice.get(url_of(account)).text

        at = timezone.localtime(soon).strftime("%H:%M:%S")
        assert f"none left until {at}" in text
        assert f"1,500 of 2,000 left until {at}" in text
        assert "The limit of calls to Dotdigital is reached" in text

    def test_calls_of_a_window_that_is_over_are_not_counted(self, as_alice, account):
        past = timezone.now() - timedelta(seconds=30)
        CallBudget.objects.create(account=account, call=Call.IMPORT, limit=200, remaining=0, resets_at=past)

        assert "up to 200 in each period" in as_alice.get(url_of(account)).text

    def test_an_import_that_waits_for_a_decision_says_so(self, as_alice, account, alice):
        job_being_sent(account, alice, BatchStatus.HELD)

        assert "Waiting for a decision" in as_alice.get(url_of(account)).text
        waiting = as_alice.get(reverse("imports:home"), {"status": "waiting"}).text
        assert "Waiting for your decision" in waiting

    def test_the_last_hour_is_summed_up(self, account, alice):
        job = job_being_sent(account, alice, *[BatchStatus.FINISHED] * 3)
        ImportBatch.objects.filter(job=job, number=1).update(changed_at=timezone.now() - timedelta(hours=2))

        state = account_state(account, alice)

        assert state.lately == f"2 batches finished, with {2 * CONTACTS} contacts"

    def test_what_is_waited_for_is_no_news_where_nothing_waits(self, as_alice, account, alice):
        account.failed_calls, account.not_before = 5, timezone.now() + timedelta(seconds=40)
        account.save()
        job_being_sent(account, alice, BatchStatus.HELD)

        assert "Dotdigital does not answer" not in as_alice.get(url_of(account)).text

    def test_it_says_when_dotdigital_does_not_answer_and_when_it_is_tried_again(
        self, as_alice, account, alice
    ):
        job_being_sent(account, alice, BatchStatus.PENDING)
        account.failed_calls, account.not_before = 5, timezone.now() + timedelta(seconds=40)
        account.save()

        text = as_alice.get(url_of(account)).text

        assert "Dotdigital does not answer" in text
        assert "5 calls in a row" in text
        assert f"tries again at {timezone.localtime(account.not_before):%H:%M:%S}" in text

    def test_it_says_why_it_is_blocked(self, as_alice, account):
        account.blocked_reason = as_told("Dotdigital does not accept the password.")
        account.save()

        text = as_alice.get(url_of(account)).text

        assert "Acme cannot be used at the moment" in text
        assert "does not accept the password" in text


class TestPage:
    def test_it_is_live(self, as_alice, account, alice):
        text = as_alice.get(url_of(account)).text
        asked = re.search(r'hx-get="([^"]+)"', text)[1]

        assert as_alice.get(asked, headers=HTMX).status_code == 204
        job_being_sent(account, alice, BatchStatus.ACTIVE, name="fair.csv")
        changed = as_alice.get(asked, headers=HTMX).text
        assert "fair.csv" in changed
        assert "<html" not in changed

    def test_more_imports_take_no_more_queries(
        self, as_alice, account, alice, django_assert_max_num_queries, django_assert_num_queries
    ):
        job_being_sent(account, alice, BatchStatus.ACTIVE)
        with django_assert_max_num_queries(16) as few:
            as_alice.get(url_of(account))
        for number in range(20):
            owner = User.objects.create_user(f"user{number}")
            job_being_sent(account, owner, *[BatchStatus.PENDING] * 5)

        with django_assert_num_queries(len(few.captured_queries)):
            as_alice.get(url_of(account))


class TestPausing:
    def test_a_manager_stops_everything_and_lets_it_go_on(self, account, mona, alice):
        job = job_being_sent(account, alice, BatchStatus.PENDING)
        client = signed_in(mona)

        text = client.post(url_of(account, "pause-account"), follow=True).text

        account.refresh_from_db()
        assert account.is_paused
        assert "Paused by Mona." in text
        assert "Paused" in client.get(reverse("imports:home")).text
        client.post(url_of(account, "resume-account"))
        account.refresh_from_db()
        assert not account.is_paused
        assert [event.note for event in job.events.all()] == ["account_paused", "account_resumed"]

    def test_twice_is_once(self, account, mona, alice):
        job = job_being_sent(account, alice, BatchStatus.PENDING)

        for _ in range(2):
            assert signed_in(mona).post(url_of(account, "pause-account")).status_code == 302

        assert job.events.count() == 1

    def test_it_is_offered_to_those_who_may(self, account, mona, alice):
        pause = url_of(account, "pause-account")

        assert pause in signed_in(mona).get(url_of(account)).text
        assert pause not in signed_in(alice).get(url_of(account)).text
        assert pause in signed_in(User.objects.create_superuser("root")).get(url_of(account)).text
