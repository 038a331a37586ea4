"""HTTP over sockets: reads calls completely, hands them to the application, writes its responses.

Connections are kept alive, one thread each. A body needs a `Content-Length`. One above the documented 50 MB
(taken as 50,000,000 bytes, the smaller of its two readings) is answered 413, after it has been read and
thrown away, because a caller that is still sending would not see the answer.
"""

import logging
import socket
import socketserver
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.answers import message, v3_refusal
from sandbox.exchange import Handler, Request, Response

MAX_BODY_BYTES = 50_000_000
MAX_DISCARDED_BYTES = 4 * MAX_BODY_BYTES
DISCARD_CHUNK_BYTES = 1 << 20
IDLE_SECONDS = 300

logger = logging.getLogger(__name__)


class _BodyRefusedError(Exception):
    """The body was not read completely; carries the answer, after which the connection is of no use."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"HTTP {response.status}")
        self.response = response


class _Vanished(Exception):  # noqa: N818 - not an error of anybody here
    """The caller closed the connection in the middle of a body."""


class _Connection(BaseHTTPRequestHandler):
    """One caller's connection."""

    server: "Server"
    protocol_version = "HTTP/1.1"
    server_version = "DotdigitalSandbox"
    sys_version = ""
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True

    def _exchange(self) -> None:
        try:
            body = self._read_body()
        except _BodyRefusedError as error:
            self.close_connection = True
            self._write(error.response)
            return
        except _Vanished:
            self.close_connection = True
            return
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        request = Request(self.command, unquote(address.path), query, self.headers, body)
        self._write(too_large() if body is _TOO_LARGE else self.server.application(request))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _exchange  # noqa: N815
