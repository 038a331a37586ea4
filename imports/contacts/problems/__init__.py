"""Everything the check can have to say about a value or a row: one table of codes and their words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from imports.contacts.problem_types import ProblemKind, ProblemType, Severity
from imports.contacts.problems import (
    address_problems,
    meaning_problems,
    phone_problems,
    row_problems,
    text_problems,
    typed_problems,
)
from imports.contacts.targets import CONSENT_PARTS
from imports.contacts.value_types.registry import VALUE_TYPES
from imports.contacts.values.mail_domains import slip_of
from imports.contacts.values.phones import JUDGED_BY_PLAN, plan_key, plan_words
from imports.locale_forms import listed
from imports.messages import column_label, filled, gettext, gettext_noop

__all__ = [
    "PROBLEM_TOPICS",
    "PROBLEM_TYPES",
    "RESULT_WORDS",
    "ProblemKind",
    "ProblemType",
    "Severity",
    "describe",
    "describe_all",
]


@dataclass(frozen=True)
class ProblemTopic:
    """The problems of one topic by their codes, and what the topic is called."""

    _title: str
    problems: Mapping[str, ProblemType]

    @property
    def title(self) -> str:
        return gettext(self._title)


PROBLEM_TOPICS: tuple[ProblemTopic, ...] = (
    ProblemTopic(gettext_noop("Whole rows"), row_problems.PROBLEMS),
    ProblemTopic(gettext_noop("E-mail, web and IP addresses"), address_problems.PROBLEMS),
    ProblemTopic(gettext_noop("Phone numbers"), phone_problems.PROBLEMS),
    ProblemTopic(gettext_noop("Numbers, dates, choices, lists and IDs"), typed_problems.PROBLEMS),
    ProblemTopic(gettext_noop("Text and placeholders"), text_problems.PROBLEMS),
    ProblemTopic(gettext_noop("Values in another form"), meaning_problems.PROBLEMS),
    ProblemTopic(
        gettext_noop("Cells that are too long"),
        {code: problem for one in VALUE_TYPES for code, problem in one.all_problems.items()},
    ),
)
"""All problems, what concerns whole rows first."""

PROBLEM_TYPES: dict[str, ProblemType] = {
    code: problem for topic in PROBLEM_TOPICS for code, problem in topic.problems.items()
}

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
    if not column:
        return sentence
    return gettext(_WITH_COLUMN).format(column=column_label(column), sentence=sentence)


def _part_names(result: str) -> str:
    """The names of parts of a consent record, of which the line has the keys."""
    parts = result.split(", ")
    return listed(gettext(CONSENT_PARTS[part].title) if part in CONSENT_PARTS else part for part in parts)


def _domain_meant(result: str) -> str:
    """The well-known domain that the domain of an address looks like."""
    return slip_of(result.rpartition("@")[2].lower()) or gettext(_KNOWN_DOMAIN)


RESULT_WORDS: dict[str, Callable[[str], str]] = {
    "consent_incomplete": _part_names,
    "email_domain_typo": _domain_meant,
    "phone_not_mobile": plan_words,
    **dict.fromkeys(JUDGED_BY_PLAN, plan_words),
}
"""Code -> what is said in the place of its {result}, where that is not what the line has."""

_RESULT_KEYS: dict[str, Callable[[pl.Expr], pl.Expr]] = {"phone_not_mobile": plan_key}
"""Code -> as much of its {result} as the words are made of, where most lines have another one."""


def describe_all(lines: pl.DataFrame) -> pl.Series:
    """The sentences of many problems, as `describe`; `lines` has the columns `code`, `column`, `original` and `result`,
    none of them null."""
    if lines.is_empty():
        return pl.Series("sentence", [], dtype=pl.String)
    # Each code's lines by themselves: an expression over all of them would make every code's sentence of every line.
    parts = lines.with_row_index("place").partition_by("code")
    worded = pl.concat(part.select("place", _sentences(part).alias("sentence")) for part in parts)
    return worded.sort("place")["sentence"]


def _sentences(lines: pl.DataFrame) -> pl.Expr:
    """The sentences of lines of one code."""
    code, column = lines["code"].item(0), pl.col("column")
    problem = PROBLEM_TYPES.get(code)
    sentence = pl.col("code")
    if problem is not None:
        result = _result_words(lines["result"], code) if code in RESULT_WORDS else pl.col("result")
        sentence = filled(
            problem.sentence, original=pl.col("original"), result=result, rows=_other_rows(pl.col("result"))
        )
    labels = {name: column_label(name) for name in lines["column"].unique()}
    label = column.replace_strict(labels, return_dtype=pl.String)
    with_column = filled(gettext(_WITH_COLUMN), column=label, sentence=sentence)
    return pl.when(column == "").then(sentence).otherwise(with_column)


def _other_rows(result: pl.Expr) -> pl.Expr:
    return (
        pl.when(result == "")
        .then(pl.lit(gettext(_OTHER_ROW)))
        .when(result.str.contains("^[0-9]+$"))
        .then(filled(gettext(_ONE_ROW), numbers=result))
        .otherwise(filled(gettext(_ROWS), numbers=result))
    )


def _result_words(results: pl.Series, code: str) -> pl.Expr:
    """The {result} of the lines of a code that has words of its own for it: each that differs is worded once."""
    key = _RESULT_KEYS.get(code, lambda result: result)(pl.col("result")).fill_null("")
    different = results.to_frame("result").select(key).to_series().unique()
    words = {result: RESULT_WORDS[code](result) for result in different}
    return key.replace_strict(words, default="", return_dtype=pl.String)
