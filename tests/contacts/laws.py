"""What holds for every cleaner."""

from collections.abc import Callable, Sequence

import polars as pl
from hypothesis import strategies as st

from imports.contacts.problems import PROBLEM_TYPES, ProblemKind
from imports.contacts.value_types.registry import VALUE_TYPES

Answer = tuple[str | None, str | None, str | None]

CELLS = st.text(
    st.one_of(
        st.characters(codec="utf-8"), st.sampled_from(" .,;@<>'\"+-0123456789eE€%():/TZ\x00\u200b\u00a0")
    ),
    max_size=40,
)
"""Cells of every kind, with more than their share of what cleaners look at."""

TYPES = {one.name: one for one in VALUE_TYPES}
"""Every type of values by its name."""


def answers(cleaner: Callable[[pl.Expr], pl.Expr], *cells: str) -> list[Answer]:
    """(value, code, doubt) of each cell."""
    frame = pl.DataFrame({"cell": cells}, schema={"cell": pl.String})
    cleaned = frame.select(answer=cleaner(pl.col("cell")))["answer"]
    return [(answer["value"], answer["code"], answer["doubt"]) for answer in cleaned]


def assert_cleaning_twice_is_cleaning_once(
    cleaner: Callable[[pl.Expr], pl.Expr], cells: Sequence[str]
) -> None:
    """What cleaning gave is changed no more, and nothing is noted of it; what was doubted may stay so."""
    once = answers(cleaner, *cells)
    for answer in once:
        assert_answer_is_told(answer)
    values = [value for value, _, _ in once if value is not None]
    assert [(value, code) for value, code, _ in answers(cleaner, *values)] == [
        (value, None) for value in values
    ]


def assert_answer_is_told(answer: Answer) -> None:
    """The codes have their words, and are of the kind that their place says."""
    value, code, doubt = answer
    assert value != ""
    if code is not None:
        assert PROBLEM_TYPES[code].kind in (
            (ProblemKind.INVALID, ProblemKind.ABSENT) if value is None else (ProblemKind.CHANGED,)
        )
    if doubt is not None:
        assert value is not None
        assert PROBLEM_TYPES[doubt].kind is ProblemKind.DOUBTFUL
