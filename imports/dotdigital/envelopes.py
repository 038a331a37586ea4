"""Reading the two envelopes that errors come in, and plain text where there is none.

v3: `{"errorCode", "description", "details": [{"item", "description" or "error"}]}`.
v2: `{"message": "words ERROR_TOKEN"}`.

Sources: the vendor's Contacts specification 3.4.3, its error-handling page (whose sample says `error` where
its contract says `description`), and the v2 message reader of its PHP SDK. Nothing is ever raised here: an
error that cannot be read is still an error, known by its HTTP status.
"""

import re
from dataclasses import dataclass
from typing import Any

from imports.dotdigital.answers import read_json, read_text
from imports.dotdigital.errors import UnreadableAnswerError
from imports.dotdigital.types import ErrorDetail

MAX_DESCRIPTION_CHARS = 2_000
MAX_DETAILS = 100

# A code goes into logs, so it must look like one: no "@", no spaces, not a number.
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,99}")
_V2_TOKEN = re.compile(r"\bERROR_[A-Z0-9_]{1,90}\b")


@dataclass(frozen=True)
class ErrorEnvelope:
    """What the service said: a code ("" when it gave none), its words, and the items it complains about."""

    code: str = ""
    description: str = ""
    details: tuple[ErrorDetail, ...] = ()


def read_envelope(body: bytes) -> ErrorEnvelope:
    """The envelope in `body`. A page of HTML says nothing; other text is taken as the description."""
    try:
        data = read_json(body)
    except UnreadableAnswerError:
        return ErrorEnvelope(description=_plain_text(body))
    if isinstance(data, str):
        return ErrorEnvelope(description=_bounded(data))
    if not isinstance(data, dict):
        return ErrorEnvelope()
    answer = _by_lower_name(data)
    if "errorcode" not in answer and "message" in answer:
        return _read_v2(read_text(answer["message"]))
    code = read_text(answer.get("errorcode")).strip()
    return ErrorEnvelope(
        code=code if _CODE.fullmatch(code) else "",
        description=_bounded(read_text(answer.get("description"))),
        details=_details(answer.get("details")),
    )


def _read_v2(message: str) -> ErrorEnvelope:
    token = _V2_TOKEN.search(message)
    return ErrorEnvelope(
        code=token.group() if token else "",
        description=_bounded(_V2_TOKEN.sub("", message, count=1)),
    )


def _details(value: Any) -> tuple[ErrorDetail, ...]:
    if not isinstance(value, list):
        return ()
    given = [_by_lower_name(entry) for entry in value[:MAX_DETAILS] if isinstance(entry, dict)]
    return tuple(
        ErrorDetail(
            item=_bounded(read_text(entry.get("item"))),
            description=_bounded(read_text(entry.get("description")) or read_text(entry.get("error"))),
        )
        for entry in given
    )


def _by_lower_name(data: dict[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in data.items()}


def _plain_text(body: bytes) -> str:
    text = read_text(body.decode("utf-8-sig", errors="replace")).strip()
    return "" if text.startswith(("<", "{", "[")) else _bounded(text)


def _bounded(text: str) -> str:
    return read_text(text).strip()[:MAX_DESCRIPTION_CHARS]
