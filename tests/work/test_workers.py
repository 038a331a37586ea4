"""Pools of workers and the schedule as processes: what becomes of them when Redis, a worker or a pool is lost."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from imports.jobs.upload import receive_upload
from imports.models import DotdigitalAccount, UploadJob
from imports.states import JobStatus
from imports.work.queue import last_sweep, workers_alive
from portal.launch.sessions import PROC, session_members
from portal.models import User
from portal.redis_socket import redis_url
from tests.environment import child_environment, database_url
from tests.patience import PATIENCE_SECONDS, wait_until
from tests.redis_process import running_redis
from tests.worker_processes import WorkerProcess, running_workers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

WORKERS = 2


def children_of(pid: int) -> set[int]:
    return {int(child) for child in PROC.joinpath(str(pid), "task", str(pid), "children").read_text().split()}


@pytest.fixture
def redis_directory(settings, tmp_path: Path) -> Path:
    """Where the Redis of a test's own keeps its data and its socket, once the test starts it."""
    settings.REDIS_URL = redis_url(tmp_path / "redis")
    return tmp_path / "redis"


@pytest.fixture
def processes(redis_directory: Path, tmp_path: Path, settings) -> Iterator[dict[str, WorkerProcess]]:
    environ = child_environment(
        DATABASE_URL=database_url(connection.settings_dict, os.environ["DATABASE_URL"]),
        REDIS_URL=settings.REDIS_URL,
    )
    with running_workers(WORKERS, environ, tmp_path) as started:
        yield {process.name: process for process in started}


# How many workers listen to each queue; those of the pool for large files help with the quick ones.
LISTENING = {"delivery": WORKERS, "quick": 2, "bulk": 1}


@pytest.fixture
def account() -> DotdigitalAccount:
    return DotdigitalAccount.objects.create(name="Acme", endpoint="", api_user="")


def staged(account: DotdigitalAccount) -> Callable[[], bool]:
    """Whether a file that is uploaded now, of which only the sweep tells anybody, has been read."""
    owner, _ = User.objects.get_or_create(username="ada")
    content = ContentFile(b"Email\r\nada@example.com\r\n")
    job = receive_upload(account=account, owner=owner, file_name="contacts.csv", file=content)
    return lambda: UploadJob.objects.get(pk=job.pk).status == JobStatus.STAGED


def test_work_goes_on_when_redis_comes_back_empty(
    redis_directory: Path, processes: dict[str, WorkerProcess], account: DotdigitalAccount, tmp_path: Path
) -> None:
    with running_redis(redis_directory) as server:
        wait_until(lambda: workers_alive(60) == LISTENING, "workers that were started without Redis")
        wait_until(staged(account), "a file is read")
        workers = {name: children_of(process.pid) for name, process in processes.items()}
        server.process.kill()
        server.process.wait()

    is_staged = staged(account)
    with running_redis(redis_directory):
        wait_until(is_staged, "a file is read")
        wait_until(lambda: workers_alive(60) == LISTENING, "every worker is listed again")
        assert last_sweep() is not None
        assert all(process.is_running for process in processes.values())
        assert workers["delivery"] == children_of(processes["delivery"].pid)


@pytest.fixture
def _redis(redis_directory: Path, tmp_path: Path) -> Iterator[None]:
    with running_redis(redis_directory):
        yield


@pytest.mark.usefixtures("_redis")
def test_a_pool_that_is_killed_takes_its_workers_with_it(processes: dict[str, WorkerProcess]) -> None:
    pool = processes["quick"]
    wait_until(lambda: workers_alive(60)["quick"] == 2, "the workers listen")

    os.kill(pool.pid, signal.SIGKILL)
    pool.process.wait()

    wait_until(lambda: not session_members([pool.pid]), "its workers have ended")


@pytest.mark.usefixtures("_redis")
def test_a_worker_that_dies_is_replaced_and_all_end_when_they_are_asked_to(
    processes: dict[str, WorkerProcess],
) -> None:
    wait_until(lambda: workers_alive(60) == LISTENING, "the workers of all pools listen")
    wait_until(lambda: last_sweep() is not None, "the schedule is kept")
    pool = processes["delivery"]
    killed = children_of(pool.pid).pop()

    os.kill(killed, signal.SIGKILL)

    def is_replaced() -> bool:
        children = children_of(pool.pid)
        return killed not in children and len(children) == WORKERS

    wait_until(is_replaced, "another takes its place")

    for process in processes.values():
        process.process.terminate()

    assert [process.process.wait(PATIENCE_SECONDS) for process in processes.values()] == [0] * len(processes)
    # What a process has started ends with it, a moment later.
    members = [process.pid for process in processes.values()]
    wait_until(lambda: session_members(members) == [], "nothing that they started is left")
