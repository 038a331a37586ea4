"""Basic auth in front of the API; the sandbox's own pages are open."""

import base64
import binascii
import hmac
from http import HTTPStatus

from sandbox.error_answers import UNAUTHORISED_MESSAGE, message
from sandbox.exchange import Handler, Middleware, Request, Response

API_PREFIXES = ("/v2/", "/contacts/", "/configuration/")


def require_credentials(api_user: str, api_password: str) -> Middleware:
    """Middleware that answers 401 to API calls without these credentials."""
    expected = f"{api_user}:{api_password}".encode()

    def middleware(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            is_open = not request.path.startswith(API_PREFIXES)
            if is_open or hmac.compare_digest(_given(request), expected):
                return handler(request)
            challenge = ("WWW-Authenticate", 'Basic realm="Dotdigital sandbox", charset="UTF-8"')
            return message(UNAUTHORISED_MESSAGE, HTTPStatus.UNAUTHORIZED, (challenge,))

        return handle

    return middleware


def _given(request: Request) -> bytes:
    scheme, _, token = (request.headers.get("Authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(token.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
