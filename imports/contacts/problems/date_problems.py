"""What the check says of dates."""

from imports.contacts.problem_types import CHECK_RESULT, CORRECT, ProblemKind, ProblemType

PROBLEMS: dict[str, ProblemType] = {
    "date_invalid": ProblemType(
        ProblemKind.INVALID,
        "Dates in another format",
        "“{original}” is not a date in the format of its column.",
        "Correct it, or choose another format for the column.",
    ),
    "date_impossible": ProblemType(
        ProblemKind.INVALID,
        "Days that do not exist",
        "“{original}” names a day or a time that does not exist.",
        CORRECT,
    ),
    "date_out_of_range": ProblemType(
        ProblemKind.INVALID,
        "Dates too far away",
        "“{original}” is not between the years 1900 and 2100.",
        CORRECT,
    ),
    "date_skipped_hour": ProblemType(
        ProblemKind.INVALID,
        "Times that the clocks skipped",
        "“{original}” never was: the clocks of the column's time zone were set forward over it.",
        "Correct it, or choose another time zone for the column.",
    ),
    "date_repeated_hour": ProblemType(
        ProblemKind.DOUBTFUL,
        "Times that the clocks showed twice",
        "“{original}” came twice, as clocks were set back in that hour; the earlier time was sent.",
        CHECK_RESULT,
    ),
}
