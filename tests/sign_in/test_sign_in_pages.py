"""The pages of signing in, asked for by everybody with every method; and that there is no second door."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from portal.models import User
from tests.pseudo_language import speaking_pseudo
from tests.sign_in.conftest import HOME, LOGIN, set_up_app, sign_in, signed_in
from tests.sign_in.sign_in_pages import SIGN_IN_PAGES, SignInPage
from tests.views.test_pseudo_language import english
from tests.whole_database import changed_since, whole_database

pytestmark = [pytest.mark.django_db, pytest.mark.once]

OTHER_METHODS = ("put", "patch", "delete", "trace")


def answers(client: Client, page: SignInPage) -> str:
    url = reverse(page.name, kwargs=page.kwargs)
    return f"{client.get(url).status_code} {client.post(url).status_code}"


def test_strangers():
    before = whole_database()

    assert {page.name: answers(Client(), page) for page in SIGN_IN_PAGES} == {
        page.name: page.stranger for page in SIGN_IN_PAGES
    }
    assert changed_since(before) == set()


def test_people(dora):
    client = signed_in(dora)
    set_up_app(client)
    before = whole_database()
    found = {}
    for page in SIGN_IN_PAGES:
        found[page.name] = answers(client, page)
        dora.refresh_from_db()  # removing a factor ends sessions
        client.force_login(dora)

    assert found == {page.name: page.person for page in SIGN_IN_PAGES}
    assert changed_since(before) <= {"User"}  # when she signed in last


def test_they_speak_the_language_of_who_asks(dora):
    client = signed_in(dora)
    set_up_app(client)
    with speaking_pseudo():
        for page in SIGN_IN_PAGES:
            for who in (Client(), client):
                response = who.get(reverse(page.name, kwargs=page.kwargs))
                if response.status_code == 200 and page.name != "mfa_download_recovery_codes":
                    assert english(response.text, ["dora"]) == [], page.name


def test_other_methods_are_refused(as_dora):
    for page in SIGN_IN_PAGES:
        url = reverse(page.name, kwargs=page.kwargs)
        assert {getattr(as_dora, method)(url).status_code for method in OTHER_METHODS} == {405}, page.name


def test_the_administration_has_no_sign_in_of_its_own(dora):
    door = reverse("admin:login")
    root = User.objects.create_superuser("root", password="only for tests")

    response = Client().get("/admin/imports/uploadjob/", follow=True)
    assert response.redirect_chain[-1][0].startswith(f"{LOGIN}?next=")
    posted = Client().post(door, {"username": "root", "password": "only for tests"})
    assert posted.headers["Location"].startswith(LOGIN)
    assert signed_in(dora).get(door).status_code == 403
    assert signed_in(root).get(door).headers["Location"] == reverse("admin:index")


def test_it_leads_on_within_the_portal_alone(dora):
    assert sign_in().headers["Location"] == HOME
    for wanted, led in (
        ("/upload/", "/upload/"),
        ("https://attacker.example/", HOME),
        ("//attacker.example", HOME),
    ):
        response = Client().post(LOGIN, {"login": "dora", "password": "only for tests", "next": wanted})
        assert response.headers["Location"] == led


def test_whoever_is_inactive_gets_the_same_answer_as_for_a_wrong_password(dora):
    wrong = sign_in(password="wrong").context["form"].errors
    User.objects.update(is_active=False)

    assert sign_in().context["form"].errors == wrong
    assert sign_in(name="nobody").context["form"].errors == wrong


def test_whoever_it_is_takes_the_same_work(dora, monkeypatch):
    User.objects.create_user("emil", password="only for tests", is_active=False)
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    work = {}
    for name in ("dora", "emil", "nobody"):
        hashed.clear()
        sign_in(name=name, password="wrong")
        work[name] = len(hashed)

    assert work == {"dora": 1, "emil": 1, "nobody": 1}


def test_nobody_signs_up():
    assert Client().get("/accounts/signup/").status_code in {302, 404}
    assert "signup" not in Client().get(LOGIN).text
