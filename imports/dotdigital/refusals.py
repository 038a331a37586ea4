"""From an HTTP answer that is not a success to the error that says what to do about it.

A code that is known decides before the status does: one 429 means "no slot", another "no calls left", and API
users on the deprecated rate scheme are told the latter with a 400. A 5xx stays a fault whatever it says.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from imports.dotdigital.envelopes import ErrorEnvelope, read_envelope
from imports.dotdigital.errors import (
    BodyTooLargeError,
    ContactNotFoundError,
    CredentialsRefusedError,
    DotdigitalError,
    ImportNotFoundError,
    RateLimitedError,
    RedirectedError,
    RefusedError,
    ServerError,
    StrayAnswerError,
    TooManyActiveImportsError,
    TooManyDeletionsError,
    UnreachableError,
    WrongRegionError,
)
from imports.dotdigital.limits import (
    FLAT_WAIT_SECONDS,
    TIERED_WAIT_SECONDS,
    read_allowance,
    retry_after_seconds,
    retry_at,
)

FLAT_SCHEME_CODE = "error_apiusage_exceeded"

ERRORS_BY_CODE: Mapping[str, type[DotdigitalError]] = {
    "contacts:toomanyactiveimports": TooManyActiveImportsError,
    "error_import_toomanyactiveimports": TooManyActiveImportsError,
    "contacts:toomanybulkdeletejobs": TooManyDeletionsError,
    "contacts:importnotfound": ImportNotFoundError,
    "contacts:contactnotfound": ContactNotFoundError,
    FLAT_SCHEME_CODE: RateLimitedError,
    "error_invalid_login": CredentialsRefusedError,
    "error_system_servicetemporarilyunavailable": ServerError,
}

ERRORS_BY_STATUS: Mapping[int, type[DotdigitalError]] = {
    401: CredentialsRefusedError,
    403: WrongRegionError,
    408: UnreachableError,  # the request did not arrive in full, so it was not processed
    413: BodyTooLargeError,
    429: RateLimitedError,
}

# Of these, Dotdigital's own come with a code. Without one they are said by something on the way that has no such page,
# or does not take such calls; so an import is gone only when Dotdigital says so by `contacts:importNotFound`.
STRAY_STATUSES = frozenset({404, 405, 406, 407, 410, 411, 417, 421, 423, 425, 426, 451})

# The documented words of the wrong region's 403. Others carry a code: a feature is not active, say.
WRONG_REGION_WORDS = "access is denied"


def read_refusal(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> DotdigitalError:
    """The error for an answer with `status` 300 or above, not raised. `now` is aware."""
    envelope = read_envelope(body)
    kind = _error_class(status, envelope)
    facts: dict[str, Any] = {
        "status": status,
        "code": envelope.code,
        "description": envelope.description,
        "details": envelope.details,
    }
    if issubclass(kind, RateLimitedError):
        is_flat = envelope.code.casefold() == FLAT_SCHEME_CODE
        until = retry_at(headers, now, FLAT_WAIT_SECONDS if is_flat else TIERED_WAIT_SECONDS)
        allowance = read_allowance(headers, now)
        return kind(until, scope=allowance.scope if allowance else "", is_flat=is_flat, **facts)
    if issubclass(kind, ServerError):
        return kind(retry_after_seconds=retry_after_seconds(headers, now), **facts)
    return kind(**facts)


def _error_class(status: int, envelope: ErrorEnvelope) -> type[DotdigitalError]:
    if status >= 500:
        return ServerError
    if status < 400:
        return RedirectedError
    if status in STRAY_STATUSES and not envelope.code:
        return StrayAnswerError
    kind = ERRORS_BY_CODE.get(envelope.code.casefold()) or ERRORS_BY_STATUS.get(status, RefusedError)
    if (
        kind is WrongRegionError
        and envelope.code
        and WRONG_REGION_WORDS not in envelope.description.casefold()
    ):
        return RefusedError
    return kind
