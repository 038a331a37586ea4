"""Wakes workers up. The database says what is to be done; a wake-up that is lost only costs the time to the sweep."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

import django_rq
from django.db import transaction
from django.utils import timezone
from redis.exceptions import RedisError

from imports.models import DotdigitalAccount, UploadJob

logger = logging.getLogger(__name__)

FILES, DELIVERY = "files", "delivery"


def wake_job(job: UploadJob) -> None:
    """Have a worker run the step that `job` waits for."""
    _after_commit(partial(_enqueue, FILES, "imports.tasks.advance_job", str(job.pk)))


def wake_trial(job: UploadJob) -> None:
    """Have a worker try the mapping that somebody is working on."""
    _after_commit(partial(_enqueue, FILES, "imports.tasks.try_mapping", str(job.pk)))


def wake_account(account: DotdigitalAccount, at: datetime | None = None) -> None:
    """Have a worker deliver for `account`, now or at a later time."""
    _after_commit(partial(_enqueue, DELIVERY, "imports.tasks.deliver_account", account.pk, at))


def _after_commit(enqueue: Callable[[], None]) -> None:
    transaction.on_commit(enqueue)


def _enqueue(queue_name: str, task: str, key: str | int, at: datetime | None = None) -> None:
    try:
        queue = django_rq.get_queue(queue_name)
        if at is None or at <= timezone.now():
            queue.enqueue(task, key)
        else:
            # Two wake-ups of one account in the same second are one.
            queue.enqueue_at(at, task, key, job_id=f"{task.rsplit('.', 1)[-1]}-{key}-{int(at.timestamp())}")
    except RedisError as error:
        logger.warning("wake-up lost: %s; the sweep will find the work", type(error).__name__)
