"""The people, accounts and jobs of the tests of pages."""

from tests.answered_before import answered_before, files_are_read_once
from tests.views.conftest import (
    _own_files,
    account,
    alice,
    as_alice,
    client_of,
    make_job,
    mona,
    sandbox,
    shared_sandbox,
)

__all__ = [
    "_own_files",
    "account",
    "alice",
    "answered_before",
    "as_alice",
    "client_of",
    "files_are_read_once",
    "make_job",
    "mona",
    "sandbox",
    "shared_sandbox",
]
