import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings as portal_settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Page, expect
from rq import Queue
from rq.registry import StartedJobRegistry

from imports.jobs.suggesting import refresh_account
from imports.models import DotdigitalAccount
from imports.work.queue import QUEUES
from tests.browser.broken_line import Line
from tests.environment import child_environment, database_url
from tests.patience import PATIENCE_SECONDS, wait_until
from tests.pipeline.people import account, alice
from tests.sandbox_process import SandboxProcess, running_sandbox
from tests.worker_processes import WorkerProcess, running_shared_pool

__all__ = ["account", "alice", "base_url"]

# Workers and the sandbox take their time on a busy machine.
WAIT_MS = 1000 * PATIENCE_SECONDS
WORKERS = 2


@pytest.fixture(scope="module")
def sandbox_process(contract_violations, tmp_path_factory) -> Iterator[SandboxProcess]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as process:
        yield process


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess, settings) -> SandboxProcess:
    """The one sandbox of a module's tests, as good as new."""
    settings.DOTDIGITAL_EXTRA_HOSTS = [sandbox_process.host_port]
    sandbox_process.clear_faults()
    sandbox_process.occupy(0, 0)
    sandbox_process.reset()
    return sandbox_process


@pytest.fixture(scope="module")
def pool(django_db_setup, sandbox_process: SandboxProcess, tmp_path_factory) -> Iterator[list[WorkerProcess]]:
    environ = child_environment(
        DATABASE_URL=database_url(connection.settings_dict, os.environ["DATABASE_URL"]),
        DOTDIGITAL_EXTRA_HOSTS=sandbox_process.host_port,
    )
    with running_shared_pool(WORKERS, environ, tmp_path_factory.mktemp("workers")) as processes:
        yield processes


@pytest.fixture
def workers(transactional_db, sandbox: SandboxProcess, pool: list[WorkerProcess]) -> Iterator[None]:
    """The workers of a module's tests, which have nothing in hand when the next test begins."""
    yield
    wait_until(_is_all_done, "the workers have done what there was")


def _is_all_done() -> bool:
    with redis.Redis.from_url(portal_settings.REDIS_URL) as client:
        queues = [Queue(name, connection=client) for name in QUEUES]
        return not any(queue.count or StartedJobRegistry(queue=queue).count for queue in queues)


@pytest.fixture(autouse=True)
def _empty_queues() -> None:
    """In place of the one of all tests: workers empty the queues, and what they have told of themselves stays."""


@pytest.fixture(scope="session")
def base_url(live_server) -> str:
    """Pages are opened by their path: `page.goto("/accounts/login/")`."""
    return live_server.url


@pytest.fixture
def signed_in(page: Page, base_url: str, workers, account: DotdigitalAccount, alice) -> Page:
    """Alice's browser, with workers running, and what the account has known to the portal.

    It has the cookie of somebody who has signed in; how one signs in has tests of its own.
    """
    assert refresh_account(account)
    page.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    client = Client()
    client.force_login(alice)
    name = portal_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base_url}])
    return page


@pytest.fixture
def line(base_url: str) -> Iterator[Line]:
    """A line to the server that can be cut."""
    address = urlsplit(base_url)
    assert address.hostname
    assert address.port
    line = Line(address.hostname, address.port)
    yield line
    line.close()
