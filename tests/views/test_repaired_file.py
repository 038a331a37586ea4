"""Pages of a file that was repaired: rows as they were checked, and a confirmation of what was reviewed."""

from django.urls import reverse

from imports.contacts.repairs.repair_types import SetCell
from imports.jobs.advance import run_inline
from imports.jobs.repairing import add_repairs
from imports.states import JobStatus
from tests.views.test_rows_page import numbers, rows_of


def test_rows_of_the_check_are_as_they_were_checked_and_found_so(as_alice, make_job, alice):
    job = make_job("Email,First name\r\nann@@example.com,Ann\r\nbob@example.com,Bob\r\n", until="checked")
    add_repairs(job, [SetCell("Email", 2, "ann@example.com")], alice)
    run_inline(job)

    assert numbers(rows_of(as_alice, job, show="ready")) == [2, 3]
    assert numbers(rows_of(as_alice, job, q="ann@example.com")) == [2]
    assert numbers(rows_of(as_alice, job, q="ann@@")) == []


def test_what_was_repaired_after_it_was_reviewed_is_reviewed_again(as_alice, make_job, alice):
    job = make_job("Email,First name\r\nann@@example.com,Ann\r\nbob@example.com,Bob\r\n", until="checked")
    stamp = as_alice.get(reverse("imports:check", args=[job.pk])).context["stamp"]
    add_repairs(job, [SetCell("Email", 2, "ann@example.com")], alice)
    run_inline(job)

    as_alice.post(reverse("imports:confirm", args=[job.pk]), {"stamp": stamp})

    job.refresh_from_db()
    assert job.status == JobStatus.CHECKED
