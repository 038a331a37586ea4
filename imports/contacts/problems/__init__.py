"""Everything the check can have to say about a value or a row: one table of codes and their words."""

import re

from imports.contacts.problems import (
    booleans,
    choices,
    consent,
    contact_ids,
    dates,
    emails,
    forms,
    formulas,
    lengths,
    lists,
    numbers,
    phones,
    rows,
    texts,
)
from imports.contacts.problems.kinds import Kind, ProblemType, Severity

__all__ = ["PROBLEM_TYPES", "Kind", "ProblemType", "Severity", "describe"]

PROBLEM_TYPES: dict[str, ProblemType] = {
    code: problem
    for topic in (
        texts,
        lengths,
        emails,
        phones,
        numbers,
        dates,
        booleans,
        choices,
        lists,
        forms,
        formulas,
        consent,
        contact_ids,
        rows,
    )
    for code, problem in topic.PROBLEMS.items()
}

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
