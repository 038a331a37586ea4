"""What the check says of dates."""

from imports.contacts.problems.kinds import CORRECT, Kind, ProblemType

PROBLEMS: dict[str, ProblemType] = {
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
        CORRECT,
    ),
    "date_out_of_range": ProblemType(
        Kind.INVALID,
        "Dates too far away",
        "“{original}” is not between the years 1900 and 2199.",
        CORRECT,
    ),
}
