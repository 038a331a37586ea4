"""Who may open what: every address of the portal, by role and by method, with what it may write."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from imports.models import DotdigitalAccount, Membership, NamedMapping, ResumableUpload, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.urls import urlpatterns
from portal.models import User
from tests.admin.admin_pages import ADMIN_PAGES
from tests.sign_in.sign_in_pages import SIGN_IN_PAGES
from tests.views.conftest import CONTACTS_CSV, signed_in
from tests.views.deliveries import job_being_sent
from tests.views.tus_client import TUS, begun
from tests.whole_database import changed_since, whole_database

pytestmark = pytest.mark.once


class Who(StrEnum):
    """Who may ask for a page. Superusers may do what managers may."""

    EVERYBODY = "whoever is signed in"
    LOOK = "members, as far as they see the import"
    FILES = "uploaders, approvers and managers, as far as they see the import"
    ACT = "the owner, managers of the account"
    APPROVE = "approvers and managers of the account"
    MEMBERS = "members of the account"
    MADE = "who made it, managers of the account"
    MANAGE = "managers of the account"
    BEGAN = "who began it"


MEMBERS = {"alice", "bob", "vera", "abel", "mona", "root"}
OUTSIDERS = {"charlie", "stan"}
MAY = {
    Who.LOOK: MEMBERS,
    Who.FILES: MEMBERS - {"vera"},
    Who.ACT: {"alice", "mona", "root"},
    Who.APPROVE: {"abel", "mona", "root"},
    Who.MEMBERS: MEMBERS,
    Who.MADE: {"bob", "mona", "root"},
    Who.MANAGE: {"mona", "root"},
}
"""The people: Alice, who uploaded; Bob, another uploader, who saved a mapping; Vera, a viewer; Abel, an approver; Mona,
a manager; Root, a superuser; Charlie, of another account; Stan, of the staff with every permission, and of no
account."""

UNSEEN = {"bob", "vera"}
"""Those who do not see an import of Alice's where the account does not show imports to its members."""

MAPPING = {"matchIdentifier": "email", "columns": []}
SOME_ID = UUID("7b3e8a52-3f55-4a7e-9c1c-6c7d6f5f3a10")
METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
CSV, WORKBOOK = ({"selection": "all", "file_format": file_format} for file_format in ("csv", "xlsx"))
CHANGED = frozenset({"UploadJob", "JobEvent", "MappingTrial", "AccountCatalogue", "Notification"})
READ = {"Notification"}  # that its owner has read what they were told


@dataclass(frozen=True)
class Row:
    """A page, the status its job is in, and how it is asked for; `kwargs` beyond the job's id. `writes`: the models of
    which something may be written when somebody asks who may."""

    name: str
    method: str = "get"
    until: str = ""
    kwargs: dict[str, Any] = field(default_factory=dict)
    who: Who = Who.EVERYBODY
    is_of_account: bool = False
    writes: frozenset[str] | set[str] = frozenset()

    @property
    def asked_by(self) -> Who:
        if self.who is not Who.EVERYBODY:
            return self.who
        return Who.LOOK if self.until else Who.MEMBERS if self.is_of_account else self.who


ROWS = [
    Row("home"),
    Row("notifications"),
    Row("read-all", "post"),
    Row("profile"),
    Row("profile", "post", writes={"User"}),
    Row("password"),
    Row("password", "post"),
    Row("sign-out-elsewhere", "post", writes={"User"}),
    Row("upload"),
    Row("upload", "post"),
    Row("template"),
    Row("sample"),
    Row("help"),
    Row("help-topic", kwargs={"key": "problems"}),
    Row("begin-upload", "post"),
    Row("begin-upload", "options"),
    Row("upload-part", who=Who.BEGAN),
    Row("upload-part", "head", who=Who.BEGAN),
    Row("upload-part", "patch", who=Who.BEGAN),
    Row("upload-part", "delete", who=Who.BEGAN),
    Row("finish-upload", "post", who=Who.BEGAN),
    Row("discard-upload", "post", who=Who.BEGAN),
    Row("job", until="staged"),
    Row("mapping", until="staged"),
    Row("mapping", "post", until="staged", who=Who.ACT, writes={"MappingDraft", "JobEvent"}),
    Row("trial", until="staged"),
    Row("trial", "post", until="staged", who=Who.ACT, writes={"MappingDraft", "JobEvent"}),
    Row("use-saved", "post", until="staged", who=Who.ACT),
    Row("choose-mapping", until="staged"),
    Row("save-mapping", "post", until="finished", who=Who.ACT),
    Row("values", until="staged", kwargs={"index": 0}),
    Row("new-target", "post", until="staged", who=Who.MANAGE),
    Row("reading", until="staged"),
    Row("reading", "post", until="staged", who=Who.ACT, writes=CHANGED),
    Row("refresh", "post", until="staged", who=Who.ACT, writes=CHANGED),
    Row("catalogue", until="staged"),
    Row("check", until="checked"),
    Row("rows", until="checked"),
    Row("rows", "post", until="checked", who=Who.LOOK),
    Row("row", until="checked", kwargs={"number": 3}),
    Row("row", "post", until="checked", kwargs={"number": 3}, who=Who.ACT),
    Row("repairs", until="checked"),
    Row("repairs-csv", until="checked", who=Who.FILES),
    Row("repair", "post", until="checked", who=Who.ACT),
    Row("undo-repair", "post", until="checked", kwargs={"number": 1}, who=Who.ACT),
    Row("redo-repair", "post", until="checked", kwargs={"number": 1}, who=Who.ACT),
    Row("undo-repairs", "post", until="checked", who=Who.ACT),
    Row("group-repairs", until="checked", kwargs={"code": "email_without_at"}),
    Row("column-values", until="checked", kwargs={"index": 0}),
    Row("recheck", until="checked"),
    Row("confirm", "post", until="checked", who=Who.ACT),
    Row("approval", until="approval", writes=READ),
    Row("approve", "post", until="approval", who=Who.APPROVE),
    Row("reject", "post", until="approval", who=Who.APPROVE),
    Row("withdraw", "post", until="approval", who=Who.ACT, writes=CHANGED | {"ApprovalRequest"}),
    Row("progress", until="sending"),
    Row("pause", "post", until="sending", who=Who.ACT, writes=CHANGED),
    Row("resume", "post", until="sending", who=Who.ACT),
    Row("send-held", "post", until="sending", who=Who.ACT),
    Row("drop-held", "post", until="sending", who=Who.ACT),
    Row("cancel", until="staged", who=Who.ACT),
    Row("cancel", "post", until="staged", who=Who.ACT, writes=CHANGED),
    Row("report", until="finished", writes=READ),
    Row("rows", until="finished", writes=READ),
    Row("download", until="finished", who=Who.FILES, kwargs=CSV),
    Row("download", until="finished", who=Who.FILES, kwargs=WORKBOOK, writes={"ReportDownload"}),
    Row("download-page", until="finished", who=Who.FILES, kwargs=WORKBOOK, writes={"ReportDownload", *READ}),
    Row("download-page", "post", until="finished", who=Who.FILES, kwargs=WORKBOOK, writes={"ReportDownload"}),
    Row("retry", "post", until="finished", who=Who.ACT),
    Row("resend", "post", until="finished", who=Who.FILES),
    Row("account", is_of_account=True),
    Row("mappings", is_of_account=True),
    Row("change-mapping", "post", is_of_account=True, who=Who.MADE),
    Row("approval-rules", is_of_account=True, who=Who.MANAGE),
    Row("approval-rules", "post", is_of_account=True, who=Who.MANAGE),
    Row("pause-account", "post", is_of_account=True, who=Who.MANAGE, writes={"DotdigitalAccount"}),
    Row("resume-account", "post", is_of_account=True, who=Who.MANAGE),
]

JOB_ROWS = [row for row in ROWS if row.until]
ACCOUNT_ROWS = [row for row in ROWS if row.is_of_account]
UPLOAD_ROWS = [row for row in ROWS if row.who is Who.BEGAN]
PAGES = [
    row
    for row in ROWS
    if row.asked_by is Who.EVERYBODY and (row.name, row.method) != ("begin-upload", "post")
]

WITHOUT_SIGN_IN = {"login", "logout", "health", "csp-reports"}
"""Addresses that are nobody's in particular; what they answer is said below."""


def named(row: Row) -> str:
    return f"{row.name}-{row.method}-{row.until}"


@pytest.fixture
def people(account, alice, bob, vera, abel, mona, charlie) -> dict[str, Client]:
    """A browser of everybody, by their names."""
    stan = User.objects.create_user("stan", is_staff=True)
    stan.user_permissions.set(Permission.objects.all())
    signed = (alice, bob, vera, abel, mona, charlie, stan, User.objects.create_superuser("root"))
    return {user.username: signed_in(user) for user in signed}


def ask(client: Client, row: Row, **kwargs: Any) -> HttpResponse:
    url = reverse(f"imports:{row.name}", kwargs={**row.kwargs, **kwargs})
    response = getattr(client, row.method)(url, headers=TUS if row.who is Who.BEGAN else {})
    if response.streaming:
        response.getvalue()  # a served file is open until it has been read
    return response


def addresses(resolver: Any = None, space: str = "") -> Iterator[tuple[str, str]]:
    """Every address that the portal answers: its namespace, and its name, or its pattern where it has none."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, pattern.namespace or space)
        else:
            assert isinstance(pattern, URLPattern)
            yield space, pattern.name or str(pattern.pattern)


def test_every_address_has_a_row():
    known = {
        *(("imports", row.name) for row in ROWS),
        *(("admin", page.name) for page in ADMIN_PAGES),
        *(("", name) for name in WITHOUT_SIGN_IN),
        *(("", page.name) for page in SIGN_IN_PAGES),
    }
    assert set(addresses()) == known


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_anonymous_is_asked_to_sign_in(row, db, client):
    before = whole_database()

    response = ask(client, row, **some_ids(row.name))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("login"))
    assert changed_since(before) == set()


def some_ids(name: str) -> dict[str, Any]:
    """Ids for the address of a page, of things that need not be there."""
    pattern = next(str(one.pattern) for one in urlpatterns if one.name == name)
    ids = {"job_id": SOME_ID, "upload_id": SOME_ID, "account_id": 1, "mapping_id": 1}
    return {key: value for key, value in ids.items() if f":{key}>" in pattern}


def test_other_methods_are_refused_and_do_nothing(db):
    client = signed_in(User.objects.create_superuser("root"))
    before = whole_database()
    answered = {}
    for name in {pattern.name for pattern in urlpatterns}:
        rows = [row for row in ROWS if row.name == name]
        right = {row.method for row in rows} | (
            {"head"} if any(row.method == "get" for row in rows) else set()
        )
        url = reverse(f"imports:{name}", kwargs={**rows[0].kwargs, **some_ids(name)})
        for method in set(METHODS) - right:
            answered[name, method] = getattr(client, method)(url).status_code

    assert {asked: status for asked, status in answered.items() if status != 405} == {}
    assert changed_since(before) == set()


@pytest.mark.parametrize("row", JOB_ROWS, ids=named)
def test_each_person_gets_what_they_may(row, people, make_job, account, alice):
    if row.until == JobStatus.SENDING:
        job = job_being_sent(account, alice, BatchStatus.PENDING)
    else:
        job = make_job(until=row.until)
    may, before = MAY[row.asked_by], whole_database()

    refused = {name: ask(people[name], row, job_id=job.pk).status_code for name in people.keys() - may}
    assert refused == {name: 404 if name in OUTSIDERS else 403 for name in people.keys() - may}
    DotdigitalAccount.objects.update(shares_jobs=False)
    assert {ask(people[name], row, job_id=job.pk).status_code for name in UNSEEN} == {404}
    if row.asked_by is Who.LOOK:
        assert ask(people["abel"], row, job_id=job.pk).status_code in {200, 302}
    DotdigitalAccount.objects.update(shares_jobs=True)
    assert changed_since(before) <= (row.writes if row.method == "get" else set())

    for name in sorted(may, reverse=True):
        response = ask(people[name], row, job_id=job.pk)
        assert response.status_code in {200, 302, 409, 422}, name
        assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
        assert response["X-Content-Type-Options"] == "nosniff"
    changed = changed_since(before)
    assert changed <= row.writes
    assert bool(changed) == bool(row.writes)


@pytest.mark.parametrize("row", ACCOUNT_ROWS, ids=named)
def test_an_account_is_for_its_members(row, people, account, bob):
    saved = NamedMapping.objects.create(account=account, name="Newsletter", mapping=MAPPING, made_by=bob)
    ids = {"account_id": account.pk, **({"mapping_id": saved.pk} if row.name == "change-mapping" else {})}
    may, before = MAY[row.asked_by], whole_database()

    refused = {name: ask(people[name], row, **ids).status_code for name in people.keys() - may}
    assert refused == {name: 404 if name in OUTSIDERS else 403 for name in people.keys() - may}
    assert changed_since(before) == set()
    assert {ask(people[name], row, **ids).status_code for name in may} == {
        302 if row.method == "post" else 200
    }
    assert changed_since(before) == row.writes


@pytest.mark.parametrize("row", UPLOAD_ROWS, ids=named)
def test_an_upload_in_parts_is_its_owners_alone(row, people, account, alice):
    def upload() -> ResumableUpload:
        return ResumableUpload.objects.create(account=account, owner=alice, file_name="a.csv", file_bytes=3)

    def answer(name: str, one: ResumableUpload) -> HttpResponse:
        return ask(people[name], row, upload_id=one.pk)

    others, before = upload(), whole_database()
    assert {answer(name, others).status_code for name in people.keys() - {"alice"}} == {404}
    Membership.objects.filter(user=alice).update(role=Membership.Role.VIEWER)
    assert answer("alice", others).status_code == 404
    Membership.objects.filter(user=alice).update(role=Membership.Role.UPLOADER)
    assert changed_since(before) == set()

    response = answer("alice", upload())
    assert (
        response.status_code
        == {
            "upload-part": {"get": 200, "head": 200, "patch": 415, "delete": 204},
            "finish-upload": {"post": 409},
            "discard-upload": {"post": 302},
        }[row.name][row.method]
    )
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


@pytest.mark.parametrize("row", PAGES, ids=named)
def test_pages_without_a_job_are_for_everybody_signed_in(row, people):
    before = whole_database()

    answers = {name: ask(client, row).status_code for name, client in people.items()}

    assert {*answers.values()} <= ({200, 302, 422} if row.method == "post" else {200, 204}), answers
    assert changed_since(before) <= row.writes


def test_only_those_who_may_import_begin_an_upload(people, account):
    said = {name: begun(client, account.pk, 5).status_code for name, client in people.items()}

    assert said == {name: 201 if name in MEMBERS - {"vera"} else 422 for name in people}
    assert ResumableUpload.objects.count() == len(MEMBERS) - 1


def test_only_those_who_may_import_upload_a_file(people, account):
    def uploaded(client: Client) -> int:
        file = SimpleUploadedFile("contacts.csv", CONTACTS_CSV.encode())
        return client.post(reverse("imports:upload"), {"account": account.pk, "file": file}).status_code

    said = {name: uploaded(client) for name, client in people.items()}

    assert said == {name: 302 if name in MEMBERS - {"vera"} else 422 for name in people}
    assert not UploadJob.objects.filter(owner__username__in=[*OUTSIDERS, "vera"]).exists()


def test_what_needs_no_sign_in_tells_nothing(client, people):
    before = whole_database()

    assert client.get(reverse("health")).json() == {"status": "ok"}
    assert client.get(reverse("login")).status_code == 200
    assert client.post(reverse("login"), {"login": "alice", "password": "wrong"}).status_code == 200
    for method in ("patch", "delete", "trace"):
        assert getattr(client, method)(reverse("login")).status_code == 405
    assert client.post(reverse("csp-reports"), "{", content_type="application/csp-report").status_code == 204
    for method in ("get", "put", "patch", "delete", "trace"):
        assert getattr(people["alice"], method)(reverse("logout")).status_code == 405
        assert getattr(client, method)(reverse("csp-reports")).status_code == 405
    assert people["alice"].get(reverse("imports:home")).status_code == 200
    assert changed_since(before) == set()
