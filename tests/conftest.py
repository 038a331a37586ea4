"""What every test may ask for: a real Redis, a real database, a sandbox, worker processes and a browser."""

import gc
import os
import re
from collections.abc import Generator, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as portal_settings
from django.db import connection
from django.test import TransactionTestCase

from imports import messages
from imports.delivery import pace
from portal.launch.redis_server import RedisServer
from portal.redis_socket import redis_folder
from tests import no_calls, short_calls
from tests.chromium import NoChromiumError, find_chromium
from tests.contract import VIOLATIONS_VARIABLE
from tests.emptied import empty_database
from tests.environment import child_environment, database_url
from tests.examples import register_profiles
from tests.held_database import held_open
from tests.made_once import collected_static, django_db_keepdb, migrated_database
from tests.order import longest_file_first
from tests.redis_process import running_redis
from tests.sandbox_process import SandboxProcess, running_sandbox
from tests.worker_processes import WorkerProcess, running_shared_pool

__all__ = ["collected_static", "django_db_keepdb", "migrated_database"]

register_profiles()

SETTINGS_MODULE = "tests.settings"
WORKERS = 2
PARAMETERS = re.compile(r"(\{[^{}]*\})")
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


@pytest.fixture
def shouting() -> Iterator[None]:
    """Every text that is translated when it is shown comes in capitals, with its {parameters} as they are."""

    def shout(text: str) -> str:
        return "".join(part if part.startswith("{") else part.upper() for part in PARAMETERS.split(text))

    before = messages._translate, messages._translate_plural
    messages.use_catalogue(shout, lambda one, many, number: shout(one if number == 1 else many))
    try:
        yield
    finally:
        messages.use_catalogue(*before)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Cases are not called by their bytes: some hold the time at which they were made, and every process that takes
    part in a run must call a case the same."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays to the end, and is a lot: nothing looks through it for garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what touches the database before `-m` chooses, and puts the files in order."""
    for item in items:
        asks_for = set(getattr(item, "fixturenames", ()))
        if asks_for & DATABASE_FIXTURES or item.get_closest_marker("django_db"):
            item.add_marker("database")
    longest_file_first(items)


def pytest_report_collectionfinish(items: list[pytest.Item]) -> list[str]:
    """Says which browser will be driven, if any; fetching it here keeps that out of a test's time."""
    if not any(item.get_closest_marker("browser") for item in items):
        return []
    try:
        return [f"chromium: {find_chromium().source}"]
    except NoChromiumError as error:
        return [f"chromium: {error}"]


@pytest.fixture(scope="session")
def redis_server(tests_settings: None) -> Iterator[RedisServer]:
    """The Redis that the settings name, running for the whole session."""
    with running_redis(redis_folder(portal_settings.DATA_DIR)) as server:
        assert server.url == portal_settings.REDIS_URL
        yield server


@pytest.fixture(scope="session")
def tests_settings() -> None:
    """Fails unless the settings are the tests' own: no test may ever empty somebody's database or queues."""
    if portal_settings.SETTINGS_MODULE != SETTINGS_MODULE:
        pytest.fail(
            f"Tests that use the database need the settings {SETTINGS_MODULE}: "
            f"run `make test`, or `python -m pytest --ds {SETTINGS_MODULE}`.",
            pytrace=False,
        )


@pytest.fixture(scope="session")
def django_db_setup(
    tests_settings: None, redis_server: RedisServer, django_db_setup: None, django_db_blocker: Any
) -> Iterator[None]:
    """Redis comes with the database: whatever changes a job may also queue something.

    At the end nobody else is at the database: a process that was left to finish its work, as workers leave theirs when
    they are killed, would keep PostgreSQL from removing it.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty_database())
        is_file = connection.vendor == "sqlite"
        with held_open(str(connection.settings_dict["NAME"])) if is_file else nullcontext():
            yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _empty_queues(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test finds what another has queued."""
    yield
    if "_django_db_helper" in request.fixturenames or "redis_server" in request.fixturenames:
        with redis.Redis.from_url(portal_settings.REDIS_URL) as connection:
            connection.flushall()


@pytest.fixture(scope="session")
def contract_violations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file to which sandboxes write what breaks the API's contract, a line each."""
    path = tmp_path_factory.mktemp("contract") / "violations"
    os.environ[VIOLATIONS_VARIABLE] = str(path)
    return path


@pytest.fixture(autouse=True)
def _kept_contract(contract_violations: Path) -> Iterator[None]:
    """No test has a body sent that breaks the API's contract, by its own process or by workers."""
    yield
    if contract_violations.exists():
        told = contract_violations.read_text(encoding="utf-8")
        contract_violations.unlink()
        pytest.fail(f"Sent against the API's contract:\n{told}", pytrace=False)


@pytest.fixture(scope="session")
def calls_in_transactions() -> Iterator[list[str]]:
    """What was called inside a transaction, from when this is first asked for; such calls fail."""
    with pytest.MonkeyPatch.context() as patched:
        yield no_calls.watch(patched)


@pytest.fixture(autouse=True)
def _no_calls_in_transactions(calls_in_transactions: list[str]) -> Iterator[None]:
    """No test makes a file or network call inside a transaction."""
    yield
    if calls_in_transactions:
        told = "\n".join(calls_in_transactions)
        calls_in_transactions.clear()
        pytest.fail(f"Called inside a transaction:\n{told}", pytrace=False)


@pytest.fixture(scope="session")
def long_calls() -> Iterator[list[str]]:
    """Calls to Dotdigital that a web request would wait too long for, from when this is first asked for."""
    with pytest.MonkeyPatch.context() as patched:
        yield short_calls.watch(patched)


@pytest.fixture(autouse=True)
def _short_calls_in_requests(long_calls: list[str]) -> Iterator[None]:
    """No test has a page wait long for Dotdigital."""
    yield
    if long_calls:
        told = "\n".join(long_calls)
        long_calls.clear()
        pytest.fail(f"Web requests waited for:\n{told}", pytrace=False)


@pytest.fixture(autouse=True)
def _quick_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports are asked after as soon as a test's sandbox can have finished them; by this process, not by workers."""
    monkeypatch.setattr(pace, "MIN_POLL_SECONDS", 0.06)


@pytest.fixture
def sandbox(tmp_path: Path, settings) -> Iterator[SandboxProcess]:
    """A sandbox without contacts, which the portal in this process is allowed to call."""
    with running_sandbox(tmp_path / "sandbox") as process:
        settings.DOTDIGITAL_EXTRA_HOSTS = [process.host_port]
        yield process


@pytest.fixture
def workers(transactional_db, sandbox: SandboxProcess, tmp_path: Path) -> Iterator[list[WorkerProcess]]:
    """Two workers and the schedule, as processes that share database, Redis and files with the test.

    What they say is shown when the test fails.
    """
    environ = child_environment(
        DATABASE_URL=database_url(connection.settings_dict, os.environ["DATABASE_URL"]),
        DOTDIGITAL_EXTRA_HOSTS=sandbox.host_port,
    )
    with running_shared_pool(WORKERS, environ, tmp_path) as processes:
        yield processes


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """pytest-playwright's arguments, and the Chromium found on this machine. Fails where there is none."""
    try:
        return {**browser_type_launch_args, **find_chromium().launch_arguments}
    except NoChromiumError as error:
        pytest.fail(str(error), pytrace=False)
