"""Wakes workers up. The database says what is to be done; a wake-up that is lost only costs the time to the sweep.

A queue for each kind of work, each with workers of its own, so that none of them waits behind another:

delivery    all calls to Dotdigital: sending batches, asking after them, reading accounts; the slowest
quick       what somebody waits for at the screen: trials of mappings, and files up to QUICK_FILE_BYTES; and e-mails,
            which must not take a worker from deliveries while a mail server does not answer
bulk        reading, checking and reporting of larger files, and their downloads

In each, people take turns (`turns`).
"""

import functools
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import django_rq
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue, Worker
from rq.utils import as_text

from imports.models import AccountSnapshot, DotdigitalAccount, ReportDownload, UploadJob
from imports.work.known_tasks import (
    ADVANCE,
    CONTACTS,
    DELIVER,
    DIGEST,
    MAIL,
    MAKE,
    MODULE,
    READ,
    TRY,
    KnownJob,
)
from imports.work.turns import name_in_queue, passed_by

logger = logging.getLogger(__name__)

DELIVERY, QUICK, BULK = QUEUES = ("delivery", "quick", "bulk")

# A page must not wait for a Redis that has gone away.
REDIS_SECONDS = 3.0
# A workbook of more rows takes a worker longer than people wait for others at the screen.
QUICK_WORKBOOK_ROWS = 300_000
# RQ keeps a task whose process was killed, with no more than its name and id, for people to look at.
FAILURE_SECONDS = 86_400
# In one step, as a worker may take either meanwhile: what it has taken is let be, and what it has not is in the queue.
MOVE_BEFORE = """
if redis.call('LREM', KEYS[1], -1, ARGV[1]) == 1 and redis.call('LINSERT', KEYS[1], 'BEFORE', ARGV[2], ARGV[1]) < 1 then
    redis.call('RPUSH', KEYS[1], ARGV[1])
end
"""
LAST_SWEEP_KEY = "portal:last-sweep"
ALL_MAILS = "due"


@functools.lru_cache(maxsize=1)
def redis_at(url: str) -> Redis:
    """The Redis at `url`; one that does not answer soon is tried once more and then given up."""
    return Redis.from_url(
        url,
        socket_connect_timeout=REDIS_SECONDS,
        socket_timeout=REDIS_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )


def wake_job(job: UploadJob) -> None:
    """Have a worker run the step that `job` waits for."""
    # The file of a job that tries rows again is made by the worker: it is no larger than those it is made of.
    size = job.file_bytes if job.upload or job.parent is None else job.parent.file_bytes
    queue = QUICK if size <= settings.QUICK_FILE_BYTES else BULK
    _after_commit(partial(_enqueue, queue, ADVANCE, str(job.pk), job.owner_id))


def wake_trial(job: UploadJob) -> None:
    """Have a worker try the mapping that somebody is working on."""
    _after_commit(partial(_enqueue, QUICK, TRY, str(job.pk), job.owner_id))


def wake_download(download: ReportDownload) -> None:
    """Have a worker make a file of a report."""
    job = download.job
    is_quick = job.file_bytes <= settings.QUICK_FILE_BYTES and (
        download.file_format == "csv" or (job.rows or 0) <= QUICK_WORKBOOK_ROWS
    )
    _after_commit(partial(_enqueue, QUICK if is_quick else BULK, MAKE, download.pk, job.owner_id))


def wake_account(account: DotdigitalAccount, at: datetime | None = None) -> None:
    """Have a worker deliver for `account`, now or at a later time; the sweep sees to later times.

    It comes every two seconds, and a wake-up that Redis kept for so long would only come beside it.
    """
    if at is None or at <= timezone.now():
        _after_commit(partial(_enqueue, DELIVERY, DELIVER, account.pk, _of_account(account)))


def wake_catalogue(account: DotdigitalAccount) -> None:
    """Have a worker read again what `account` has."""
    _after_commit(partial(_enqueue, DELIVERY, READ, account.pk, _of_account(account)))


def wake_snapshot(snapshot: AccountSnapshot) -> None:
    """Have a worker read on in the contacts of an account."""
    whose = f"account{snapshot.account_id}"
    _after_commit(partial(_enqueue, DELIVERY, CONTACTS, str(snapshot.pk), whose))


def wake_mails() -> None:
    """Have a worker send the e-mails that are due."""
    _after_commit(partial(_enqueue, QUICK, MAIL, ALL_MAILS, ALL_MAILS))


def wake_digests(job: UploadJob) -> None:
    """Have a worker make the digests of an ended `job`, and erase what was to be erased when it has ended."""
    _after_commit(partial(_enqueue, BULK, DIGEST, str(job.pk), job.owner_id))


def deliveries_waiting() -> int:
    """How many wake-ups wait for a worker that delivers; 0 when Redis does not answer."""
    return len(_waiting_or_none())


def is_other_account_waiting(account: DotdigitalAccount) -> bool:
    """Whether a worker that delivers is waited for by another account than `account`."""
    mine = _name(DELIVER, str(account.pk))
    return any(not waiting.startswith(mine) for waiting in _waiting_or_none())


def _waiting_or_none() -> list[str]:
    try:
        return list(_waiting(_queue(DELIVERY)))
    except RedisError:
        return []


def _after_commit(enqueue: Callable[[], None]) -> None:
    transaction.on_commit(enqueue)


def _of_account(account: DotdigitalAccount) -> str:
    """Whose turn it is where something is for everybody who uses `account`."""
    return f"account{account.pk}"


def _enqueue(queue_name: str, task: str, key: str | int, whose: object) -> None:
    """Queue `task`, in the turn of `whose`, unless the same is queued already and has not begun.

    RQ's own `unique` would not do: it also turns away what comes while the task runs, and that task may have looked
    already. So every wake-up has an id of its own that begins with what it is for, and the queue is asked for one.
    It holds what has not begun and nothing else, so there is nothing to be put right after a crash; two processes
    that ask at once queue it twice, which does no harm.
    """
    try:
        queue = _queue(queue_name)
        name = _name(task, key)
        waiting = list(_waiting(queue))
        if any(one.startswith(name) for one in waiting):
            return
        job_id = name_in_queue(name, whose, uuid4().hex[:12])
        queue.enqueue(f"{MODULE}.{task}", key, job_id=job_id, failure_ttl=FAILURE_SECONDS)
        if (passed := passed_by(waiting, whose)) is not None:
            queue.connection.eval(MOVE_BEFORE, 1, queue.key, job_id, passed)
    except RedisError as error:
        logger.warning("wake-up lost: %s; the sweep will find the work", type(error).__name__)


def _name(task: str, key: str | int) -> str:
    """What the id of every wake-up for this begins with, and no other's does."""
    return f"{task}-{key}-"


def _queue(name: str) -> Queue:
    return django_rq.get_queue(name, connection=redis_at(settings.REDIS_URL))


def _waiting(queue: Queue) -> Iterator[str]:
    """The ids in `queue`."""
    return (as_text(job_id) for job_id in queue.connection.lrange(queue.key, 0, -1))


# For those who watch. Unlike what wakes, these raise RedisError.


def queue_lengths() -> dict[str, int]:
    """Wake-ups waiting in each queue."""
    return {name: _queue(name).count for name in QUEUES}


def workers_alive(within_seconds: float) -> dict[str, int]:
    """How many workers that showed a sign of life `within_seconds` serve each queue."""
    since = datetime.now(UTC).timestamp() - within_seconds
    alive = [
        worker
        for worker in Worker.all(connection=redis_at(settings.REDIS_URL), job_class=KnownJob)
        if worker.last_heartbeat is not None and worker.last_heartbeat.timestamp() >= since
    ]
    return {name: sum(name in worker.queue_names() for worker in alive) for name in QUEUES}


def note_sweep() -> None:
    """Remember that a sweep has just been made; losing that matters to nobody."""
    try:
        redis_at(settings.REDIS_URL).set(LAST_SWEEP_KEY, datetime.now(UTC).isoformat())
    except RedisError as error:
        logger.warning("sweep not noted: %s", type(error).__name__)


def last_sweep() -> datetime | None:
    """When the last sweep was made, by the clock of the machine that made it."""
    noted = redis_at(settings.REDIS_URL).get(LAST_SWEEP_KEY)
    return datetime.fromisoformat(as_text(noted)) if noted else None
