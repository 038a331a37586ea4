"""What was decided about how a file is read: how sure, and why, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imports.messages import gettext, gettext_noop

REASONS: dict[str, str] = {
    # Anything
    "stated": gettext_noop("Chosen by a person."),
    "remembered": gettext_noop("As it was chosen for a file like this one before."),
    "only": gettext_noop("There is no other."),
    # Encoding
    "mark": gettext_noop("The file begins with this encoding's byte order mark."),
    "ascii": gettext_noop("Plain letters only, which are the same in nearly every encoding."),
    "valid": gettext_noop("Every byte of the file fits, which does not happen by chance."),
    "mostly_valid": gettext_noop("Nearly every byte fits; the rest are damage."),
    "wide": gettext_noop("Every other byte is empty, as in this encoding alone."),
    "letters": gettext_noop("The letters that come of it make likely names and words."),
    "fallback": gettext_noop("Nothing fits well; this is the most common encoding of older programs."),
    # Delimiter, quote
    "declared": gettext_noop("The file says so in its first line."),
    "shape": gettext_noop("It separates the lines into the most regular table."),
    "contacts": gettext_noop("It separates what looks like e-mail addresses, telephone numbers and dates."),
    "single_column": gettext_noop("Nothing separates the lines into columns, so there is one column."),
    "pairs": gettext_noop("It comes in pairs around cells."),
    "unused": gettext_noop("No cell is quoted, so nothing depends on it."),
    # Sheet
    "likeliest_sheet": gettext_noop("It holds what looks most like a table of contacts."),
    # Header
    "first_row": gettext_noop("It is the first row that holds something."),
    "below_title": gettext_noop("The rows above it are narrower than the table, as titles and notes are."),
    "names_over_values": gettext_noop("Its cells are words, and the cells below them are values."),
    "known_names": gettext_noop("Its cells are what columns are usually called."),
    "values_at_the_top": gettext_noop("The first row already holds values like those below it."),
    "several_rows": gettext_noop("Several rows of words stand above the values, and name them together."),
    "below_header": gettext_noop("It is the first row below the names of the columns."),
    "below_notes": gettext_noop("The rows between it and the names of the columns hold no contact."),
    "contacts_above": gettext_noop(
        "It looks like the contacts below, although the names of the columns come after it."
    ),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """How sure a decision is, from 0 to 1, and why: `reason` is a key of `REASONS`."""

    confidence: float
    reason: str

    @property
    def words(self) -> str:
        """The reason as a sentence."""
        return gettext(REASONS[self.reason])


STATED = Decision(1.0, "stated")

SURE, LIKELY = 0.9, 0.7
"""From which confidence on a decision is called that; below, a person is asked to look."""


OPTION_WORDS = {
    "sheet": gettext_noop("the sheet"),
    "encoding": gettext_noop("the encoding"),
    "delimiter": gettext_noop("what separates the columns"),
    "quote": gettext_noop("what quotes cells"),
    "header_row": gettext_noop("where the names of the columns are"),
    "header_rows": gettext_noop("how many rows name the columns"),
    "first_data_row": gettext_noop("where the contacts begin"),
}


def doubtful(decisions: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What a person should look at of a reading's `decisions`, which are as in its JSON, in words."""
    return [
        gettext(OPTION_WORDS[name]) for name, decision in decisions.items() if decision["confidence"] < LIKELY
    ]
