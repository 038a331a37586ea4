"""From a request to its response: middleware around a table of routes."""

import logging
import re
from collections.abc import Callable, Sequence
from functools import reduce
from http import HTTPStatus
from typing import Any, NamedTuple

from sandbox.error_answers import CallRefusedError, message
from sandbox.exchange import Handler, Middleware, Request, Response

logger = logging.getLogger(__name__)


class Route(NamedTuple):
    """`handle` is called with the request and the named groups of `pattern`, which matches a whole path."""

    method: str
    pattern: str
    handle: Callable[..., Response]


def build_application(routes: Sequence[Route], middleware: Sequence[Middleware]) -> Handler:
    """The handler of every call. The first of `middleware` sees a request first and its response last.

    This is the place for anything that should come between a caller and the routes.
    """
    return reduce(lambda inner, wrap: wrap(inner), reversed(middleware), _router(routes))


def _router(routes: Sequence[Route]) -> Handler:
    table = [(re.compile(route.pattern), route) for route in routes]

    def handle(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        allowed: list[str] = []
        for pattern, route in table:
            match = pattern.fullmatch(request.path)
            if match and route.method == method:
                return _answer(route.handle, request, match.groupdict())
            if match:
                allowed.append(route.method)
        if allowed:
            text = "The requested resource does not support this method."
            return message(text, HTTPStatus.METHOD_NOT_ALLOWED, (("Allow", ", ".join(allowed)),))
        return message("No such resource.", HTTPStatus.NOT_FOUND)

    return handle


def _answer(handle: Callable[..., Response], request: Request, parameters: dict[str, Any]) -> Response:
    try:
        return handle(request, **parameters)
    except CallRefusedError as error:
        return error.response
    except Exception:
        logger.exception("%s %s failed", request.method, request.path)
        return message("An error has occurred.", HTTPStatus.INTERNAL_SERVER_ERROR)
