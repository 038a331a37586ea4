from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.dotdigital.limits import (
    MAX_WAIT_SECONDS,
    MIN_WAIT_SECONDS,
    TIERED_WAIT_SECONDS,
    CallAllowance,
    read_allowance,
    retry_after_seconds,
    retry_at,
)

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
EPOCH_NOW = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("headers", "wait_seconds"),
    [
        ({"X-RateLimit-Reset": "30"}, 30),
        ({"x-ratelimit-reset": " 12.5 "}, 12.5),
        ({"X-RateLimit-Reset": str(EPOCH_NOW + 45)}, 45),
        ({"X-RateLimit-Reset": str(EPOCH_NOW - 45)}, MIN_WAIT_SECONDS),
        ({"X-RateLimit-Reset": "0"}, MIN_WAIT_SECONDS),
        ({"X-RateLimit-Reset": str(EPOCH_NOW + 86_400)}, MAX_WAIT_SECONDS),
        ({"X-RateLimit-Reset": "999999"}, MAX_WAIT_SECONDS),
        ({"Retry-After": "20"}, 20),
        ({"Retry-After": "20", "X-RateLimit-Reset": "10"}, 10),
        ({"Retry-After": "20", "X-RateLimit-Reset": "soon"}, 20),
        ({"Retry-After": "Wed, 04 Mar 2026 12:00:40 GMT"}, 40),
        ({"Retry-After": "Wednesday, 04-Mar-26 12:00:40 GMT"}, 40),
        ({"Retry-After": "Wed Mar  4 12:00:40 2026"}, 40),
        ({"retry-after": "Wed, 04 Mar 2026 13:00:40 +0100"}, 40),
        ({"Retry-After": "Wed, 04 Mar 2026 11:59:00 GMT"}, MIN_WAIT_SECONDS),
        ({"Retry-After": "Thu, 05 Mar 2026 12:00:00 GMT"}, MAX_WAIT_SECONDS),
        ({"Retry-After": "Wed, 04 Mar 2026 12:00:40 GMT", "X-RateLimit-Reset": "10"}, 10),
        ({"Retry-After": "Wed, 99 Mar 2026 12:00:40 GMT"}, TIERED_WAIT_SECONDS),
        ({"Retry-After": "later"}, TIERED_WAIT_SECONDS),
        ({"Retry-After": "Wed, 04 Mar 2026 12:00:40 GMT" + " " * 100}, TIERED_WAIT_SECONDS),
        ({"X-RateLimit-Reset": "-5"}, TIERED_WAIT_SECONDS),
        ({"X-RateLimit-Reset": "nan"}, TIERED_WAIT_SECONDS),
        ({"X-RateLimit-Reset": "٣"}, TIERED_WAIT_SECONDS),
        ({"X-RateLimit-Reset": ""}, TIERED_WAIT_SECONDS),
        ({}, TIERED_WAIT_SECONDS),
    ],
)
def test_reads_every_way_to_say_when(headers: dict[str, str], wait_seconds: float) -> None:
    assert retry_at(headers, NOW) == NOW + timedelta(seconds=wait_seconds)


def test_the_callers_fallback_counts_when_the_headers_are_silent() -> None:
    assert retry_at({}, NOW, fallback_seconds=7) == NOW + timedelta(seconds=7)


def test_the_answer_is_utc_whatever_the_clocks_zone() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=9)))
    until = retry_at({"X-RateLimit-Reset": "30"}, there)
    assert until == NOW + timedelta(seconds=30)
    assert until.tzinfo is UTC


class TestAllowance:
    def test_all_that_the_headers_say(self) -> None:
        headers = {
            "X-RateLimit-Scope": "lowCallRate",
            "X-RateLimit-Limit": "150",
            "X-RateLimit-Remaining": "149",
            "X-RateLimit-Reset": str(EPOCH_NOW + 45),
        }
        known = CallAllowance("lowCallRate", 150, 149, NOW + timedelta(seconds=45))
        assert read_allowance(headers, NOW) == known
        assert read_allowance({name.lower(): f" {value} " for name, value in headers.items()}, NOW) == known
        assert read_allowance({**headers, "x-ratelimit-reset": "45"}, NOW) == known

    @pytest.mark.parametrize("headers", [{}, {"Retry-After": "5"}, {"X-RateLimit-Policy": "150;w=60"}])
    def test_without_such_headers_nothing_is_known(self, headers: dict[str, str]) -> None:
        assert read_allowance(headers, NOW) is None

    @pytest.mark.parametrize(
        ("headers", "allowance"),
        [
            ({"X-RateLimit-Remaining": "0"}, CallAllowance("", None, 0, None)),
            ({"X-RateLimit-Scope": "high"}, CallAllowance("high", None, None, None)),
            ({"X-RateLimit-Reset": "0"}, CallAllowance("", None, None, NOW + timedelta(seconds=1))),
            ({"X-RateLimit-Reset": "99999"}, CallAllowance("", None, None, NOW + timedelta(hours=1))),
            ({"X-RateLimit-Limit": "150", "X-RateLimit-Remaining": "-1"}, CallAllowance("", 150, None, None)),
        ],
    )
    def test_what_is_not_said_is_left_open(self, headers: dict[str, str], allowance: CallAllowance) -> None:
        assert read_allowance(headers, NOW) == allowance

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("X-RateLimit-Scope", "ada@example.com"),
            ("X-RateLimit-Scope", "x" * 101),
            ("X-RateLimit-Scope", "447700900001"),
            ("X-RateLimit-Limit", "many"),
            ("X-RateLimit-Limit", "1e3"),
            ("X-RateLimit-Limit", "150, 150"),
            ("X-RateLimit-Remaining", "9" * 10),
            ("X-RateLimit-Remaining", "٣"),
            ("X-RateLimit-Remaining", ""),
            ("X-RateLimit-Reset", "soon"),
        ],
    )
    def test_what_cannot_be_is_as_if_it_were_not_there(self, name: str, value: str) -> None:
        assert read_allowance({name: value}, NOW) is None


def test_retry_after_alone() -> None:
    assert retry_after_seconds({"Retry-After": "20"}, NOW) == 20
    assert retry_after_seconds({"retry-after": "Wed, 04 Mar 2026 12:00:40 GMT"}, NOW) == 40
    assert retry_after_seconds({"Retry-After": "0"}, NOW) == MIN_WAIT_SECONDS
    assert retry_after_seconds({"Retry-After": "86400"}, NOW) == MAX_WAIT_SECONDS
    assert retry_after_seconds({"Retry-After": "soon", "X-RateLimit-Reset": "10"}, NOW) is None


NAMES = [f"X-RateLimit-{name}" for name in ("Scope", "Limit", "Remaining", "Reset")]


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(), st.text() | st.from_regex(r"\d+")))
def test_no_header_makes_an_allowance_that_could_not_be_kept(headers: dict[str, str]) -> None:
    allowance = read_allowance(headers, NOW)
    if allowance is not None:
        assert len(allowance.scope) <= 100
        assert all(count is None or 0 <= count < 2**31 for count in (allowance.limit, allowance.remaining))
        assert allowance.resets_at is None or NOW < allowance.resets_at <= NOW + timedelta(hours=1)


@given(
    st.dictionaries(st.sampled_from(["X-RateLimit-Reset", "Retry-After"]), st.text() | st.from_regex(r"\d+"))
)
def test_no_header_makes_the_wait_shorter_or_longer_than_the_bounds(headers: dict[str, str]) -> None:
    wait = retry_at(headers, NOW) - NOW
    assert timedelta(seconds=MIN_WAIT_SECONDS) <= wait <= timedelta(seconds=MAX_WAIT_SECONDS)
