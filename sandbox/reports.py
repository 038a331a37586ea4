"""What became of an import's contacts, in the words of the status call."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.checks import CheckedContact
from sandbox.failures import Effect, Reason
from sandbox.merging import Document
from sandbox.shapes import Json


@dataclass
class ImportReport:
    """The outcome of an import as it grows.

    `created` and `updated` give the identifiers as the contact now has them, `failures` as they were sent. A
    contact that was imported without one of its parts is in both; the summary counts it as imported.
    `matches` has the ids of the contacts created or updated by the identifier they were matched by, which the
    service's report does not tell.
    """

    created: list[Json] = field(default_factory=list)
    updated: list[Json] = field(default_factory=list)
    failures: list[Json] = field(default_factory=list)
    matches: dict[str, list[int]] = field(default_factory=dict)
    _refused: Counter[Effect] = field(default_factory=Counter)

    def add_refused(self, candidate: CheckedContact, reasons: Sequence[Reason]) -> None:
        self.failures.append(_failure(candidate, reasons))
        self._refused[reasons[0].effect] += 1

    def add_imported(self, candidate: CheckedContact, document: Document, is_new: bool) -> None:
        entry = {"contactId": document["contactId"], "identifiers": dict(document["identifiers"])}
        (self.created if is_new else self.updated).append(entry)
        self.matches.setdefault(candidate.match_identifier, []).append(document["contactId"])
        if candidate.problems:
            self.failures.append(
                {"contactId": document["contactId"], **_failure(candidate, candidate.problems)}
            )

    def content(self) -> dict[str, Any]:
        return {
            "summary": {
                "newContacts": len(self.created),
                "updatedContacts": len(self.updated),
                **{
                    effect.value: self._refused[effect]
                    for effect in (Effect.SUPPRESSED, Effect.INVALID, Effect.DUPLICATE)
                },
            },
            "created": self.created,
            "updated": self.updated,
            "failures": self.failures,
        }


def _failure(candidate: CheckedContact, reasons: Sequence[Reason]) -> Json:
    return {
        "matchIdentifier": candidate.match_identifier,
        "identifiers": candidate.identifiers,
        "failures": [{"failureCode": code, "description": text} for code, text in reasons],
    }
