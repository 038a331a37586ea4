"""The accounts and people of pages: one sandbox for all tests, and a database that is as it was after each."""

from tests.views.conftest import account, alice, answered_before, files_are_read_once, sandbox, shared_sandbox

__all__ = ["account", "alice", "answered_before", "files_are_read_once", "sandbox", "shared_sandbox"]
