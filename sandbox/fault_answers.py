"""What a caller gets to see when a fault switch is on: answers that are wrong, and connections that break.

Statuses and bodies are those of the reference pages where these say anything. Elsewhere they are what servers and
proxies send: 413, the 401 without a body and the 429s with less and less in them are not documented.
"""

import json
import math
import re
import time
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any, NamedTuple

from sandbox.exchange import (
    HTML_TYPE,
    JSON_TYPE,
    NO_TYPE,
    TEXT_TYPE,
    Ending,
    Handler,
    Middleware,
    Request,
    Response,
    json_response,
)
from sandbox.faults import (
    ACCOUNT,
    AFTER,
    ANY,
    BEFORE,
    CONTACTS,
    DELETE,
    DELETE_STATUS,
    HTTP_CALLS,
    IMPORT,
    PAGE,
    PROCESSING,
    REPORT,
    STATUS,
    Faults,
    Rule,
    RuleError,
)
from sandbox.rates import EPOCH, STATUS_TIER, reset_text, tier_of
from sandbox.report_faults import REPORT_FAULTS

SECONDS_TO_RESET = 60
SECONDS_TO_RETRY = 1
SAID_LIMIT = "150"
DELETE_PATH = "/contacts/v3/delete"


class Occasion(NamedTuple):
    """A call that gets a wrong answer. `reset` is the reading of X-RateLimit-Reset, EPOCH or SECONDS."""

    rule: Rule
    request: Request
    reset: str

    def seconds(self, usual: float) -> float:
        return usual if self.rule.seconds is None else self.rule.seconds


def v3(status: int, code: str, description: str) -> Response:
    return json_response({"errorCode": f"contacts:{code}", "description": description}, status)


def rate_headers(occasion: Occasion) -> tuple[tuple[str, str], ...]:
    """The tier is used up, for the rule's seconds or a minute."""
    now = time.time()
    return (
        ("X-RateLimit-Scope", tier_of(occasion.request) or STATUS_TIER),
        ("X-RateLimit-Limit", SAID_LIMIT),
        ("X-RateLimit-Remaining", "0"),
        ("X-RateLimit-Reset", reset_text(occasion.reset, now, now + occasion.seconds(SECONDS_TO_RESET))),
    )


def _page(title: str) -> bytes:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>".encode()


def _unavailable(occasion: Occasion) -> Response:
    wait = (("Retry-After", str(math.ceil(occasion.seconds(SECONDS_TO_RETRY)))),)
    return Response(HTTPStatus.SERVICE_UNAVAILABLE, _page("503 Service Unavailable"), HTML_TYPE, wait)


def _success(request: Request) -> int:
    """The status with which the call succeeds."""
    if request.method == "PUT" or request.path == DELETE_PATH:
        return HTTPStatus.ACCEPTED
    is_created = (request.method, request.path) == ("POST", "/v2/data-fields")
    return HTTPStatus.CREATED if is_created else HTTPStatus.OK


ANSWERS: dict[str, Callable[[Occasion], Response]] = {
    "answer": lambda occasion: given_answer(occasion.rule.answer),
    "unauthorised": lambda _: Response(HTTPStatus.UNAUTHORIZED, b""),
    "forbidden": lambda _: Response(HTTPStatus.FORBIDDEN, b"Forbidden: Access is denied", TEXT_TYPE),
    "tooLarge": lambda _: v3(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "badRequest", "The request body is too large"
    ),
    "badRequest": lambda _: v3(HTTPStatus.BAD_REQUEST, "badRequest", "The Identifiers field is required"),
    "rateLimited": lambda occasion: json_response(
        {"message": "The call rate limit is used up."}, HTTPStatus.TOO_MANY_REQUESTS, rate_headers(occasion)
    ),
    "rateLimitedEmpty": lambda occasion: Response(
        HTTPStatus.TOO_MANY_REQUESTS, b"", NO_TYPE, rate_headers(occasion)
    ),
    "rateLimitedBare": lambda _: Response(HTTPStatus.TOO_MANY_REQUESTS, b"", NO_TYPE),
    "flatLimit": lambda _: json_response(
        {"message": "You have exceeded your API calls. ERROR_APIUSAGE_EXCEEDED"}, HTTPStatus.BAD_REQUEST
    ),
    "tooManyActive": lambda _: v3(
        HTTPStatus.TOO_MANY_REQUESTS, "tooManyActiveImports", "There are too many active imports"
    ),
    "tooManyDeletions": lambda _: v3(
        HTTPStatus.TOO_MANY_REQUESTS, "tooManyBulkDeleteJobs", "Too many deletions are being processed"
    ),
    "serverError": lambda _: v3(HTTPStatus.INTERNAL_SERVER_ERROR, "serverError", "An error has occurred"),
    "badGateway": lambda _: Response(HTTPStatus.BAD_GATEWAY, _page("502 Bad Gateway"), HTML_TYPE),
    "unavailable": _unavailable,
    "notFound": lambda _: v3(HTTPStatus.NOT_FOUND, "importNotFound", "The import request could not be found"),
    "wrongJson": lambda occasion: json_response({"unexpected": [1, 2]}, _success(occasion.request)),
    "emptyAnswer": lambda occasion: Response(_success(occasion.request), b""),
}
ENDINGS = {"reset": Ending.RESET, "close": Ending.CLOSE, "truncate": Ending.TRUNCATED, "hang": Ending.CLOSE}
DELAY, STATUS_WORD, END = "delay", "statusWord", "end"
NAMES = frozenset({*ANSWERS, *ENDINGS, DELAY})
"""The faults that begin once a request has been read."""

ALWAYS_AFTER = frozenset({"truncate", DELAY, STATUS_WORD})
"""Those that need the real answer, so that the call is carried out whatever their rule says."""

WHILE_READING = {"resetDuringBody": Ending.RESET, "hangDuringBody": Ending.CLOSE}
"""The faults that begin when half of a body has been read."""

LASTING = frozenset({"hang", "hangDuringBody", DELAY})
PAGE_FAULTS = frozenset({"shortPage", "repeatedContacts", "skippedContacts"})
"""What can be wrong with a page of contacts that is an answer all the same: see `contact_pages.contact_page`."""

NAMES_OF_CALL: dict[str, frozenset[str]] = {
    **{call: NAMES | WHILE_READING.keys() for call in (*HTTP_CALLS, ANY)},
    STATUS: NAMES | {STATUS_WORD},
    PAGE: PAGE_FAULTS,
    PROCESSING: frozenset({END}),
    REPORT: frozenset(REPORT_FAULTS),
}

_is_status = re.compile(r"/contacts/v3/import/[^/]+").fullmatch
_is_delete_status = re.compile(rf"{DELETE_PATH}/[^/]+").fullmatch
_is_contacts = re.compile(r"/contacts/v3(/[^/]+/.+)?", re.DOTALL).fullmatch


def read_rules(content: Any) -> list[Rule]:
    """The rules in a call's body, as JSON; RuleError when it has none, or one that could never be carried out."""
    if not isinstance(content, list):
        raise RuleError("rules are an array")
    rules = [Rule.from_json(given) for given in content]
    for rule in rules:
        _check_rule(rule)
        if rule.fault in ALWAYS_AFTER:
            rule.moment = AFTER
        elif rule.fault not in NAMES:
            rule.moment = BEFORE
    return rules


def _check_rule(rule: Rule) -> None:
    if rule.fault not in NAMES_OF_CALL[rule.call]:
        raise RuleError(f"{rule.fault} is no fault of {rule.call}")
    if rule.fault in LASTING and rule.seconds is None:
        raise RuleError(f"{rule.fault} needs seconds")
    if rule.fault in {STATUS_WORD, END} and not rule.status:
        raise RuleError(f"{rule.fault} needs a status")
    if rule.contains and (rule.call not in {IMPORT, ANY, PROCESSING} or rule.fault in WHILE_READING):
        raise RuleError(f"{rule.fault} of {rule.call} does not know the body")
    if rule.min_bytes and rule.call in {REPORT, PAGE}:
        raise RuleError(f"a {rule.call} has no body that was sent")
    given_answer(rule.answer)


def given_answer(answer: dict[str, Any]) -> Response:
    """The answer that a rule gives word for word: status, body (what is no text is sent as JSON), contentType and
    headers. Raises RuleError."""
    status, content_type = answer.get("status", HTTPStatus.OK), answer.get("contentType", JSON_TYPE)
    body, headers = answer.get("body", ""), answer.get("headers", {})
    if not isinstance(status, int) or not HTTPStatus.OK <= status <= 599:
        raise RuleError("the status of an answer is a number from 200 to 599")
    if not isinstance(content_type, str) or not isinstance(headers, dict):
        raise RuleError("the contentType of an answer is a text, its headers are an object")
    text = body if isinstance(body, str) else json.dumps(body)
    return Response(
        status, text.encode(), content_type, tuple((name, str(value)) for name, value in headers.items())
    )


def call_of(method: str, path: str) -> str | None:
    """Which kind of call this is; None for the sandbox's own pages and helpers."""
    if method == "PUT" and path == "/contacts/v3/import":
        return IMPORT
    if _is_status(path):
        return STATUS
    if path == DELETE_PATH or _is_delete_status(path):
        return DELETE if method == "POST" else DELETE_STATUS
    if _is_contacts(path):
        return CONTACTS
    return ACCOUNT if path.startswith(("/v2/", "/configuration/")) else None


def inject_faults(faults: Faults, reset: str = EPOCH) -> Middleware:
    """Middleware that carries out the rules in force; `reset` is the reading of X-RateLimit-Reset."""

    def middleware(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            call = call_of(request.method, request.path)
            if call is None:
                return handler(request)
            if rule := faults.take(call, NAMES, request.body, BEFORE):
                return _carry_out(Occasion(rule, request, reset), Response(_success(request), b""))
            response = handler(request)
            is_status = call == STATUS and response.status == HTTPStatus.OK
            names = NAMES | {STATUS_WORD} if is_status else NAMES
            rule = faults.take(call, names, request.body, AFTER)
            return response if rule is None else _carry_out(Occasion(rule, request, reset), response)

        return handle

    return middleware


def faults_while_reading(
    faults: Faults, on_call: Callable[[str], None]
) -> Callable[[str, str, int], Callable[[], Response] | None]:
    """What the server is to ask before it reads a body: what ends the call once half of that has been read.

    `on_call` is told of the calls that end so, because they get no further.
    """

    def fault(method: str, path: str, length: int) -> Callable[[], Response] | None:
        call = call_of(method, path)
        rule = faults.reserve(call, frozenset(WHILE_READING), size=length) if call else None
        if call is None or rule is None:
            return None
        on_call(call)

        def begin() -> Response:
            faults.begin(rule)
            return Response(0, b"", ending=WHILE_READING[rule.fault], held_seconds=rule.seconds or 0.0)

        return begin

    return fault


def _carry_out(occasion: Occasion, response: Response) -> Response:
    """`response` is the real answer, or one in its place where there is none."""
    rule = occasion.rule
    if make := ANSWERS.get(rule.fault):
        return make(occasion)
    if rule.fault == STATUS_WORD:
        import_id = json.loads(response.body)["importId"]
        return json_response({"importId": import_id, "status": rule.status, "summary": None})
    held_seconds = rule.seconds or 0.0 if rule.fault in LASTING else 0.0
    return replace(response, ending=ENDINGS.get(rule.fault, Ending.WHOLE), held_seconds=held_seconds)
