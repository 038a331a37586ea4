"""In which order a run takes the test files: those that take long first, so that none is left for the end.

pytest-xdist hands files out as they come (`--no-loadscope-reorder`), to whoever is free. What a test takes is told by
what it starts.
"""

from collections import defaultdict

import pytest

# Seconds, roughly, by the fixture that a test asks for; the dearest counts.
SECONDS = {
    "page": 12.0,  # a browser, and workers for it
    "workers": 8.0,  # processes of the portal
    "web": 3.0,
    "machine": 60.0,  # the delivery's model
    "make_job": 1.0,  # files are read and checked, by processes of their own
    "job": 1.0,
    "ready_jobs": 1.0,
    "sandbox": 1.0,
    "transactional_db": 0.3,
    "db": 0.1,
}
# The same of tests that start things themselves, by the beginning of their ids.
SECONDS_IN = {
    "tests/work/test_workers": 17.0,
    "tests/launch/": 4.0,
    "tests/children/": 2.0,
    "tests/files/test_encodings": 4.0,
}
MIN_SECONDS = 0.02


def longest_file_first(items: list[pytest.Item]) -> None:
    """Sort `items` by what their files take; within a file they stay as they are."""
    seconds: dict[str, float] = defaultdict(float)
    for item in items:
        seconds[file_of(item)] += seconds_of(item)
    items.sort(key=lambda item: (-seconds[file_of(item)], file_of(item)))


def seconds_of(item: pytest.Item) -> float:
    by_fixture = [SECONDS.get(name, 0.0) for name in getattr(item, "fixturenames", ())]
    by_place = [seconds for place, seconds in SECONDS_IN.items() if item.nodeid.startswith(place)]
    return max([MIN_SECONDS, *by_fixture, *by_place])


def file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
