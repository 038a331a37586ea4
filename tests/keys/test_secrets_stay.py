"""Neither an API password nor a token reaches a page, a log, an error, a cookie or the audit log.

What workers, Redis and the database are told of them is for tests/delivery/test_canaries.py.
"""

import io
import json
import logging

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from imports.models import AuditEvent, DotdigitalAccount
from portal.models import User
from tests.admin.admin_pages import ADMIN_PAGES
from tests.admin.test_admin_accounts import MEMBERS
from tests.delivery.canaries import found_in
from tests.dotdigital.conftest import server
from tests.dotdigital.servers import json_reply

__all__ = ["server"]

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SECRETS = {
    "API password": "hunter-Qv7-passphrase",
    "integration token": "7d3c9a51-5b1e-4c0f-9e37-0a6d2f1b8c44",
    "typed password": "typed-Zk3-vestibule-44",
    "typed token": "5e0f8b62-91d7-4a3e-8c15-b7f2d4a6901c",
}
ECHO = {"errorCode": "ERROR", "description": "; ".join(SECRETS.values()), "details": []}


@pytest.fixture
def account(db, server, settings) -> DotdigitalAccount:
    settings.DOTDIGITAL_EXTRA_HOSTS = [server.host]
    account = DotdigitalAccount(name="Acme", endpoint=f"http://{server.host}", api_user="user")
    account.api_password, account.integration_token = SECRETS["API password"], SECRETS["integration token"]
    account.save()
    return account


@pytest.fixture
def root(account) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("root"))
    return client


def stored(account: DotdigitalAccount) -> dict[str, str]:
    """The secrets, and how the database has them."""
    return SECRETS | {
        "encrypted password": account.api_password_encrypted,
        "encrypted token": account.integration_token_encrypted,
    }


def seen(answer) -> bytes:
    """All that a browser gets: the body, the headers and the cookies."""
    return b"\n".join([answer.content, str(dict(answer.headers)).encode(), answer.cookies.output().encode()])


def test_no_page_shows_one(account, root):
    pages = [
        reverse("admin:imports_dotdigitalaccount_changelist"),
        *(
            reverse(f"admin:{page.name}", args=[account.pk])
            for page in ADMIN_PAGES
            if page.name.startswith("imports_dotdigitalaccount_") and page.of
        ),
        reverse("admin:imports_auditevent_changelist"),
        reverse("imports:account", args=[account.pk]),
    ]

    answers = {page: root.get(page) for page in pages}

    assert {page: answer.status_code for page, answer in answers.items() if answer.status_code != 200} == {}
    assert {page for page, answer in answers.items() if found_in(seen(answer), stored(account))} == set()


@pytest.mark.parametrize("wrong", ["endpoint", "integration_token", "max_active_imports", "nothing"])
def test_what_was_typed_is_not_in_the_answer(wrong, account, root, caplog):
    caplog.set_level(logging.DEBUG)
    given = {
        **MEMBERS,
        "name": "Acme",
        "endpoint": account.endpoint,
        "api_user": "user",
        "api_password": SECRETS["typed password"],
        "integration_token": SECRETS["typed token"],
        "max_active_imports": "25",
        "reads_contacts": "off",
    }
    if wrong == "integration_token":
        given[wrong] += " " + SECRETS["typed password"]
    elif wrong != "nothing":
        given[wrong] = "no such value"
    page = reverse("admin:imports_dotdigitalaccount_change", args=[account.pk])

    answer = root.post(page, given)
    after = root.get(answer.url if wrong == "nothing" else page)

    assert answer.status_code == (302 if wrong == "nothing" else 200)
    assert found_in(seen(answer) + seen(after), SECRETS) == set()
    assert found_in(caplog.text.encode(), SECRETS) == set()
    assert found_in(repr(list(AuditEvent.objects.values())).encode(), SECRETS) == set()


@pytest.mark.parametrize("status", [200, 400, 401, 403, 500])
def test_what_dotdigital_repeats_is_not_told(status, account, root, server, caplog):
    caplog.set_level(logging.DEBUG)
    server.will_answer(*[json_reply(ECHO, status)] * 5)
    page = reverse("admin:imports_dotdigitalaccount_changelist")

    answer = root.post(page, {"action": "check_connection", "_selected_action": [account.pk]})
    after = root.get(page)

    assert server.requests, "Dotdigital was not asked"
    assert found_in(seen(answer) + seen(after), SECRETS) == set()
    assert found_in(caplog.text.encode(), SECRETS) == set()
    account.refresh_from_db()
    assert found_in(json.dumps(account.blocked_reason).encode(), SECRETS) == set()


def test_a_fault_in_the_middle_of_a_call_tells_none(account, root, caplog, monkeypatch):
    def breaks(client, *args):
        raise RuntimeError(f"{client.__dict__} {SECRETS}")

    monkeypatch.setattr("imports.accounts.connection.discover_account", breaks)

    page = reverse("admin:imports_dotdigitalaccount_changelist")
    answer = root.post(page, {"action": "check_connection", "_selected_action": [account.pk]})

    assert answer.status_code == 500
    assert found_in(seen(answer), SECRETS) == set()


def test_commands_tell_none(account, server, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    User.objects.create_superuser("boss")
    server.will_answer(*[json_reply(ECHO, 401)] * 5)
    monkeypatch.setenv("DOTDIGITAL_API_PASSWORD", SECRETS["typed password"])
    out = io.StringIO()

    for words in (
        ["add_account", "Acme", f"--endpoint={account.endpoint}", "--api-user=user"],
        ["control_account", "Acme", "test", "--user=boss"],
        ["control_account", "Acme", "status", "--user=boss"],
        ["rotate_keys"],
        ["check_deployment"],
    ):
        try:
            call_command(*words, stdout=out, stderr=out)
        except (SystemExit, CommandError) as end:
            out.write(str(end))

    assert found_in(out.getvalue().encode() + caplog.text.encode(), SECRETS) == set()


def test_no_account_shows_one_by_accident(account):
    assert found_in(f"{account!r} {account}".encode(), stored(account)) == set()
