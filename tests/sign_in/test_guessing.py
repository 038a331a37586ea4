"""How many passwords may be guessed, and that nobody keeps anybody out for ever."""

import pytest
from django.contrib.auth import get_user
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from imports.models import AuditEvent
from portal.models import User
from portal.sign_in import guessing
from tests.sign_in.conftest import HOME, LOGIN, set_up_app, sign_in

pytestmark = [pytest.mark.django_db]

TOO_MANY = "Too many attempts."


def elsewhere(number: int) -> str:
    return f"198.51.{number // 250}.{number % 250 + 1}"


def guess(times: int, name: str = "dora", address: str = "203.0.113.7", client: Client | None = None) -> str:
    """What the last of so many wrong passwords is answered with."""
    for _ in range(times):
        response = sign_in(name, "wrong", client=client, REMOTE_ADDR=address)
    return response.text


def told(action: str) -> list[AuditEvent]:
    return [*AuditEvent.objects.filter(action=action).order_by("pk")]


class TestOneAddress:
    def test_sixty_wrong_ones_and_then_the_right_one(self, dora):
        guess(60)
        response = sign_in(REMOTE_ADDR="203.0.113.7")

        assert TOO_MANY in response.text
        assert not get_user(response.client).is_authenticated
        assert len(told("sign_in_failed")) == 5
        (barred,) = told("sign_in_barred")
        assert (barred.object_name, barred.address) == ("dora", "203.0.113.7")
        assert barred.details == {"known": True, "limit": "name_and_address"}

    def test_a_name_that_nobody_has_is_answered_alike(self, dora):
        answers = [(guess(1), guess(1, name="nobody")) for _ in range(7)]

        assert [TOO_MANY in known for known, _ in answers] == [False] * 5 + [True] * 2
        assert [TOO_MANY in unknown for _, unknown in answers] == [False] * 5 + [True] * 2

    def test_others_behind_it_get_in(self, dora):
        User.objects.create_user("emil", password="only for tests")
        guess(20)

        assert sign_in("emil", REMOTE_ADDR="203.0.113.7").headers["Location"] == HOME

    def test_many_names_are_too_many_as_well(self, dora):
        for number in range(30):
            guess(1, name=f"name{number}")

        assert TOO_MANY in guess(1, name="another")
        assert told("sign_in_barred")[-1].details == {"known": False, "limit": "address"}

    def test_the_person_gets_in_from_another(self, dora):
        guess(20)

        assert sign_in(REMOTE_ADDR="203.0.113.8").headers["Location"] == HOME

    def test_what_was_right_does_not_count(self, dora):
        for _ in range(8):
            assert sign_in().headers["Location"] == HOME


class TestManyAddresses:
    @pytest.fixture
    def _few(self, monkeypatch):
        monkeypatch.setitem(guessing.RATES, "name", "10/1h/key")

    @pytest.mark.usefixtures("_few")
    def test_they_are_counted_together(self, dora):
        for number in range(10):
            guess(1, address=elsewhere(number))

        assert TOO_MANY in sign_in(REMOTE_ADDR=elsewhere(99)).text
        assert told("sign_in_barred")[0].details["limit"] == "name"

    @pytest.mark.usefixtures("_few")
    def test_they_do_not_keep_the_person_out_of_a_browser_that_is_theirs(self, dora):
        own = sign_in().client
        own.post(reverse("logout"))
        for number in range(10):
            guess(1, address=elsewhere(number))

        assert sign_in(client=own, REMOTE_ADDR="203.0.113.7").headers["Location"] == HOME

    def test_such_a_browser_has_no_more_guesses_than_others(self, dora):
        own = sign_in().client
        own.post(reverse("logout"))

        assert TOO_MANY in guess(16, client=own)

    def test_it_is_known_for_one_person_alone(self, dora):
        User.objects.create_user("emil", password="only for tests")
        own = sign_in().client
        own.post(reverse("logout"))
        guess(5, name="emil", client=own)

        assert TOO_MANY in guess(1, name="emil", client=own)


class TestOthers:
    def test_the_administration_is_no_way_round(self, dora):
        guess(60)
        door = f"{reverse('admin:login')}?next=/admin/"

        assert (
            Client()
            .post(door, {"username": "dora", "password": "only for tests"})
            .headers["Location"]
            .startswith(LOGIN)
        )

    def test_codes_of_a_second_factor(self, as_dora):
        set_up_app(as_dora)
        client = sign_in().client
        answers = [client.post(reverse("mfa_authenticate"), {"code": "1"}).text for _ in range(6)]

        assert ["This code is not right." in answer for answer in answers] == [True] * 5 + [False]
        assert TOO_MANY in answers[-1]
        assert len(told("second_factor_failed")) == 5

    def test_the_old_password_when_it_is_changed(self, as_dora):
        wrong = {
            "old_password": "wrong",
            "new_password1": "a quite new one",
            "new_password2": "a quite new one",
        }
        answers = [as_dora.post(reverse("imports:password"), wrong).status_code for _ in range(6)]

        assert answers == [422] * 5 + [429]

    def test_neither_names_nor_passwords_are_kept_of_what_was_counted(self, dora, monkeypatch):
        kept: list[str] = []
        monkeypatch.setattr(cache, "set", lambda key, value, *_: kept.append(f"{key} {value}"))
        guess(2, name="secret-typed-as-a-name")

        assert kept
        assert "secret" not in "".join(kept)

    @pytest.mark.parametrize(
        "credential", ['{"x": 1}', '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {}}']
    )
    def test_a_passkey_that_is_none(self, credential, db):
        client = Client()
        response = client.post(reverse("mfa_login_webauthn"), {"credential": credential})

        assert response.headers["Location"] == LOGIN
        assert len(told("sign_in_failed")) == 1

    def test_changes_of_factors_are_recorded(self, as_dora):
        set_up_app(as_dora)
        as_dora.post(reverse("mfa_generate_recovery_codes"))
        as_dora.post(reverse("mfa_deactivate_totp"))

        assert [
            (one.action, one.details)
            for one in AuditEvent.objects.filter(action__contains="factor").order_by("pk")
        ] == [
            ("factor_added", {"factor": "totp"}),
            ("factor_removed", {"factor": "totp"}),
        ]
        assert [one.object_name for one in told("recovery_codes_made")] == ["dora", "dora"]

    def test_it_is_recorded_by_what_somebody_signed_in(self, dora):
        sign_in()

        assert told("signed_in")[-1].details == {"means": ["password"]}
