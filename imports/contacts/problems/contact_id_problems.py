"""What the check says of contact ids and of an account's own identifiers."""

from imports.contacts.problem_types import CHECK_RESULT, CORRECT, ProblemKind, ProblemType

_ALL_DIGITS = "Format the column as text in the original file and upload it again."

PROBLEMS: dict[str, ProblemType] = {
    "contact_id_invalid": ProblemType(
        ProblemKind.INVALID,
        "Not contact ids",
        "“{original}” is not a contact id of Dotdigital, which is a whole number.",
        CORRECT,
    ),
    "contact_id_scientific": ProblemType(
        ProblemKind.INVALID,
        "Contact ids that a spreadsheet shortened",
        "“{original}” is a number that a spreadsheet shortened; its last digits may be gone.",
        _ALL_DIGITS,
    ),
    "contact_id_repaired": ProblemType(
        ProblemKind.CHANGED,
        "Contact ids freed of a spreadsheet's marks",
        "“{original}” had an apostrophe, decimals or marks between the thousands.",
        CHECK_RESULT,
    ),
    "contact_id_unused": ProblemType(
        ProblemKind.ABSENT,
        "Contact ids of contacts matched by something else",
        "“{original}” is not sent: the row says that its contact is matched by something else.",
        "Nothing needs doing: a contact id only finds contacts, it cannot be given to one.",
    ),
    "custom_identifier_too_long": ProblemType(
        ProblemKind.INVALID,
        "Identifiers that are too long",
        "The identifier is longer than 256 characters, the most that it can have.",
        CORRECT,
    ),
    "custom_identifier_scientific": ProblemType(
        ProblemKind.INVALID,
        "Identifiers that a spreadsheet shortened",
        "“{original}” is a number that a spreadsheet shortened; its last digits may be gone.",
        _ALL_DIGITS,
    ),
}
