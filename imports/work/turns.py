"""Whose turn it is in a queue: people take turns, so that nobody waits behind all that somebody else has asked for.

A wake-up names whom it is for at the end of its id. A queue is read as rounds, in each of which everybody has one turn
at most; another wake-up comes at the end of the round after the last that has one of the same person.
"""

from collections.abc import Iterable


def name_in_queue(what: str, whose: object, unique: str) -> str:
    """The id of a wake-up: `what` it is for, for whom, and what makes it differ from all others."""
    return f"{what}{whose}-{unique}"


def passed_by(waiting: Iterable[str], whose: object) -> str | None:
    """The first of the `waiting` wake-ups before which another one comes that is for `whose`; None at the end."""
    rounds: list[tuple[str, int]] = []
    number, had_turn = 0, set[str]()
    own_last = -1
    for name in waiting:
        person = _person_of(name)
        if person in had_turn:
            number, had_turn = number + 1, set()
        had_turn.add(person)
        rounds.append((name, number))
        if person == str(whose):
            own_last = number
    return next((name for name, of_round in rounds if of_round > own_last + 1), None)


def _person_of(name: str) -> str:
    return name.rsplit("-", 2)[-2] if name.count("-") > 1 else name
