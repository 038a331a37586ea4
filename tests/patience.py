"""Waiting for what other threads, processes and browsers do."""

import threading
import time
from collections.abc import Callable

PATIENCE_SECONDS = 180.0
"""After which something is never going to happen, however busy the machine is. Only a test that fails waits so long."""
LOOK_AGAIN_SECONDS = 0.02


def wait_until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Return once `condition` holds. Fails with `what` after `seconds`."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        pause.wait(LOOK_AGAIN_SECONDS)
