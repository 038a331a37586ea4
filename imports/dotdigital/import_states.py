"""The statuses of a contact import, and what each one means.

Source: the vendor's Contacts specification 3.4.3 and its page on import statuses. The service is not
consistent about letter case, so names are compared without it. A name that is not listed here means that the
import is still running: newer statuses appear without notice, and giving up too early loses the report.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ImportState:
    """One status: its spelling, whether it is the last one, whether the import went through, and words."""

    name: str
    is_terminal: bool
    is_finished: bool
    sentence: str
    remedy: str = ""


NOT_FINISHED = ImportState("NotFinished", False, False, "Dotdigital is working on the import.")
FINISHED = ImportState("Finished", True, True, "Dotdigital has finished the import.")
REJECTED_BY_WATCHDOG = ImportState(
    "RejectedByWatchdog",
    True,
    False,
    "Dotdigital's data-quality check stopped the whole import.",
    "Ask Dotdigital's support to look at the import, and check where the addresses come from.",
)
FAILED = ImportState(
    "Failed",
    True,
    False,
    "Dotdigital could not carry out the import.",
    "Import the rows again; if it fails again, ask Dotdigital's support and give them the import's id.",
)
EXCEEDS_ALLOWED_CONTACT_LIMIT = ImportState(
    "ExceedsAllowedContactLimit",
    True,
    False,
    "The import would take the account above the number of contacts it may hold.",
    "Remove contacts in Dotdigital or raise the account's allowance, then import the rows again.",
)

IMPORT_STATES: dict[str, ImportState] = {
    state.name.casefold(): state
    for state in (NOT_FINISHED, FINISHED, REJECTED_BY_WATCHDOG, FAILED, EXCEEDS_ALLOWED_CONTACT_LIMIT)
}


def import_state(status: str) -> ImportState:
    """What `status` means. An unknown one keeps its name and counts as still running."""
    known = IMPORT_STATES.get(status.casefold())
    return known or ImportState(status, False, False, NOT_FINISHED.sentence)
