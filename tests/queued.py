"""What workers have been woken for, read from the real queues."""

import django_rq
from django.conf import settings

from imports.work.queue import QUEUES, redis_at


def queued() -> set[tuple[str, str]]:
    """The task and the id of each wake-up that waits for a worker."""
    connection = redis_at(settings.REDIS_URL)
    return {
        (job.func_name.rpartition(".")[2], str(job.args[0]))
        for name in QUEUES
        for job in django_rq.get_queue(name, connection=connection).get_jobs()
    }
