"""Processes that die in the middle of things: real workers, a real Redis, a real sandbox, all of them killed.

Each test kills in several places at once, because what was being sent is only taken up again when its lease has run
out, about twenty seconds later.
"""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest
import redis
from django.db import connection

from imports.jobs.confirm import confirm_job
from imports.models import DotdigitalAccount, UploadJob
from imports.states import BatchStatus, JobStatus
from portal.launch.redis_server import RedisServer
from tests.delivery.matrix import assert_account, assert_ledger, assert_moves, assert_repeats
from tests.delivery.ready import Contents
from tests.environment import child_environment, database_url
from tests.patience import wait_until
from tests.worker_processes import WorkerProcess, running_workers

pytestmark = pytest.mark.pipeline

SIX_BATCHES = Contents(24, 4)
WORKERS = 3
SLOTS = 25
FOR_EVER = 600.0
PROC = Path("/proc")


def children(pid: int) -> list[int]:
    """The ids of the living processes that `pid` has started."""
    found = []
    for entry in PROC.iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                # proc(5): "pid (command) state ppid ..."; the command may hold spaces and parentheses.
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if int(parent) == pid and state != "Z":
                    found.append(int(entry.name))
    return found


def horses(pool: WorkerProcess) -> list[int]:
    """The processes that the workers of `pool` have started for the work in hand."""
    return [horse for worker in children(pool.pid) for horse in children(worker)]


@contextmanager
def dead_end() -> Iterator[str]:
    """`host:port` of an address where nobody ever takes a connection: whoever calls it waits for one."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for caller in (first, second):  # until its queue is full
            caller.setblocking(False)
            with suppress(BlockingIOError):
                caller.connect(listener.getsockname())
        yield f"127.0.0.1:{listener.getsockname()[1]}"


class Redis:
    """A Redis of this test's own, which can be killed and comes back empty at the same place."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.start()

    @property
    def url(self) -> str:
        return self._server.url

    def start(self) -> None:
        self._server = RedisServer.start(self._directory, durable=False)
        self._server.wait_until_ready()

    def kill(self) -> None:
        self._server.process.kill()
        self._server.process.wait()

    def empty(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def stop(self) -> None:
        self._server.stop()


@pytest.fixture
def own_redis(tmp_path) -> Iterator[Redis]:
    server = Redis(tmp_path / "redis")
    yield server
    server.stop()


@pytest.fixture
def nowhere() -> Iterator[str]:
    with dead_end() as host_port:
        yield host_port


@pytest.fixture
def environ(transactional_db, sandbox, own_redis, nowhere) -> dict[str, str]:
    """What worker processes are started with."""
    return child_environment(
        DATABASE_URL=database_url(connection.settings_dict, os.environ["DATABASE_URL"]),
        DOTDIGITAL_EXTRA_HOSTS=f"{sandbox.host_port},{nowhere}",
        REDIS_URL=own_redis.url,
    )


@pytest.fixture
def job(account, alice, ready_jobs) -> UploadJob:
    """Twenty-four contacts in six batches, checked."""
    return ready_jobs.make(SIX_BATCHES, account, alice)


def start_workers(environ: dict[str, str], directory: Path) -> AbstractContextManager[list[WorkerProcess]]:
    directory.mkdir()
    return running_workers(WORKERS, environ, directory)


def named(processes: list[WorkerProcess], name: str) -> WorkerProcess:
    return next(process for process in processes if process.name == name)


def count(job: UploadJob, *statuses: BatchStatus) -> int:
    return job.batches.filter(status__in=statuses).count()


def has_ended(job: UploadJob) -> bool:
    job.refresh_from_db()
    return job.has_ended


def assert_recovered(job: UploadJob, sandbox, doubtful: int) -> None:
    """The job ends by itself, with a report that is true; `doubtful` batches went out again."""
    wait_until(lambda: has_ended(job), "the job ends")
    assert job.status == JobStatus.FINISHED
    ledger = assert_ledger(job)
    assert sum(ledger.values()) == ledger.get("created", 0) + ledger.get("updated", 0) == 24
    assert_moves(job, SLOTS)
    assert assert_account(job, sandbox) == 0
    assert assert_repeats(job, sandbox) == doubtful * SIX_BATCHES.a_batch


def went_into_doubt(job: UploadJob) -> int:
    return job.events.filter(to_status=BatchStatus.IN_DOUBT).count()


def test_whoever_sends_is_killed_before_during_and_after(
    job, account, alice, sandbox, own_redis, environ, nowhere, tmp_path
):
    DotdigitalAccount.objects.update(endpoint=f"http://{nowhere}", max_active_imports=1)
    hanging = {"call": "import", "seconds": FOR_EVER}
    sandbox.faults({**hanging, "fault": "hangDuringBody"}, {**hanging, "fault": "hang", "moment": "after"})
    assert confirm_job(job, alice)
    with start_workers(environ, tmp_path / "workers") as processes:
        # One batch has its connection still to come; then two others are on their way.
        wait_until(lambda: count(job, BatchStatus.SENDING) == 1, "the first batch is sent")
        DotdigitalAccount.objects.update(endpoint=account.endpoint, max_active_imports=SLOTS)
        wait_until(lambda: sandbox.fault_hits() == [1, 1], "two calls hang")
        wait_until(lambda: count(job, BatchStatus.SENDING) == WORKERS, "all workers send")
        victims = horses(named(processes, "delivery"))
        assert len(victims) == WORKERS
        for horse in victims:
            os.kill(horse, signal.SIGKILL)
        own_redis.empty()
        sandbox.kill()
        sandbox.start()

        wait_until(lambda: went_into_doubt(job) == WORKERS, "the dead are found")
        assert_recovered(job, sandbox, doubtful=WORKERS)


def test_workers_are_killed_redis_is_lost_and_the_power_goes(
    job, alice, sandbox, own_redis, environ, tmp_path
):
    DotdigitalAccount.objects.update(max_active_imports=WORKERS)
    hanging = {"call": "import", "fault": "hang", "seconds": FOR_EVER}
    sandbox.faults(
        {"call": "import", "fault": "delay", "seconds": 2.0}, {**hanging, "moment": "after"}, hanging
    )
    assert confirm_job(job, alice)
    with start_workers(environ, tmp_path / "first") as processes:
        delivery = named(processes, "delivery")
        wait_until(lambda: sandbox.fault_hits() == [1, 1, 1], "three calls are on their way")
        # Workers alone: what they had begun is seen to its end, and the pool starts others.
        before = children(delivery.pid)
        for worker in before:
            os.kill(worker, signal.SIGKILL)
        own_redis.kill()
        own_redis.start()
        wait_until(
            lambda: count(job, BatchStatus.FINISHED) >= 1 and not set(before) & set(children(delivery.pid)),
            "the call that was slow is answered, its import settled by new workers",
        )
        assert went_into_doubt(job) == 0
        for process in processes:
            process.kill()
        own_redis.kill()
        sandbox.kill()
    sent = count(job, BatchStatus.SENDING)
    assert sent >= 2
    own_redis.start()
    sandbox.start()
    with start_workers(environ, tmp_path / "second"):
        wait_until(lambda: went_into_doubt(job) == sent, "the dead are found")
        assert_recovered(job, sandbox, doubtful=sent)
