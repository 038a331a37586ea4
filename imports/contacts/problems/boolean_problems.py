"""What the check says of yes and no."""

from imports.contacts.problem_types import ProblemKind, ProblemType

PROBLEMS: dict[str, ProblemType] = {
    "boolean_unknown": ProblemType(
        ProblemKind.INVALID,
        "Neither yes nor no",
        "“{original}” is not a word for yes or for no that is known.",
        "Say in the mapping what it means, or correct it.",
    ),
}
