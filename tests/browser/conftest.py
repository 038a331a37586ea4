import pytest
from playwright.sync_api import Page, expect

from imports.jobs.suggesting import refresh_account
from imports.models import DotdigitalAccount
from tests.browser.test_sign_in import sign_in
from tests.pipeline.people import account, alice

__all__ = ["account", "alice", "base_url"]

PASSWORD = "a password for tests"
# Workers and the sandbox take their time on a busy machine.
WAIT_MS = 60_000


@pytest.fixture(scope="session")
def base_url(live_server) -> str:
    """Pages are opened by their path: `page.goto("/accounts/login/")`."""
    return live_server.url


@pytest.fixture
def signed_in(page: Page, workers, account: DotdigitalAccount, alice) -> Page:
    """Alice's browser, with workers running, and what the account has known to the portal."""
    assert refresh_account(account)
    alice.set_password(PASSWORD)
    alice.save()
    page.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    sign_in(page, "alice", PASSWORD)
    expect(page).to_have_url("/")
    return page
