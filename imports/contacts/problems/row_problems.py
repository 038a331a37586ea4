"""What the check says of rows as a whole."""

from imports.contacts.problem_types import ProblemKind, ProblemType
from imports.messages import gettext_noop

ARRIVED, LACKING, BROUGHT = "arrived_before", "arrived_without_values", "duplicate_arrived_before"
"""A row has itself arrived; it has, without some of its values, none of which is corrected; another row
has, and brought its contact."""

_SEND_ALL_THE_SAME = gettext_noop(
    "You do not need to do anything. To send all rows again, as a new import: remove the columns that the report has "
    "added, “import_job” among them, and upload the file by “Import another file with this mapping” on the report."
)

PROBLEMS: dict[str, ProblemType] = {
    "match_identifier_missing": ProblemType(
        ProblemKind.ROW,
        gettext_noop("Rows without their identifier"),
        gettext_noop("This cell is blank, and contacts are matched by it."),
        gettext_noop("Enter the value in these rows, or match contacts by another identifier."),
        gettext_noop(
            "Download these rows from the report, enter the value in their file, and upload it there under “Fix rows "
            "and send them again”."
        ),
    ),
    "duplicate_row": ProblemType(
        ProblemKind.ROW,
        gettext_noop("Duplicate rows"),
        gettext_noop("“{original}” is also in {rows}, which is sent instead."),
        gettext_noop("You do not need to do anything, unless these are different people."),
    ),
    "duplicate_rejected": ProblemType(
        ProblemKind.ROW,
        gettext_noop("Rows that share their identifier"),
        gettext_noop("“{original}” is also in {rows}, and only one row may have it."),
        gettext_noop("Keep one of these rows, or choose that the first or the last of them is sent."),
        gettext_noop(
            "Download these rows from the report, keep one of them in their file, and upload it there under “Fix rows "
            "and send them again”."
        ),
    ),
    "not_mailable": ProblemType(
        ProblemKind.ROW,
        gettext_noop("People who are not to be mailed"),
        gettext_noop(
            "“{original}” says that this person is unsubscribed, bounced or not subscribed. A new contact "
            "without a status would be subscribed, so the row is left out."
        ),
        gettext_noop(
            "You do not need to do anything. To import these people with their status, import the column "
            "as their subscription."
        ),
        gettext_noop(
            "You do not need to do anything. To import these people with their status, import the file again, and in "
            "it the column as their subscription."
        ),
    ),
    ARRIVED: ProblemType(
        ProblemKind.ROW,
        gettext_noop("Rows that were imported before"),
        gettext_noop("This row was imported before, so it is not sent again."),
        _SEND_ALL_THE_SAME,
    ),
    LACKING: ProblemType(
        ProblemKind.ROW,
        gettext_noop("Rows that were imported before without some of their values"),
        gettext_noop(
            "This row was imported before without some of its values ({result}). They have not been corrected, "
            "so it is not sent again."
        ),
        gettext_noop(
            "Correct these values, in the file or on the check page. The row is then sent again, as an update. What "
            "the contact is matched by must stay as it was."
        ),
        gettext_noop(
            "Download these rows from the report, correct these values in their file, and upload it there under “Fix "
            "rows and send them again”. What the contact is matched by must stay as it was."
        ),
    ),
    BROUGHT: ProblemType(
        ProblemKind.ROW,
        gettext_noop("Duplicates of rows that were imported before"),
        gettext_noop("“{original}” was imported before from another row, so this row is not sent."),
        _SEND_ALL_THE_SAME,
    ),
    "identifier_shared": ProblemType(
        ProblemKind.ABSENT,
        gettext_noop("Identifiers that another contact has"),
        gettext_noop("“{original}” is also in {rows}, under another contact; two contacts cannot share it."),
        gettext_noop("Leave it with the contact it belongs to."),
        gettext_noop(
            "You do not need to do anything if it belongs to the other contact. If it does not, correct both contacts "
            "in Dotdigital."
        ),
    ),
}
