import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from portal.models import User

PASSWORD = "only for tests"
LOGIN, HOME = reverse("login"), reverse("imports:home")


@pytest.fixture
def dora(db) -> User:
    return User.objects.create_user("dora", password=PASSWORD, email="dora@example.com")


@pytest.fixture
def as_dora(dora: User) -> Client:
    """A browser in which Dora has just signed in."""
    return signed_in(dora)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def sign_in(name: str = "dora", password: str = PASSWORD, client: Client | None = None, **extra: str):
    """Post the sign-in page."""
    return (client or Client()).post(LOGIN, {"login": name, "password": password}, **extra)


def code_of(secret: str) -> str:
    """What an app shows at the moment for `secret`."""
    counters = [*yield_hotp_counters_from_time()]
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


def set_up_app(client: Client) -> str:
    """Set an authenticator app up; its secret."""
    url = reverse("mfa_activate_totp")
    secret = client.get(url).context["form"].secret
    assert client.post(url, {"code": code_of(secret)}).status_code == 302
    return secret
