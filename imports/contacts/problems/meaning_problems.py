"""What the check says of values that mean what their cells mean, and of cells that were said to mean nothing."""

from imports.contacts.problem_types import CHECK_RESULT, ProblemKind, ProblemType
from imports.messages import gettext_noop

_NOTHING = gettext_noop("You do not need to do anything.")
_ONCE = gettext_noop("You do not need to do anything. Dotdigital would keep it twice.")


def _formatted(title: str, sentence: str) -> ProblemType:
    return ProblemType(ProblemKind.FORMATTED, title, sentence, _NOTHING)


PROBLEMS: dict[str, ProblemType] = {
    "phone_formatted": _formatted(
        gettext_noop("Phone numbers in international form"),
        gettext_noop("“{original}” is sent as {result}, with its country code."),
    ),
    "date_formatted": _formatted(
        gettext_noop("Dates in Dotdigital’s form"),
        gettext_noop("“{original}” is sent as {result}: year, month, day, in UTC."),
    ),
    "number_formatted": _formatted(
        gettext_noop("Numbers in Dotdigital’s form"), gettext_noop("“{original}” is sent as {result}.")
    ),
    "boolean_formatted": _formatted(
        gettext_noop("Yes and no"), gettext_noop("“{original}” is sent as {result}.")
    ),
    "lists_found": _formatted(
        gettext_noop("Lists by their ids"), gettext_noop("“{original}” stands for the lists {result}.")
    ),
    "value_formatted": _formatted(
        gettext_noop("Values in Dotdigital’s words"), gettext_noop("“{original}” is sent as {result}.")
    ),
    "value_translated": _formatted(
        gettext_noop("Values with a meaning of their own"),
        gettext_noop("“{original}” stands for {result}, as the mapping says."),
    ),
    "columns_joined": _formatted(
        gettext_noop("Columns joined"), gettext_noop("Joined with other columns, it is sent as “{result}”.")
    ),
    "case_changed": ProblemType(
        ProblemKind.FORMATTED,
        gettext_noop("Letter case changed"),
        gettext_noop("“{original}” is sent as “{result}”."),
        CHECK_RESULT,
    ),
    "placeholder_blank": ProblemType(
        ProblemKind.ABSENT,
        gettext_noop("Placeholders taken for blank cells"),
        gettext_noop("“{original}” is taken for a blank cell, as the mapping says."),
        _NOTHING,
    ),
    "value_left_out": ProblemType(
        ProblemKind.ABSENT,
        gettext_noop("Values left out by the mapping"),
        gettext_noop("“{original}” means no value, as the mapping says."),
        _NOTHING,
    ),
    "consent_incomplete": ProblemType(
        ProblemKind.ABSENT,
        gettext_noop("Consent records that are not complete"),
        gettext_noop("The consent record lacks {result}, so none is sent for this contact."),
        gettext_noop("Fill in what is missing; Dotdigital takes only whole consent records."),
        gettext_noop(
            "Download these rows from the report, fill in what is missing in their file, and upload it there under "
            "“Fix rows and send them again”. Dotdigital takes only whole consent records."
        ),
    ),
    "consent_sent_before": ProblemType(
        ProblemKind.ABSENT,
        gettext_noop("Consent records that were sent before"),
        gettext_noop("This consent record was sent with an earlier import, and is not sent again."),
        _ONCE,
        _ONCE,
    ),
}
