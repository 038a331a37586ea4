"""The list of jobs by year, month and day, and its pages."""

import re
from datetime import datetime

import pytest
from django.contrib.admin.templatetags.admin_list import date_hierarchy
from django.urls import reverse
from django.utils import timezone

from imports.admin.job_admin import JobAdmin
from imports.models import UploadJob

LIST = reverse("admin:imports_uploadjob_changelist")
TIMES = (
    *("2023-12-31 23:59", "2024-01-01 00:00", "2024-02-29 12:00", "2024-03-31 00:30", "2024-03-31 23:59"),
    *("2024-06-01 00:00", "2024-06-30 23:30", "2024-10-27 01:30", "2024-12-31 23:59", "2026-01-01 00:00"),
)
"""Ends of periods, in and out of summer time; no time in 2025."""


@pytest.fixture
def jobs(account, admin_user) -> list[UploadJob]:
    return UploadJob.objects.bulk_create(
        UploadJob(
            account=account,
            owner=admin_user,
            file_name=f"{number}.csv",
            created_at=timezone.make_aware(datetime.fromisoformat(time)),
        )
        for number, time in enumerate(TIMES)
    )


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"created_at__year": "2024"}, {"created_at__year": "2025"}, {"created_at__year": "2023"},
        *({"created_at__year": "2024", "created_at__month": month} for month in ("3", "6", "10", "12")),
        {"created_at__year": "2024", "created_at__month": "3", "created_at__day": "31"},
        {"q": "2.csv"}, {"q": "nobody"},
    ],
)  # fmt: skip
def test_it_is_narrowed_down_by_the_periods_that_have_a_job(asked, as_admin, jobs):
    response = as_admin.get(LIST, asked)

    shown = date_hierarchy(response.context["cl"])
    links = [choice["link"] for choice in shown["choices"] if "link" in choice]
    titles = [str(choice["title"]) for choice in shown["choices"]]
    part = re.search(r'<nav class="toplinks"[^>]*>(.*?)</nav>', response.text, re.DOTALL)
    said = part.group(1) if part else ""
    assert re.findall(r'href="([^"]*)"', said.replace("&amp;", "&"))[bool(shown.get("back")) :] == links
    assert all(title in said for title in titles)


def test_its_pages_hold_each_job_once_and_the_newest_first(as_admin, jobs, monkeypatch):
    monkeypatch.setattr(JobAdmin, "list_per_page", 4)

    found = [
        job.pk for page in (1, 2, 3) for job in as_admin.get(LIST, {"p": page}).context["cl"].result_list
    ]

    assert found == [job.pk for job in reversed(jobs)]


def test_the_history_of_a_job_of_which_none_is_kept_is_a_page(as_admin, jobs):
    assert as_admin.get(reverse("admin:imports_uploadjob_history", args=[jobs[0].pk])).status_code == 200
