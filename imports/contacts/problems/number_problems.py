"""What the check says of numbers."""

from imports.contacts.problem_types import CHECK_RESULT, ProblemKind, ProblemType

PROBLEMS: dict[str, ProblemType] = {
    "number_invalid": ProblemType(
        ProblemKind.INVALID,
        "Not numbers",
        "“{original}” is not a number with the decimal mark of its column.",
        "Correct it, or choose the other decimal mark for the column.",
    ),
    "number_scientific": ProblemType(
        ProblemKind.INVALID,
        "Numbers that a spreadsheet shortened",
        "“{original}” is a number that Excel shortened; its last digits may be gone.",
        "Show the column with all its digits in the original file and upload it again.",
    ),
    "number_too_long": ProblemType(
        ProblemKind.INVALID,
        "Numbers that are too long",
        "“{original}” has more than 18 digits before the decimal mark.",
        "Map the column to a text field, or correct the number.",
    ),
    "number_percent": ProblemType(
        ProblemKind.CHANGED,
        "Percentages sent without their sign",
        "“{original}” is a percentage; it is sent as {result}, without the sign.",
        "Check that the field is meant to hold 12 for 12 %, and not 0.12.",
    ),
    "number_digits_converted": ProblemType(
        ProblemKind.CHANGED,
        "Numbers in other digits",
        "“{original}” was written in digits other than 0 to 9.",
        CHECK_RESULT,
    ),
    "number_rounded": ProblemType(
        ProblemKind.CHANGED,
        "Numbers that were rounded",
        "“{original}” has more than 9 digits after the decimal mark, the most that a data field holds.",
        CHECK_RESULT,
    ),
}
