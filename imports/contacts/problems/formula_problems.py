"""What the check says of cells in which a spreadsheet shows no value."""

from imports.contacts.problem_types import ProblemKind, ProblemType
from imports.messages import gettext_noop

PROBLEMS: dict[str, ProblemType] = {
    "formula_error": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Errors of formulas"),
        gettext_noop("“{original}” is the error of a formula, so there is no value to send."),
        gettext_noop(
            "Correct the formula in the file, or put the value in its place, and upload the file again."
        ),
    ),
    "formula_not_calculated": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Formulas that were never calculated"),
        gettext_noop("The cell holds a formula whose result is not in the file."),
        gettext_noop("Open the file in a spreadsheet program, save it, and upload it again."),
    ),
}
