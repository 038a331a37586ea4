"""Pausing an import, resuming it, and deciding about what is held."""

import pytest
from django.urls import reverse

from imports.models import JobEvent
from imports.states import BatchStatus, JobStatus
from tests.told import as_told
from tests.views.conftest import signed_in
from tests.views.deliveries import CONTACTS, job_being_sent

CONSENT = {"columns": [{"column": "When", "target": "consentRecords.dateTimeConsented"}], "constants": []}
DOUBLE = {"columns": [], "constants": [{"target": "channelProperties.email.optInType", "value": "x"}]}


def post(client, name, job):
    return client.post(reverse(f"imports:{name}", args=[job.pk]), follow=True)


def page_of(client, job) -> str:
    return client.get(reverse("imports:progress", args=[job.pk])).text


class TestPause:
    def test_it_stops_an_import_and_says_who_did(self, as_alice, alice, account):
        job = job_being_sent(account, alice, BatchStatus.PENDING)

        text = post(as_alice, "pause", job).text

        job.refresh_from_db()
        assert job.is_paused
        assert "This import was paused by Alice" in text
        assert reverse("imports:resume", args=[job.pk]) in text
        assert reverse("imports:pause", args=[job.pk]) not in text

    def test_it_goes_on(self, as_alice, alice, account):
        job = job_being_sent(account, alice, BatchStatus.PENDING, is_paused=True)

        text = post(as_alice, "resume", job).text

        job.refresh_from_db()
        assert not job.is_paused
        assert "This import is paused" not in text
        assert reverse("imports:pause", args=[job.pk]) in text

    @pytest.mark.parametrize(("name", "is_paused"), [("pause", True), ("resume", False)])
    def test_twice_is_once(self, name, is_paused, as_alice, alice, account):
        job = job_being_sent(account, alice, BatchStatus.PENDING, is_paused=not is_paused)

        for _ in range(2):
            post(as_alice, name, job)

        job.refresh_from_db()
        assert job.is_paused is is_paused
        assert job.events.count() == 1

    def test_what_has_ended_cannot_be_paused(self, as_alice, alice, account):
        job = job_being_sent(account, alice, status=JobStatus.CANCELLED)

        text = post(as_alice, "pause", job).text

        job.refresh_from_db()
        assert not job.is_paused
        assert "is not being sent" in text

    @pytest.mark.parametrize(
        "fields", [{"status": JobStatus.CANCELLING}, {"failure_code": "Failed", "failure": as_told("No.")}]
    )
    def test_it_is_not_offered_once_the_import_is_ending(self, fields, as_alice, alice, account):
        job = job_being_sent(account, alice, BatchStatus.ACTIVE, **fields)

        assert reverse("imports:pause", args=[job.pk]) not in page_of(as_alice, job)


class TestHeld:
    def test_it_says_how_many_and_why(self, as_alice, alice, account):
        job = job_being_sent(account, alice, BatchStatus.HELD, BatchStatus.HELD, mapping=CONSENT)

        text = page_of(as_alice, job)

        assert f"{2 * CONTACTS} contacts need a decision" in text
        assert "consent records could be stored twice" in text
        for name in ("send-held", "drop-held"):
            assert reverse(f"imports:{name}", args=[job.pk]) in text

    def test_it_warns_of_mails(self, as_alice, alice, account):
        job = job_being_sent(account, alice, BatchStatus.HELD, mapping=DOUBLE)

        assert "send them a second e-mail" in page_of(as_alice, job)

    def test_team_mates_see_who_decides(self, bob, alice, account):
        job = job_being_sent(account, alice, BatchStatus.HELD, mapping=CONSENT)

        text = page_of(signed_in(bob), job)

        assert "Alice or a manager of the account decides" in text
        assert reverse("imports:send-held", args=[job.pk]) not in text

    @pytest.mark.parametrize(
        ("name", "status", "words"),
        [
            ("send-held", BatchStatus.PENDING, "1 batch is sent again"),
            ("drop-held", BatchStatus.UNKNOWN, "1 batch is not sent again"),
        ],
    )
    def test_a_decision_is_carried_out_once(self, name, status, words, as_alice, alice, account):
        job = job_being_sent(account, alice, BatchStatus.HELD, BatchStatus.ACTIVE, mapping=CONSENT)

        first = post(as_alice, name, job).text
        second = post(as_alice, name, job).text

        assert words in first
        assert "somebody has already decided" in second
        assert sorted(job.batches.values_list("status", flat=True)) == sorted([status, BatchStatus.ACTIVE])
        assert JobEvent.objects.get(job=job, from_status=BatchStatus.HELD).actor == alice
