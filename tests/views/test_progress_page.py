import re
from datetime import timedelta
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from imports.delivery.pace import Outlook
from imports.messages import Message
from imports.models import ImportBatch, UploadJob
from imports.states import BATCH_STATES, BatchStatus, JobStatus
from imports.views.progress.delivery_words import (
    delivery_of,
    slot_words,
    time_words,
    turn_words,
)
from tests.told import as_told
from tests.views.deliveries import CONTACTS, add_batch, job_being_sent

HTMX = {"HX-Request": "true"}


def page_of(job) -> str:
    return reverse("imports:progress", args=[job.pk])


def poll_url(html: str) -> str:
    return unescape(re.search(r'hx-get="([^"]+)"', html)[1])


class TestPage:
    def test_a_status_without_words_of_its_own_is_called_by_its_heading(self, account, alice):
        job = UploadJob(account=account, owner=alice, status="new", rows=7)

        text = render_to_string("imports/progress/state.html", {"job": job, "heading": "Waiting for it"})

        assert "Waiting for it…" in text
        assert "Checking" not in text

    @pytest.mark.parametrize("until", ["uploaded", "sending"])
    def test_it_asks_again_by_itself(self, until, as_alice, make_job):
        text = as_alice.get(page_of(make_job(until=until))).text

        assert 'hx-trigger="every 1s"' in text
        assert 'http-equiv="refresh"' in text

    def test_it_gives_an_answer_only_when_something_has_changed(self, as_alice, make_job):
        job = make_job(until="sending")
        url = poll_url(as_alice.get(page_of(job)).text)

        unchanged = as_alice.get(url, headers=HTMX)
        ImportBatch.objects.update(status=BatchStatus.ACTIVE)
        changed = as_alice.get(url, headers=HTMX)

        assert unchanged.status_code == 204
        assert "Being processed by Dotdigital" in changed.text
        assert "<html" not in changed.text

    def test_the_heading_changes_with_what_is_being_done(self, as_alice, make_job):
        job = make_job(until="uploaded")
        page = as_alice.get(page_of(job)).text
        UploadJob.objects.update(status=JobStatus.STAGING)
        changed = as_alice.get(poll_url(page), headers=HTMX).text

        assert '<h1 id="heading">Waiting to be read</h1>' in page
        assert '<h1 id="heading" hx-swap-oob="true">Reading the file</h1>' in changed

    @pytest.mark.parametrize(
        ("until", "step"), [("staged", "mapping"), ("checked", "check"), ("finished", "report")]
    )
    def test_it_leads_on_and_stops_asking(self, until, step, as_alice, make_job):
        job = make_job(until=until)
        url = reverse(f"imports:{step}", args=[job.pk])

        assert as_alice.get(page_of(job))["Location"] == url
        assert as_alice.get(page_of(job), headers=HTMX)["HX-Redirect"] == url

    def test_it_says_why_an_account_has_to_wait(self, as_alice, account, make_job):
        job = make_job(until="sending")
        account.blocked_reason = Message("credentials_refused").to_json()
        account.save()

        assert "does not accept" in as_alice.get(page_of(job)).text

    def test_only_those_who_may_cancel_are_offered_it(self, as_alice, client_of, bob, make_job):
        job = make_job(until="sending")
        cancel = reverse("imports:cancel", args=[job.pk])

        assert cancel in as_alice.get(page_of(job)).text
        assert cancel not in client_of(bob).get(page_of(job)).text


class TestDelivery:
    def test_every_contact_is_in_one_place_and_done_never_shrinks(self, account, alice):
        job = job_being_sent(account, alice, *[BatchStatus.PENDING] * 4)
        ends = [BatchStatus.FINISHED, BatchStatus.UNKNOWN, BatchStatus.REFUSED, BatchStatus.NOT_SENT]
        done = []
        for batch, status in zip(job.batches.all(), ends, strict=True):
            ImportBatch.objects.filter(pk=batch.pk).update(status=status)
            delivery = delivery_of(job)
            assert sum(contacts for _, contacts, _ in delivery.parts) == delivery.total == 4 * CONTACTS
            told = (delivery.done, delivery.finishing, delivery.waiting, delivery.kept_back)
            assert sum(told) == delivery.total
            done.append(delivery.done)

        assert done == [10, 20, 30, 30]
        assert delivery.kept_back == delivery.total - delivery.to_end == 10

    def test_contacts_of_a_halved_batch_are_counted_where_they_are_now(self, account, alice):
        job = job_being_sent(account, alice, BatchStatus.FINISHED, BatchStatus.SENDING)
        before = delivery_of(job)
        whole = job.batches.get(number=2)
        ImportBatch.objects.filter(pk=whole.pk).update(status=BatchStatus.HALVED)
        for _ in range(2):
            add_batch(job, BatchStatus.PENDING, contacts=CONTACTS // 2, origin=whole)

        after = delivery_of(job)

        assert (after.total, after.done) == (before.total, before.done) == (2 * CONTACTS, CONTACTS)
        assert sum(contacts for _, contacts, _ in after.parts) == after.total

    def test_every_status_has_a_label(self):
        assert {status for status, state in BATCH_STATES.items() if not state.contacts} == {
            BatchStatus.HALVED
        }


def ahead(**given) -> Outlook:
    return Outlook(
        **{"position": 1, "waiting_jobs": 1, "slots_used": 0, "slots": 25, "seconds_left": None, **given}
    )


class TestWords:
    @pytest.mark.parametrize(
        ("outlook", "words"),
        [
            (ahead(position=None, waiting_jobs=3), ""),
            (ahead(), "Next in the queue for a slot."),
            (ahead(waiting_jobs=5), "Next in the queue for a slot."),
            (ahead(position=3, waiting_jobs=5), "Number 3 of 5 imports in the queue for a slot."),
        ],
    )
    def test_a_place_in_the_queue(self, outlook, words):
        assert turn_words(UploadJob(), outlook) == words

    @pytest.mark.parametrize(
        ("waiting", "words"),
        [
            (1, ""),
            (2, "Takes turns with 1 import that is waiting for a slot."),
            (4, "Takes turns with 3 imports that are waiting for a slot."),
        ],
    )
    def test_what_has_begun_takes_turns_and_its_place_never_goes_back(self, waiting, words):
        job = UploadJob(last_slot_at=timezone.now())

        for position in range(1, waiting + 1):
            assert turn_words(job, ahead(position=position, waiting_jobs=waiting)) == words

    @pytest.mark.parametrize(
        ("seconds", "words"),
        [
            (None, ""),
            (0, "Less than a minute left."),
            (60, "Less than a minute left."),
            (61, "About 2 minutes left."),
            (240, "About 4 minutes left."),
            (5_400, "About 90 minutes left."),
            (10_000, "About 3 hours left."),
        ],
    )
    def test_how_long_it_takes(self, seconds, words):
        assert time_words(seconds) == words

    def test_how_much_is_going_on(self):
        words = "Dotdigital is processing 18 batches; it can process 25 at once."
        assert slot_words(ahead(slots_used=18)) == words


class TestOutlook:
    def test_place_estimate_and_slots_are_on_the_page(self, as_alice, account, alice, bob):
        past = timezone.now() - timedelta(minutes=2)
        finished = job_being_sent(account, bob, *[BatchStatus.FINISHED] * 3, status=JobStatus.FINISHED)
        finished.batches.update(accepted_at=past)
        job_being_sent(account, bob, *[BatchStatus.PENDING] * 2)
        job_being_sent(account, bob, BatchStatus.ACTIVE, BatchStatus.SENDING)
        job = job_being_sent(account, alice, *[BatchStatus.PENDING] * 20)

        text = as_alice.get(page_of(job)).text

        assert "Number 2 of 2 imports in the queue for a slot." in text
        assert "Dotdigital is processing 2 batches; it can process 25 at once." in text
        assert re.search(r"About \d minutes left\.", text)
        assert reverse("imports:account", args=[account.pk]) in text

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"is_paused": True}, "All imports into Acme are paused"),
            ({"blocked_reason": as_told("The password is refused.")}, "The password is refused."),
            ({"failed_calls": 5}, "has not answered 5 calls in a row"),
            ({"slot_ceiling": 18}, "They hold about 7 of its 25 slots"),
        ],
    )
    def test_it_says_what_is_waited_for(self, changes, words, as_alice, account, alice):
        job = job_being_sent(account, alice, BatchStatus.PENDING)
        type(account).objects.update(slot_probe_at=timezone.now(), **changes)

        assert words in as_alice.get(page_of(job)).text

    @pytest.mark.parametrize(
        "changes",
        [{"is_paused": True}, {"blocked_reason": as_told("No.")}, {"failed_calls": 5}, {"failed_sends": 3}],
    )
    def test_it_promises_no_end_while_nothing_is_sent(self, changes, as_alice, account, alice):
        job = job_being_sent(account, alice, *[BatchStatus.FINISHED] * 3, BatchStatus.PENDING)
        job.batches.exclude(number=4).update(accepted_at=timezone.now() - timedelta(minutes=2))
        assert "minutes left" in as_alice.get(page_of(job)).text
        type(account).objects.update(**changes)

        assert "left." not in as_alice.get(page_of(job)).text

    def test_a_job_that_was_stopped_says_why(self, as_alice, account, alice):
        job = job_being_sent(
            account, alice, BatchStatus.ACTIVE, failure_code="Failed", failure=as_told("Dotdigital gave up.")
        )

        text = as_alice.get(page_of(job)).text

        assert "This import was stopped" in text
        assert "Dotdigital gave up." in text

    def test_the_words_alone_decide_whether_the_page_changes(self, as_alice, account, alice):
        job = job_being_sent(account, alice, BatchStatus.FINISHED, *[BatchStatus.PENDING] * 3)
        url = poll_url(as_alice.get(page_of(job)).text)
        job.batches.filter(number=2).update(not_before=timezone.now(), polls=3)

        assert as_alice.get(url, headers=HTMX).status_code == 204
        type(job).objects.update(is_paused=True)
        assert as_alice.get(url, headers=HTMX).status_code == 200

    def test_larger_imports_take_no_more_queries(
        self, as_alice, account, alice, bob, django_assert_max_num_queries, django_assert_num_queries
    ):
        job = job_being_sent(account, alice, BatchStatus.PENDING, BatchStatus.FINISHED, BatchStatus.HELD)
        job.batches.filter(number=2).update(accepted_at=timezone.now())
        with django_assert_max_num_queries(12) as few:
            as_alice.get(page_of(job))
        for _ in range(20):
            add_batch(job, BatchStatus.PENDING)
            job_being_sent(account, bob, BatchStatus.PENDING, BatchStatus.ACTIVE)

        with django_assert_num_queries(len(few.captured_queries)):
            as_alice.get(page_of(job))


class TestEnding:
    """What is said while an import is being cancelled, and once all of it has ended."""

    def test_done_finishing_and_kept_back_are_three_numbers(self, as_alice, account, alice):
        ends = [BatchStatus.FINISHED, BatchStatus.ACTIVE, BatchStatus.IN_DOUBT, *[BatchStatus.NOT_SENT] * 4]
        job = job_being_sent(account, alice, *ends, status=JobStatus.CANCELLING)

        text = shown(as_alice.get(page_of(job)).text)

        assert "10 done, 20 being finished, 40 kept back" in text
        assert 'max="30" value="10"' in text

    def test_the_account_does_not_wait_for_what_is_kept_back(self, as_alice, account, alice):
        job_being_sent(
            account, alice, BatchStatus.FINISHED, BatchStatus.ACTIVE, BatchStatus.NOT_SENT,
            status=JobStatus.CANCELLING,
        )  # fmt: skip

        (line,) = as_alice.get(reverse("imports:account", args=[account.pk])).context["state"].lines

        assert (line.done, line.total) == (10, 20)

    def test_when_all_is_done_the_report_is_waited_for(self, as_alice, account, alice):
        job = job_being_sent(account, alice, BatchStatus.FINISHED, BatchStatus.REFUSED)

        text = shown(as_alice.get(page_of(job)).text)

        assert "20 of 20 contacts done" in text
        assert "The report is being written." in text
        for over in ("Dotdigital is processing", reverse("imports:pause", args=[job.pk]), "Cancel the rest"):
            assert over not in text


def shown(text: str) -> str:
    return text.replace('<span class="numeral">', "").replace("</span>", "")


class TestEstimate:
    @pytest.fixture(autouse=True)
    def _clock_that_stands(self, monkeypatch) -> None:
        """On a slow machine, a minute may end between two requests."""
        now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: now)

    @staticmethod
    def have_taken(job: UploadJob, seconds: float) -> None:
        """The first three batches have just ended, each so many seconds after it was sent."""
        now = timezone.now()
        job.batches.filter(number__lte=3).update(sent_at=now - timedelta(seconds=seconds), changed_at=now)

    def test_it_never_says_a_later_end_while_the_account_is_shared_as_before(self, as_alice, account, alice):
        job = job_being_sent(account, alice, *[BatchStatus.FINISHED] * 3, *[BatchStatus.PENDING] * 60)
        self.have_taken(job, 199)
        first = as_alice.get(page_of(job)).text
        self.have_taken(job, 259)

        again = as_alice.get(poll_url(first), headers=HTMX)
        anew = as_alice.get(page_of(job)).text

        assert "About 10 minutes left." in first
        assert again.status_code == 204
        assert "About 13 minutes left." in anew

    def test_what_takes_much_longer_is_said_to(self, as_alice, account, alice):
        job = job_being_sent(account, alice, *[BatchStatus.FINISHED] * 3, *[BatchStatus.PENDING] * 60)
        self.have_taken(job, 200)
        first = as_alice.get(page_of(job)).text
        self.have_taken(job, 900)

        assert "taking longer than estimated" in as_alice.get(poll_url(first), headers=HTMX).text

    def test_others_who_come_to_share_the_slots_are_reason_for_a_later_end(
        self, as_alice, account, alice, bob
    ):
        job = job_being_sent(account, alice, *[BatchStatus.FINISHED] * 3, *[BatchStatus.PENDING] * 60)
        self.have_taken(job, 200)
        first = as_alice.get(page_of(job)).text
        job_being_sent(account, bob, BatchStatus.PENDING)

        assert "About 17 minutes left." in as_alice.get(poll_url(first), headers=HTMX).text

    def test_nobody_knows_when_somebody_decides(self, as_alice, account, alice):
        job = job_being_sent(
            account, alice, *[BatchStatus.FINISHED] * 3, BatchStatus.HELD, BatchStatus.PENDING
        )
        self.have_taken(job, 300)

        assert "left." not in as_alice.get(page_of(job)).text

    @pytest.mark.parametrize("estimate", ["", "nonsense", "1-2", "99999999999999-1-1", "-1-1-1", "٣-1-1"])
    def test_an_estimate_that_is_none_is_as_good_as_none(self, estimate, as_alice, account, alice):
        job = job_being_sent(account, alice, BatchStatus.PENDING)

        assert as_alice.get(page_of(job), {"estimate": estimate}).status_code == 200


class TestSteps:
    @pytest.mark.parametrize(
        ("status", "fields", "words"),
        [
            (JobStatus.STAGING, {"rows": 120_000}, "120,000 rows read so far."),
            (JobStatus.CHECKING, {"rows": 4_000, "rows_done": 1_000}, "1,000 of 4,000 rows checked (25%)."),
            (JobStatus.CHECKING, {"rows": 4_000, "rows_done": 4_000}, "The results are being written."),
        ],
    )
    def test_reading_and_checking_say_how_far_they_are(self, status, fields, words, as_alice, account, alice):
        job = job_being_sent(account, alice, status=status, **fields)

        text = as_alice.get(page_of(job)).text

        assert words in text
        assert as_alice.get(poll_url(text), headers=HTMX).status_code == 204
        assert ('value="1000"' in text) == ("25%" in words)


class TestJobLink:
    @pytest.mark.parametrize(
        ("until", "step"),
        [("uploaded", "progress"), ("staged", "mapping"), ("checked", "check"), ("finished", "report")],
    )
    def test_it_opens_the_step_where_the_job_stands(self, until, step, as_alice, make_job):
        job = make_job(until=until)

        response = as_alice.get(reverse("imports:job", args=[job.pk]))

        assert response["Location"] == reverse(f"imports:{step}", args=[job.pk])

    def test_every_status_has_a_page(self, account, alice, as_alice, make_job):
        job = make_job(until="uploaded")
        for status in JobStatus:
            type(job).objects.filter(pk=job.pk).update(status=status)
            assert as_alice.get(reverse("imports:job", args=[job.pk])).status_code == 302
