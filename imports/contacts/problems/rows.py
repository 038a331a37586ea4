"""What the check says of rows as a whole."""

from imports.contacts.problems.kinds import Kind, ProblemType

PROBLEMS: dict[str, ProblemType] = {
    "match_identifier_missing": ProblemType(
        Kind.ROW,
        "Rows without their identifier",
        "The cell that the contact would be found by is blank.",
        "Fill it in, or match contacts by another identifier.",
    ),
    "duplicate_row": ProblemType(
        Kind.ROW,
        "Rows that another row stands for",
        "“{original}” is also in {rows}, which is sent in place of this one.",
        "Nothing needs doing, unless these are different people.",
    ),
    "duplicate_rejected": ProblemType(
        Kind.ROW,
        "Rows that share their identifier",
        "“{original}” is also in {rows}, and only one row may have it.",
        "Keep one of these rows, or choose that the first or the last of them is sent.",
    ),
    "identifier_shared": ProblemType(
        Kind.ABSENT,
        "Identifiers that another contact has",
        "“{original}” is also in {rows}, under another contact; two contacts cannot share it.",
        "Leave it with the contact it belongs to.",
    ),
}
