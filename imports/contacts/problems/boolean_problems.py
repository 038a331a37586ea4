"""What the check says of yes and no."""

from imports.contacts.problem_types import ProblemKind, ProblemType
from imports.messages import gettext_noop

PROBLEMS: dict[str, ProblemType] = {
    "boolean_unknown": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Neither yes nor no"),
        gettext_noop("“{original}” is not a known word for yes or no."),
        gettext_noop("Say in the mapping what it means, or correct it."),
    ),
}
