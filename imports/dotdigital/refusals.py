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
    CredentialsRefusedError,
    DotdigitalError,
    ImportNotFoundError,
    RateLimitedError,
    RedirectedError,
    RefusedError,
    ServerError,
    TooManyActiveImportsError,
    UnreachableError,
    WrongRegionError,
)
from imports.dotdigital.limits import FLAT_WAIT_S, TIERED_WAIT_S, read_allowance, retry_after_s, retry_at

FLAT_SCHEME_CODE = "error_apiusage_exceeded"

ERRORS_BY_CODE: Mapping[str, type[DotdigitalError]] = {
    "contacts:toomanyactiveimports": TooManyActiveImportsError,
    "error_import_toomanyactiveimports": TooManyActiveImportsError,
    "contacts:importnotfound": ImportNotFoundError,
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

# The documented words of the wrong region's 403. Others carry a code: a feature is not active, say.
WRONG_REGION_WORDS = "access is denied"


def read_refusal(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    errors_by_status: Mapping[int, type[DotdigitalError]] = ERRORS_BY_STATUS,
) -> DotdigitalError:
    """The error for an answer with `status` 300 or above, not raised. `now` is aware."""
    envelope = read_envelope(body)
    kind = _error_class(status, envelope, errors_by_status)
    facts: dict[str, Any] = {
        "status": status,
        "code": envelope.code,
        "description": envelope.description,
        "details": envelope.details,
    }
    if issubclass(kind, RateLimitedError):
        is_flat = envelope.code.casefold() == FLAT_SCHEME_CODE
        until = retry_at(headers, now, FLAT_WAIT_S if is_flat else TIERED_WAIT_S)
        allowance = read_allowance(headers, now)
        return kind(until, scope=allowance.scope if allowance else "", is_flat=is_flat, **facts)
    if issubclass(kind, ServerError):
        return kind(retry_after_s=retry_after_s(headers, now), **facts)
    return kind(**facts)


def _error_class(
    status: int, envelope: ErrorEnvelope, errors_by_status: Mapping[int, type[DotdigitalError]]
) -> type[DotdigitalError]:
    if status >= 500:
        return ServerError
    if status < 400:
        return RedirectedError
    kind = ERRORS_BY_CODE.get(envelope.code.casefold()) or errors_by_status.get(status, RefusedError)
    if (
        kind is WrongRegionError
        and envelope.code
        and WRONG_REGION_WORDS not in envelope.description.casefold()
    ):
        return RefusedError
    return kind
