"""How long sessions last, which there are, and what ends them."""

import time

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from imports.models import AuditEvent
from portal.models import User
from portal.sign_in.open_sessions import remove_ended_sessions
from tests.sign_in.conftest import HOME, LOGIN, PASSWORD, set_up_app, sign_in, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PROFILE, ELSEWHERE = reverse("imports:profile"), reverse("imports:sign-out-elsewhere")


@pytest.fixture
def later(monkeypatch):
    """Lets minutes go by."""
    passed = [0.0]
    monkeypatch.setattr("portal.sign_in.open_sessions.time.time", lambda now=time.time: now() + passed[0])

    def wait(minutes: float) -> None:
        passed[0] += 60 * minutes

    return wait


class TestIdle:
    def test_it_ends_when_nothing_is_done(self, later, settings, as_dora):
        later(settings.SESSION_IDLE_MINUTES - 1)
        assert as_dora.get(HOME).status_code == 200
        later(settings.SESSION_IDLE_MINUTES - 1)
        assert as_dora.get(HOME).status_code == 200
        later(settings.SESSION_IDLE_MINUTES)

        response = as_dora.get(HOME, follow=True)

        assert response.redirect_chain[0][0].startswith(LOGIN)
        assert "because nothing was done for a while" in response.text
        assert not get_user(as_dora).is_authenticated

    def test_a_page_that_asks_by_itself_does_nothing(self, later, settings, as_dora):
        for _ in range(3):
            later(settings.SESSION_IDLE_MINUTES / 2)
            response = as_dora.get(HOME, headers={"HX-Request": "true"})

        assert response.headers["Location"].startswith(LOGIN)

    def test_what_was_said_of_it_is_gone_with_the_next_sign_in(self, later, settings, as_dora):
        later(settings.SESSION_IDLE_MINUTES)
        as_dora.get(HOME)
        sign_in(client=as_dora)
        as_dora.post(reverse("logout"))

        assert "You were signed out" not in as_dora.get(LOGIN).text


class TestTime:
    def test_it_ends_whatever_is_done(self, later, settings, as_dora):
        settings.SESSION_HOURS = 2
        for _ in range(5):
            later(20)
            assert as_dora.get(HOME).status_code == 200
        later(21)

        assert "because your sign-in was long ago" in as_dora.get(HOME, follow=True).text

    def test_one_of_before_there_were_limits_has_ended(self, as_dora):
        session = as_dora.session
        del session["began_at"]
        session.save()

        assert as_dora.get(HOME).status_code == 302


class TestList:
    def test_it_says_where_somebody_is_signed_in(self, dora):
        here = sign_in(HTTP_USER_AGENT="Firefox", REMOTE_ADDR="192.0.2.1").client
        sign_in(HTTP_USER_AGENT="Chromium", REMOTE_ADDR="192.0.2.2")

        text = here.get(PROFILE).text

        assert "Firefox · 192.0.2.1" in text
        assert "Chromium · 192.0.2.2" in text
        assert text.count("This one.") == 1

    def test_nobody_sees_that_of_others(self, dora):
        sign_in(REMOTE_ADDR="192.0.2.2")

        assert "192.0.2.2" not in signed_in(User.objects.create_user("emil")).get(PROFILE).text

    def test_signing_out_everywhere_else(self, dora):
        here, there = sign_in().client, sign_in().client
        unlisted = signed_in(dora)

        response = here.post(ELSEWHERE, follow=True)

        assert "Wherever else you were signed in" in response.text
        assert [get_user(client).is_authenticated for client in (here, there, unlisted)] == [
            True,
            False,
            False,
        ]
        assert "This one." in response.text
        assert UserSession.objects.count() == 1
        assert AuditEvent.objects.filter(action="signed_out_elsewhere", actor_name="dora").count() == 1


def test_nothing_is_kept_of_sessions_that_have_ended(dora):
    sign_in()
    here = sign_in().client
    UserSession.objects.update(created_at="2026-01-01T00:00:00Z")
    Session.objects.exclude(session_key=here.session.session_key).update(expire_date="2026-01-02T00:00:00Z")

    assert remove_ended_sessions() == 1
    assert [one.session_key for one in UserSession.objects.all()] == [here.session.session_key]
    assert get_user(here).is_authenticated


class TestEnds:
    @pytest.mark.usefixtures("_on_commit")
    def test_a_second_factor_ends_what_a_password_alone_began(self, dora):
        here, there = sign_in().client, sign_in().client
        set_up_app(here)

        assert get_user(here).is_authenticated
        assert not get_user(there).is_authenticated

        again = signed_in(dora)
        here.post(reverse("mfa_deactivate_totp"))
        assert not get_user(again).is_authenticated

    @pytest.fixture
    def _on_commit(self, monkeypatch):
        """allauth tells of a factor when it is kept; a test's transaction never is."""
        monkeypatch.setattr("django.db.transaction.on_commit", lambda act, *_: act())

    def test_a_change_of_the_password_keeps_the_list_right(self, dora):
        here, there = sign_in().client, sign_in().client
        new = {
            "old_password": PASSWORD,
            "new_password1": "a quite new one",
            "new_password2": "a quite new one",
        }
        here.post(reverse("imports:password"), new)

        assert "This one." in here.get(PROFILE).text
        assert UserSession.objects.count() == 1
        assert not get_user(there).is_authenticated

    def test_disabling(self, dora):
        client: Client = sign_in().client
        dora.is_active = False
        dora.save()
        assert client.get(HOME).status_code == 302
        dora.is_active = True
        dora.save()
        assert client.get(HOME).status_code == 302
