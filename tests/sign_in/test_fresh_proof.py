"""What asks whoever is signed in to prove once more who they are."""

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth import get_user
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from imports.models import AuditEvent, DotdigitalAccount, Membership
from imports.roles import AccountRole
from portal.models import User
from tests.sign_in.conftest import PASSWORD, code_of, set_up_app, sign_in, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

AGAIN, CODE_AGAIN = reverse("account_reauthenticate"), reverse("mfa_reauthenticate")


@pytest.fixture
def root(db) -> User:
    return User.objects.create_superuser("root", password=PASSWORD)


@pytest.fixture
def acme(db) -> DotdigitalAccount:
    account = DotdigitalAccount(name="Acme", endpoint="https://r1-api.dotdigital.com", api_user="apiuser")
    account.api_password = "the stored one"
    account.save()
    return account


def stale(client: Client) -> Client:
    """The client, whose person has proved who they are long ago."""
    session = client.session
    session["proved_at"] -= 3_600
    session.save()
    return client


def form_of(account: DotdigitalAccount) -> str:
    return reverse("admin:imports_dotdigitalaccount_change", args=[account.pk])


class TestProof:
    def test_a_password_is_one_and_leads_back(self, root, acme):
        client = stale(signed_in(root))
        led = client.get(form_of(acme)).headers["Location"]
        assert led == f"{AGAIN}?next={form_of(acme).replace('/', '%2F')}"

        assert "This password is not right." in client.post(led, {"password": "wrong"}).text
        assert client.get(form_of(acme)).status_code == 302
        response = client.post(AGAIN, {"password": PASSWORD, "next": form_of(acme)})
        assert response.headers["Location"] == form_of(acme)
        assert client.get(form_of(acme)).status_code == 200

    def test_a_code_is_one(self, root, acme):
        client = signed_in(root)
        secret = set_up_app(client)
        cache.clear()
        stale(client)
        assert "Use a code instead" in client.get(AGAIN).text
        client.post(CODE_AGAIN, {"code": code_of(secret), "next": form_of(acme)})

        assert client.get(form_of(acme)).status_code == 200

    def test_anothers_password_is_none(self, root, dora, acme):
        User.objects.filter(pk=root.pk).update(password="!")
        client = stale(signed_in(User.objects.get(pk=root.pk)))

        assert client.post(AGAIN, {"password": PASSWORD}).status_code == 403
        assert client.get(form_of(acme)).status_code == 403

    def test_signing_in_is_one(self, root, acme):
        assert sign_in("root").client.get(form_of(acme)).status_code == 200

    def test_it_grows_old(self, root, acme, settings):
        client = signed_in(root)
        settings.REAUTHENTICATE_MINUTES = 0

        assert client.get(form_of(acme)).headers["Location"].startswith(AGAIN)


class TestAccounts:
    def test_what_is_posted_late_is_neither_done_nor_kept(self, root, acme):
        client = stale(signed_in(root))
        posted = {"name": "Other", "api_password": "secret that was typed"}
        response = client.post(
            form_of(acme), posted, headers={"referer": f"http://testserver{form_of(acme)}"}
        )

        assert response.headers["Location"].startswith(AGAIN)
        assert "Nothing was done" in client.get(response.headers["Location"]).text
        acme.refresh_from_db()
        assert (acme.name, acme.api_password) == ("Acme", "the stored one")
        assert "secret that was typed" not in str(dict(client.session))

    def test_a_new_one(self, root):
        assert stale(signed_in(root)).get(reverse("admin:imports_dotdigitalaccount_add")).status_code == 302

    def test_who_only_looks_is_not_asked(self, dora, acme):
        dora.is_staff = True
        dora.save()
        dora.user_permissions.set(Permission.objects.all())
        Membership.objects.create(account=acme, user=dora, role=AccountRole.APPROVER)

        assert stale(signed_in(dora)).get(form_of(acme)).status_code == 200

    def test_another_host_is_not_led_to(self, root, acme):
        client = stale(signed_in(root))
        response = client.post(form_of(acme), {}, headers={"referer": "https://attacker.example/x"})

        assert "attacker" not in response.headers["Location"]


class TestPeople:
    def test_their_forms_and_passwords(self, root, dora):
        client = stale(signed_in(root))
        for name in ("portal_user_change", "auth_user_password_change"):
            assert client.get(reverse(f"admin:{name}", args=[dora.pk])).headers["Location"].startswith(AGAIN)

    def remove(self, client: Client, person: User):
        data = {"action": "remove_factors", "_selected_action": [person.pk]}
        return client.post(reverse("admin:portal_user_changelist"), data, follow=True)

    def test_lost_factors_are_removed(self, root, dora):
        hers = signed_in(dora)
        set_up_app(hers)

        assert "has no second factor any more" in self.remove(signed_in(root), dora).text
        assert not get_user(hers).is_authenticated
        assert get_user(sign_in().client).is_authenticated
        removed = AuditEvent.objects.get(action="factor_removed")
        assert (removed.actor_name, removed.object_name) == ("root", "dora")

    def test_not_ones_own_and_not_by_just_anybody(self, root, dora):
        client = signed_in(root)
        set_up_app(client)
        assert "you cannot remove their second factors" in self.remove(client, root).text

        dora.is_staff = True
        dora.save()
        dora.user_permissions.set(Permission.objects.all())
        assert "you cannot remove their second factors" in self.remove(signed_in(dora), root).text

    def test_only_with_a_fresh_proof(self, root, dora):
        set_up_app(signed_in(dora))

        assert "Confirm that it is you" in self.remove(stale(signed_in(root)), dora).text
        assert not AuditEvent.objects.filter(action="factor_removed").exists()


def test_secrets_of_factors_move_to_the_newest_key(as_dora, settings, capsys):
    secret = set_up_app(as_dora)
    old = settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *old]
    call_command("rotate_keys")
    assert '"rotated": 2, "unreadable": 0' in capsys.readouterr().out

    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    client = sign_in().client
    cache.clear()
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert get_user(client).is_authenticated
