"""Everything the check can have to say about a value or a row: one table of codes and their words."""

from collections.abc import Callable

import polars as pl

from imports.column_sentences import filled
from imports.contacts.problem_types import ProblemKind, ProblemType, Severity
from imports.contacts.problems import (
    boolean_problems,
    choice_problems,
    consent_problems,
    contact_id_problems,
    date_problems,
    email_problems,
    formula_problems,
    list_problems,
    meaning_problems,
    number_problems,
    phone_problems,
    row_problems,
    text_problems,
)
from imports.contacts.targets import CONSENT_PARTS
from imports.contacts.value_types.registry import VALUE_TYPES
from imports.contacts.values.mail_domains import slip_of
from imports.messages import gettext, gettext_noop

__all__ = ["PROBLEM_TYPES", "ProblemKind", "ProblemType", "Severity", "describe", "describe_all"]

PROBLEM_TYPES: dict[str, ProblemType] = {
    code: problem
    for topic in (
        text_problems,
        email_problems,
        phone_problems,
        number_problems,
        date_problems,
        boolean_problems,
        choice_problems,
        list_problems,
        meaning_problems,
        formula_problems,
        consent_problems,
        contact_id_problems,
        row_problems,
    )
    for code, problem in topic.PROBLEMS.items()
} | {code: problem for one in VALUE_TYPES for code, problem in one.all_problems.items()}

_WITH_COLUMN = gettext_noop("{column}: {sentence}")
_KNOWN_DOMAIN = gettext_noop("a well-known domain")
_OTHER_ROW, _ONE_ROW, _ROWS = (
    gettext_noop("another row"),
    gettext_noop("row {numbers}"),
    gettext_noop("rows {numbers}"),
)


def describe(code: str, column: str = "", original: str = "", result: str | None = None) -> str:
    """The sentence about one problem, beginning with its column; an unknown code is shown as it is.

    `result` is that of the issues table: for problems with other rows, their numbers.
    """
    problem = PROBLEM_TYPES.get(code)
    sentence = code
    if problem is not None:
        result = result or ""
        rows = _OTHER_ROW if not result else _ONE_ROW if result.isdecimal() else _ROWS
        named = RESULT_WORDS[code](result) if code in RESULT_WORDS else result
        others = gettext(rows).format(numbers=result)
        sentence = problem.sentence.format(original=original, result=named, rows=others)
    return gettext(_WITH_COLUMN).format(column=column, sentence=sentence) if column else sentence


def _part_names(result: str) -> str:
    """The names of parts of a consent record, of which the line has the keys."""
    parts = result.split(", ")
    return ", ".join(gettext(CONSENT_PARTS[part].title) if part in CONSENT_PARTS else part for part in parts)


def _domain_meant(result: str) -> str:
    """The well-known domain that the domain of an address looks like."""
    return slip_of(result.rpartition("@")[2].lower()) or gettext(_KNOWN_DOMAIN)


RESULT_WORDS: dict[str, Callable[[str], str]] = {
    "consent_incomplete": _part_names,
    "email_domain_typo": _domain_meant,
}
"""Code -> what is said in the place of its {result}, where that is not what the line has."""


def describe_all(lines: pl.DataFrame) -> pl.Series:
    """The sentences of many problems, as `describe`; `lines` has the columns `code`, `column`, `original` and `result`,
    none of them null."""
    result = pl.col("result")
    others = (
        pl.when(result == "")
        .then(pl.lit(gettext(_OTHER_ROW)))
        .when(result.str.contains("^[0-9]+$"))
        .then(filled(gettext(_ONE_ROW), numbers=result))
        .otherwise(filled(gettext(_ROWS), numbers=result))
    )
    sentence = pl.col("code")
    for code in lines["code"].unique():
        if code in PROBLEM_TYPES:
            named = _result_words(lines, code) if code in RESULT_WORDS else result
            words = filled(
                PROBLEM_TYPES[code].sentence, original=pl.col("original"), result=named, rows=others
            )
            sentence = pl.when(pl.col("code") == code).then(words).otherwise(sentence)
    with_column = filled(gettext(_WITH_COLUMN), column=pl.col("column"), sentence=sentence)
    told = pl.when(pl.col("column") == "").then(sentence).otherwise(with_column)
    return lines.select(told.alias("sentence")).to_series()


def _result_words(lines: pl.DataFrame, code: str) -> pl.Expr:
    """The {result} of the lines of a code that has words of its own for it: each that differs is worded once."""
    results = lines.filter(pl.col("code") == code)["result"].unique()
    words = {result: RESULT_WORDS[code](result) for result in results}
    return pl.col("result").replace_strict(words, default="", return_dtype=pl.String)
