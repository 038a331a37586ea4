"""Work in a process of its own: what it says arrives, and nothing it does reaches who asked."""

import errno

import pytest

from imports.children import asking, starting
from imports.children.asking import (
    ChildDefeatedError,
    ChildFaultError,
    ChildLimits,
    ChildOutOfMemoryError,
    ChildOutOfTimeError,
    ChildRefusedError,
    ask_child,
)

MODULE = "tests.children.tasks"
LIMITS = ChildLimits()


@pytest.fixture(params=[True, False], ids=["forked", "spawned"], autouse=True)
def _either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks need not know where the process comes from."""
    monkeypatch.setattr(starting, "HAS_TEMPLATES", request.param)


def test_an_answer_of_any_size_arrives_as_it_was_said():
    said = {"text": "\ud800\n" + "ü" * 500_000, "none": None}
    assert ask_child(MODULE, {"task": "repeat", "said": said}, LIMITS) == said


def test_a_process_that_dies_is_told_with_how_far_it_came():
    with pytest.raises(ChildDefeatedError) as defeated:
        ask_child(MODULE, {"task": "die"}, LIMITS)
    assert type(defeated.value) is ChildDefeatedError
    assert defeated.value.rows == 7


def test_a_process_that_never_gives_its_lock_away_is_ended():
    with pytest.raises(ChildOutOfTimeError):
        ask_child(MODULE, {"task": "spin"}, ChildLimits(max_seconds=2.0))


def test_a_process_that_wants_too_much_memory_is_told():
    with pytest.raises(ChildOutOfMemoryError):
        ask_child(MODULE, {"task": "fill_memory"}, LIMITS)


def test_a_fault_names_its_places_and_quotes_nothing():
    with pytest.raises(ChildFaultError, match=r"^ValueError at tasks\.py:\d+") as fault:
        ask_child(MODULE, {"task": "fail", "secret": "ana@example.com"}, LIMITS)
    assert "ana@example.com" not in str(fault.value)


def test_a_full_disk_and_a_refusal_arrive_as_what_they_are():
    with pytest.raises(OSError, match="ENOSPC") as full:
        ask_child(MODULE, {"task": "fill_disk", "secret": "ana@example.com"}, LIMITS)
    assert full.value.errno == errno.ENOSPC
    assert "ana@example.com" not in str(full.value)
    with pytest.raises(ChildRefusedError) as refused:
        ask_child(MODULE, {"task": "refuse"}, LIMITS)
    assert refused.value.values == {"code": "no"}


def test_who_asked_may_end_a_process_that_says_nothing_more(monkeypatch):
    monkeypatch.setattr(asking, "LOOK_EVERY_SECONDS", 0.05)
    told: list[int] = []

    def end(rows: int) -> None:
        told.append(rows)
        if told.count(7) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask_child(MODULE, {"task": "spin"}, LIMITS, end)
    assert told == sorted(told)


def test_a_module_that_is_not_there_is_a_fault_of_ours():
    with pytest.raises(ChildFaultError, match=r"^ModuleNotFoundError at "):
        ask_child("tests.children.nothing", {"task": "repeat"}, LIMITS)
