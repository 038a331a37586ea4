"""Telling how far work has come: not for each of its steps, but now and then."""

import time
from collections.abc import Callable

TOLD_EVERY_SECONDS = 1.0


def now_and_then(tell: Callable[[int], object]) -> Callable[[int], None]:
    """`tell`, for whoever has news more often than anybody looks: of the first second's nothing is told, and then no
    more than every TOLD_EVERY_SECONDS."""
    told_at = time.monotonic()

    def told(done: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= TOLD_EVERY_SECONDS:
            told_at = time.monotonic()
            tell(done)

    return told
