"""Stored credentials move to the newest key."""

import io
import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt, encrypt
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.checks import run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from imports.accounts import key_rotation
from imports.audit.recording import record
from imports.models import AuditEvent, DotdigitalAccount
from imports.secrets import SecretUnreadableError
from portal import env
from portal.models import User

pytestmark = pytest.mark.django_db

PASSWORDS = {"Acme": "pass one", "Binford": "pass two", "Cyberdyne": "pass three"}
NOTHING = {"audit_events": 0, "digests": 0, "files": 0}
TOKEN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture(autouse=True)
def accounts(db, settings) -> None:
    """Three accounts under the first key, one of them with a token."""
    settings.ENCRYPTION_KEYS, settings.AUDIT_KEYS = [Fernet.generate_key().decode()], ["of the log's own"]
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


def rotate() -> tuple[int, dict[str, Any], str]:
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

    assert (code, printed) == (
        0,
        {"credentials": 4, "rotated": 4, "unreadable": 0, "older_keys_needed": NOTHING},
    )
    settings.ENCRYPTION_KEYS = [new_key]
    assert {one.name: one.api_password for one in DotdigitalAccount.objects.all()} == PASSWORDS
    assert DotdigitalAccount.objects.get(name="Acme").integration_token == TOKEN
    assert warnings() == []


def test_again_changes_nothing(new_key):
    rotate()
    before = list(DotdigitalAccount.objects.values_list())

    assert rotate()[:2] == (
        0,
        {"credentials": 4, "rotated": 0, "unreadable": 0, "older_keys_needed": NOTHING},
    )

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

    assert rotate()[1] == {"credentials": 4, "rotated": 1, "unreadable": 0, "older_keys_needed": NOTHING}


def test_what_is_entered_meanwhile_stays(new_key, monkeypatch):
    real = key_rotation._rotate

    def somebody_is_faster(holder, pk) -> int:
        account = DotdigitalAccount.objects.get(name="Binford")
        if pk == account.pk and holder.model is DotdigitalAccount:
            account.api_password = "entered just now"
            account.save()
        return real(holder, pk)

    monkeypatch.setattr(key_rotation, "_rotate", somebody_is_faster)

    assert rotate()[1] == {"credentials": 4, "rotated": 3, "unreadable": 0, "older_keys_needed": NOTHING}
    assert DotdigitalAccount.objects.get(name="Binford").api_password == "entered just now"


def test_second_factors_move_too_and_still_let_in(new_key, settings):
    factors = {}
    person = User.objects.create_user("alice")
    both = settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = both[1:]
    factors["app"] = TOTP.activate(person, generate_totp_secret()).instance
    factors["codes"] = RecoveryCodes.activate(person).instance
    older = User.objects.create_user("bob")
    seed = {"migrated_codes": [encrypt("11112222"), encrypt("33334444")], "used_mask": 0}
    factors["migrated"] = Authenticator.objects.create(user=older, type="recovery_codes", data=seed)
    Authenticator.objects.create(user=older, type="webauthn", data={"name": "Key", "credential": {}})
    app_secret = decrypt(factors["app"].data["secret"])
    codes = RecoveryCodes(factors["codes"]).generate_codes()
    settings.ENCRYPTION_KEYS = both

    assert rotate()[1] == {"credentials": 8, "rotated": 8, "unreadable": 0, "older_keys_needed": NOTHING}

    settings.ENCRYPTION_KEYS = [new_key]
    for factor in factors.values():
        factor.refresh_from_db()
    assert decrypt(factors["app"].data["secret"]) == app_secret
    assert RecoveryCodes(factors["codes"]).generate_codes() == codes
    assert RecoveryCodes(factors["migrated"]).generate_codes() == ["11112222", "33334444"]
    told = AuditEvent.objects.filter(action="credentials_encrypted_anew", kind="user").order_by("id")
    assert [(event.object_name, event.details) for event in told] == [
        ("alice", {"credentials": 1}),
        ("alice", {"credentials": 1}),
        ("bob", {"credentials": 2}),
    ]


def test_every_secret_that_the_database_holds_is_known():
    """What is called encrypted, or is allauth's, is moved; a new one has to be taken up in HOLDERS."""
    encrypted = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.name.endswith("_encrypted")
    }

    known = {(holder.model, name) for holder in key_rotation.HOLDERS for name in holder.fields}
    assert encrypted <= known
    assert (Authenticator, "data") in known


def test_one_that_no_key_decrypts_is_told_and_left(new_key):
    other = Fernet(Fernet.generate_key()).encrypt(b"lost").decode()
    DotdigitalAccount.objects.filter(name="Binford").update(api_password_encrypted=other)
    assert warnings() == ["imports.W001", "imports.W002"]

    code, printed, said = rotate()

    assert (code, printed) == (
        1,
        {"credentials": 4, "rotated": 3, "unreadable": 1, "older_keys_needed": NOTHING},
    )
    assert "Binford: a secret is under a key that ENCRYPTION_KEY does not name" in said
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


def test_what_else_needs_the_old_key_keeps_it(new_key, settings, tmp_path):
    settings.STORAGES = {**settings.STORAGES, "default": env.folder(tmp_path / "files")}
    settings.ENCRYPT_FILES, settings.AUDIT_KEYS = True, []
    both = settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = both[1:]
    record("command_run", by=None, command="of before")
    default_storage.save("uploads/1", ContentFile(b"of before"))
    default_storage.save("jobs/2/staged", ContentFile(b"of before"))
    settings.ENCRYPTION_KEYS = both
    default_storage.save("jobs/2/prepared", ContentFile(b"of now"))
    settings.ENCRYPT_FILES = False
    default_storage.save("jobs/2/issues", ContentFile(b"in clear"))

    code, printed, said = rotate()

    needed = printed["older_keys_needed"]
    assert (code, needed["files"], needed["digests"], needed["audit_events"] > 0) == (0, 2, 0, True)
    assert (
        f"{needed['audit_events']} audit events, to be verified; 2 stored files, to be read: keep them"
        in said
    )

    settings.AUDIT_KEYS = ["its own"]
    default_storage.delete("uploads/1")
    default_storage.delete("jobs/2/staged")
    printed, said = rotate()[1:]
    assert printed["older_keys_needed"] == {**needed, "files": 0}
    assert "stored files" not in said


def test_when_nothing_does_it_says_that_the_old_key_can_go(settings, new_key):
    settings.ENCRYPTION_KEYS = [new_key, Fernet.generate_key().decode()]
    DotdigitalAccount.objects.all().delete()

    assert "Nothing needs the older keys of ENCRYPTION_KEY any more: they can go." in rotate()[2]
