"""What was decided about how a file is read: how sure, and why, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

REASONS: dict[str, str] = {
    # Anything
    "stated": "Chosen by a person.",
    "remembered": "As it was chosen for a file like this one before.",
    "only": "There is no other.",
    # Encoding
    "mark": "The file begins with this encoding's byte order mark.",
    "ascii": "Plain letters only, which are the same in nearly every encoding.",
    "valid": "Every byte of the file fits, which does not happen by chance.",
    "mostly_valid": "Nearly every byte fits; the rest are damage.",
    "wide": "Every other byte is empty, as in this encoding alone.",
    "letters": "The letters that come of it make likely names and words.",
    "fallback": "Nothing fits well; this is the most common encoding of older programs.",
    # Delimiter, quote
    "declared": "The file says so in its first line.",
    "shape": "It cuts the lines into the most regular table.",
    "contacts": "It sets apart what looks like e-mail addresses, telephone numbers and dates.",
    "single_column": "Nothing cuts the lines into a table, so there is one column.",
    "pairs": "It comes in pairs around cells.",
    "unused": "No cell is quoted, so nothing depends on it.",
    # Sheet
    "likeliest_sheet": "It holds what looks most like a table of contacts.",
    # Header
    "first_row": "It is the first row that holds something.",
    "below_title": "The rows above it are narrower than the table, as titles and notes are.",
    "names_over_values": "Its cells are words, and the cells below them are values.",
    "known_names": "Its cells are what columns are usually called.",
    "values_at_the_top": "The first row already holds values like those below it.",
    "several_rows": "Several rows of words stand above the values, and name them together.",
    "below_header": "It is the first row below the names of the columns.",
    "below_notes": "The rows between it and the names of the columns hold no contact.",
    "contacts_above": "It looks like the contacts below, although the names of the columns come after it.",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """How sure a decision is, from 0 to 1, and why: `reason` is a key of `REASONS`."""

    confidence: float
    reason: str

    @property
    def words(self) -> str:
        """The reason as a sentence."""
        return REASONS[self.reason]


STATED = Decision(1.0, "stated")

SURE, LIKELY = 0.9, 0.7
"""From which confidence on a decision is called that; below, a person is asked to look."""


OPTION_WORDS = {
    "sheet": "the sheet",
    "encoding": "the encoding",
    "delimiter": "what parts the columns",
    "quote": "what quotes cells",
    "header_row": "where the names of the columns are",
    "header_rows": "how many rows name the columns",
    "first_data_row": "where the contacts begin",
}


def doubtful(decisions: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What a person should look at of a reading's `decisions`, which are as in its JSON, in words."""
    return [OPTION_WORDS[name] for name, decision in decisions.items() if decision["confidence"] < LIKELY]
