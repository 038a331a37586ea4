"""Servers on the loopback that answer from a script, or misbehave on purpose."""

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOOPBACK = "127.0.0.1"
NOBODY_WAITS_LONGER_SECONDS = 10


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def json_reply(data: Any, status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(data).encode(), {"Content-Type": "application/json", **named})


class ScriptedServer:
    """Gives its replies one after another and keeps the requests it got."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.requests: list[Request] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                owner.requests.append(Request(self.command, self.path, headers, body))
                reply = owner.replies.pop(0) if owner.replies else Reply(599)
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

            do_GET = do_PUT = do_POST = answer

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *args: object) -> None:
                """A client that hangs up early is what some tests are about."""

        self._server = Server((LOOPBACK, 0), Handler)
        self._server.daemon_threads = True
        self.host = f"{LOOPBACK}:{self._server.server_port}"
        self.endpoint = f"http://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def will_answer(self, *replies: Reply) -> None:
        self.replies.extend(replies)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def raw_server(behave: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that treats its one connection as `behave` says; yields its `host:port`."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        listener.settimeout(NOBODY_WAITS_LONGER_SECONDS)

        def serve() -> None:
            with suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(NOBODY_WAITS_LONGER_SECONDS)
                    if tls is None:
                        behave(connection)
                    else:
                        with tls.wrap_socket(connection, server_side=True) as wrapped:
                            behave(wrapped)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"{LOOPBACK}:{listener.getsockname()[1]}"
        finally:
            # Wakes the server up if nobody ever connected.
            with suppress(OSError), socket.create_connection(listener.getsockname(), timeout=1):
                pass
            thread.join()


def read_head(connection: socket.socket) -> bytes:
    """The request up to the end of its headers, and whatever of the body came along."""
    got = b""
    while b"\r\n\r\n" not in got:
        block = connection.recv(65_536)
        if not block:
            break
        got += block
    return got


def read_whole_request(connection: socket.socket) -> bytes:
    got = read_head(connection)
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length:
        block = connection.recv(65_536)
        if not block:
            break
        body += block
    return body


def reset(connection: socket.socket) -> None:
    """Close so that the other side gets a reset instead of an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def drain(connection: socket.socket) -> None:
    """Take what still comes until the other side ends."""
    with suppress(OSError):
        while connection.recv(65_536):
            pass


def says(*answer: bytes) -> Callable[[socket.socket], None]:
    """Read the request, send `answer`, end."""

    def behave(connection: socket.socket) -> None:
        read_whole_request(connection)
        for part in answer:
            connection.sendall(part)

    return behave


@contextmanager
def full_backlog() -> Iterator[str]:
    """A port that takes no further connection, and does not refuse one either."""
    fillers: Sequence[socket.socket] = [socket.socket() for _ in range(4)]
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen(0)
        try:
            for filler in fillers:
                filler.setblocking(False)
                with suppress(BlockingIOError):
                    filler.connect(listener.getsockname())
            yield f"{LOOPBACK}:{listener.getsockname()[1]}"
        finally:
            for filler in fillers:
                filler.close()


def closed_port() -> str:
    """A `host:port` that nobody listens on."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        return f"{LOOPBACK}:{listener.getsockname()[1]}"
