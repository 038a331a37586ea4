"""What stands in the headers of the tus protocol (https://tus.io/protocols/resumable-upload, version 1.0.0)."""

import base64
import binascii
import re
from typing import Any

from django.http import HttpRequest, HttpResponse

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,termination"
CHECKSUM_ALGORITHM = "sha256"
SHA256_BYTES = 32
PART_CONTENT_TYPE = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460
"""The protocol's own status; HTTP has none for it."""

_WHOLE_NUMBER = re.compile(r"[0-9]{1,15}")


class TusError(Exception):
    """The request is answered with this status, and with these headers. Programs read its text, not people."""

    def __init__(self, status: int, text: str, headers: dict[str, Any] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.headers = headers or {}


def whole_number(request: HttpRequest, header: str) -> int:
    """The number in `header`. Raises TusError when there is none, or one that no file has as its size."""
    text = request.headers.get(header, "")
    if not _WHOLE_NUMBER.fullmatch(text):
        raise TusError(400, f"no whole number of at most 15 digits in {header}")
    return int(text)


def metadata(request: HttpRequest) -> dict[str, str]:
    """What `Upload-Metadata` tells: pairs of a key and a text in Base64, separated by commas. Raises TusError."""
    found: dict[str, str] = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, encoded = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, ValueError):
            raise TusError(400, "no UTF-8 in Base64 in Upload-Metadata") from None
    return found


def sha256(request: HttpRequest) -> str:
    """The SHA-256 that `Upload-Checksum` announces, in hexadecimal. Raises TusError."""
    algorithm, _, encoded = request.headers.get("Upload-Checksum", "").partition(" ")
    if algorithm != CHECKSUM_ALGORITHM:
        raise TusError(400, f"no {CHECKSUM_ALGORITHM} in Upload-Checksum")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != SHA256_BYTES:
        raise TusError(400, f"no digest of {SHA256_BYTES} bytes in Base64 in Upload-Checksum")
    return digest.hex()


def answer(status: int = 204, **headers: object) -> HttpResponse:
    """An answer without a body; `Upload_Offset=3` is the header `Upload-Offset: 3`."""
    response = HttpResponse(status=status)
    for name, value in headers.items():
        response[name.replace("_", "-")] = str(value)
    return response
