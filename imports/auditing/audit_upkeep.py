"""What the schedule does for the audit log: a checkpoint a minute, if anything was recorded, and forwarding.

In a thread of its own: a syslog server or a storage that is slow to answer holds up no sweep.
"""

import logging
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections, connection

from imports.auditing.checkpoints import make_checkpoint
from imports.auditing.syslog_forwarding import forward_events

logger = logging.getLogger(__name__)

CHECKPOINT_EVERY_SECONDS = 60.0
FORWARD_EVERY_SECONDS = 2.0


def keep_audit_up(stop: threading.Event) -> threading.Thread:
    """Begin to look after the audit log until `stop` is set, from a thread that ends with the process."""

    def keep() -> None:
        next_checkpoint = 0.0
        try:
            while not stop.is_set():
                close_old_connections()
                if time.monotonic() >= next_checkpoint:
                    next_checkpoint = time.monotonic() + CHECKPOINT_EVERY_SECONDS
                    _try(make_checkpoint)
                _try(forward_events)
                stop.wait(FORWARD_EVERY_SECONDS)
        finally:
            connection.close()

    thread = threading.Thread(target=keep, name="audit", daemon=True)
    thread.start()
    return thread


def _try(step: Callable[[], object]) -> None:
    """Whatever fails is tried again in its time."""
    try:
        step()
    except Exception as error:
        logger.error("the audit log was not kept up", exc_info=error)
