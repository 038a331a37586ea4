import re

import pytest
from django.urls import reverse

from imports.models import ImportBatch
from imports.states import BatchStatus, JobStatus
from imports.views.progress import delivery_of

HTMX = {"HX-Request": "true"}


def page_of(job) -> str:
    return reverse("imports:progress", args=[job.pk])


def poll_url(html: str) -> str:
    return re.search(r'hx-get="([^"]+)"', html)[1]


class TestPage:
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
        assert "Being worked on by Dotdigital" in changed.text
        assert "<html" not in changed.text

    @pytest.mark.parametrize(
        ("until", "page"), [("staged", "mapping"), ("checked", "check"), ("finished", "report")]
    )
    def test_it_leads_on_and_stops_asking(self, until, page, as_alice, make_job):
        job = make_job(until=until)
        url = reverse(f"imports:{page}", args=[job.pk])

        assert as_alice.get(page_of(job))["Location"] == url
        assert as_alice.get(page_of(job), headers=HTMX)["HX-Redirect"] == url

    def test_it_says_why_an_account_has_to_wait(self, as_alice, account, make_job):
        job = make_job(until="sending")
        account.paused_reason = "Dotdigital does not accept the account's API user or password."
        account.save()

        assert "does not accept" in as_alice.get(page_of(job)).text

    def test_only_those_who_may_cancel_are_offered_it(self, as_alice, client_of, bob, make_job):
        job = make_job(until="sending")
        cancel = reverse("imports:cancel", args=[job.pk])

        assert cancel in as_alice.get(page_of(job)).text
        assert cancel not in client_of(bob).get(page_of(job)).text


class TestDelivery:
    def test_every_contact_is_in_one_place_and_done_never_shrinks(self, make_job):
        job = make_job(until="sending")
        ImportBatch.objects.all().delete()
        batches = [
            ImportBatch.objects.create(job=job, number=n, first_row=n, last_row=n, contacts=10, body_bytes=1)
            for n in range(1, 5)
        ]
        done = []
        for batch, status in zip(
            batches,
            [BatchStatus.FINISHED, BatchStatus.UNKNOWN, BatchStatus.REFUSED, BatchStatus.NOT_SENT],
            strict=True,
        ):
            ImportBatch.objects.filter(pk=batch.pk).update(status=status)
            delivery = delivery_of(job)
            assert sum(contacts for _, contacts, _ in delivery.parts) == delivery.total == 40
            done.append(delivery.done)

        assert done == [10, 20, 30, 40]

    def test_it_does_not_guess_an_end_from_nothing(self, make_job):
        assert delivery_of(make_job(until="sending")).minutes_left is None


class TestJobLink:
    @pytest.mark.parametrize(
        ("until", "page"),
        [("uploaded", "progress"), ("staged", "mapping"), ("checked", "check"), ("finished", "report")],
    )
    def test_it_opens_the_step_where_the_job_stands(self, until, page, as_alice, make_job):
        job = make_job(until=until)

        response = as_alice.get(reverse("imports:job", args=[job.pk]))

        assert response["Location"] == reverse(f"imports:{page}", args=[job.pk])

    def test_every_status_has_a_page(self, account, alice, as_alice, make_job):
        job = make_job(until="uploaded")
        for status in JobStatus:
            type(job).objects.filter(pk=job.pk).update(status=status)
            assert as_alice.get(reverse("imports:job", args=[job.pk])).status_code == 302
