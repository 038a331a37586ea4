"""What is suggested for a cell that has a problem: another text for the whole cell, where it is as good as certain."""

from collections.abc import Callable

import polars as pl

from imports.contacts.mapping import Mapping
from imports.contacts.problems import PROBLEM_TYPES, ProblemKind
from imports.contacts.values.damaged_texts import DOUBTS, repaired
from imports.contacts.values.mail_domains import slip_of
from imports.contacts.values.numbers import DECIMAL_MARKS, clean_number

Suggestion = Callable[[pl.Expr, pl.Expr], pl.Expr]
"""Of cells and of what the check made of them (the `result` of their lines); null where there is none."""

_OF_A_PART = frozenset({"name_split"})
"""Codes of values that are a part of their cell."""


def _each(texts: pl.Expr, suggest: Callable[[str], str | None]) -> pl.Expr:
    """`suggest` of every text, asked once of those that are the same."""

    def run(series: pl.Series) -> pl.Series:
        different = series.drop_nulls().unique()
        found = {text: suggest(text) for text in different}
        return series.replace_strict(found, default=None, return_dtype=pl.String)

    return texts.map_batches(run, return_dtype=pl.String)


def _with_known_domain(address: str) -> str | None:
    name, at, domain = address.rpartition("@")
    known = slip_of(domain.lower())
    return f"{name}{at}{known}" if at and known else None


def _without_damage(text: str) -> str | None:
    whole, kind = repaired(text)
    return whole if kind else None


_BEHIND_THE_LAST = r"([.,])([0-9]+)[^0-9.,]*$"
_GROUP_DIGITS = 3


def _with_other_mark(cell: pl.Expr) -> pl.Expr:
    """A number that the mark of its column does not read, written with that mark: 106.46 becomes 106,46.

    Null where three digits stand behind the last mark, which may part thousands then, and where both texts are not one
    and the same number.
    """
    last = cell.str.extract_groups(_BEHIND_THE_LAST).struct
    swapped = cell.str.replace_many([".", ","], [",", "."])
    is_sure = last.field("2").str.len_chars() != _GROUP_DIGITS
    found: pl.Expr = pl.lit(None, pl.String)
    for mark, other in zip(DECIMAL_MARKS, reversed(DECIMAL_MARKS), strict=True):
        means, would_mean = clean_number(cell, mark), clean_number(swapped, other)
        is_same = means.struct.field("value") == would_mean.struct.field("value")
        found = pl.when(is_sure & (last.field("1") == mark) & is_same).then(swapped).otherwise(found)
    return found


_SUGGESTIONS: dict[str, Suggestion] = {
    "email_domain_typo": lambda cell, result: _each(result, _with_known_domain),
    "number_invalid": lambda cell, result: _with_other_mark(cell),
    **dict.fromkeys(DOUBTS.values(), lambda cell, result: _each(cell, _without_damage)),
    **{
        code: lambda cell, result: result
        for code, problem in PROBLEM_TYPES.items()
        if problem.kind is ProblemKind.CHANGED and code not in _OF_A_PART
    },
}
"""Code -> what is suggested for its cells. What the check has repaired is suggested as it was repaired."""


def has_suggestion(code: str) -> bool:
    """Whether anything is ever suggested for cells with this problem."""
    return code in _SUGGESTIONS


def suggested(code: str, cell: pl.Expr, result: pl.Expr) -> pl.Expr:
    """What is suggested for cells with this problem, null for none."""
    suggestion = _SUGGESTIONS.get(code)
    return suggestion(cell, result) if suggestion else pl.lit(None, pl.String)


def is_read_whole(mapping: Mapping, column: str) -> bool:
    """Whether what is sent of a column is made of its cells alone and of all of them: it can take their place."""
    own = [one for one in mapping.columns if one.column == column]
    joined = (name for one in mapping.columns if one.join for name in one.join.columns)
    return column not in joined and not any(one.join or one.part or one.values for one in own)
