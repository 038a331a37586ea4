"""Who may open what: every page, for the owner, a team-mate, a manager, a stranger and nobody at all."""

from dataclasses import dataclass, field

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from imports.models import AccountCatalogue, DotdigitalAccount, MappingTrial, ResumableUpload, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.urls import urlpatterns
from portal.models import User
from tests.views.conftest import signed_in
from tests.views.deliveries import job_being_sent

pytestmark = pytest.mark.once


@dataclass(frozen=True)
class Row:
    """A page, the status its job is in, and how it is asked for; `kwargs` beyond the job's id."""

    name: str
    method: str = "get"
    until: str = ""
    kwargs: dict = field(default_factory=dict)
    is_act: bool = False
    is_for_managers: bool = False
    is_of_account: bool = False
    is_of_upload: bool = False
    # Asked like this by somebody who may, it changes the job or what belongs to it.
    changes: bool = False


ROWS = [
    Row("home"),
    Row("notifications"),
    Row("read-all", "post"),
    Row("profile"),
    Row("profile", "post"),
    Row("password"),
    Row("password", "post"),
    Row("upload"),
    Row("template"),
    Row("sample"),
    Row("help"),
    Row("help-topic", kwargs={"key": "problems"}),
    Row("begin-upload", "post"),
    Row("upload-part", is_of_upload=True),
    Row("finish-upload", "post", is_of_upload=True),
    Row("discard-upload", "post", is_of_upload=True),
    Row("job", until="staged"),
    Row("mapping", until="staged"),
    Row("mapping", "post", until="staged", is_act=True),
    Row("trial", until="staged"),
    Row("trial", "post", until="staged", is_act=True),
    Row("use-saved", "post", until="staged", is_act=True),
    Row("choose-mapping", until="staged"),
    Row("save-mapping", "post", until="finished", is_act=True),
    Row("values", until="staged", kwargs={"index": 0}),
    Row("new-target", "post", until="staged", is_act=True, is_for_managers=True),
    Row("reading", until="staged"),
    Row("reading", "post", until="staged", is_act=True, changes=True),
    Row("refresh", "post", until="staged", is_act=True, changes=True),
    Row("catalogue", until="staged"),
    Row("check", until="checked"),
    Row("rows", until="checked"),
    Row("row", until="checked", kwargs={"number": 3}),
    Row("row", "post", until="checked", kwargs={"number": 3}, is_act=True),
    Row("repairs", until="checked"),
    Row("repairs-csv", until="checked"),
    Row("repair", "post", until="checked", is_act=True),
    Row("undo-repair", "post", until="checked", kwargs={"number": 1}, is_act=True),
    Row("redo-repair", "post", until="checked", kwargs={"number": 1}, is_act=True),
    Row("undo-repairs", "post", until="checked", is_act=True),
    Row("group-repairs", until="checked", kwargs={"code": "email_without_at"}),
    Row("column-values", until="checked", kwargs={"index": 0}),
    Row("recheck", until="checked"),
    Row("confirm", "post", until="checked", is_act=True),
    Row("progress", until="sending"),
    Row("pause", "post", until="sending", is_act=True, changes=True),
    Row("resume", "post", until="sending", is_act=True),
    Row("send-held", "post", until="sending", is_act=True),
    Row("drop-held", "post", until="sending", is_act=True),
    Row("cancel", until="staged", is_act=True),
    Row("cancel", "post", until="staged", is_act=True, changes=True),
    Row("report", until="finished"),
    Row("rows", until="finished"),
    Row("download", until="finished", kwargs={"selection": "all", "file_format": "csv"}),
    Row("download-page", until="finished", kwargs={"selection": "all", "file_format": "xlsx"}),
    Row("download-page", "post", until="finished", kwargs={"selection": "all", "file_format": "xlsx"}),
    Row("retry", "post", until="finished", is_act=True),
    Row("resend", "post", until="finished"),
    Row("account", is_of_account=True),
    Row("mappings", is_of_account=True),
    Row("pause-account", "post", is_of_account=True, is_act=True, is_for_managers=True),
    Row("resume-account", "post", is_of_account=True, is_act=True, is_for_managers=True),
]
JOB_ROWS = [row for row in ROWS if row.until]
ACCOUNT_ROWS = [row for row in ROWS if row.is_of_account]
UPLOAD_ROWS = [row for row in ROWS if row.is_of_upload]
PAGES = [
    row
    for row in ROWS
    if not (row.until or row.is_of_account or row.is_of_upload or row.name == "begin-upload")
]


def named(row: Row) -> str:
    return f"{row.name}-{row.method}-{row.until}"


def ask(client: Client, row: Row, job: UploadJob | None = None) -> HttpResponse:
    kwargs = {**row.kwargs, **({"job_id": job.pk} if job else {})}
    response = getattr(client, row.method)(reverse(f"imports:{row.name}", kwargs=kwargs))
    if response.streaming:
        response.getvalue()  # a served file is open until it has been read
    return response


def state_of(job: UploadJob) -> dict[str, object]:
    """All that acts can change: the job, its account, and what belongs to the job."""
    return {
        "job": UploadJob.objects.filter(pk=job.pk).values().get(),
        "jobs": UploadJob.objects.count(),
        "account": DotdigitalAccount.objects.filter(pk=job.account_id).values().get(),
        "catalogue": list(AccountCatalogue.objects.filter(account=job.account_id).values()),
        "batches": list(job.batches.order_by("pk").values()),
        "events": list(job.events.order_by("pk").values_list("pk", flat=True)),
        "trials": list(MappingTrial.objects.filter(pk=job.pk).values()),
    }


def test_every_page_has_a_row():
    of_their_own = {"change-mapping"}  # tests/views/test_kept_mappings.py
    assert {row.name for row in ROWS} | of_their_own == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_anonymous_is_asked_to_sign_in(row, db, client):
    kwargs = {**row.kwargs, **({"job_id": "7b3e8a52-3f55-4a7e-9c1c-6c7d6f5f3a10"} if row.until else {})}
    kwargs |= {"account_id": 1} if row.is_of_account else {}
    kwargs |= {"upload_id": "7b3e8a52-3f55-4a7e-9c1c-6c7d6f5f3a10"} if row.is_of_upload else {}
    url = reverse(f"imports:{row.name}", kwargs=kwargs)

    response = getattr(client, row.method)(url)

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("row", JOB_ROWS, ids=named)
def test_each_person_gets_what_they_may(row, make_job, account, alice, bob, mona, charlie, client_of):
    if row.until == JobStatus.SENDING:
        job = job_being_sent(account, alice, BatchStatus.PENDING)
    else:
        job = make_job(until=row.until)

    before = state_of(job)

    assert ask(client_of(charlie), row, job).status_code == 404
    if row.is_act:
        assert ask(client_of(bob), row, job).status_code == 403
    if row.is_for_managers:
        assert ask(client_of(alice), row, job).status_code == 403
    assert state_of(job) == before
    acting = (mona,) if row.is_for_managers else (mona, alice)
    for user in acting if row.is_act else (bob, *acting):
        response = ask(client_of(user), row, job)
        assert response.status_code in {200, 302, 409, 422}
        assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
        assert response["X-Content-Type-Options"] == "nosniff"
    assert (state_of(job) != before) == row.changes


@pytest.mark.parametrize("row", ACCOUNT_ROWS, ids=named)
def test_an_account_is_for_its_members(row, account, alice, mona, charlie):
    def answer(user):
        url = reverse(f"imports:{row.name}", args=[account.pk])
        response = getattr(signed_in(user), row.method)(url)
        account.refresh_from_db()
        return response.status_code

    assert answer(charlie) == 404
    assert answer(alice) == (403 if row.is_for_managers else 200)
    assert not account.is_paused
    assert answer(mona) == (302 if row.is_act else 200)
    assert answer(User.objects.create_superuser("root")) == (302 if row.is_act else 200)


@pytest.mark.parametrize("row", UPLOAD_ROWS, ids=named)
def test_an_upload_in_parts_is_its_owners_alone(row, account, alice, bob, mona, charlie):
    def answer(user):
        upload = ResumableUpload.objects.create(account=account, owner=alice, file_name="a.csv", file_bytes=3)
        url = reverse(f"imports:{row.name}", args=[upload.pk])
        response = getattr(signed_in(user), row.method)(url, headers={"Tus-Resumable": "1.0.0"})
        if response.status_code != 404:
            assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
        return response.status_code

    root = User.objects.create_superuser("root")
    assert {answer(user) for user in (bob, mona, charlie, root)} == {404}
    assert answer(alice) == {"upload-part": 200, "finish-upload": 409, "discard-upload": 302}[row.name]


@pytest.mark.parametrize("row", PAGES, ids=named)
def test_pages_without_a_job_are_for_everybody_signed_in(row, as_alice):
    assert ask(as_alice, row).status_code in ({302, 422} if row.method == "post" else {200})
