"""How long to wait when the account's calls are used up. Pure functions: the time of day is an argument.

Sources: the vendor's page on call rate limits; the comments of its PHP SDK. They disagree on the unit of
`X-RateLimit-Reset` (a moment as epoch seconds, or seconds to wait), so both are read: no wait is 1e9 seconds
long. `Retry-After` is not documented but is what a proxy in between would send.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

RESET_HEADER = "x-ratelimit-reset"
RETRY_AFTER_HEADER = "retry-after"

EPOCH_SECONDS_FROM = 1_000_000_000
SHORTEST_WAIT_S = 1
# The longest window that exists is the deprecated scheme's hour; a longer wait is a misread or a wrong clock.
LONGEST_WAIT_S = 3_600
# Where the answer does not say: the tiered scheme counts by the minute; the deprecated one by the hour, and
# frees calls all the while.
TIERED_WAIT_S = 60
FLAT_WAIT_S = 300

_SECONDS = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")


def retry_at(headers: Mapping[str, str], now: datetime, fallback_s: float = TIERED_WAIT_S) -> datetime:
    """When the next call is allowed, in UTC: `SHORTEST_WAIT_S` to `LONGEST_WAIT_S` after `now` (aware).

    `fallback_s` counts when the headers do not say. Header names are compared without letter case.
    """
    by_name = {name.lower(): value for name, value in headers.items()}
    wait_s = _reset_wait_s(by_name.get(RESET_HEADER, ""), now)
    if wait_s is None:
        wait_s = _seconds(by_name.get(RETRY_AFTER_HEADER, ""))
    if wait_s is None:
        wait_s = fallback_s
    return now.astimezone(UTC) + timedelta(seconds=min(max(wait_s, SHORTEST_WAIT_S), LONGEST_WAIT_S))


def _reset_wait_s(value: str, now: datetime) -> float | None:
    seconds = _seconds(value)
    if seconds is not None and seconds > EPOCH_SECONDS_FROM:
        return seconds - now.timestamp()
    return seconds


def _seconds(value: str) -> float | None:
    text = value.strip()
    return float(text) if _SECONDS.fullmatch(text) else None
