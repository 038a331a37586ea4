"""The people and jobs of the pages' own tests, in a real browser."""

import pytest

from portal.models import User
from tests.every_page.page_states import Cast
from tests.views.conftest import (
    _files_are_read_once,
    _own_files,
    account,
    alice,
    answered_before,
    bob,
    files_are_read_once,
    make_job,
    mona,
    sandbox,
    shared_sandbox,
    vera,
)

__all__ = [
    "_files_are_read_once",
    "_own_files",
    "account",
    "alice",
    "answered_before",
    "bob",
    "files_are_read_once",
    "make_job",
    "mona",
    "sandbox",
    "shared_sandbox",
    "vera",
]


@pytest.fixture(scope="session")
def base_url(live_server) -> str:
    return live_server.url


@pytest.fixture
def cast(transactional_db, account, alice, bob, mona, vera, make_job) -> Cast:
    root = User.objects.create_superuser("root", password="only for tests")
    return Cast(account, alice, bob, mona, vera, root, make_job)
