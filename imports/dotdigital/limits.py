"""What the account may still ask, and how long to wait when its calls are used up. Pure functions: the time of day is
an argument.

Sources: the vendor's page on call rate limits; the comments of its PHP SDK. They disagree on the unit of
`X-RateLimit-Reset` (a moment as epoch seconds, or seconds to wait), so both are read: no wait is 1e9 seconds
long. `Retry-After` is not documented but is what a proxy in between would send, as seconds or as an HTTP date.

Header names are compared without letter case. A value that cannot be what its name says counts as not there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

SCOPE_HEADER = "x-ratelimit-scope"
LIMIT_HEADER = "x-ratelimit-limit"
REMAINING_HEADER = "x-ratelimit-remaining"
RESET_HEADER = "x-ratelimit-reset"
RETRY_AFTER_HEADER = "retry-after"

EPOCH_SECONDS_FROM = 1_000_000_000
MIN_WAIT_SECONDS = 1
# The longest window that exists is the deprecated scheme's hour; a longer wait is a misread or a wrong clock.
MAX_WAIT_SECONDS = 3_600
# Where the answer does not say: the tiered scheme counts by the minute; the deprecated one by the hour, and
# frees calls all the while.
TIERED_WAIT_SECONDS = 60
FLAT_WAIT_SECONDS = 300

_SECONDS = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
# Kept in the database and in logs, so a tier's name must look like one, and a count must be a likely one.
_SCOPE = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,99}")
_COUNT = re.compile(r"[0-9]{1,9}")
MAX_DATE_CHARS = 64


@dataclass(frozen=True)
class CallAllowance:
    """What an answer said of the calls that are left: `remaining` of `limit` until `resets_at` (aware, UTC), for all
    calls of the tier `scope`. None, or "" for the scope, is what it did not say."""

    scope: str
    limit: int | None
    remaining: int | None
    resets_at: datetime | None


NOTHING_SAID = CallAllowance("", None, None, None)


def read_allowance(headers: Mapping[str, str], now: datetime) -> CallAllowance | None:
    """The calls that are left; None when the headers say nothing about them. `now` is aware.

    The reset lies `MIN_WAIT_SECONDS` to `MAX_WAIT_SECONDS` after `now`.
    """
    by_name = _by_lower_name(headers)
    wait_seconds = _reset_wait_seconds(by_name.get(RESET_HEADER, ""), now)
    allowance = CallAllowance(
        scope=_matching(_SCOPE, by_name.get(SCOPE_HEADER, "")),
        limit=_count(by_name.get(LIMIT_HEADER, "")),
        remaining=_count(by_name.get(REMAINING_HEADER, "")),
        resets_at=None if wait_seconds is None else _after(now, wait_seconds),
    )
    return None if allowance == NOTHING_SAID else allowance


def retry_at(
    headers: Mapping[str, str], now: datetime, fallback_seconds: float = TIERED_WAIT_SECONDS
) -> datetime:
    """When the next call is allowed, in UTC: `MIN_WAIT_SECONDS` to `MAX_WAIT_SECONDS` after `now` (aware).

    `fallback_seconds` counts when the headers do not say.
    """
    by_name = _by_lower_name(headers)
    wait_seconds = _reset_wait_seconds(by_name.get(RESET_HEADER, ""), now)
    if wait_seconds is None:
        wait_seconds = _retry_after_wait_seconds(by_name.get(RETRY_AFTER_HEADER, ""), now)
    return _after(now, fallback_seconds if wait_seconds is None else wait_seconds)


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """How many seconds `Retry-After` asks to wait, within the bounds of `retry_at`; None when it does not say."""
    wait_seconds = _retry_after_wait_seconds(_by_lower_name(headers).get(RETRY_AFTER_HEADER, ""), now)
    return None if wait_seconds is None else _bounded(wait_seconds)


def _by_lower_name(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _after(now: datetime, wait_seconds: float) -> datetime:
    return now.astimezone(UTC) + timedelta(seconds=_bounded(wait_seconds))


def _bounded(wait_seconds: float) -> float:
    return min(max(wait_seconds, MIN_WAIT_SECONDS), MAX_WAIT_SECONDS)


def _reset_wait_seconds(value: str, now: datetime) -> float | None:
    seconds = _seconds(value)
    if seconds is not None and seconds > EPOCH_SECONDS_FROM:
        return seconds - now.timestamp()
    return seconds


def _retry_after_wait_seconds(value: str, now: datetime) -> float | None:
    seconds = _seconds(value)
    return _date_wait_seconds(value, now) if seconds is None else seconds


def _date_wait_seconds(value: str, now: datetime) -> float | None:
    """The seconds until an HTTP date (RFC 9110, 5.6.7, in all three forms)."""
    if len(value) > MAX_DATE_CHARS:
        return None
    try:
        moment = parsedate_to_datetime(value)
        # Two of the forms name no zone; all of them mean UTC.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now.timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _seconds(value: str) -> float | None:
    text = _matching(_SECONDS, value)
    return float(text) if text else None


def _count(value: str) -> int | None:
    text = _matching(_COUNT, value)
    return int(text) if text else None


def _matching(pattern: re.Pattern[str], value: str) -> str:
    """The value without blanks around it, if all of it is what `pattern` says, else ""."""
    text = value.strip()
    return text if pattern.fullmatch(text) else ""
