"""Whatever a person can do on a page: it is done by a post with a token and by nothing else, and once it is kept,
whoever has to go on with it is woken."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from imports.contacts.repairs.repair_types import LeaveOutRow
from imports.jobs.advance import run_inline
from imports.jobs.cancel import cancel_job
from imports.jobs.download import request_download
from imports.jobs.repairing import add_repairs, undo_all
from imports.jobs.resumable import begin_upload, receive_part
from imports.models import ApprovalRequest, DotdigitalAccount, ReportDownload, ResumableUpload, UploadJob
from imports.querysets import tell_owner
from imports.states import BatchStatus, DownloadState, NotificationOccasion
from imports.urls import urlpatterns
from imports.work.known_tasks import ADVANCE, DELIVER, MAKE, READ, TRY
from portal.models import User
from tests.queued import queued
from tests.views.conftest import MakeJob, signed_in
from tests.views.deliveries import job_being_sent
from tests.views.posted import form_data
from tests.views.tus_client import TUS, encoded

DOWNLOAD = {"selection": "all", "file_format": "csv"}


@dataclass(frozen=True)
class Place:
    """What acts are carried out on."""

    make_job: MakeJob
    account: DotdigitalAccount
    alice: User

    def staged(self) -> UploadJob:
        return self.make_job()

    def checked(self) -> UploadJob:
        return self.make_job(until="checked")

    def repaired(self) -> UploadJob:
        job = self.checked()
        add_repairs(job, [LeaveOutRow(3)], self.alice)
        run_inline(job)
        return job

    def undone(self) -> UploadJob:
        job = self.repaired()
        undo_all(job, self.alice)
        run_inline(job)
        return job

    def awaiting_approval(self) -> UploadJob:
        return self.make_job(until="approval")

    def sending(self) -> UploadJob:
        return job_being_sent(self.account, self.alice, BatchStatus.PENDING)

    def paused(self) -> UploadJob:
        return job_being_sent(self.account, self.alice, BatchStatus.PENDING, is_paused=True)

    def held(self) -> UploadJob:
        return job_being_sent(self.account, self.alice, BatchStatus.HELD)

    def cancelled(self) -> UploadJob:
        job = self.make_job(until="sending")
        cancel_job(job, self.alice)
        run_inline(job)
        return job

    def without_file(self) -> UploadJob:
        """A report one of whose files could not be made."""
        job = self.make_job(until="finished")
        request_download(job, **DOWNLOAD)
        ReportDownload.objects.update(state=DownloadState.FAILED)
        return job

    def finished(self) -> UploadJob:
        return self.make_job(until="finished")

    def told(self) -> None:
        """Mona has a notification that she has not read."""
        job = self.make_job(owner=User.objects.get(username="mona"))
        tell_owner(job, NotificationOccasion.ENDED, is_needed=True)

    def nothing(self) -> None:
        return None

    def begun_upload(self) -> None:
        """All of a file of Mona's has arrived."""
        mona = User.objects.get(username="mona")
        upload = begin_upload(account=self.account, owner=mona, file_name="new.csv", file_bytes=5)
        receive_part(
            upload, offset=0, part_length=5, sha256=hashlib.sha256(b"Email").hexdigest(), blocks=[b"Email"]
        )

    def paused_account(self) -> None:
        DotdigitalAccount.objects.update(is_paused=True)


Fields = Callable[[Client, UploadJob, DotdigitalAccount], dict[str, Any]]


def no_fields(client: Client, job: UploadJob, account: DotdigitalAccount) -> dict[str, Any]:
    return {}


def stamp(client: Client, job: UploadJob, account: DotdigitalAccount) -> dict[str, Any]:
    return {"stamp": job.changed_at.isoformat()}


def digest(client: Client, job: UploadJob, account: DotdigitalAccount) -> dict[str, Any]:
    return {"digest": ApprovalRequest.objects.get().digest}


def a_reason(client: Client, job: UploadJob, account: DotdigitalAccount) -> dict[str, Any]:
    return {"reason": "Not like this."}


def every_import(client: Client, job: UploadJob, account: DotdigitalAccount) -> dict[str, Any]:
    return {"rule_always": "on"}


def as_shown(client: Client, job: UploadJob, account: DotdigitalAccount) -> dict[str, Any]:
    return form_data(client.get(reverse("imports:mapping", args=[job.pk])).text)


def with_new_list(client: Client, job: UploadJob, account: DotdigitalAccount) -> dict[str, Any]:
    return {**as_shown(client, job, account), "new_list_name": "Fair", "create": "list"}


def other_delimiter(client: Client, job: UploadJob, account: DotdigitalAccount) -> dict[str, Any]:
    return {"delimiter": ";"}


def row_left_out(client: Client, job: UploadJob, account: DotdigitalAccount) -> dict[str, Any]:
    return {"leave_out": "1"}


def blank_town(client: Client, job: UploadJob, account: DotdigitalAccount) -> dict[str, Any]:
    return {"kind": "values", "place": "4", "word-0": "GB", "blank-0": "1"}


def file(client: Client, job: UploadJob, account: DotdigitalAccount) -> dict[str, Any]:
    return {"account": account.pk, "file": SimpleUploadedFile("new.csv", b"Email\r\nada@example.com\r\n")}


def settings_of_mona(client: Client, job: UploadJob, account: DotdigitalAccount) -> dict[str, Any]:
    return {"first_name": "Mo", "time_zone": "Asia/Tokyo", "mails": "never", "notices": "always"}


def mapping_name(client: Client, job: UploadJob, account: DotdigitalAccount) -> dict[str, Any]:
    return {"name": "Shop"}


def new_password(client: Client, job: UploadJob, account: DotdigitalAccount) -> dict[str, Any]:
    new = "a quite different one"
    return {"old_password": "only for tests", "new_password1": new, "new_password2": new}


def no_headers(account: DotdigitalAccount) -> dict[str, str]:
    return {}


def of_tus(account: DotdigitalAccount) -> dict[str, str]:
    return TUS


def of_new_file(account: DotdigitalAccount) -> dict[str, str]:
    return {**TUS, "Upload-Length": "5", "Upload-Metadata": f"account {encoded(str(account.pk))}"}


@dataclass(frozen=True)
class Act:
    """A page that is posted to: what there must be for it, what is posted, and the tasks that are to be woken.

    `get` is how it answers when it is only looked at.
    """

    name: str
    given: Callable[[Place], UploadJob | None]
    fields: Fields = no_fields
    wakes: tuple[str, ...] = ()
    get: int = 405
    kwargs: tuple[tuple[str, str | int], ...] = ()
    headers: Callable[[DotdigitalAccount], dict[str, str]] = no_headers
    is_of_upload: bool = False


ACTS = [
    Act("upload", Place.nothing, file, (ADVANCE,), get=200),
    Act("begin-upload", Place.nothing, headers=of_new_file),
    Act("finish-upload", Place.begun_upload, wakes=(ADVANCE,), headers=of_tus, is_of_upload=True),
    Act("discard-upload", Place.begun_upload, is_of_upload=True),
    Act("reading", Place.staged, other_delimiter, (ADVANCE,), get=200),
    Act("refresh", Place.staged, wakes=(READ,)),
    Act("trial", Place.staged, as_shown, (TRY,), get=200),
    Act("new-target", Place.staged, with_new_list),
    Act("mapping", Place.staged, as_shown, (ADVANCE,), get=200),
    Act("row", Place.checked, row_left_out, (ADVANCE,), get=200, kwargs=(("number", 3),)),
    Act("repair", Place.checked, blank_town, (ADVANCE,)),
    Act("undo-repair", Place.repaired, wakes=(ADVANCE,), kwargs=(("number", 1),)),
    Act("redo-repair", Place.undone, wakes=(ADVANCE,), kwargs=(("number", 1),)),
    Act("undo-repairs", Place.repaired, wakes=(ADVANCE,)),
    Act("confirm", Place.checked, stamp, (DELIVER,)),
    Act("approve", Place.awaiting_approval, digest, (DELIVER,)),
    Act("reject", Place.awaiting_approval, a_reason),
    Act("withdraw", Place.awaiting_approval),
    Act("pause", Place.sending, wakes=(DELIVER,)),
    Act("resume", Place.paused, wakes=(DELIVER,)),
    Act("send-held", Place.held, wakes=(ADVANCE, DELIVER)),
    Act("drop-held", Place.held, wakes=(ADVANCE, DELIVER)),
    Act("cancel", Place.sending, wakes=(ADVANCE, DELIVER), get=200),
    Act("retry", Place.cancelled, wakes=(ADVANCE,)),
    Act("resend", Place.cancelled, file, (ADVANCE,)),
    Act("download-page", Place.without_file, wakes=(MAKE,), get=200, kwargs=tuple(DOWNLOAD.items())),
    Act("save-mapping", Place.finished, mapping_name),
    Act("read-all", Place.told),
    Act("profile", Place.nothing, settings_of_mona, get=200),
    Act("password", Place.nothing, new_password, get=200),
    Act("approval-rules", Place.nothing, every_import, get=200),
    Act("sign-out-elsewhere", Place.nothing),
    Act("pause-account", Place.nothing, wakes=(DELIVER,)),
    Act("resume-account", Place.paused_account, wakes=(DELIVER,)),
]
# Posts that only show something.
SHOWS = {"use-saved", "rows"}
OF_THEIR_OWN = {"change-mapping"}  # tests/views/test_kept_mappings.py
# The ids that a task is given, newest first.
WOKEN_FOR = {
    ADVANCE: lambda: UploadJob.objects.latest("created_at").pk,
    TRY: lambda: UploadJob.objects.get().pk,
    MAKE: lambda: ReportDownload.objects.get().pk,
    DELIVER: lambda: DotdigitalAccount.objects.get(name="Acme").pk,
    READ: lambda: DotdigitalAccount.objects.get(name="Acme").pk,
}


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of the portal's own tables."""
    models = [*apps.get_app_config("imports").get_models(), *apps.get_app_config("portal").get_models()]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_every_page_that_can_be_posted_to_is_here(client, mona):
    client.force_login(mona)
    kwargs = {
        "job": {"job_id": "7b3e8a52-3f55-4a7e-9c1c-6c7d6f5f3a10"},
        "upload": {"upload_id": "7b3e8a52-3f55-4a7e-9c1c-6c7d6f5f3a10"},
        "account": {"account_id": 0},
        "mapping": {"mapping_id": 0},
        "index": {"index": 0},
        "key": {"key": "problems"},
        "selection": DOWNLOAD,
        "number": {"number": 3},
        "code": {"code": "email_without_at"},
    }
    refused = set()
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        given = {
            key: value for word, some in kwargs.items() if f":{word}" in route for key, value in some.items()
        }
        url = reverse(f"imports:{pattern.name}", kwargs=given)
        if client.post(url, headers=TUS).status_code == 405:
            refused.add(pattern.name)

    assert {pattern.name for pattern in urlpatterns} - refused == {
        act.name for act in ACTS
    } | SHOWS | OF_THEIR_OWN


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_it_is_done_by_a_post_with_a_token_alone_and_wakes_who_goes_on(
    act, make_job, account, alice, mona, django_capture_on_commit_callbacks
):
    job = act.given(Place(make_job, account, alice))
    kwargs = dict(act.kwargs)
    if job:
        kwargs["job_id"] = job.pk
    elif act.name.endswith("-account") or act.name == "approval-rules":
        kwargs["account_id"] = account.pk
    elif act.is_of_upload:
        kwargs["upload_id"] = ResumableUpload.objects.get().pk
    url = reverse(f"imports:{act.name}", kwargs=kwargs)
    client, forged = signed_in(mona), Client(enforce_csrf_checks=True)
    forged.force_login(mona)
    posted = act.fields(client, job, account)
    headers = act.headers(account)
    before = everything()

    with django_capture_on_commit_callbacks() as callbacks:
        assert forged.post(url, act.fields(client, job, account), headers=headers).status_code == 403
        assert forged.get(url, act.fields(client, job, account)).status_code == act.get
    assert everything() == before
    assert callbacks == []

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, posted, headers=headers).status_code in {200, 201, 302}
        assert queued() == set()  # a worker that was woken now would find nothing
    assert everything() != before
    assert queued() == {(task, str(WOKEN_FOR[task]())) for task in act.wakes}
