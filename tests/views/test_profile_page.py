"""A person's own page: their name, time zone, language, what they are told, and their password."""

import pytest
from django.contrib.auth import get_user
from django.urls import reverse

from tests.views.conftest import signed_in
from tests.views.posted import form_data
from tests.views.test_history_page import plain_job
from tests.views.test_language import german

__all__ = ["german"]

PAGE, PASSWORD, HOME = reverse("imports:profile"), reverse("imports:password"), reverse("imports:home")
OLD, NEW = "only for tests", "a quite different one"


def save(client, **fields):
    """Post the page as it is shown, with these changes."""
    return client.post(PAGE, {**form_data(client.get(PAGE).text, "profile-form"), **fields})


class TestSettings:
    def test_a_name_is_shown_at_the_top_of_every_page(self, as_alice):
        assert save(as_alice, first_name="Alicia", last_name="Sample").status_code == 302

        assert "Alicia Sample" in as_alice.get(HOME).text

    def test_what_is_left_alone_stays(self, as_alice, alice):
        assert save(as_alice).status_code == 302
        before = {key: value for key, value in vars(alice).items() if key not in {"_state", "last_login"}}
        alice.refresh_from_db()

        assert {name: getattr(alice, name) for name in before} == before

    def test_times_are_shown_in_the_zone(self, as_alice, account, alice):
        plain_job(account, alice, created_at="2026-11-30T20:00:00Z")
        assert "30 Nov 2026, 20:00" in as_alice.get(HOME).text
        save(as_alice, time_zone="Asia/Tokyo")

        assert "1 Dec 2026, 05:00" in as_alice.get(HOME).text
        assert "Times are in JST." in as_alice.get(HOME).text

    def test_a_zone_that_is_none_is_not_kept(self, as_alice, alice):
        response = save(as_alice, time_zone="Europe/Nowhere")

        assert response.status_code == 422
        assert "There is no time zone “Europe/Nowhere”." in response.text
        assert 'href="#id_time_zone"' in response.text
        alice.refresh_from_db()
        assert alice.time_zone == ""

    @pytest.mark.usefixtures("german")
    def test_the_language_is_that_of_every_page_whatever_the_browser_asks_for(self, as_alice):
        save(as_alice, language="de")
        response = as_alice.get(HOME, headers={"accept-language": "en"})

        assert "<h1>Importe</h1>" in response.text
        assert response["Content-Language"] == "de"

    @pytest.mark.usefixtures("german")
    def test_each_language_is_called_as_it_calls_itself(self, as_alice):
        text = as_alice.get(PAGE).text

        assert "British English</option>" in text
        assert "Deutsch</option>" in text

    def test_one_persons_language_is_not_the_next_ones(self, as_alice, bob):
        save(as_alice, language="de")
        as_alice.get(HOME)

        assert "<h1>Imports</h1>" in signed_in(bob).get(HOME).text

    def test_a_language_that_the_portal_has_not_is_not_kept(self, as_alice, alice):
        assert save(as_alice, language="tlh").status_code == 422
        type(alice).objects.update(language="tlh")  # as one that there was before

        assert '<html lang="en-gb">' in as_alice.get(HOME).text

    def test_it_says_where_e_mails_go_and_when_there_are_none(self, as_alice, alice, settings):
        assert "does not know your address" in as_alice.get(PAGE).text
        type(alice).objects.update(email="alice@example.com")
        assert "E-mails go to alice@example.com." in as_alice.get(PAGE).text
        settings.SENDS_MAIL = False
        assert "This portal sends no e-mails" in as_alice.get(PAGE).text

    def test_nobody_makes_themselves_more_than_they_are(self, as_alice, alice):
        save(as_alice, is_superuser="on", is_staff="on", email="other@example.com", username="root")
        alice.refresh_from_db()

        assert (alice.is_superuser, alice.is_staff, alice.email, alice.username) == (
            False,
            False,
            "",
            "alice",
        )


class TestPassword:
    def test_it_is_changed_and_all_other_sessions_end(self, as_alice, alice):
        elsewhere = signed_in(alice)
        response = as_alice.post(
            PASSWORD, {"old_password": OLD, "new_password1": NEW, "new_password2": NEW}, follow=True
        )

        assert "Your password is changed." in response.text
        assert get_user(as_alice).is_authenticated
        assert not get_user(elsewhere).is_authenticated
        alice.refresh_from_db()
        assert alice.check_password(NEW)

    @pytest.mark.parametrize(
        ("old", "new", "again"),
        [("wrong", NEW, NEW), (OLD, NEW, "another"), (OLD, "12345", "12345"), (OLD, "alice", "alice")],
    )
    def test_what_is_wrong_changes_nothing(self, old, new, again, as_alice, alice):
        response = as_alice.post(
            PASSWORD, {"old_password": old, "new_password1": new, "new_password2": again}
        )

        assert response.status_code == 422
        alice.refresh_from_db()
        assert alice.check_password(OLD)
        assert old not in response.text
