"""What a problem did to a value, as a sentence."""

from imports.contacts.problems import PROBLEM_TYPES, Kind, describe
from imports.views.samples import shortened


def problem_sentence(code: str, column: str, original: str | None, result: str | None) -> str:
    """What is wrong, and what the value becomes if it was changed."""
    sentence = describe(code, column, shortened(original or ""), result)
    kind = PROBLEM_TYPES[code].kind if code in PROBLEM_TYPES else None
    if kind is Kind.CHANGED and result and result != original:
        return f"{sentence} It becomes “{shortened(result)}”."
    return sentence
