"""Why a row of an import was refused, or imported without a part of it.

The capitalised codes are those of the reference page on import status. `consentRecordsNotApplied` is from the
specification's example; `preferencesNotApplied` is named after it. Fields that do not exist and values that
do not fit their field have no documented code; such a row is refused as a breach of the contact's schema, so
that a mistake shows.
"""

from enum import Enum
from typing import NamedTuple


class Effect(Enum):
    """What a reason does to its row; for a refused one, the figure of the summary that counts it."""

    INVALID = "invalidEntries"
    SUPPRESSED = "globallySuppressed"
    DUPLICATE = "duplicateIdentifiers"
    IMPORTED_WITHOUT = "imported"


class FailureKind(NamedTuple):
    description: str
    effect: Effect


KINDS: dict[str, FailureKind] = {
    "ApiSchemaViolation": FailureKind("{detail}", Effect.INVALID),
    "Duplicate": FailureKind("The identifier '{detail}' occurs more than once", Effect.DUPLICATE),
    "GloballySuppressed": FailureKind(
        "The identifier '{detail}' is barred from this account", Effect.SUPPRESSED
    ),
    "InvalidContactId": FailureKind("{detail}", Effect.INVALID),
    "InvalidContactStatus": FailureKind("Invalid value for '{detail}'", Effect.INVALID),
    "InvalidDomain": FailureKind("Invalid domain in 'email'", Effect.INVALID),
    "InvalidEmail": FailureKind("Invalid value for 'email'", Effect.INVALID),
    "InvalidMatchIdentifier": FailureKind("'{detail}' is not an identifier of this account", Effect.INVALID),
    "InvalidPhoneNumber": FailureKind(
        "Invalid value for 'mobileNumber': not in E.164 format", Effect.INVALID
    ),
    "NoValidIdentifiers": FailureKind("{detail}", Effect.INVALID),
    "SuppressedByDomain": FailureKind("The domain of '{detail}' cannot be contacted", Effect.SUPPRESSED),
    "InvalidAddressBookIds": FailureKind("Unknown list ids: {detail}", Effect.IMPORTED_WITHOUT),
    "consentRecordsNotApplied": FailureKind(
        "Consent records were badly formed and were not stored", Effect.IMPORTED_WITHOUT
    ),
    "preferencesNotApplied": FailureKind("Unknown preference ids: {detail}", Effect.IMPORTED_WITHOUT),
}


class Reason(NamedTuple):
    """One reason, ready for the report."""

    code: str
    description: str

    @property
    def effect(self) -> Effect:
        return KINDS[self.code].effect


def reason(code: str, detail: str = "") -> Reason:
    """The reason with this code of `KINDS`; `detail` completes its description."""
    return Reason(code, KINDS[code].description.format(detail=detail))
