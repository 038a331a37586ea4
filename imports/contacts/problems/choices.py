"""What the check says of values of which there are only a few."""

from imports.contacts.problems.kinds import Kind, ProblemType

PROBLEMS: dict[str, ProblemType] = {
    "choice_unknown": ProblemType(
        Kind.INVALID,
        "Values that this column cannot have",
        "“{original}” is none of the values that Dotdigital takes here, and no known word for one of them.",
        "Say in the mapping what it means, or correct it.",
    ),
}
