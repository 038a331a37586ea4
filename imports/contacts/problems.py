"""Everything the check can have to say about a value or a row: one table of codes and their words."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a problem did to its row."""

    ERROR = "error"  # the row is not sent
    WARNING = "warning"  # the value is left out, the row is sent
    NOTE = "note"  # the value was changed, and sent as changed


class Kind(StrEnum):
    """What happened to the value; the mapping decides what that does to the row."""

    INVALID = "invalid"
    CHANGED = "changed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """`title` heads a group of them; `sentence` is about one value and may use {original}; `remedy` says what to do."""

    code: str
    kind: Kind
    title: str
    sentence: str
    remedy: str


_TYPES = (
    ProblemType(
        "match_identifier_missing", Kind.MISSING, "No identifier",
        "There is nothing in the column that contacts are matched by.",
        "Fill it in, or match by another identifier.",
    ),
    ProblemType(
        "email_invalid", Kind.INVALID, "Not an e-mail address", "“{original}” is not an e-mail address.",
        "Correct the address in the file.",
    ),
    ProblemType(
        "email_repaired", Kind.CHANGED, "E-mail address cleaned",
        "“{original}” had characters around the address that do not belong to it; they were removed.",
        "Nothing, unless the address is now wrong.",
    ),
    ProblemType(
        "phone_invalid", Kind.INVALID, "Not a possible phone number",
        "“{original}” is not a number that can be dialled in the country it was read in.",
        "Write it with + and the country code, or map the column that holds the country.",
    ),
    ProblemType(
        "phone_shortened", Kind.INVALID, "Phone number shortened by a spreadsheet",
        "“{original}” is a number that a spreadsheet shortened; its last digits are gone.",
        "Format the column as text in the original file and export it again.",
    ),
    ProblemType(
        "phone_without_country", Kind.INVALID, "Phone number without a country",
        "“{original}” has no country code, and no country is known to read it in.",
        "Choose a country for the column, or the column that holds it.",
    ),
    ProblemType(
        "phone_repaired", Kind.CHANGED, "Phone number rescued", "“{original}” was damaged; the digits were all there.",
        "Nothing, unless the number is now wrong.",
    ),
    ProblemType(
        "number_invalid", Kind.INVALID, "Not a number", "“{original}” is not a number.",
        "Correct it, or choose the other decimal mark for the column.",
    ),
    ProblemType(
        "number_too_long", Kind.INVALID, "Number too long",
        "“{original}” has more than 18 digits before or 9 digits after the decimal mark.",
        "Shorten it, or map the column to a text field.",
    ),
    ProblemType(
        "date_invalid", Kind.INVALID, "Not a date in the chosen format",
        "“{original}” is not a date in the format chosen for the column, or not between 1900 and 2100.",
        "Correct it, or choose another format.",
    ),
    ProblemType(
        "boolean_invalid", Kind.INVALID, "Neither yes nor no", "“{original}” is neither a yes nor a no.",
        "Correct it, or say in the mapping what the word means.",
    ),
    ProblemType(
        "text_too_long", Kind.INVALID, "Text too long", "The text has more than 1,000 characters.",
        "Shorten it: Dotdigital keeps 1,000 characters.",
    ),
    ProblemType(
        "text_control_characters", Kind.CHANGED, "Invisible control characters removed",
        "The text had control characters in it that nobody can see; they were removed.", "Nothing.",
    ),
    ProblemType(
        "spaces_trimmed", Kind.CHANGED, "Spaces around the text removed",
        "“{original}” had spaces before or after it; they were removed.", "Nothing.",
    ),
    ProblemType(
        "placeholder", Kind.CHANGED, "Placeholder read as blank", "“{original}” stands for nothing; it was read as blank.",
        "Nothing, unless it is a value.",
    ),
    ProblemType(
        "duplicate_rejected", Kind.MISSING, "Same identifier in several rows",
        "“{original}” is in more than one row, and the mapping says to send none of them.",
        "Keep one of the rows, or let the last or the first stand for the others.",
    ),
    ProblemType(
        "identifier_shared", Kind.INVALID, "Identifier used by another row",
        "“{original}” also belongs to another row, and Dotdigital allows it on one contact only.",
        "Decide whose it is, and remove it from the other row.",
    ),
)  # fmt: skip

PROBLEM_TYPES = {problem.code: problem for problem in _TYPES}


def describe(code: str, column: str = "", original: str = "") -> str:
    """The sentence for one problem, with its column in front. An unknown code is shown as it is."""
    problem = PROBLEM_TYPES.get(code)
    sentence = problem.sentence.replace("{original}", original) if problem else code
    return f"{column}: {sentence}" if column else sentence
