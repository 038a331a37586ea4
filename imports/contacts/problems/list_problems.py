"""What the check says of lists named by a column, and of what contacts are matched by."""

from imports.contacts.problem_types import ProblemKind, ProblemType
from imports.messages import gettext_noop

PROBLEMS: dict[str, ProblemType] = {
    "list_unknown": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Lists that the account does not have"),
        gettext_noop(
            "“{original}” names at least one list that the account does not have, or that several lists "
            "are called; none of its lists is used."
        ),
        gettext_noop("Say in the mapping which list it means, or create the list first."),
    ),
    "lists_too_many": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Too many lists at once"),
        gettext_noop("The cell names more lists than one contact can be added to."),
        gettext_noop("A contact can be added to 100 lists at once. Keep fewer in the cell."),
    ),
}
