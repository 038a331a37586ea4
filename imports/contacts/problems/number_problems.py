"""What the check says of numbers."""

from imports.contacts.problem_types import CHECK_RESULT, ProblemKind, ProblemType
from imports.messages import gettext_noop

PROBLEMS: dict[str, ProblemType] = {
    "number_invalid": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Not numbers"),
        gettext_noop("“{original}” is not a number with the decimal mark of its column."),
        gettext_noop("Correct it, or choose the other decimal mark for the column."),
    ),
    "number_scientific": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Numbers that a spreadsheet shortened"),
        gettext_noop("“{original}” is a number that Excel shortened; its last digits may be gone."),
        gettext_noop("Show the column with all its digits in the original file and upload it again."),
    ),
    "number_too_long": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Numbers that are too long"),
        gettext_noop("“{original}” has more than 18 digits before the decimal mark."),
        gettext_noop("Map the column to a text field, or correct the number."),
    ),
    "number_percent": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Percentages sent without their sign"),
        gettext_noop("“{original}” is a percentage; it is sent as {result}, without the sign."),
        gettext_noop("Check that the field is meant to hold 12 for 12 %, and not 0.12."),
    ),
    "number_digits_converted": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Numbers in other digits"),
        gettext_noop("“{original}” was written in digits other than 0 to 9."),
        CHECK_RESULT,
    ),
    "number_rounded": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Numbers that were rounded"),
        gettext_noop(
            "“{original}” has more than 9 digits after the decimal mark, the most that a data field holds."
        ),
        CHECK_RESULT,
    ),
}
