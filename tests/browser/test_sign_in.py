import re

import pytest
from playwright.sync_api import Page, expect

from imports.management import demo
from imports.management.commands.seed_demo import seed_account, seed_user

pytestmark = pytest.mark.browser
PERSON = demo.DEMO_USERS[0]


@pytest.fixture
def person(transactional_db) -> demo.DemoUser:
    account = seed_account(next(iter(demo.ACCOUNTS)), "http://127.0.0.1:9")
    seed_user(PERSON, [account], PERSON.password)
    return PERSON


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_demo_user_signs_in(page: Page, person: demo.DemoUser) -> None:
    sign_in(page, person.username, person.password)

    expect(page).to_have_url("/")


def test_wrong_password_is_refused_on_the_same_page(page: Page, person: demo.DemoUser) -> None:
    sign_in(page, person.username, "wrong")

    expect(page).to_have_url("/accounts/login/")
    expect(page.get_by_text("correct username and password")).to_be_visible()


def test_health_page_answers_a_browser(page: Page) -> None:
    page.goto("/health/")

    expect(page.get_by_text("ok")).to_be_visible()


def test_what_a_tab_has_kept_is_gone_with_the_sign_out(signed_in: Page) -> None:
    signed_in.goto("/")
    signed_in.evaluate("window.sessionStorage.setItem('mapping:/x/', 'word-1-0=Meier')")

    signed_in.get_by_role("button", name="Sign out").click()

    expect(signed_in).to_have_url(re.compile("sign-in|login"))
    assert signed_in.evaluate("window.sessionStorage.length") == 0
