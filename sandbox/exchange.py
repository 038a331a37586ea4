"""One HTTP call and its answer, independent of the server that carries them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from enum import Enum
from typing import Any

JSON_TYPE = "application/json; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"
NO_TYPE = ""


@dataclass(frozen=True)
class Request:
    """A call whose body has been read completely. `path` is decoded and carries no query; header names
    match in any letter case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Message
    body: bytes = field(repr=False)


class Ending(Enum):
    """How much of an answer reaches the caller, and how the connection ends."""

    WHOLE = "whole"
    TRUNCATED = "truncated"  # all headers, half of the body
    CLOSE = "close"  # nothing
    RESET = "reset"  # nothing, and a TCP reset


@dataclass(frozen=True)
class Response:
    """An answer; `Content-Length` and, unless it is NO_TYPE, `Content-Type` are added by the server.

    `ending` other than WHOLE, and `held_seconds` before anything is sent, are faults on purpose.
    """

    status: int
    body: bytes = field(repr=False)
    content_type: str = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = ()
    ending: Ending = Ending.WHOLE
    held_seconds: float = 0.0


Handler = Callable[[Request], Response]
Middleware = Callable[[Handler], Handler]


def json_response(content: Any, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    return Response(status, json.dumps(content).encode(), JSON_TYPE, headers)
