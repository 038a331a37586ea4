"""What one process does with connections that take too long, and with more of them than there are places."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from portal.serving.request_bodies import FREE_BODY_BYTES
from portal.serving.web_server import (
    PatientTcpServer,
    RequestLimits,
    room_for_connections,
    settings_for_waitress,
    without_bodies_for_head,
)
from tests.patience import PATIENCE_SECONDS

NEVER_SECONDS = 3_600.0
STREAMED_MB = 25  # more than waitress would keep for a client by itself
HALF_A_HEADER = b"GET / HTTP/1.1\r\nHost: a"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Says what it was told of the request; `/stream` is made while it is sent."""
    if environ["PATH_INFO"] == "/stream":
        start_response("200 OK", [])
        return (bytes(1_000_000) for _ in range(STREAMED_MB))
    length = int(environ.get("CONTENT_LENGTH") or 0)
    try:
        told = f"{environ.get('HTTP_X_FORWARDED_PROTO')} {len(environ['wsgi.input'].read(length))}".encode()
    except OSError:
        told = b"cut"
    start_response("200 OK", [("Content-Length", str(len(told)))])
    return [told]


@contextmanager
def serving(is_behind_proxy: bool = False, **limits: Any) -> Iterator[int]:
    """A server in a thread of this process, of which nothing is late but what `limits` say; its port."""
    patient = dict.fromkeys(
        ("header_seconds", "small_body_seconds", "stalled_seconds", "idle_seconds"), NEVER_SECONDS
    )
    listener = socket.create_server(("127.0.0.1", 0))
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(2)
    connections: dict[int, Any] = {}
    server = PatientTcpServer(
        without_bodies_for_head(application),
        connections,
        _sock=listener,
        dispatcher=dispatcher,
        adj=Adjustments(**settings_for_waitress(is_behind_proxy=is_behind_proxy)),
        sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
        bind_socket=False,
    )
    server.limits = RequestLimits(max_upload_bytes=1_000_000, **{**patient, **limits})
    is_over = threading.Event()

    def run() -> None:
        while not is_over.is_set():
            wasyncore.loop(0.05, use_poll=True, map=connections, count=1)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        is_over.set()
        thread.join()
        dispatcher.shutdown()
        for channel in server.active_channels.copy().values():
            channel.handle_close()  # with the files in which answers wait for their readers
        wasyncore.close_all(connections)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)


def read_to(connection: socket.socket, end: bytes) -> bytes:
    """What comes until `end` has come, or until the connection is closed."""
    said = b""
    while not said.endswith(end) and (more := connection.recv(1)):
        said += more
    return said


def post(announced_bytes: int) -> bytes:
    return b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % announced_bytes


def test_a_header_that_does_not_come_to_its_end_is_given_up() -> None:
    with (
        serving(header_seconds=0.2) as port,
        closing(connect(port)) as silent,
        closing(connect(port)) as slow,
    ):
        slow.sendall(HALF_A_HEADER)

        assert slow.recv(1) == b""
        assert silent.recv(1) == b""


def test_a_small_body_that_does_not_come_to_its_end_is_given_up() -> None:
    with serving(small_body_seconds=0.2) as port, closing(connect(port)) as slow:
        slow.sendall(post(100) + b"half")

        assert slow.recv(1) == b""


def test_a_connection_between_requests_is_kept_for_a_while() -> None:
    with serving(header_seconds=0.2, idle_seconds=1.5) as port, closing(connect(port)) as idle:
        idle.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert read_to(idle, b"None 0").startswith(b"HTTP/1.1 200")
        with closing(connect(port)) as silent:
            assert silent.recv(1) == b""

        idle.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert read_to(idle, b"None 0").startswith(b"HTTP/1.1 200")
        assert idle.recv(1) == b""


def test_an_answer_that_is_not_taken_is_given_up() -> None:
    with serving(stalled_seconds=0.2) as port, closing(connect(port)) as slow:
        slow.sendall(post(100))
        assert slow.recv(1) == b""


def test_what_is_made_while_it_is_sent_has_a_thread_no_longer_than_it_takes_to_make() -> None:
    with serving() as port, ExitStack() as opened:
        slow = [opened.enter_context(closing(connect(port))) for _ in range(6)]  # thrice as many as threads
        for reader in slow:
            reader.sendall(b"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
        for reader in slow[1:]:
            assert reader.recv(5) == b"HTTP/"

        with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)) as client:
            client.request("GET", "/")
            assert client.getresponse().read() == b"None 0"

        response = HTTPResponse(slow[0])
        response.begin()
        assert response.read() == bytes(STREAMED_MB * 1_000_000)


def test_more_connections_than_places_make_room_for_the_next() -> None:
    with serving(connections=20) as port, ExitStack() as opened:
        for _ in range(100):
            opened.enter_context(closing(connect(port))).sendall(HALF_A_HEADER)

        client = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        with closing(client):
            client.request("GET", "/")
            assert client.getresponse().status == 200


@pytest.mark.parametrize(("is_behind_proxy", "told"), [(True, b"https 0"), (False, b"None 0")])
def test_what_a_proxy_says_is_believed_where_there_is_one(is_behind_proxy: bool, told: bytes) -> None:
    with serving(is_behind_proxy) as port, closing(HTTPConnection("127.0.0.1", port, timeout=30)) as client:
        client.request("GET", "/", headers={"X-Forwarded-Proto": "https"})
        assert client.getresponse().read() == told


def test_head_has_no_body_and_the_connection_goes_on() -> None:
    with serving() as port, closing(connect(port)) as connection:
        for method, ends_with in ((b"HEAD", b"\r\n\r\n"), (b"GET", b"None 0")):
            connection.sendall(method + b" / HTTP/1.1\r\nHost: a\r\n\r\n")
            said = read_to(connection, ends_with)
            assert b"Content-Length: 6" in said
            assert said.endswith(ends_with)
            assert said.count(b"HTTP/1.1 200") == 1


def test_a_body_of_anybody_has_a_largest_size() -> None:
    with serving() as port, closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)) as client:
        client.request("POST", "/", body=bytes(FREE_BODY_BYTES))
        assert client.getresponse().read() == b"None %d" % FREE_BODY_BYTES

    # Nobody is signed in, so most of it is not read; a server that took what is there for all of it would say 200.
    with serving() as port, closing(connect(port)) as connection:
        connection.sendall(post(FREE_BODY_BYTES + 1) + bytes(1_000))
        assert read_to(connection, b"cut").endswith(b"cut")


def test_there_is_room_for_hundreds_of_connections() -> None:
    assert room_for_connections() >= 50
