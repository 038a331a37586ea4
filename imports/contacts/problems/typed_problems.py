"""What the check says of numbers, dates, yes and no, choices, lists and ids."""

from imports.contacts.problem_types import CHECK_RESULT, CORRECT, ProblemKind, ProblemType
from imports.messages import gettext_noop

_ALL_DIGITS = gettext_noop("Format the column as text in the original file and upload it again.")
_ONLY_FINDS = gettext_noop(
    "You do not need to do anything: a contact id only finds contacts, it cannot be given to one."
)

PROBLEMS: dict[str, ProblemType] = {
    # Numbers
    "number_invalid": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Not numbers"),
        gettext_noop("“{original}” is not a number with the decimal mark of its column."),
        gettext_noop(
            "Correct it. Choose the other decimal mark for the column only if all its numbers are written so."
        ),
    ),
    "number_scientific": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Numbers that a spreadsheet shortened"),
        gettext_noop("“{original}” is a number that Excel shortened; its last digits may be gone."),
        gettext_noop("Show the column with all its digits in the original file and upload it again."),
    ),
    "number_too_long": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Numbers that are too long"),
        gettext_noop("“{original}” has more than 18 digits before the decimal mark."),
        gettext_noop("Map the column to a text field, or correct the number."),
    ),
    "number_percent": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Percentages sent without their sign"),
        gettext_noop("“{original}” is a percentage; it is sent as {result}, without the sign."),
        gettext_noop("Check that the field is meant to hold 12 for 12 %, and not 0.12."),
    ),
    "number_digits_converted": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Numbers in other digits"),
        gettext_noop("“{original}” was written in digits other than 0 to 9."),
        CHECK_RESULT,
    ),
    "number_rounded": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Numbers that were rounded"),
        gettext_noop(
            "“{original}” has more than 9 digits after the decimal mark, the most that a data field holds."
        ),
        CHECK_RESULT,
    ),
    # Dates
    "date_invalid": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Dates in another format"),
        gettext_noop("“{original}” is not a date in the format of its column."),
        gettext_noop(
            "Correct it. Choose another format for the column only if all its dates are written so."
        ),
    ),
    "date_impossible": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Days that do not exist"),
        gettext_noop("“{original}” names a day or a time that does not exist."),
        CORRECT,
    ),
    "date_out_of_range": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Dates too far away"),
        gettext_noop("“{original}” is not between the years 1900 and 2100."),
        CORRECT,
    ),
    "date_skipped_hour": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Times that the clocks skipped"),
        gettext_noop(
            "“{original}” does not exist: the clocks of the column's time zone were set forward over it."
        ),
        gettext_noop("Correct it, or choose another time zone for the column."),
    ),
    "date_repeated_hour": ProblemType(
        ProblemKind.DOUBTFUL,
        gettext_noop("Times that the clocks showed twice"),
        gettext_noop(
            "“{original}” came twice, because clocks were set back in that hour. The earlier time is sent."
        ),
        CHECK_RESULT,
    ),
    # Yes and no
    "boolean_unknown": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Neither yes nor no"),
        gettext_noop("“{original}” is not a known word for yes or no."),
        gettext_noop("Say in the mapping what it means, or correct it."),
    ),
    # Values of which there are only a few
    "choice_unknown": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Values that this column cannot have"),
        gettext_noop("“{original}” is not a value that Dotdigital accepts here, nor a known word for one."),
        gettext_noop("Say in the mapping what it means, or correct it."),
    ),
    "status_unknown": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Subscription statuses that are not understood"),
        gettext_noop(
            "“{original}” is not a known word for a subscription status. A new contact without a status "
            "would be subscribed, so the row is left out."
        ),
        gettext_noop("Say in the mapping what it means, or correct it."),
    ),
    "status_not_subscribed": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("People who have not subscribed"),
        gettext_noop(
            "“{original}” says that this person has not subscribed, or not yet. Dotdigital has no such "
            "e-mail status and would subscribe a new contact, so the row is left out."
        ),
        gettext_noop(
            "You do not need to do anything. To import these people as unsubscribed, say so in the mapping."
        ),
        gettext_noop(
            "You do not need to do anything. To import these people as unsubscribed, import the file again, and say so "
            "in the mapping."
        ),
    ),
    "opt_out_no": ProblemType(
        ProblemKind.ABSENT,
        gettext_noop("People who did not opt out"),
        gettext_noop(
            "“{original}” says that this person did not opt out, which says nothing of a subscription. No "
            "status is sent."
        ),
        gettext_noop("You do not need to do anything. Where it means subscribed, say so in the mapping."),
    ),
    # Lists that a cell names
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
    # Contact ids, and an account’s own identifiers
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
        _ONLY_FINDS,
        _ONLY_FINDS,
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
