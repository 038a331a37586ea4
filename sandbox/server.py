"""HTTP over sockets: reads calls completely, hands them to the application, writes its responses.

Connections are kept alive, one thread each. A body needs a `Content-Length`. One above the documented 50 MB
(taken as 50,000,000 bytes, the smaller of its two readings) is answered 413, after it has been read and
thrown away, because a caller that is still sending would not see the answer.
"""

import logging
import socket
import socketserver
import struct
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.error_answers import v3_refusal
from sandbox.exchange import Ending, Handler, Request, Response

MAX_BODY_BYTES = 50_000_000
MAX_DISCARDED_BYTES = 4 * MAX_BODY_BYTES
DISCARD_CHUNK_BYTES = 1 << 20
IDLE_SECONDS = 300
STOP_POLL_SECONDS = 0.05

logger = logging.getLogger(__name__)


class _UnreadableError(Exception):
    """The call could not be read to its end, so the connection closes; `response` is what is still said."""

    def __init__(self, response: Response | None = None) -> None:
        super().__init__()
        self.response = response


class _Connection(BaseHTTPRequestHandler):
    """One caller's connection."""

    server: "Server"
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True

    def _exchange(self) -> None:
        try:
            response: Response | None = self.server.application(self._read_request())
        except _UnreadableError as error:
            self.close_connection = True
            response = error.response
        if response is not None:
            self._write(response)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _exchange

    def _read_request(self) -> Request:
        body = self._read_body()
        try:
            address = urlsplit(self.path)
        except ValueError:
            raise _refusal(HTTPStatus.BAD_REQUEST, "The address is malformed") from None
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        return Request(self.command, unquote(address.path), query, self.headers, body)

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding"):
            raise _refusal(HTTPStatus.LENGTH_REQUIRED, "A body needs a Content-Length")
        text = self.headers.get("Content-Length", "0").strip()
        if not (text.isascii() and text.isdecimal() and len(text) < 16):
            raise _refusal(HTTPStatus.BAD_REQUEST, "The Content-Length is malformed")
        length = int(text)
        if length > MAX_BODY_BYTES:
            self._discard(min(length, MAX_DISCARDED_BYTES))
            raise _refusal(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The request body exceeds {MAX_BODY_BYTES:,} bytes"
            )
        if begin_fault := self.server.fault_while_reading(self.command, self.path.partition("?")[0], length):
            self._discard(length // 2)
            raise _UnreadableError(begin_fault())
        body = self.rfile.read(length)
        if len(body) < length:
            raise _UnreadableError
        return body

    def _discard(self, length: int) -> None:
        while length > 0:
            chunk = self.rfile.read(min(length, DISCARD_CHUNK_BYTES))
            if not chunk:
                raise _UnreadableError
            length -= len(chunk)

    def _write(self, response: Response) -> None:
        if response.held_seconds:
            self.server.is_stopping.wait(response.held_seconds)
        if response.ending is not Ending.WHOLE:
            self.close_connection = True
        if response.ending is Ending.RESET:
            # A socket that is closed while it lingers for no time sends a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        if response.ending in {Ending.RESET, Ending.CLOSE}:
            return
        self.send_response(response.status)
        if response.content_type:
            self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        is_whole = response.ending is Ending.WHOLE
        if self.command != "HEAD":
            self.wfile.write(response.body if is_whole else response.body[: len(response.body) // 2])

    def version_string(self) -> str:
        return "DotdigitalSandbox"

    def log_message(self, format: str, *args: Any) -> None:
        """Calls are not logged: addresses on the command line of a demo would only hide what matters."""


def _refusal(status: int, description: str) -> _UnreadableError:
    return _UnreadableError(v3_refusal(status, "badRequest", description).response)


def no_fault(_method: str, _path: str, _length: int) -> Callable[[], Response] | None:
    """Every body is read to its end."""
    return None


class Server(socketserver.ThreadingTCPServer):
    """Listens from the moment it is made; answers once it is started. Port 0 picks a free one.

    `fault_while_reading` (method, path, length of the body) says whether the reading of a body is to be broken off;
    what it returns is called once half of the body has been read, and says how.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
    application: Handler

    def __init__(
        self,
        host: str,
        port: int,
        fault_while_reading: Callable[[str, str, int], Callable[[], Response] | None] = no_fault,
    ) -> None:
        self.fault_while_reading = fault_while_reading
        self.is_stopping = threading.Event()
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Connection)
        name = f"[{host}]" if ":" in host else host
        self.address = f"{name}:{self.server_address[1]}"
        self._thread = threading.Thread(
            target=self.serve_forever, args=(STOP_POLL_SECONDS,), name="server", daemon=True
        )

    def start(self, application: Handler) -> None:
        """Answer calls with `application`, in the background."""
        self.application = application
        self._thread.start()

    def stop(self) -> None:
        """Accept no more connections and let go of the port."""
        self.is_stopping.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that goes away is no news."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            logger.exception("A connection failed")
