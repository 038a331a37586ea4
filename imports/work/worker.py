"""The workers of RQ's pool, made to outlast the loss of Redis and not to outlast their pool.

What RQ's pool does of itself (3.0, tried with a Redis that was killed and came back empty): its idle workers try again
after 1, 2, 4 … 60 seconds and are listed no more; a worker whose process is at work ends and leaves that process to
finish; one that starts without Redis ends at once, and the pool starts the next one every second; `rqcron` ends for
good. Hence the shorter wait, the worker that signs on again, the pool that waits for Redis, and a timetable without RQ
(`schedule`).
"""

import logging
import os
import signal
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

from django.conf import settings
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus
from rq.worker_pool import WorkerPool, run_worker

from imports.children.processes import end_with_parent
from imports.children.starting import share_template
from imports.work.known_tasks import KnownJob, KnownQueue
from imports.work.queue import BULK, QUICK

logger = logging.getLogger(__name__)

# Seconds. An idle worker shows a sign of life every LIFE_SIGN - 15.
LIFE_SIGN_SECONDS = 30
MAX_WAIT_SECONDS = 5.0
CONNECT_SECONDS = 5.0
LOG_LEVEL = "WARNING"
REFUSED_SECONDS = 86_400  # as long as people can look at a job that was none of the portal's
END_SIGNALS = frozenset({signal.SIGINT, signal.SIGTERM})
# Files of tasks in these queues are read and checked by processes forked from a template. The pool has it, for all that
# fork from it: one that a process at work had started itself would end with its task.
FORKING_QUEUES = frozenset({QUICK, BULK})


class PortalWorker(Worker):
    """A worker that ends with its pool, once it has finished what it is at."""

    max_connection_wait_time = MAX_WAIT_SECONDS

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "worker_ttl": LIFE_SIGN_SECONDS})

    def work(self, *args: Any, **options: Any) -> bool:
        # RQ's scheduler would only keep wake-ups for later; the sweep finds what they would be for.
        return super().work(*args, **{**options, "with_scheduler": False})

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run `job` if it is one of the portal's own tasks; otherwise put it aside among the failed ones, unread."""
        reason = job.refusal() if isinstance(job, KnownJob) else "it was read as another kind of job"
        if not reason:
            if queue.name in FORKING_QUEUES:  # the pool's, unless that is gone
                share_template()
            super().execute_job(job, queue)
            return
        logger.error("a job in the queue %s was refused: %s", queue.name, reason)
        if isinstance(job, KnownJob):
            job.strip()
        job.failure_ttl = REFUSED_SECONDS
        self.connection.lrem(queue.intermediate_queue_key, 1, job.id)
        self.handle_job_failure(job, queue, exc_string=f"refused: {reason}")

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        # RQ raises in the middle of whatever an idle worker does, which may swallow it; then its next sign of life
        # ends it.
        self._stop_requested = True
        super().request_stop(signum, frame)

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Show a sign of life; sign on again when Redis has been emptied. Raises StopRequested when it is to end."""
        if self._stop_requested and not self.is_horse and self.get_state() == WorkerStatus.IDLE:
            raise StopRequested
        if not self.is_horse and not self.connection.exists(self.key):
            self.register_birth()
        super().heartbeat(timeout, pipeline)


def begin_worker(pool: int, name: str, queues: list[str], **options: Any) -> None:
    """Be a worker of the pool whose process id is `pool`, in a process that has just forked from it."""
    # The pool's own way of ending came along with the fork. Until RQ's is in place, nothing is under way, so an end
    # is simply an end.
    for number in END_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    # SIGTERM, and not SIGKILL: a batch that is on its way is better seen to its end than left in doubt. The process
    # that does the work is let be for the same reason when its worker is killed; its step ends by itself.
    end_with_parent()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, END_SIGNALS)
    if os.getppid() == pool:  # otherwise it died before this process was set to die with it
        run_worker(name, queues, **options)


class PortalPool(WorkerPool):
    """Keeps up its number of workers, and starts none while there is no Redis."""

    was_away = False
    swept_at = float("-inf")

    def __init__(
        self, queues: list[str], num_workers: int, sweep: Callable[[], None], sweep_every_seconds: float
    ) -> None:
        self._sweep, self._sweep_every_seconds = sweep, sweep_every_seconds
        connection = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=CONNECT_SECONDS)
        super().__init__(
            queues,
            connection,
            num_workers=num_workers,
            worker_class=PortalWorker,
            serializer=JSONSerializer,
            job_class=KnownJob,
            queue_class=KnownQueue,
        )

    def start_workers(self, *args: Any, **options: Any) -> None:
        """They are started as any that are missing, so that one rule does for both."""

    def check_workers(self, respawn: bool = True) -> None:
        """Called every second."""
        self._sweep_now_and_then()
        super().check_workers(respawn=respawn and (self._has_all() or self._redis_answers()))

    def start_worker(self, *args: Any, **options: Any) -> None:
        """Start one, so that an end that is asked for meanwhile reaches it: held back here, it is passed on after."""
        signal.pthread_sigmask(signal.SIG_BLOCK, END_SIGNALS)
        try:
            if self.status != self.Status.STOPPED:
                if FORKING_QUEUES.intersection(self._queue_names):
                    share_template()
                super().start_worker(*args, **options)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, END_SIGNALS)

    def get_worker_process(self, name: str, *args: Any, **options: Any) -> BaseProcess:
        return get_context("fork").Process(
            target=begin_worker,
            args=(os.getpid(), name, self._queue_names),
            kwargs={
                "connection_class": self._connection_class,
                "connection_pool_class": self._pool_class,
                "connection_pool_kwargs": self._pool_kwargs,
                "worker_class": self.worker_class,
                "serializer": self.serializer,
                "job_class": self.job_class,
                "queue_class": self.queue_class,
                "burst": self._burst,
                "logging_level": LOG_LEVEL,
            },
        )

    def _sweep_now_and_then(self) -> None:
        """Remove what killed processes left on this machine. No thread: there is none in a process that forks."""
        if time.monotonic() - self.swept_at < self._sweep_every_seconds:
            return
        self.swept_at = time.monotonic()
        try:
            self._sweep()
        except OSError as error:
            logger.warning("this machine was not swept: %s", type(error).__name__)

    def _has_all(self) -> bool:
        self.reap_workers()
        return len(self.worker_dict) >= self.num_workers

    def _redis_answers(self) -> bool:
        try:
            self.connection.ping()
        except RedisError as error:
            if not self.was_away:
                logger.warning(
                    "Redis does not answer: %s; workers are started when it does", type(error).__name__
                )
            self.was_away = True
            return False
        finally:
            # Workers that fork from here must not share this connection.
            self.connection.connection_pool.disconnect()
        if self.was_away:
            logger.warning("Redis answers again")
        self.was_away = False
        return True
