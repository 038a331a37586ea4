"""The account and the person of these tests, and jobs that are ready to be sent."""

import pytest

from tests.delivery.ready import ReadyJobs
from tests.pipeline.people import account, alice

__all__ = ["account", "alice"]


@pytest.fixture(scope="module")
def ready_jobs(tmp_path_factory: pytest.TempPathFactory) -> ReadyJobs:
    """Makes checked jobs of a module's tests."""
    return ReadyJobs(tmp_path_factory.mktemp("ready"))
