"""How a worker shows that it is still at something: a lease that it renews while it works."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import QuerySet
from django.utils import timezone

from imports.models import UploadJob

# Work whose worker has died goes on within half a minute, so it must be known for dead before.
LEASE = timedelta(seconds=20)
RENEW_EVERY_SECONDS = 4.0
MAX_TAKEOVERS = 3  # a step that has cost so many workers their lives is not tried again


class WorkersLostError(Exception):
    """Every worker that was at it died at it."""


class NotHeldError(Exception):
    """Another has taken over what this worker had: it has nothing more to say about it."""


def lease_end() -> datetime:
    return timezone.now() + LEASE


@contextmanager
def kept_lease(job: UploadJob) -> Iterator[None]:
    """Renews the lease of `job` for the length of the block. When the process dies, the lease runs out."""
    with renewed(UploadJob.objects.held(job)):
        yield


@contextmanager
def renewed(mine: QuerySet[Any], name: str = "lease_until") -> Iterator[None]:
    """Renews the lease of what this worker holds, in the field `name`, for the length of the block."""
    over = threading.Event()

    def renew() -> None:
        try:
            while not over.wait(RENEW_EVERY_SECONDS):
                try:
                    mine.update(**{name: lease_end()})
                except (DatabaseError, InterfaceError):
                    connection.close()
        finally:
            connection.close()

    thread = threading.Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
