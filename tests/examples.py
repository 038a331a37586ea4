"""How many examples the property tests try, and how many cases a grid has, told in one place.

`make test` tries a few, the same in every run: what holds a release up must be the change, not the dice. `make
test-deep` draws many, other ones every time, and prints with a failure what makes it come again.
"""

from collections.abc import Sequence
from typing import TypeVar

import hypothesis

QUICK, DEEP = "portal", "deep"
# Of the properties that do not say their own numbers.
QUICK_EXAMPLES, DEEP_EXAMPLES = 25, 1_000

Case = TypeVar("Case")
Amount = TypeVar("Amount")


def register_profiles() -> None:
    """Make both profiles known, and put the quick one to use unless pytest's `--hypothesis-profile` names the other.

    How long an example takes says something about the machine, not about the law it tests.
    """
    patient = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
    hypothesis.settings.register_profile(QUICK, max_examples=QUICK_EXAMPLES, derandomize=True, **patient)
    hypothesis.settings.register_profile(DEEP, max_examples=DEEP_EXAMPLES, print_blob=True, **patient)
    hypothesis.settings.load_profile(QUICK)


def examples(*, quick: Amount, deep: Amount) -> Amount:
    """What is told by the profile in use: a number of examples, mostly. Read when a test's module is imported."""
    return deep if hypothesis.settings.get_current_profile_name() == DEEP else quick


def some_of(cases: Sequence[Case], *, every: int) -> list[Case]:
    """Cases for `parametrize`: in the deep profile all, in the quick one each `every`th of them, the first included. A
    test that takes them is marked `deep`."""
    return list(cases[:: examples(quick=every, deep=1)])
