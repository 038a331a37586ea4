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

    INVALID = "invalid"  # it cannot be used
    CHANGED = "changed"  # it was repaired
    ABSENT = "absent"  # it stands for no value, or was given up to another row
    ROW = "row"  # it is about the row


@dataclass(frozen=True, slots=True)
class ProblemType:
    """`title` heads a group of them, `sentence` is about one, `remedy` says what to do.

    `sentence` may name {original}, the cell, and {rows}, the other rows it is about.
    """

    kind: Kind
    title: str
    sentence: str
    remedy: str


_CHECK_RESULT = "Check that what was sent is what was meant."
_CORRECT = "Correct it in the file and upload the file again."
_COUNTRY = "Write the number with + and its country code, or map the column that holds the country."

PROBLEM_TYPES: dict[str, ProblemType] = {
    # Any value
    "placeholder": ProblemType(
        Kind.ABSENT,
        "Placeholders for no value",
        "“{original}” stands for no value.",
        "Nothing needs doing, unless it is meant as it stands; then leave a real value in its place.",
    ),
    "spaces_trimmed": ProblemType(
        Kind.CHANGED, "Spaces removed", "“{original}” had spaces before or after it.", _CHECK_RESULT
    ),
    "apostrophe_removed": ProblemType(
        Kind.CHANGED,
        "Leading apostrophes removed",
        "“{original}” begins with the apostrophe by which a spreadsheet keeps digits as text.",
        _CHECK_RESULT,
    ),
    # Text
    "text_too_long": ProblemType(
        Kind.INVALID,
        "Texts that are too long",
        "The text is longer than 1,000 characters, the most that a data field holds.",
        "Shorten it in the file and upload the file again.",
    ),
    "text_controls_removed": ProblemType(
        Kind.CHANGED,
        "Control characters removed",
        "The text held control characters, which nobody can see.",
        _CHECK_RESULT,
    ),
    # E-mail addresses
    "email_without_at": ProblemType(
        Kind.INVALID,
        "E-mail addresses without @",
        "“{original}” has no @, so it is no e-mail address.",
        _CORRECT,
    ),
    "email_two_ats": ProblemType(
        Kind.INVALID, "E-mail addresses with more than one @", "“{original}” has more than one @.", _CORRECT
    ),
    "email_several": ProblemType(
        Kind.INVALID,
        "Several e-mail addresses in one cell",
        "“{original}” holds more than one e-mail address.",
        "Keep one of them in the cell and upload the file again.",
    ),
    "email_spaces": ProblemType(
        Kind.INVALID, "E-mail addresses with spaces", "“{original}” has a space inside the address.", _CORRECT
    ),
    "email_too_long": ProblemType(
        Kind.INVALID,
        "E-mail addresses that are too long",
        "“{original}” is longer than an e-mail address or one of its parts can be.",
        _CORRECT,
    ),
    "email_local_part": ProblemType(
        Kind.INVALID,
        "E-mail addresses with a wrong name part",
        "In “{original}” the part before the @ is missing, or has a character or a dot out of place.",
        _CORRECT,
    ),
    "email_domain": ProblemType(
        Kind.INVALID,
        "E-mail addresses with a wrong domain",
        "In “{original}” the part after the @ is not the name of a mail domain.",
        _CORRECT,
    ),
    "email_repaired": ProblemType(
        Kind.CHANGED,
        "E-mail addresses freed of what was around them",
        "“{original}” had brackets, punctuation, mailto: or invisible characters around the address.",
        _CHECK_RESULT,
    ),
    # Phone numbers
    "phone_scientific": ProblemType(
        Kind.INVALID,
        "Phone numbers that a spreadsheet shortened",
        "“{original}” is a number that Excel shortened; its last digits are gone.",
        "Format the column as text in the original file and upload it again.",
    ),
    "phone_not_a_number": ProblemType(
        Kind.INVALID,
        "Not phone numbers",
        "“{original}” is not one phone number and nothing else.",
        "Keep one number, without words, in the cell and upload the file again.",
    ),
    "phone_region_missing": ProblemType(
        Kind.INVALID,
        "Phone numbers of no known country",
        "“{original}” has no country code, and nothing says which country it is in.",
        _COUNTRY,
    ),
    "phone_country_code": ProblemType(
        Kind.INVALID,
        "Phone numbers with an unknown country code",
        "“{original}” begins with a country code that does not exist.",
        _CORRECT,
    ),
    "phone_too_short": ProblemType(
        Kind.INVALID,
        "Phone numbers that are too short",
        "“{original}” has too few digits for its country.",
        _COUNTRY,
    ),
    "phone_too_long": ProblemType(
        Kind.INVALID,
        "Phone numbers that are too long",
        "“{original}” has too many digits for its country.",
        _COUNTRY,
    ),
    "phone_invalid": ProblemType(
        Kind.INVALID,
        "Phone numbers that do not exist",
        "“{original}” has the right length, but its country has no such numbers.",
        _COUNTRY,
    ),
    "phone_digits_converted": ProblemType(
        Kind.CHANGED,
        "Phone numbers in other digits",
        "“{original}” was written in digits other than 0 to 9.",
        _CHECK_RESULT,
    ),
    "phone_unwrapped": ProblemType(
        Kind.CHANGED,
        "Phone numbers freed of what was around them",
        "“{original}” had an apostrophe, quotation marks or tel: around the number.",
        _CHECK_RESULT,
    ),
    "phone_decimals_removed": ProblemType(
        Kind.CHANGED,
        "Phone numbers with decimals",
        "“{original}” ends in the decimals of a number in a spreadsheet.",
        _CHECK_RESULT,
    ),
    "phone_extension_dropped": ProblemType(
        Kind.CHANGED,
        "Phone extensions dropped",
        "“{original}” has an extension, which a mobile number cannot have.",
        _CHECK_RESULT,
    ),
    "phone_prefix_replaced": ProblemType(
        Kind.CHANGED,
        "Phone numbers that began with 00",
        "“{original}” begins with 00 in place of +.",
        _CHECK_RESULT,
    ),
    # Numbers
    "number_invalid": ProblemType(
        Kind.INVALID,
        "Not numbers",
        "“{original}” is not a number with the decimal mark of its column.",
        "Correct it, or choose the other decimal mark for the column.",
    ),
    "number_scientific": ProblemType(
        Kind.INVALID,
        "Numbers that a spreadsheet shortened",
        "“{original}” is a number that Excel shortened; its last digits may be gone.",
        "Show the column with all its digits in the original file and upload it again.",
    ),
    "number_too_long": ProblemType(
        Kind.INVALID,
        "Numbers that are too long",
        "“{original}” has more than 18 digits before the decimal mark.",
        "Map the column to a text field, or correct the number.",
    ),
    "number_rounded": ProblemType(
        Kind.CHANGED,
        "Numbers that were rounded",
        "“{original}” has more than 9 digits after the decimal mark, the most that a data field holds.",
        _CHECK_RESULT,
    ),
    # Dates
    "date_invalid": ProblemType(
        Kind.INVALID,
        "Dates in another format",
        "“{original}” is not a date in the format of its column.",
        "Correct it, or choose another format for the column.",
    ),
    "date_impossible": ProblemType(
        Kind.INVALID,
        "Days that do not exist",
        "“{original}” names a day or a time that does not exist.",
        _CORRECT,
    ),
    "date_out_of_range": ProblemType(
        Kind.INVALID,
        "Dates too far away",
        "“{original}” is not between the years 1900 and 2199.",
        _CORRECT,
    ),
    # Yes and no
    "boolean_unknown": ProblemType(
        Kind.INVALID,
        "Neither yes nor no",
        "“{original}” is not a word for yes or for no that is known.",
        "Say in the mapping what it means, or correct it.",
    ),
    # Rows
    "match_identifier_missing": ProblemType(
        Kind.ROW,
        "Rows without their identifier",
        "The cell that the contact would be found by is blank.",
        "Fill it in, or match contacts by another identifier.",
    ),
    "duplicate_row": ProblemType(
        Kind.ROW,
        "Rows that another row stands for",
        "“{original}” is also in {rows}, which is sent in place of this one.",
        "Nothing needs doing, unless these are different people.",
    ),
    "duplicate_rejected": ProblemType(
        Kind.ROW,
        "Rows that share their identifier",
        "“{original}” is also in {rows}, and only one row may have it.",
        "Keep one of these rows, or choose that the first or the last of them is sent.",
    ),
    "identifier_shared": ProblemType(
        Kind.ABSENT,
        "Identifiers that another contact has",
        "“{original}” is also in {rows}, under another contact; two contacts cannot share it.",
        "Leave it with the contact it belongs to.",
    ),
}


def describe(code: str, column: str = "", original: str = "", result: str | None = None) -> str:
    """The sentence about one problem, beginning with its column; an unknown code is shown as it is.

    `result` is that of the issues table: for problems with other rows, their numbers.
    """
    problem = PROBLEM_TYPES.get(code)
    rows = "another row" if not result else f"row {result}" if result.isdigit() else f"rows {result}"
    # Not by str.format: an original may hold braces of its own.
    sentence = problem.sentence.replace("{rows}", rows).replace("{original}", original) if problem else code
    return f"{column}: {sentence}" if column else sentence
