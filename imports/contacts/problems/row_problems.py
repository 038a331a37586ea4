"""What the check says of rows as a whole."""

from imports.contacts.problem_types import ProblemKind, ProblemType

PROBLEMS: dict[str, ProblemType] = {
    "match_identifier_missing": ProblemType(
        ProblemKind.ROW,
        "Rows without their identifier",
        "The cell that the contact would be found by is blank.",
        "Fill it in, or match contacts by another identifier.",
    ),
    "duplicate_row": ProblemType(
        ProblemKind.ROW,
        "Rows that another row stands for",
        "“{original}” is also in {rows}, which is sent in place of this one.",
        "Nothing needs doing, unless these are different people.",
    ),
    "duplicate_rejected": ProblemType(
        ProblemKind.ROW,
        "Rows that share their identifier",
        "“{original}” is also in {rows}, and only one row may have it.",
        "Keep one of these rows, or choose that the first or the last of them is sent.",
    ),
    "not_mailable": ProblemType(
        ProblemKind.ROW,
        "People who are not to be mailed",
        "“{original}” says that this person is unsubscribed, bounced or not subscribed. A new contact without a status "
        "would be subscribed, so the row is left out.",
        "Nothing needs doing. To import these people with their status, import the column as their subscription.",
    ),
    "identifier_shared": ProblemType(
        ProblemKind.ABSENT,
        "Identifiers that another contact has",
        "“{original}” is also in {rows}, under another contact; two contacts cannot share it.",
        "Leave it with the contact it belongs to.",
    ),
}
