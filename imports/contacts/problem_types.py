"""What a problem is, and how bad it can be."""

from dataclasses import dataclass
from enum import StrEnum

from imports.messages import gettext, gettext_noop


class Severity(StrEnum):
    """What a problem did to its row, the worst first."""

    ERROR = "error"  # the row is not sent
    WARNING = "warning"  # the value is left out, the row is sent
    DOUBT = "doubt"  # the value is sent, and may not be what was meant
    NOTE = "note"  # the value was repaired, and is sent as repaired
    SENT_BEFORE = "sent_before"  # the value was sent with an earlier import, and is not sent again
    FORMAT = "format"  # the value is sent as it was meant, in the form that Dotdigital takes


class ProblemKind(StrEnum):
    """What happened to the value; the mapping decides what that does to the row."""

    INVALID = "invalid"  # it cannot be used
    DOUBTFUL = "doubtful"  # it can be used, and looks like a slip
    CHANGED = "changed"  # it was repaired
    FORMATTED = "formatted"  # it means what it meant, in another form
    ABSENT = "absent"  # it stands for no value, or was given up to another row
    ROW = "row"  # it is about the row


@dataclass(frozen=True, slots=True)
class ProblemType:
    """What is said of a problem, in the language of whoever reads it; the fields hold the marked texts.

    `title` heads a group of them, `sentence` is about one, `remedy` says what to do before the import, and
    `remedy_afterwards` once it has begun, which is what is said of its `kind` where it has none of its own. `sentence`
    may name {original}, the cell; {result}, what it became; and {rows}, the other rows it is about.
    """

    kind: ProblemKind
    _title: str
    _sentence: str
    _remedy: str
    _remedy_afterwards: str = ""

    @property
    def title(self) -> str:
        return gettext(self._title)

    @property
    def sentence(self) -> str:
        return gettext(self._sentence)

    @property
    def remedy(self) -> str:
        return gettext(self._remedy)

    @property
    def remedy_afterwards(self) -> str:
        return gettext(self._remedy_afterwards or _AFTERWARDS.get(self.kind, self._remedy))


_AFTERWARDS = {
    ProblemKind.INVALID: gettext_noop(
        "Download these rows from the report, correct the values in their file, and upload it there under “Fix rows "
        "and send them again”."
    ),
    ProblemKind.DOUBTFUL: gettext_noop(
        "These values were sent as they are. Where one is wrong, correct the contact in Dotdigital."
    ),
    ProblemKind.ABSENT: gettext_noop(
        "You do not need to do anything, unless there should be a value. Then download these rows from the report, "
        "enter it in their file, and upload it there under “Fix rows and send them again”."
    ),
}
"""What to do about problems of a kind when nothing can be repaired here, or mapped otherwise, any more."""

CHECK_RESULT = gettext_noop("Check that the result is what was meant.")
CORRECT = gettext_noop("Repair it before the import, or correct it in the file and upload the file again.")
