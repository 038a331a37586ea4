"""The page of the administration that asks about a person."""

import json
import time

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from imports.models import AuditEvent, UploadJob
from portal.models import User
from portal.sign_in.fresh_proof import PROVED_AT
from tests.people.asked import EMAIL, imported, manager, root

pytestmark = pytest.mark.pipeline

PAGE = reverse("admin:imports_uploadjob_people")
LIST = reverse("admin:imports_uploadjob_changelist")
ASKED = {"kind": "email", "value": EMAIL, "reason": "a request"}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def staff(account) -> User:
    """A manager of the account who may look at jobs."""
    mona = manager(account)
    User.objects.filter(pk=mona.pk).update(is_staff=True)
    mona.user_permissions.set(Permission.objects.filter(codename="view_uploadjob"))
    return User.objects.get(pk=mona.pk)


def test_it_finds_exports_and_erases(account, alice, sandbox, tmp_path):
    client = client_of(root())
    job = imported(tmp_path)
    assert PAGE in client.get(LIST).text
    page = client.get(PAGE)
    assert page.status_code == 200
    assert EMAIL not in page.text

    found = client.post(PAGE, {**ASKED, "find": "Find"})
    held = client.post(PAGE, {**ASKED, "export": "Export"})
    unsure = client.post(PAGE, {**ASKED, "erase": "Erase"})

    assert found.status_code == 200
    assert reverse("admin:imports_uploadjob_change", args=[job.pk]) in found.text
    assert "no-store" in found.headers["Cache-Control"]
    assert json.loads(held.content)["jobs"][0]["rows"][0]["outcome"] == "created"
    assert held.headers["Content-Disposition"].startswith("attachment")
    assert unsure.status_code == 422
    assert not AuditEvent.objects.filter(action="person_erased").exists()
    erased = client.post(PAGE, {**ASKED, "erase": "Erase", "is_sure": "on"})
    event = AuditEvent.objects.get(action="person_erased")
    assert str(event.pk) in erased.text
    told = [one.action for one in AuditEvent.objects.filter(action__startswith="person_").order_by("pk")]
    assert [one for one in told if one not in {"person_added", "person_changed"}] == [
        "person_searched",
        "person_exported",
        "person_erased",
    ]


def test_a_manager_finds_and_does_not_erase(staff, alice, sandbox, tmp_path):
    client = client_of(staff)
    imported(tmp_path)

    assert "contacts.csv" in client.post(PAGE, {**ASKED, "find": "Find"}).text
    assert client.post(PAGE, {**ASKED, "erase": "Erase", "is_sure": "on"}).status_code == 403
    assert UploadJob.objects.filter(events__note="person_erased").count() == 0


def test_whoever_has_not_lately_proved_who_they_are_does_so_first(account):
    client = client_of(root())
    session = client.session
    session[PROVED_AT] = time.time() - 1_000_000
    session.save()

    assert client.get(PAGE).status_code == 302
    assert client.post(PAGE, {**ASKED, "find": "Find"}).status_code == 302
    assert not AuditEvent.objects.filter(action="person_searched").exists()


@pytest.mark.parametrize(
    "wrong", [{"value": "ada"}, {"reason": ""}, {"reason": f"asked by {EMAIL}"}, {"kind": "mobile"}]
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_done(wrong, account):
    answer = client_of(root()).post(PAGE, {**ASKED, **wrong, "find": "Find"})

    assert answer.status_code == 422
    assert "errorlist" in answer.text
    assert not AuditEvent.objects.filter(action="person_searched").exists()
