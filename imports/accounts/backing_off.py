"""How long to wait after failures in a row."""

import random
from datetime import timedelta

MAX_BACKOFF_SECONDS = 60.0

# What concerns one batch alone is tried again sooner: most of what fails once does not fail twice.
MIN_RETRY_SECONDS, RETRY_GROWTH = 1.0, 1.5


def backoff(tries: int) -> timedelta:
    """How long to wait after `tries` failures in a row: doubling, bounded, spread so that nothing marches in step."""
    seconds = min(MAX_BACKOFF_SECONDS, 2.0 ** min(tries, 10))
    return timedelta(seconds=seconds * random.uniform(0.5, 1.0))  # noqa: S311


def retry_after(tries: int) -> timedelta:
    """How long one batch waits after `tries` failures of its own in a row: growing by half, bounded and spread as
    `backoff`, and never less than MIN_RETRY_SECONDS."""
    grown = MIN_RETRY_SECONDS * RETRY_GROWTH ** min(tries - 1, 30)
    seconds = min(MAX_BACKOFF_SECONDS, grown * random.uniform(1.0, 1.5))  # noqa: S311
    return timedelta(seconds=seconds)
