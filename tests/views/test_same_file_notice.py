import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from imports.models import DotdigitalAccount, Membership, UploadJob
from imports.reports.ledger import Ledger
from imports.states import JobStatus


def notice_of(client, job) -> str:
    """What the page of `job` says of earlier uploads, in words."""
    text = client.get(reverse("imports:progress", args=[job.pk])).text
    _, found, rest = text.partition('<div class="notice care" id="same-file">')
    return re.sub(r"\s+", " ", strip_tags(rest.partition("</div>")[0])).strip() if found else ""


def finish(job: UploadJob) -> None:
    UploadJob.objects.filter(pk=job.pk).update(
        status=JobStatus.FINISHED,
        ledger=Ledger({"created": 4_000, "updated": 812, "rejected": 3}, rows=4_815).to_dict(),
    )


def test_it_says_when_by_whom_and_what_became_of_it(as_alice, alice, make_job):
    alice.last_name = "Example"
    alice.save()
    earlier = make_job(until="uploaded")
    UploadJob.objects.filter(pk=earlier.pk).update(created_at="2026-04-03T09:12:00Z")
    finish(earlier)
    job = make_job(until="uploaded", name="another name.csv")

    assert notice_of(as_alice, job) == (
        "This same file was uploaded before: 3 Apr 2026, 10:12 by Alice Example: Finished with problems, "
        "4,812 rows imported"
    )
    link = f'<a href="{reverse("imports:job", args=[earlier.pk])}"><time'
    assert link in as_alice.get(reverse("imports:progress", args=[job.pk])).text


def test_a_file_seen_for_the_first_time_says_nothing(as_alice, make_job):
    make_job("Email\r\nada@example.com\r\n", until="uploaded")

    assert notice_of(as_alice, make_job(until="uploaded")) == ""


def test_three_are_listed_and_the_rest_is_counted(as_alice, make_job):
    jobs = [make_job(until="uploaded") for _ in range(8)]

    notice = notice_of(as_alice, jobs[-1])

    assert notice.count("by Alice") == 3
    assert notice.endswith("and 4 more times")


def test_more_of_them_take_no_more_queries(as_alice, make_job, django_assert_num_queries):
    make_job(until="uploaded")
    page = reverse("imports:progress", args=[make_job(until="uploaded").pk])
    with CaptureQueriesContext(connection) as one:
        as_alice.get(page)
    page = reverse("imports:progress", args=[[make_job(until="uploaded") for _ in range(5)][-1].pk])

    with django_assert_num_queries(len(one)):
        as_alice.get(page)


@pytest.mark.parametrize("name", ["bob", "mona"])
def test_the_team_sees_it(name, request, client_of, make_job):
    make_job(until="uploaded")

    assert "by Alice: Uploaded" in notice_of(
        client_of(request.getfixturevalue(name)), make_job(until="uploaded")
    )


def test_the_jobs_of_strangers_are_never_shown(as_alice, alice, charlie, make_job):
    other = DotdigitalAccount.objects.get(name="Other")
    theirs, job = make_job(until="uploaded", owner=charlie), make_job(until="uploaded")
    UploadJob.objects.filter(pk=theirs.pk).update(account=other)

    assert notice_of(as_alice, job) == ""

    Membership.objects.create(account=other, user=alice)
    assert notice_of(as_alice, job) == ""


def test_an_ended_job_no_longer_says_it(as_alice, make_job):
    make_job(until="uploaded")
    job = make_job(until="uploaded")
    finish(job)

    page = reverse("imports:report", args=[job.pk])
    assert "This same file" not in as_alice.get(page).text
