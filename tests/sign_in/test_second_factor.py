"""Authenticator apps, recovery codes, and where a second factor is compulsory."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.models import User
from tests.sign_in.conftest import HOME, LOGIN, code_of, set_up_app, sign_in, signed_in

pytestmark = [pytest.mark.django_db]

CODE, FACTORS = reverse("mfa_authenticate"), reverse("mfa_index")


def recovery_codes(client: Client) -> list[str]:
    return client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]


def with_password(next_page: str = "") -> Client:
    """A browser in which Dora's password was given, and nothing else yet."""
    client = Client()
    response = client.post(LOGIN, {"login": "dora", "password": "only for tests", "next": next_page})
    assert response.headers["Location"].startswith(CODE)
    return client


class TestApp:
    def test_a_password_alone_no_longer_signs_in(self, as_dora):
        set_up_app(as_dora)
        client = with_password()

        assert not get_user(client).is_authenticated
        assert client.get(HOME).status_code == 302

    def test_its_code_does_and_leads_on(self, as_dora):
        secret = set_up_app(as_dora)
        client = with_password("/upload/")
        cache.clear()  # the code of this half minute was used to set the app up

        response = client.post(CODE, {"code": code_of(secret)})

        assert response.headers["Location"] == "/upload/"
        assert get_user(client).is_authenticated

    def test_another_code_does_not(self, as_dora):
        secret = set_up_app(as_dora)
        client = with_password()
        wrong = f"{(int(code_of(secret)) + 1) % 1_000_000:06}"

        assert "This code is not right." in client.post(CODE, {"code": wrong}).text
        assert not get_user(client).is_authenticated

    def test_a_code_is_taken_once(self, as_dora):
        secret = set_up_app(as_dora)
        cache.clear()
        code = code_of(secret)

        assert with_password().post(CODE, {"code": code}).status_code == 302
        assert "This code is not right." in with_password().post(CODE, {"code": code}).text

    def test_its_secret_is_not_readable_in_the_database(self, as_dora):
        secret = set_up_app(as_dora)
        codes = recovery_codes(as_dora)

        stored = json.dumps([*Authenticator.objects.values_list("data", flat=True)])
        assert secret not in stored
        assert not any(code in stored for code in codes)

    def test_it_is_removed_with_the_recovery_codes(self, as_dora, dora):
        set_up_app(as_dora)
        assert as_dora.post(reverse("mfa_deactivate_totp")).status_code == 302

        assert not Authenticator.objects.exists()
        assert sign_in().headers["Location"] == HOME


class TestRecoveryCodes:
    def test_each_signs_in_once(self, as_dora):
        set_up_app(as_dora)
        code, *others = recovery_codes(as_dora)
        client = with_password()
        client.post(CODE, {"code": code})

        assert get_user(client).is_authenticated
        assert recovery_codes(as_dora) == others
        assert "This code is not right." in with_password().post(CODE, {"code": code}).text

    def test_new_ones_take_the_place_of_the_earlier(self, as_dora):
        set_up_app(as_dora)
        before = recovery_codes(as_dora)
        as_dora.post(reverse("mfa_generate_recovery_codes"))

        assert set(recovery_codes(as_dora)).isdisjoint(before)

    def test_they_are_handed_out_as_a_file(self, as_dora):
        set_up_app(as_dora)
        response = as_dora.get(reverse("mfa_download_recovery_codes"))

        assert response.text.split() == recovery_codes(as_dora)
        assert "attachment" in response.headers["Content-Disposition"]


class TestCompulsory:
    @pytest.mark.parametrize(
        ("setting", "asked"),
        [("none", set()), ("staff", {"stan", "root"}), ("all", {"dora", "stan", "root"})],
    )
    def test_for_whom(self, setting, asked, settings, dora):
        settings.SECOND_FACTOR = setting
        people = [
            dora,
            User.objects.create_user("stan", is_staff=True),
            User.objects.create_superuser("root"),
        ]

        led = {one.username for one in people if signed_in(one).get(HOME).headers.get("Location") == FACTORS}

        assert led == asked

    def test_until_it_is_set_up_nothing_else_opens(self, settings, as_dora):
        settings.SECOND_FACTOR = "all"
        for url in (HOME, "/profile/", "/upload/", reverse("mfa_list_webauthn")):
            assert as_dora.get(url).headers["Location"] == FACTORS, url
        assert as_dora.post("/upload/").headers["Location"] == FACTORS
        assert "You have to set up" in as_dora.get(FACTORS).text

        set_up_app(as_dora)

        assert as_dora.get(HOME).status_code == 200

    def test_recovery_codes_alone_are_none(self, settings, as_dora):
        set_up_app(as_dora)
        Authenticator.objects.filter(type=Authenticator.Type.TOTP).delete()
        settings.SECOND_FACTOR = "all"

        assert as_dora.get(HOME).headers["Location"] == FACTORS
