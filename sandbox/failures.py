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


class Kind(NamedTuple):
    description: str
    effect: Effect


KINDS: dict[str, Kind] = {
    "ApiSchemaViolation": Kind("{detail}", Effect.INVALID),
    "Duplicate": Kind("The identifier '{detail}' occurs more than once", Effect.DUPLICATE),
    "GloballySuppressed": Kind("The identifier '{detail}' is barred from this account", Effect.SUPPRESSED),
    "InvalidContactId": Kind("{detail}", Effect.INVALID),
    "InvalidContactStatus": Kind("Invalid value for '{detail}'", Effect.INVALID),
    "InvalidDomain": Kind("Invalid domain in 'email'", Effect.INVALID),
    "InvalidEmail": Kind("Invalid value for 'email'", Effect.INVALID),
    "InvalidMatchIdentifier": Kind("'{detail}' is not an identifier of this account", Effect.INVALID),
    "InvalidPhoneNumber": Kind("Invalid value for 'mobileNumber': not in E.164 format", Effect.INVALID),
    "NoValidIdentifiers": Kind("{detail}", Effect.INVALID),
    "SuppressedByDomain": Kind("The domain of '{detail}' cannot be contacted", Effect.SUPPRESSED),
    "InvalidAddressBookIds": Kind("Unknown list ids: {detail}", Effect.IMPORTED_WITHOUT),
    "consentRecordsNotApplied": Kind(
        "Consent records were badly formed and were not stored", Effect.IMPORTED_WITHOUT
    ),
    "preferencesNotApplied": Kind("Unknown preference ids: {detail}", Effect.IMPORTED_WITHOUT),
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
