import pytest

from tests.pipeline.people import account, alice

__all__ = ["account", "alice", "base_url"]


@pytest.fixture(scope="session")
def base_url(live_server) -> str:
    """Pages are opened by their path: `page.goto("/accounts/login/")`."""
    return live_server.url
