"""What the check says of cells in which a spreadsheet shows no value."""

from imports.contacts.problems.kinds import Kind, ProblemType

PROBLEMS: dict[str, ProblemType] = {
    "formula_error": ProblemType(
        Kind.INVALID,
        "Errors of formulas",
        "“{original}” is the error of a formula, so there is no value to send.",
        "Correct the formula in the file, or put the value in its place, and upload the file again.",
    ),
    "formula_not_calculated": ProblemType(
        Kind.INVALID,
        "Formulas that were never calculated",
        "The cell holds a formula whose result is not in the file.",
        "Open the file in a spreadsheet program, save it, and upload it again.",
    ),
}
