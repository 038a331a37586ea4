"""What a caller gets to see when a fault switch is on: answers that are wrong, and connections that break."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from sandbox.exchange import (
    HTML_TYPE,
    JSON_TYPE,
    Ending,
    Handler,
    Middleware,
    Request,
    Response,
    json_response,
)
from sandbox.faults import ACCOUNT, AFTER, IMPORT, STATUS, Faults, Rule

HTML_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"
RETRY_AFTER_SECONDS = "1"
WINDOW_SECONDS = 60


def v3(status: int, code: str, description: str) -> Response:
    return json_response({"errorCode": f"contacts:{code}", "description": description}, status)


def rate_headers() -> tuple[tuple[str, str], ...]:
    """The tier is used up, until in a minute."""
    return (
        ("X-RateLimit-Scope", "lowCallRate"),
        ("X-RateLimit-Limit", "150"),
        ("X-RateLimit-Remaining", "0"),
        ("X-RateLimit-Reset", str(int(time.time()) + WINDOW_SECONDS)),
    )


ANSWERS: dict[str, Callable[[], Response]] = {
    "unauthorised": lambda: Response(HTTPStatus.UNAUTHORIZED, b""),
    "forbidden": lambda: Response(HTTPStatus.FORBIDDEN, b"Forbidden: Access is denied", "text/plain"),
    "tooLarge": lambda: v3(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "badRequest", "The request body is too large"
    ),
    "badRequest": lambda: v3(HTTPStatus.BAD_REQUEST, "badRequest", "The Identifiers field is required"),
    "rateLimited": lambda: json_response(
        {"message": "The call rate limit is used up."}, HTTPStatus.TOO_MANY_REQUESTS, rate_headers()
    ),
    "rateLimitedEmpty": lambda: Response(HTTPStatus.TOO_MANY_REQUESTS, b"", headers=rate_headers()),
    "rateLimitedBare": lambda: Response(HTTPStatus.TOO_MANY_REQUESTS, b""),
    "flatLimit": lambda: json_response(
        {"message": "You have exceeded your API calls. ERROR_APIUSAGE_EXCEEDED"}, HTTPStatus.BAD_REQUEST
    ),
    "tooManyActive": lambda: v3(
        HTTPStatus.TOO_MANY_REQUESTS, "tooManyActiveImports", "There are too many active imports"
    ),
    "serverError": lambda: v3(HTTPStatus.INTERNAL_SERVER_ERROR, "serverError", "An error has occurred"),
    "badGateway": lambda: Response(HTTPStatus.BAD_GATEWAY, HTML_PAGE, HTML_TYPE),
    "unavailable": lambda: Response(
        HTTPStatus.SERVICE_UNAVAILABLE, HTML_PAGE, HTML_TYPE, (("Retry-After", RETRY_AFTER_SECONDS),)
    ),
    "notFound": lambda: v3(HTTPStatus.NOT_FOUND, "importNotFound", "The import request could not be found"),
}
ENDINGS = {"reset": Ending.RESET, "close": Ending.CLOSE, "truncate": Ending.TRUNCATED, "hang": Ending.CLOSE}
ALTERED = frozenset({"wrongJson", "emptyAnswer", "statusWord", "delay"})
NAMES = frozenset({"answer", *ANSWERS, *ENDINGS, *ALTERED})
"""The faults that begin once a request has been read."""

WHILE_READING = {"resetDuringBody": Ending.RESET, "hangDuringBody": Ending.CLOSE}
"""The faults that begin when half of a body has been read."""

_is_status = re.compile(r"/contacts/v3/import/[^/]+").fullmatch


def call_of(method: str, path: str) -> str | None:
    """Which kind of call this is; None for the sandbox's own pages and helpers."""
    if method == "PUT" and path == "/contacts/v3/import":
        return IMPORT
    if _is_status(path):
        return STATUS
    return ACCOUNT if path.startswith(("/v2/", "/configuration/")) else None


def inject_faults(faults: Faults) -> Middleware:
    """Middleware that carries out the rules in force."""

    def middleware(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            call = call_of(request.method, request.path)
            rule = faults.take(call, NAMES, request.body) if call else None
            return handler(request) if rule is None else _carry_out(rule, request, handler)

        return handle

    return middleware


def faults_while_reading(faults: Faults) -> Callable[[str, str, int], Response | None]:
    """What the server is to ask before it reads a body."""

    def fault(method: str, path: str, length: int) -> Response | None:
        call = call_of(method, path)
        rule = faults.take(call, frozenset(WHILE_READING), size=length) if call else None
        if rule is None:
            return None
        return Response(0, b"", ending=WHILE_READING[rule.fault], held_seconds=rule.seconds)

    return fault


def _carry_out(rule: Rule, request: Request, handler: Handler) -> Response:
    if rule.fault == "answer":
        if rule.moment == AFTER:
            handler(request)
        return _given(rule.answer)
    if make := ANSWERS.get(rule.fault):
        if rule.moment == AFTER:
            handler(request)
        return make()
    # An answer that is broken off needs one that could have been; the others need the real one.
    is_real = rule.moment == AFTER or rule.fault in ALTERED or rule.fault == "truncate"
    response = handler(request) if is_real else Response(HTTPStatus.OK, b"")
    if ending := ENDINGS.get(rule.fault):
        return replace(response, ending=ending, held_seconds=rule.seconds)
    if rule.fault == "wrongJson":
        return replace(response, body=b'{"unexpected": [1, 2]}')
    if rule.fault == "emptyAnswer":
        return replace(response, body=b"")
    if rule.fault == "statusWord":
        import_id = request.path.rpartition("/")[2]
        return json_response({"importId": import_id, "status": rule.status, "summary": None})
    return replace(response, held_seconds=rule.seconds)  # delay


def _given(answer: dict[str, Any]) -> Response:
    body = answer.get("body", "")
    text = body if isinstance(body, str) else str(body)
    headers = tuple((str(name), str(value)) for name, value in answer.get("headers", {}).items())
    return Response(answer.get("status", 200), text.encode(), answer.get("contentType", JSON_TYPE), headers)
