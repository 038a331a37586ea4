"""What the check says of values that mean what their cells mean, and of cells that were said to mean nothing."""

from imports.contacts.problem_types import CHECK_RESULT, ProblemKind, ProblemType

_NOTHING = "Nothing needs doing."


def _formatted(title: str, sentence: str) -> ProblemType:
    return ProblemType(ProblemKind.FORMATTED, title, sentence, _NOTHING)


PROBLEMS: dict[str, ProblemType] = {
    "phone_formatted": _formatted(
        "Phone numbers in international form", "“{original}” is sent as {result}, with its country code."
    ),
    "date_formatted": _formatted(
        "Dates in Dotdigital’s form", "“{original}” is sent as {result}: year, month, day, in UTC."
    ),
    "number_formatted": _formatted("Numbers in Dotdigital’s form", "“{original}” is sent as {result}."),
    "boolean_formatted": _formatted("Yes and no", "“{original}” is sent as {result}."),
    "lists_found": _formatted("Lists by their ids", "“{original}” stands for the lists {result}."),
    "value_formatted": _formatted("Values in Dotdigital’s words", "“{original}” is sent as {result}."),
    "value_translated": _formatted(
        "Values with a meaning of their own", "“{original}” stands for {result}, as the mapping says."
    ),
    "columns_joined": _formatted("Columns joined", "Joined with other columns, it is sent as “{result}”."),
    "case_changed": ProblemType(
        ProblemKind.FORMATTED, "Letter case changed", "“{original}” is sent as “{result}”.", CHECK_RESULT
    ),
    "placeholder_blank": ProblemType(
        ProblemKind.ABSENT,
        "Placeholders taken for blank cells",
        "“{original}” is taken for a blank cell, as the mapping says.",
        _NOTHING,
    ),
    "value_left_out": ProblemType(
        ProblemKind.ABSENT,
        "Values left out by the mapping",
        "“{original}” stands for nothing, as the mapping says.",
        _NOTHING,
    ),
    "consent_incomplete": ProblemType(
        ProblemKind.ABSENT,
        "Consent records that are not complete",
        "The consent record lacks {result}, so none is sent for this contact.",
        "Fill in what is missing; Dotdigital takes only whole consent records.",
    ),
}
