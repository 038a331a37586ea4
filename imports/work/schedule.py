"""Keeps the timetable: a sweep every two seconds.

The sweep runs here, in a process of its own, and not through a queue. It finds what is due and wakes workers, so it
must come round just when all of them are busy, with calls that take minutes or with large files; in a queue it would
wait behind them, or, where the queue is shared, behind whatever else that queue is for. It needs Redis only to wake
others, so it goes on through the loss of Redis and finds what was to be done when Redis is back.

Two machines may both keep the timetable, so that one may fail: a sweep only asks for what is not asked for yet.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from django.db import close_old_connections

from imports.work.queue import note_sweep

logger = logging.getLogger(__name__)

SWEEP_EVERY_SECONDS = 2.0


def keep_schedule(stop: threading.Event, sweep: Callable[[], None]) -> None:
    """Sweep until `stop` is set; a sweep that takes long puts the next one off."""
    while not stop.is_set():
        began = time.monotonic()
        # A connection that the database has closed is replaced before it is used.
        close_old_connections()
        sweep()
        note_sweep()
        stop.wait(max(0.0, SWEEP_EVERY_SECONDS - (time.monotonic() - began)))


def keep_schedule_until_asked_to_end(sweep: Callable[[], None]) -> None:
    """Sweep until SIGINT or SIGTERM."""
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    keep_schedule(stop, sweep)
