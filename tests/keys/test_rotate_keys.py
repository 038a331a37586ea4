"""Stored credentials move to the newest key."""

import io
import json

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.core.management import call_command

from imports.accounts import key_rotation
from imports.audit.recording import record
from imports.models import AuditEvent, DotdigitalAccount
from imports.secrets import SecretUnreadableError

pytestmark = pytest.mark.django_db

PASSWORDS = {"Acme": "pass one", "Binford": "pass two", "Cyberdyne": "pass three"}
TOKEN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture(autouse=True)
def accounts(db, settings) -> None:
    """Three accounts under the first key, one of them with a token."""
    settings.ENCRYPTION_KEYS, settings.AUDIT_KEYS = [Fernet.generate_key().decode()], []
    for name, password in PASSWORDS.items():
        account = DotdigitalAccount(name=name, endpoint="https://r1-api.dotdigital.com", api_user="user")
        account.api_password, account.integration_token = password, TOKEN if name == "Acme" else ""
        account.save()


@pytest.fixture
def new_key(settings) -> str:
    """A newer key in front of the one that was used."""
    key = Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [key, *settings.ENCRYPTION_KEYS]
    return key


def rotate() -> tuple[int, dict[str, int], str]:
    """Exit code, what is printed, and the words."""
    out, said, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("rotate_keys", stdout=out, stderr=said)
    except SystemExit as end:
        code = int(str(end.code))
    return code, json.loads(out.getvalue()), said.getvalue()


def warnings() -> list[str]:
    return [
        found.id for found in run_checks(databases=["default"]) if (found.id or "").startswith("imports.")
    ]


def test_all_move_and_the_old_key_can_go(new_key, settings):
    assert warnings() == ["imports.W001"]

    code, printed, _ = rotate()

    assert (code, printed) == (0, {"credentials": 4, "rotated": 4, "unreadable": 0})
    settings.ENCRYPTION_KEYS = [new_key]
    assert {one.name: one.api_password for one in DotdigitalAccount.objects.all()} == PASSWORDS
    assert DotdigitalAccount.objects.get(name="Acme").integration_token == TOKEN
    assert warnings() == []


def test_again_changes_nothing(new_key):
    rotate()
    before = list(DotdigitalAccount.objects.values_list())

    assert rotate()[:2] == (0, {"credentials": 4, "rotated": 0, "unreadable": 0})

    assert list(DotdigitalAccount.objects.values_list()) == before


def test_broken_off_it_is_taken_up(new_key, monkeypatch):
    real, calls = key_rotation.encrypt_anew, []

    def breaks_off(cipher: str) -> str:
        calls.append(cipher)
        if len(calls) == 4:  # Acme has two
            raise KeyboardInterrupt
        return real(cipher)

    monkeypatch.setattr(key_rotation, "encrypt_anew", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        rotate()
    monkeypatch.setattr(key_rotation, "encrypt_anew", real)

    assert rotate()[1] == {"credentials": 4, "rotated": 1, "unreadable": 0}


def test_what_is_entered_meanwhile_stays(new_key, monkeypatch):
    real = key_rotation.encrypt_anew

    def somebody_is_faster(cipher: str) -> str:
        account = DotdigitalAccount.objects.get(name="Binford")
        if account.api_password_encrypted == cipher:
            account.api_password = "entered just now"
            account.save()
        return real(cipher)

    monkeypatch.setattr(key_rotation, "encrypt_anew", somebody_is_faster)

    assert rotate()[1] == {"credentials": 4, "rotated": 3, "unreadable": 0}
    assert DotdigitalAccount.objects.get(name="Binford").api_password == "entered just now"


def test_one_that_no_key_decrypts_is_told_and_left(new_key):
    other = Fernet(Fernet.generate_key()).encrypt(b"lost").decode()
    DotdigitalAccount.objects.filter(name="Binford").update(api_password_encrypted=other)
    assert warnings() == ["imports.W001", "imports.W002"]

    code, printed, said = rotate()

    assert (code, printed) == (1, {"credentials": 4, "rotated": 3, "unreadable": 1})
    assert "Binford: a credential is under a key that ENCRYPTION_KEY does not name" in said
    lost = DotdigitalAccount.objects.get(name="Binford")
    assert lost.api_password_encrypted == other
    with pytest.raises(SecretUnreadableError):
        _ = lost.api_password


def test_it_is_recorded_by_account_without_any_secret(new_key):
    rotate()

    events = AuditEvent.objects.filter(action="credentials_encrypted_anew").order_by("id")
    assert [(event.object_name, event.details) for event in events] == [
        ("Acme", {"credentials": 2}),
        ("Binford", {"credentials": 1}),
        ("Cyberdyne", {"credentials": 1}),
    ]


def test_events_that_the_old_key_verifies_keep_it(settings, new_key):
    older, newer = settings.ENCRYPTION_KEYS[1:], settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = older
    record("command_run", by=None, command="of before")
    settings.ENCRYPTION_KEYS = newer

    assert "audit events do, to be verified: keep them" in rotate()[2]

    settings.AUDIT_KEYS = ["its own"]
    assert "audit events do" in rotate()[2]


def test_without_such_events_it_says_that_the_old_key_can_go(settings, new_key):
    settings.ENCRYPTION_KEYS = [new_key, Fernet.generate_key().decode()]

    assert "No credential and no audit event needs the older keys" in rotate()[2]
