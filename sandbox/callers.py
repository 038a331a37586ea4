"""Whose calls are answered: those of programs, and of the sandbox's own pages. Not those of a page elsewhere that the
browser of somebody at this machine has open.

Such a page cannot read what is answered, but its form could switch on a fault; and with a name of its own that it has
resolve to this machine (DNS rebinding) it would count as the sandbox's. Browsers name the page's origin with
every POST, and a name of its own cannot look like an address (RFC 6454; Fetch Standard, "Origin header").
"""

import ipaddress
import re
from http import HTTPStatus

from sandbox.error_answers import message
from sandbox.exchange import Handler, Middleware, Request, Response

LOOPBACK_NAME = "localhost"
_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9.-]+))(?::[0-9]+)?").fullmatch


def answer_known_callers(listens_on: str) -> Middleware:
    """Refuses calls that name another host than an IP address, `localhost` or `listens_on`, and those that a page of
    another origin makes."""
    names = {LOOPBACK_NAME, listens_on.lower()}

    def wrap(inner: Handler) -> Handler:
        def handle(request: Request) -> Response:
            host = request.headers.get("Host")
            if host is not None and not _is_known(host, names):
                text = "This host is not known here. Call the sandbox by its address, or as localhost."
                return message(text, HTTPStatus.MISDIRECTED_REQUEST)
            origin = request.headers.get("Origin")
            if origin is not None and origin != f"http://{host}":
                return message("Pages of another origin may not call the sandbox.", HTTPStatus.FORBIDDEN)
            return inner(request)

        return handle

    return wrap


def _is_known(host: str, names: set[str]) -> bool:
    found = _HOST(host)
    if found is None:
        return False
    name = (found["six"] or found["name"]).lower()
    return name in names or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
