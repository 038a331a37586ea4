"""The statuses of a contact import, and what each one means.

Source: the vendor's Contacts specification 3.4.3 and its page on import statuses. The service is not
consistent about letter case, so names are compared without it. A name that is not listed here means that the
import is still running: newer statuses appear without notice, and giving up too early loses the report.
"""

from dataclasses import dataclass

from imports.dotdigital.wording import CATALOGUE
from imports.messages import Message


@dataclass(frozen=True)
class ImportState:
    """One status: its spelling, the code of its words (`wording.OF_IMPORT_STATES`), whether it is the last one, and
    whether the import went through."""

    name: str
    code: str
    is_terminal: bool
    is_finished: bool

    @property
    def sentence(self) -> str:
        """What it means, for people."""
        return CATALOGUE.sentence(Message(self.code))

    @property
    def remedy(self) -> str:
        """What to do, for people; "" when there is nothing to do."""
        return CATALOGUE.remedy(Message(self.code))


NOT_FINISHED = ImportState("NotFinished", "import_not_finished", False, False)
FINISHED = ImportState("Finished", "import_finished", True, True)
REJECTED_BY_WATCHDOG = ImportState("RejectedByWatchdog", "import_rejected_by_watchdog", True, False)
FAILED = ImportState("Failed", "import_failed", True, False)
EXCEEDS_ALLOWED_CONTACT_LIMIT = ImportState(
    "ExceedsAllowedContactLimit", "import_exceeds_allowed_contact_limit", True, False
)

IMPORT_STATES: dict[str, ImportState] = {
    state.name.casefold(): state
    for state in (NOT_FINISHED, FINISHED, REJECTED_BY_WATCHDOG, FAILED, EXCEEDS_ALLOWED_CONTACT_LIMIT)
}


def import_state(status: str) -> ImportState:
    """What `status` means. An unknown one keeps its name and counts as still running."""
    known = IMPORT_STATES.get(status.casefold())
    return known or ImportState(status, NOT_FINISHED.code, False, False)
