"""An authenticator app and a passkey in a real browser: set up, and signed in with."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page, expect

from portal.models import User
from tests.sign_in.conftest import PASSWORD, code_of

pytestmark = pytest.mark.browser

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def dora(transactional_db) -> User:
    return User.objects.create_user("dora", first_name="Dora", password=PASSWORD)


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill("dora")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_app_is_set_up_and_its_code_asked_for(page: Page, dora: User) -> None:
    sign_in(page)
    page.goto("/profile/")
    page.get_by_role("link", name="Set up a second factor").click()
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code that the app shows").fill(code_of(secret))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    sign_out(page)
    sign_in(page)
    cache.clear()  # the code of this half minute was used to set the app up
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page).to_have_url("/")


def test_a_passkey_signs_in_without_a_password(page: Page, context: BrowserContext, dora: User) -> None:
    violations: list[str] = []
    page.on("console", lambda message: violations.append(message.text) if message.type == "error" else None)
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    sign_in(page)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url("/")

    # With the password, it is the second factor.
    sign_out(page)
    sign_in(page)
    expect(page).to_have_url(re.compile("/accounts/2fa/authenticate/$"))
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url("/")
    assert violations == []
