"""Turns in a queue, whatever is asked for and taken in between."""

from hypothesis import given
from hypothesis import strategies as st

from imports.work.turns import name_in_queue, passed_by

PEOPLE = st.sampled_from([3, 7, 37, "account3"])
STEPS = st.lists(st.one_of(PEOPLE, st.none()), max_size=60)
"""Who asks for something, or None where a worker takes what is first."""


def person_of(name: str) -> str:
    return name.split("-")[-2]


def add(queue: list[str], whose: object, number: int) -> None:
    name = name_in_queue("advance_job-0b5c-", whose, f"{number:04}")
    passed = passed_by(queue, whose)
    queue.insert(len(queue) if passed is None else queue.index(passed), name)


@given(STEPS)
def test_what_somebody_asks_for_is_done_in_the_order_in_which_they_asked(steps):
    queue: list[str] = []
    for number, whose in enumerate(steps):
        if whose is not None:
            add(queue, whose, number)
        elif queue:
            queue.pop(0)
        for person in {person_of(name) for name in queue}:
            own = [name for name in queue if person_of(name) == person]
            assert own == sorted(own)


@given(STEPS)
def test_nobody_waits_for_more_than_one_of_each_other(steps):
    queue: list[str] = []
    for number, whose in enumerate(steps):
        if whose is not None:
            add(queue, whose, number)
        elif queue:
            queue.pop(0)
    add(queue, "new", 9999)

    before = [person_of(one) for one in queue[: queue.index("advance_job-0b5c-new-9999")]]
    assert len(before) == len(set(before))


@given(STEPS, st.integers(1, 5))
def test_people_who_ask_alike_take_turns(steps, times):
    """Whatever was asked for before: from then on the two are served one after the other."""
    queue: list[str] = []
    for number, whose in enumerate(one for one in steps if one is not None):
        add(queue, whose, number)
    for number in range(times):
        add(queue, "one", 9000 + number)
        add(queue, "two", 9500 + number)

    both = [person_of(name) for name in queue if person_of(name) in {"one", "two"}]
    assert both == ["one", "two"] * times


def test_what_an_earlier_version_queued_is_waited_for():
    assert passed_by(["sweep", "advance_job-0b5c-a1b2c3"], 3) is None
