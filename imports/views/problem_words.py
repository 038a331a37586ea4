"""What a problem did to a value, as a sentence."""

from imports.contacts.problems import PROBLEM_TYPES, Kind, Severity, describe
from imports.views.samples import shortened


def problem_sentence(code: str, column: str, original: str | None, result: str | None) -> str:
    """What is wrong, and what the value becomes if it was changed."""
    told = None if result is None else shortened(result)
    sentence = describe(code, column, shortened(original or ""), told)
    kind = PROBLEM_TYPES[code].kind if code in PROBLEM_TYPES else None
    if kind is Kind.CHANGED and told and result != original:
        return f"{sentence} It becomes “{told}”."
    return sentence


def consequence(code: str, severity: str) -> str:
    """What follows for a value that has a problem, where its sentence does not say it; "" for the others."""
    is_invalid = code in PROBLEM_TYPES and PROBLEM_TYPES[code].kind is Kind.INVALID
    if severity == Severity.WARNING and is_invalid:
        return "The value is left out."
    return "It is sent all the same." if severity == Severity.DOUBT else ""
