from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.dotdigital.limits import LONGEST_WAIT_S, SHORTEST_WAIT_S, TIERED_WAIT_S, retry_at

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
EPOCH_NOW = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"X-RateLimit-Reset": "30"}, 30),
        ({"x-ratelimit-reset": " 12.5 "}, 12.5),
        ({"X-RateLimit-Reset": str(EPOCH_NOW + 45)}, 45),
        ({"X-RateLimit-Reset": str(EPOCH_NOW - 45)}, SHORTEST_WAIT_S),
        ({"X-RateLimit-Reset": "0"}, SHORTEST_WAIT_S),
        ({"X-RateLimit-Reset": str(EPOCH_NOW + 86_400)}, LONGEST_WAIT_S),
        ({"X-RateLimit-Reset": "999999"}, LONGEST_WAIT_S),
        ({"Retry-After": "20"}, 20),
        ({"Retry-After": "20", "X-RateLimit-Reset": "10"}, 10),
        ({"Retry-After": "20", "X-RateLimit-Reset": "soon"}, 20),
        ({"X-RateLimit-Reset": "-5"}, TIERED_WAIT_S),
        ({"X-RateLimit-Reset": "nan"}, TIERED_WAIT_S),
        ({"X-RateLimit-Reset": "٣"}, TIERED_WAIT_S),
        ({"X-RateLimit-Reset": ""}, TIERED_WAIT_S),
        ({}, TIERED_WAIT_S),
    ],
)
def test_reads_both_units_of_the_reset_header(headers: dict[str, str], wait_s: float) -> None:
    assert retry_at(headers, NOW) == NOW + timedelta(seconds=wait_s)


def test_the_callers_fallback_counts_when_the_headers_are_silent() -> None:
    assert retry_at({}, NOW, fallback_s=7) == NOW + timedelta(seconds=7)


def test_the_answer_is_utc_whatever_the_clocks_zone() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=9)))
    until = retry_at({"X-RateLimit-Reset": "30"}, there)
    assert until == NOW + timedelta(seconds=30)
    assert until.tzinfo is UTC


@given(
    st.dictionaries(st.sampled_from(["X-RateLimit-Reset", "Retry-After"]), st.text() | st.from_regex(r"\d+"))
)
def test_no_header_makes_the_wait_shorter_or_longer_than_the_bounds(headers: dict[str, str]) -> None:
    wait = retry_at(headers, NOW) - NOW
    assert timedelta(seconds=SHORTEST_WAIT_S) <= wait <= timedelta(seconds=LONGEST_WAIT_S)
