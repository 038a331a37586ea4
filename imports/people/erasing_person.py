"""Erases a person from everything that the portal stores, and says what was done without saying of whom."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from imports.access import may_erase_people
from imports.audit.recording import record
from imports.jobs.erasing import JobBusyError, erase_person_from
from imports.models import ResumableUpload, UploadJob
from imports.people.erased_words import erase_words
from imports.people.finding import NotAllowedError, checked_reason
from imports.provenance.keeping import find_carriers
from imports.provenance.person_digests import named_in_log
from imports.provenance.person_identifiers import PersonIdentifier
from portal.models import User


@dataclass
class Erasure:
    """What an erasure came to: how many stored `files` were replaced or removed, and how many `rows` hold nothing any
    more, of how many `jobs`. `pending`: rows that are erased when their imports have ended. `uploads_removed`: files
    of a format that cannot be rewritten, which were removed as a whole. `words`: rows of the database in which
    somebody had typed the identifier. `uploading`, `busy`, `left_open`: uploads and imports that could not be looked
    into. `certificate` is the number of the audit event."""

    files: int = 0
    rows: int = 0
    jobs: int = 0
    pending: int = 0
    uploads_removed: int = 0
    words: int = 0
    uploading: int = 0
    busy: list[uuid.UUID] = field(default_factory=list)
    left_open: dict[str, int] = field(default_factory=dict)
    certificate: str = ""

    @property
    def is_complete(self) -> bool:
        return not (self.pending or self.busy or self.uploading or any(self.left_open.values()))

    def counts(self) -> dict[str, Any]:
        return {
            **{
                name: getattr(self, name)
                for name in ("files", "rows", "jobs", "pending", "uploads_removed", "words")
            },
            "left_open": sum(self.left_open.values()) + len(self.busy) + self.uploading,
        }


def erase_person(person: PersonIdentifier, user: User, reason: str) -> Erasure:
    """Erase `person` from all imports. Raises NotAllowedError, BadReasonError; StorageUnavailableError, when it is to
    be asked for again: what was done by then is done.

    A second time finds nothing, so it can be repeated whenever something was left open.
    """
    if not may_erase_people(user):
        raise NotAllowedError
    reason = checked_reason(reason, person)
    found = find_carriers(person, UploadJob.objects.all())
    erasure = Erasure(left_open=found.left_open)
    for carrier in found.carriers:
        try:
            erased = erase_person_from(carrier.job.pk, person)
        except JobBusyError:
            erasure.busy.append(carrier.job.pk)
            continue
        if erased.is_pending:
            erasure.pending += erased.rows
        elif erased.rows:
            erasure.rows += erased.rows
            erasure.files += erased.files
            erasure.uploads_removed += erased.upload_removed
            erasure.jobs += 1
    erasure.words = erase_words(person)
    erasure.uploading = ResumableUpload.objects.unfinished().begun().count()
    number = record(
        "person_erased",
        by=user,
        reason=reason,
        **named_in_log(person),
        **erasure.counts(),
        of=[str(carrier.job.pk) for carrier in found.carriers],
    )
    erasure.certificate = str(number)
    return erasure
