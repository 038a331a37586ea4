"""Which imports carried a person: asked with a reason, and the asking is recorded, without what was asked for."""

import re
from typing import Any

from imports.access import may_look_for_people
from imports.audit.recording import record
from imports.models import UploadJob
from imports.provenance.keeping import Found, find_carriers
from imports.provenance.person_digests import named_in_log
from imports.provenance.person_identifiers import EMAIL_PATTERN, PersonIdentifier
from imports.querysets import JobQuerySet
from imports.roles import AccountRole
from portal.models import User

MIN_REASON_CHARS, MAX_REASON_CHARS = 3, 300

_NAMED = re.compile(rf"{EMAIL_PATTERN}|(?:\+|\b00)\d[\d\s()./\-]{{5,}}")


class BadReasonError(ValueError):
    """The reason is missing, too long, or names a person: it is kept for ever, so it must not."""


class NotAllowedError(Exception):
    """Somebody asks who may not."""


def jobs_searched(user: User) -> JobQuerySet:
    """The imports among which `user` may look for a person."""
    return UploadJob.objects.with_role(user, AccountRole.MANAGER)


def checked_reason(reason: str, person: PersonIdentifier | None = None) -> str:
    """`reason` as it is recorded. Raises BadReasonError."""
    text = " ".join(reason.split())
    is_of_length = MIN_REASON_CHARS <= len(text) <= MAX_REASON_CHARS
    if not is_of_length or _NAMED.search(text) or (person is not None and person.value in text.lower()):
        raise BadReasonError
    return text


def find_person(person: PersonIdentifier, user: User, reason: str) -> Found:
    """The imports that carried `person`, as far as `user` may know of them. Raises NotAllowedError, BadReasonError,
    StorageUnavailableError."""
    if not may_look_for_people(user):
        raise NotAllowedError
    reason = checked_reason(reason, person)
    found = find_carriers(person, jobs_searched(user))
    record(
        "person_searched",
        by=user,
        reason=reason,
        **named_in_log(person),
        jobs=[str(one.job.pk) for one in found.carriers],
        left_open=sum(found.left_open.values()),
    )
    return found


def lines_of(found: Found) -> list[dict[str, Any]]:
    """What was found as JSON: a line for each row."""
    return [
        {
            "job": str(carrier.job.pk),
            "file": carrier.job.file_name,
            "row": row.row,
            "outcome": row.outcome,
            "consent": row.consent,
            "owner": carrier.job.owner.get_username(),
            "when": carrier.job.created_at.isoformat(),
        }
        for carrier in found.carriers
        for row in carrier.rows
    ]
