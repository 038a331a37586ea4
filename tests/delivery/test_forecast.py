"""What is said of the end of an import, held against an account whose batches are played through to their end."""

import heapq
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from imports.delivery.forecast import MIN_ALIKE, Span, Work, _gap, played_through, usual_seconds

WITHIN = 1.5
START = datetime(2026, 11, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Played:
    """A batch of an import that was played through: when it was sent, and when it was found to have ended."""

    contacts: int
    sent: float
    ended: float


def import_of(
    contacts: list[int], slots: int, seconds: float, gap: float, spread: float = 0.15
) -> list[Played]:
    """An import whose batches take about so many seconds each, sent one after the other as slots get free."""
    random, free, begun, played = Random(7), [0.0] * slots, 0.0, []
    for count in contacts:
        begun = max(heapq.heappop(free), begun)
        end = begun + seconds * random.uniform(1 - spread, 1 + spread)
        heapq.heappush(free, end)
        played.append(Played(count, begun, end))
        begun += gap
    return played


def work_at(played: list[Played], now: float) -> Work:
    """What the portal knows of it at `now`."""
    sent = [one for one in played if one.sent <= now]
    ended = sorted((one for one in sent if one.ended <= now), key=lambda one: -one.ended)
    return Work(
        waiting=[one.contacts for one in played if one.sent > now],
        out=[Span(one.contacts, now - one.sent) for one in sent if one.ended > now],
        ended=[Span(one.contacts, one.ended - one.sent) for one in ended][:40],
        gap=_gap([START + timedelta(seconds=one.sent) for one in sent]),
    )


@pytest.mark.parametrize("slots", [1, 4, 25])
@pytest.mark.parametrize("gap", [0.05, 1.0, 4.0])
@pytest.mark.parametrize("batches", [6, 30, 101])
def test_it_holds_within_half_as_much_again_and_does_not_grow(slots, gap, batches):
    played = import_of([10_000] * (batches - 1) + [700], slots, seconds=30.0, gap=gap)
    end = max(one.ended for one in played)
    told = []

    now = 0.0
    while now < end - 1.0:
        left = played_through(work_at(played, now), slots)
        if left is not None:
            told.append(now + left)
            assert left <= (end - now) * WITHIN + 3.0
            assert (end - now) <= left * WITHIN + 3.0
        now += 5.0

    assert told or batches == 6
    # From the first to the last it moves by less than a tenth of the whole.
    assert not told or max(told) - min(told) <= 0.1 * end + 5.0


def test_nothing_is_said_before_comparable_batches_have_ended():
    played = import_of([10_000] * 30, 4, seconds=30.0, gap=0.1)
    third = sorted(one.ended for one in played)[MIN_ALIKE - 1]

    assert played_through(work_at(played, third - 0.1), 4) is None
    assert played_through(work_at(played, third + 0.1), 4) is not None


def test_small_imports_say_nothing_of_large_ones():
    small = [Span(100, 2.0)] * 10

    assert usual_seconds(small, 10_000) is None
    assert usual_seconds([*small, *[Span(9_000, 60.0)] * 3], 10_000) == 60.0


def test_a_small_last_batch_takes_no_longer_than_the_large_ones_before_it():
    assert usual_seconds([Span(10_000, 60.0)] * 5, 300) == 60.0


def test_what_takes_longer_than_usual_is_still_waited_for():
    late = Work(waiting=[], out=[Span(100, 500.0)], ended=[Span(100, 10.0)] * 3, gap=0.0)

    assert played_through(late, 4) == pytest.approx(1.0)


def test_nothing_left_takes_no_time():
    assert played_through(Work([], [], [Span(100, 10.0)] * 3, 0.0), 4) == 0.0
