"""A forgotten password is replaced by way of an e-mail."""

import re
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.urls import reverse

from imports.models import AuditEvent
from portal.models import User
from tests.patience import wait_until
from tests.sign_in.conftest import LOGIN, set_up_app, sign_in, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ASK, ASKED = reverse("account_reset_password"), reverse("account_reset_password_done")
NEW = "a quite new one"


def ask(address: str = "dora@example.com", **headers: str):
    response = Client().post(ASK, {"email": address}, headers=headers)
    assert response.headers["Location"] == ASKED
    return response


def link() -> str:
    wait_until(lambda: len(mail.outbox) == 1, "the e-mail is sent")
    return re.search(r"https?://\S+", mail.outbox[0].body).group()


def choose(url: str, client: Client | None = None):
    client = client or Client()
    form = client.get(urlsplit(url).path, follow=True)
    at = form.redirect_chain[-1][0] if form.redirect_chain else urlsplit(url).path
    return client.post(at, {"password1": NEW, "password2": NEW}, follow=True)


def test_it_leads_to_another_password_and_ends_all_sessions(dora):
    before = sign_in().client
    ask("Dora@Example.com")
    assert "Your password is changed." in choose(link()).text

    assert not get_user(before).is_authenticated
    assert get_user(sign_in(password=NEW).client).is_authenticated
    assert AuditEvent.objects.get(action="password_reset").object_name == "dora"


def test_a_password_that_is_easily_guessed_is_not_taken(dora):
    ask()
    form = Client()
    at = form.get(urlsplit(link()).path).headers["Location"]
    response = form.post(at, {"password1": "12345", "password2": "12345"})

    assert response.status_code == 200
    assert response.context["form"].errors["password1"]
    assert get_user(sign_in().client).is_authenticated


def test_the_link_is_good_once_and_leads_to_the_portal(dora):
    ask(host="localhost")
    assert link().startswith("https://imports.example.com/accounts/password/reset/key/")
    choose(link())

    assert "This link is no longer valid." in choose(link()).text


def test_a_second_factor_is_asked_for_all_the_same(as_dora):
    set_up_app(as_dora)
    ask()
    choose(link())

    assert Authenticator.objects.exists()
    assert sign_in(password=NEW).headers["Location"].startswith(reverse("mfa_authenticate"))


def test_addresses_that_nobody_has_are_answered_alike(dora):
    known, unknown = (ask(address) for address in ("dora@example.com", "nobody@example.com"))

    assert (known.headers["Location"], known.content) == (unknown.headers["Location"], unknown.content)
    link()
    assert [one.to for one in mail.outbox] == [["dora@example.com"]]


@pytest.mark.parametrize("change", ["inactive", "without"])
def test_whoever_has_no_password_here_gets_no_link(change, dora, monkeypatch):
    sent: list[object] = []
    monkeypatch.setattr("portal.sign_in.password_reset._send", sent.append)
    if change == "inactive":
        User.objects.update(is_active=False)
    else:
        dora.set_unusable_password()
        dora.save()
    ask()

    assert sent == []


def test_it_is_in_the_language_of_the_person(dora):
    User.objects.update(language="de")
    ask()
    link()

    assert mail.outbox[0].subject == "Neues Passwort wählen"


def test_where_no_e_mails_are_sent_there_is_no_such_page(settings, dora):
    settings.SENDS_MAIL = False

    assert Client().get(ASK).status_code == 404
    assert ASK not in Client().get(LOGIN).text


def test_it_is_not_asked_for_at_will(dora):
    answers = [Client().post(ASK, {"email": "dora@example.com"}).status_code for _ in range(6)]

    assert answers == [302] * 5 + [429]
    wait_until(lambda: len(mail.outbox) == 5, "the e-mails are sent")


def test_whoever_is_signed_in_as_somebody_else_is_signed_out(dora):
    emil = signed_in(User.objects.create_user("emil"))
    ask()
    choose(link(), emil)

    assert not get_user(emil).is_authenticated
