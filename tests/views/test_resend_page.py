"""Bringing rows of a report again: on the report, on the pages of the new import, and down the line."""

import re

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from imports.contacts.mapping import Mapping
from imports.jobs.advance import run_inline
from imports.jobs.cancel import cancel_job
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.models import UploadJob
from imports.states import JobStatus


def report_of(job):
    return reverse("imports:report", args=[job.pk])


def rejected_rows(client, job) -> str:
    response = client.get(reverse("imports:download", args=[job.pk, "rejected", "csv"]))
    return response.getvalue().decode("utf-8-sig")


def resend(client, job, content: str | bytes, name: str = "fixed.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(reverse("imports:resend", args=[job.pk]), {"file": SimpleUploadedFile(name, data)})


def text_of(response) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def latest() -> UploadJob:
    return UploadJob.objects.latest("created_at")


def sent(job: UploadJob) -> UploadJob:
    run_inline(job)
    assert not set_mapping(job, Mapping.from_json(job.mapping), job.owner)
    run_inline(job)
    assert confirm_job(job, job.owner)
    run_inline(job)
    return job


@pytest.mark.once
class TestReport:
    def test_a_fixed_file_can_be_uploaded_there(self, as_alice, make_job):
        job = make_job(until="finished")
        assert "Fix rows and send them again" in as_alice.get(report_of(job)).text
        fixed = rejected_rows(as_alice, job).replace("not an address", "nora@example.com")

        response = resend(as_alice, job, fixed)

        again = latest()
        assert response["Location"] == reverse("imports:progress", args=[again.pk])
        assert again.parent == job
        sent(again)
        page = text_of(as_alice.get(report_of(job)))
        assert "1 of 1 row resolved" in page
        assert "Fix rows and send them again" not in page
        assert re.search(r"fixed\.csv Finished 1 1 Alice", page)
        assert "These are rows of contacts.csv" in text_of(as_alice.get(report_of(again)))

    def test_nothing_is_offered_where_nothing_is_left(self, as_alice, make_job):
        job = make_job("Email\r\nada@example.com\r\n", until="finished")

        page = as_alice.get(report_of(job)).text

        assert "Fix rows" not in page
        assert "resend.js" not in page

    def test_what_is_no_file_is_refused_with_what_to_do(self, as_alice, make_job):
        job = make_job(until="finished")

        assert "There is nothing in this file" in text_of(
            resend(as_alice, job, b"") and as_alice.get(report_of(job))
        )
        response = as_alice.post(reverse("imports:resend", args=[job.pk]), follow=True)
        assert "Choose a file first." in response.text
        several = [
            SimpleUploadedFile(f"{number}.csv", b"Email\r\nada@example.com\r\n") for number in range(2)
        ]
        response = as_alice.post(reverse("imports:resend", args=[job.pk]), {"file": several}, follow=True)
        assert "2 files were sent at once, and none of them was taken. Choose one." in response.text
        assert latest() == job

    def test_a_job_that_is_under_way_takes_none(self, as_alice, make_job):
        job = make_job()

        response = resend(as_alice, job, "Email\r\nada@example.com\r\n")

        assert response["Location"] == reverse("imports:job", args=[job.pk])
        assert latest() == job

    def test_strangers_find_nothing(self, charlie, client_of, make_job):
        job = make_job(until="finished")

        assert resend(client_of(charlie), job, "Email\r\nada@example.com\r\n").status_code == 404
        assert latest() == job

    def test_the_line_shows_every_import_with_what_it_brought(
        self, as_alice, make_job, django_assert_max_num_queries
    ):
        job = make_job(until="finished")
        rows = rejected_rows(as_alice, job)
        resend(as_alice, job, rows)
        second = sent(latest())
        resend(
            as_alice, second, rejected_rows(as_alice, second).replace("not an address", "nora@example.com")
        )
        third = sent(latest())

        page = text_of(as_alice.get(report_of(job)))

        assert "1 of 1 row resolved" in page
        assert "Everything that was left to do has been done since" in page
        assert "Reasons, all resolved since" in page
        assert "What to do:" not in page
        job.refresh_from_db()
        job.ledger["values_left_out"] = 1
        job.save()
        partly = text_of(as_alice.get(report_of(job)))
        assert "Later imports have brought some of the rows" in partly
        assert "Reasons, and what to do" in partly
        first = page.index("fixed.csv Finished, all problems resolved 1 0")
        assert first < page.index("↳ fixed.csv Finished 1 1")
        assert third.parent == second


@pytest.mark.once
class TestNotes:
    def test_the_pages_of_the_new_import_say_where_its_rows_come_from(self, as_alice, make_job):
        job = make_job(until="finished")
        resend(as_alice, job, rejected_rows(as_alice, job))
        again = latest()
        run_inline(again)

        page = as_alice.get(reverse("imports:mapping", args=[again.pk]))

        assert "says that these are rows of “contacts.csv”" in page.text
        assert f'href="{reverse("imports:job", args=[job.pk])}"' in page.text
        assert page.text.count("says that these are rows of “contacts.csv”") == 1
        assert "outcome" not in again.columns
        assert "import_job" not in again.columns

    def test_a_file_that_is_not_of_the_report_says_why(self, as_alice, make_job):
        job = make_job(until="finished")
        resend(as_alice, job, "Email\r\nada@example.com\r\n")
        other = latest()
        run_inline(other)

        page = as_alice.get(reverse("imports:mapping", args=[other.pk])).text

        assert "has no column import_job" in page
        assert "View the import that they come from" not in page

    def test_rows_that_have_arrived_are_named_on_the_check_page(self, as_alice, make_job):
        job = make_job(until="finished")
        everything = as_alice.get(reverse("imports:download", args=[job.pk, "all", "csv"]))
        resend(as_alice, job, everything.getvalue())
        again = latest()
        run_inline(again)
        set_mapping(again, Mapping.from_json(again.mapping), again.owner)
        run_inline(again)

        page = text_of(as_alice.get(reverse("imports:check", args=[again.pk])))

        assert "Rows that were imported before" in page
        assert again.check_summary["fates"]["ready"] == 0

    def test_contacts_that_are_updated_with_corrected_values_are_counted(self, as_alice, make_job):
        job = make_job(until="checked")
        job.check_summary["corrected"] = 3
        job.save()

        page = text_of(as_alice.get(reverse("imports:check", args=[job.pk])))

        assert "3 contacts arrived before without some values, and are updated" in page


class TestConfirm:
    def both_checked(self, client, job) -> list[UploadJob]:
        fixed = rejected_rows(client, job).replace("not an address", "nora@example.com")
        made = []
        for _ in range(2):
            resend(client, job, fixed)
            one = latest()
            run_inline(one)
            set_mapping(one, Mapping.from_json(one.mapping), one.owner)
            run_inline(one)
            made.append(one)
        return made

    def confirm(self, client, job):
        stamp = {"stamp": job.changed_at.isoformat()}
        return client.post(reverse("imports:confirm", args=[job.pk]), stamp)

    def test_it_waits_for_an_import_of_the_same_rows(self, as_alice, make_job):
        job = make_job(until="finished")
        one, other = self.both_checked(as_alice, job)
        self.confirm(as_alice, one)

        response = self.confirm(as_alice, other)

        other.refresh_from_db()
        assert other.status == JobStatus.CHECKED
        assert "are being imported with fixed.csv" in str(list(get_messages(response.wsgi_request))[-1])

    def test_it_is_checked_again_when_rows_have_arrived(self, as_alice, make_job):
        job = make_job(until="finished")
        one, other = self.both_checked(as_alice, job)
        self.confirm(as_alice, one)
        one.refresh_from_db()
        run_inline(one)

        response = self.confirm(as_alice, other)

        other.refresh_from_db()
        assert other.status == JobStatus.CHECKING
        assert "It is checked again without them" in str(list(get_messages(response.wsgi_request))[-1])


class TestTryAgain:
    CSV = "Email,First name\r\nada@example.com,Ada\r\nsuppressed@example.com,Sam\r\n"

    def test_it_says_how_many_and_why_others_are_not_counted(self, as_alice, make_job):
        job = make_job(self.CSV, until="finished")

        page = text_of(as_alice.get(report_of(job)))

        assert "No row can be tried again as it is" in page
        assert "1 row of a person who is suppressed in Dotdigital" in page
        assert "Try 1 row again" not in page

    def test_after_it_the_report_leads_to_it(self, as_alice, make_job):
        job = make_job(until="sending")
        cancel_job(job, job.owner)
        run_inline(job)
        assert "Try 3 rows again" in as_alice.get(report_of(job)).text

        as_alice.post(reverse("imports:retry", args=[job.pk]))

        again, page = latest(), as_alice.get(report_of(job)).text
        assert "Try 3 rows again" not in page
        assert f'href="{reverse("imports:job", args=[again.pk])}"' in page
        cancel_job(again, again.owner)
        assert "Try 3 rows again" in as_alice.get(report_of(job)).text

    @pytest.mark.parametrize("is_fixed", [True, False])
    def test_rows_that_have_arrived_since_are_not_counted(self, is_fixed, as_alice, make_job):
        job = make_job(until="sending")
        cancel_job(job, job.owner)
        run_inline(job)
        content = as_alice.get(reverse("imports:download", args=[job.pk, "not_sent", "csv"])).getvalue()
        resend(as_alice, job, b"".join(content.splitlines(keepends=True)[:2]))
        if is_fixed:
            sent(latest())

        page = text_of(as_alice.get(report_of(job)))

        assert f"Try {2 if is_fixed else 3} rows again" in page
        assert ("1 row that has arrived since" in page) == is_fixed
