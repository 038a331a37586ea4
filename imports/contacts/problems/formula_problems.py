"""What the check says of cells in which a spreadsheet shows no value."""

from imports.contacts.problem_types import ProblemKind, ProblemType

PROBLEMS: dict[str, ProblemType] = {
    "formula_error": ProblemType(
        ProblemKind.INVALID,
        "Errors of formulas",
        "“{original}” is the error of a formula, so there is no value to send.",
        "Correct the formula in the file, or put the value in its place, and upload the file again.",
    ),
    "formula_not_calculated": ProblemType(
        ProblemKind.INVALID,
        "Formulas that were never calculated",
        "The cell holds a formula whose result is not in the file.",
        "Open the file in a spreadsheet program, save it, and upload it again.",
    ),
}
