"""Whoever can write to Redis cannot choose what the workers run."""

import os
import pickle
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq import Callback, Queue, Worker
from rq.job import Job
from rq.registry import FailedJobRegistry, StartedJobRegistry
from rq.serializers import JSONSerializer

from imports.jobs import tasks
from imports.work.known_tasks import TASKS, KnownJob, KnownQueue, UnknownTaskError
from imports.work.queue import QUICK
from imports.work.worker import PortalWorker

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db(transaction=True)]

ADVANCE = "imports.jobs.tasks.advance_job"


class PlainPickle:
    """How RQ itself would write a job."""

    dumps = staticmethod(pickle.dumps)
    loads = staticmethod(pickle.loads)


class Bomb:
    """Makes the file `marker` when it is read by pickle."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.marker),)


@pytest.fixture
def connection(settings) -> Iterator[Redis]:
    with Redis.from_url(settings.REDIS_URL) as client:
        yield client


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """Is made when a forged job is run or read."""
    return tmp_path / "was-run"


def forge(connection: Redis, name: str, *args: Any, serializer: Any = JSONSerializer, **options: Any) -> str:
    """Put a job into the queue as anybody could who reaches Redis; its id."""
    queue = Queue(QUICK, connection=connection, serializer=serializer)
    return queue.enqueue(name, *args, job_id=uuid.uuid4().hex, **options).id


def work_once(connection: Redis) -> None:
    """Be a worker, with a process for each job, until the queue is empty."""
    queue = KnownQueue(QUICK, connection=connection)
    worker = PortalWorker(
        [queue],
        connection=connection,
        job_class=KnownJob,
        queue_class=KnownQueue,
        serializer=JSONSerializer,
    )
    worker.work(burst=True, logging_level="WARNING")


def refused(connection: Redis) -> list[str]:
    return list(FailedJobRegistry(queue=KnownQueue(QUICK, connection=connection)).get_job_ids())


def why(connection: Redis, job_id: str) -> str:
    result = KnownJob.fetch(job_id, connection=connection, serializer=JSONSerializer).latest_result()
    assert result is not None
    return str(result.exc_string)


def mkdir(connection: Redis, marker: Path) -> str:
    return forge(connection, "os.mkdir", str(marker))


def mkdir_by_pickle(connection: Redis, marker: Path) -> str:
    return forge(connection, "os.mkdir", str(marker), serializer=PlainPickle)


def bomb_as_argument(connection: Redis, marker: Path) -> str:
    return forge(connection, ADVANCE, Bomb(marker), serializer=PlainPickle, description="none")


def bomb_as_meta(connection: Redis, marker: Path) -> str:
    job_id = forge(connection, "os.mkdir", str(marker))
    connection.hset(Job.key_for(job_id), "meta", pickle.dumps(Bomb(marker)))
    return job_id


def callback(connection: Redis, marker: Path) -> str:
    return forge(
        connection, ADVANCE, "no job", on_success=Callback("os.mkdir"), on_failure=Callback("os.mkdir")
    )


def two_arguments(connection: Redis, marker: Path) -> str:
    return forge(connection, ADVANCE, "no job", "another")


def other_function_of_the_tasks(connection: Redis, marker: Path) -> str:
    return forge(connection, "imports.jobs.tasks.kept_out_of_redis", "os.mkdir")


@pytest.mark.parametrize(
    "forged",
    [
        mkdir,
        mkdir_by_pickle,
        bomb_as_argument,
        bomb_as_meta,
        callback,
        two_arguments,
        other_function_of_the_tasks,
    ],
)
def test_a_forged_job_is_refused_and_recorded(
    connection: Redis, marker: Path, caplog, forged: Callable[[Redis, Path], str]
) -> None:
    job_id = forged(connection, marker)

    work_once(connection)

    assert not marker.exists()
    assert refused(connection) == [job_id]
    assert why(connection, job_id).startswith("refused: ")
    assert "a job in the queue quick was refused" in caplog.text
    assert str(marker) not in caplog.text
    assert connection.llen("rq:queue:quick:intermediate") == 0


def test_the_next_job_is_run_all_the_same(connection: Redis, marker: Path) -> None:
    mkdir(connection, marker)
    known = forge(connection, ADVANCE, str(uuid.uuid4()), result_ttl=60)

    work_once(connection)

    assert KnownJob.fetch(known, connection=connection, serializer=JSONSerializer).is_finished
    assert not marker.exists()


def test_a_refused_job_is_not_repeated_and_tells_nobody(connection: Redis, marker: Path) -> None:
    job_id = mkdir(connection, marker)
    connection.hset(
        Job.key_for(job_id), mapping={"retries_left": 3, "webhooks": '[{"url": "http://127.0.0.1:9/"}]'}
    )

    work_once(connection)

    assert refused(connection) == [job_id]
    assert connection.llen("rq:queue:quick") == 0


def test_what_is_cleaned_up_after_a_dead_worker_is_not_run_either(connection: Redis, marker: Path) -> None:
    """RQ calls the callback of a job whose worker has died, and no worker looks at it before."""
    queue = KnownQueue(QUICK, connection=connection)
    job_id = forge(connection, ADVANCE, "no job", on_failure=Callback("os.mkdir"))
    connection.lrem(queue.key, 1, job_id)
    connection.hset(Job.key_for(job_id), "status", "started")
    connection.zadd(StartedJobRegistry(queue=queue).key, {f"{job_id}:gone": 1})

    work_once(connection)

    job = KnownJob.fetch(job_id, connection=connection, serializer=JSONSerializer)
    assert (job.success_callback, job.failure_callback, job.stopped_callback) == (None, None, None)
    assert not marker.exists()


def test_parts_of_rq_that_are_told_nothing_do_not_read_pickle(connection: Redis, marker: Path) -> None:
    job_id = bomb_as_meta(connection, marker)

    Job.fetch(job_id, connection=connection)
    Worker.all(connection=connection)

    assert not marker.exists()


def test_a_job_that_is_not_known_has_nothing_to_call(connection: Redis, marker: Path) -> None:
    job = KnownJob.fetch(mkdir(connection, marker), connection=connection, serializer=JSONSerializer)

    with pytest.raises(UnknownTaskError):
        job.perform()


def test_every_known_task_is_there() -> None:
    for name in TASKS:
        assert callable(getattr(tasks, name.rpartition(".")[2]))
