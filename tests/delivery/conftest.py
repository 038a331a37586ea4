"""The account and the person of these tests, and the fault matrix in pytest's report."""

import pytest

from tests.delivery.ready import ReadyJobs
from tests.pipeline.people import account, alice

__all__ = ["account", "alice"]

PRINTED_MATRIX = pytest.StashKey[str]()


@pytest.fixture(scope="module")
def ready_jobs(tmp_path_factory: pytest.TempPathFactory) -> ReadyJobs:
    """Makes checked jobs of a module's tests."""
    return ReadyJobs(tmp_path_factory.mktemp("ready"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the fault matrix when all of it has been carried out."""
    if table := config.stash.get(PRINTED_MATRIX, ""):
        terminalreporter.section("fault matrix")
        terminalreporter.write_line(table)
