"""What the check says of contact ids and of an account's own identifiers."""

from imports.contacts.problem_types import CHECK_RESULT, CORRECT, ProblemKind, ProblemType
from imports.messages import gettext_noop

_ALL_DIGITS = gettext_noop("Format the column as text in the original file and upload it again.")

PROBLEMS: dict[str, ProblemType] = {
    "contact_id_invalid": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Not contact ids"),
        gettext_noop("“{original}” is not a contact id of Dotdigital, which is a whole number."),
        CORRECT,
    ),
    "contact_id_scientific": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Contact ids that a spreadsheet shortened"),
        gettext_noop("“{original}” is a number that a spreadsheet shortened; its last digits may be gone."),
        _ALL_DIGITS,
    ),
    "contact_id_repaired": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Contact ids with a spreadsheet's characters removed"),
        gettext_noop("“{original}” had an apostrophe, decimals or marks between the thousands."),
        CHECK_RESULT,
    ),
    "contact_id_unused": ProblemType(
        ProblemKind.ABSENT,
        gettext_noop("Contact ids of contacts matched by something else"),
        gettext_noop("“{original}” is not sent: the row says that its contact is matched by something else."),
        gettext_noop(
            "You do not need to do anything: a contact id only finds contacts, it cannot be given to one."
        ),
    ),
    "custom_identifier_too_long": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Identifiers that are too long"),
        gettext_noop("The identifier is longer than 256 characters, the most that it can have."),
        CORRECT,
    ),
    "custom_identifier_scientific": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Identifiers that a spreadsheet shortened"),
        gettext_noop("“{original}” is a number that a spreadsheet shortened; its last digits may be gone."),
        _ALL_DIGITS,
    ),
}
