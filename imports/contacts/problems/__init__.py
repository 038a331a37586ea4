"""Everything the check can have to say about a value or a row: one table of codes and their words."""

import re

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
from imports.contacts.value_types.registry import VALUE_TYPES

__all__ = ["PROBLEM_TYPES", "ProblemKind", "ProblemType", "Severity", "describe"]

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

_PLACES = re.compile(r"\{(?:rows|original|result)\}")


def describe(code: str, column: str = "", original: str = "", result: str | None = None) -> str:
    """The sentence about one problem, beginning with its column; an unknown code is shown as it is.

    `result` is that of the issues table: for problems with other rows, their numbers.
    """
    problem = PROBLEM_TYPES.get(code)
    others = "another row" if not result else f"row {result}" if result.isdigit() else f"rows {result}"
    words = {"{rows}": others, "{original}": original, "{result}": result or ""}
    # Not by str.format: an original may hold braces of its own.
    sentence = _PLACES.sub(lambda place: words[place[0]], problem.sentence) if problem else code
    return f"{column}: {sentence}" if column else sentence
