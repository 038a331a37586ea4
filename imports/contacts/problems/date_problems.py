"""What the check says of dates."""

from imports.contacts.problem_types import CHECK_RESULT, CORRECT, ProblemKind, ProblemType
from imports.messages import gettext_noop

PROBLEMS: dict[str, ProblemType] = {
    "date_invalid": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Dates in another format"),
        gettext_noop("“{original}” is not a date in the format of its column."),
        gettext_noop("Correct it, or choose another format for the column."),
    ),
    "date_impossible": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Days that do not exist"),
        gettext_noop("“{original}” names a day or a time that does not exist."),
        CORRECT,
    ),
    "date_out_of_range": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Dates too far away"),
        gettext_noop("“{original}” is not between the years 1900 and 2100."),
        CORRECT,
    ),
    "date_skipped_hour": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Times that the clocks skipped"),
        gettext_noop(
            "“{original}” does not exist: the clocks of the column's time zone were set forward over it."
        ),
        gettext_noop("Correct it, or choose another time zone for the column."),
    ),
    "date_repeated_hour": ProblemType(
        ProblemKind.DOUBTFUL,
        gettext_noop("Times that the clocks showed twice"),
        gettext_noop(
            "“{original}” came twice, because clocks were set back in that hour. The earlier time is sent."
        ),
        CHECK_RESULT,
    ),
}
