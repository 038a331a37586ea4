"""The people, accounts and jobs of the tests of pages."""

import pytest

from imports.models import Membership
from portal.models import User
from tests.answered_before import answered_before, files_are_read_once
from tests.views.conftest import (
    _files_are_read_once,
    _own_files,
    abel,
    account,
    alice,
    as_alice,
    bob,
    charlie,
    client_of,
    make_job,
    member,
    mona,
    sandbox,
    shared_sandbox,
    vera,
)

__all__ = [
    "_files_are_read_once",
    "_own_files",
    "abel",
    "account",
    "alice",
    "answered_before",
    "as_alice",
    "bob",
    "charlie",
    "client_of",
    "files_are_read_once",
    "make_job",
    "mona",
    "sandbox",
    "shared_sandbox",
    "vera",
]


@pytest.fixture
def anna(account) -> User:
    """Another approver."""
    return member(account, "anna", Membership.Role.APPROVER)


@pytest.fixture
def root(db) -> User:
    return User.objects.create_superuser("root")


@pytest.fixture
def waiting(make_job):
    """Alice's import, which waits for approval."""
    return make_job(until="approval")
