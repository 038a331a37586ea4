"""A virus scanner that speaks as clamd does, and knows one harm: the test string of EICAR."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

HARM = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
NAME = "Eicar-Test-Signature"


class VirusScanner:
    """At `address`; `looked_through` are the files that it was sent. A file of more than `most_bytes` is too long."""

    def __init__(self, server: socket.socket, most_bytes: int) -> None:
        self._server, self._most_bytes = server, most_bytes
        self.address = f"127.0.0.1:{server.getsockname()[1]}"
        self.looked_through: list[bytes] = []

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                if stream.read(10) == b"zINSTREAM\0":
                    connection.sendall(self._answer(stream).encode() + b"\0")

    def _answer(self, stream) -> str:
        content = b""
        while length := int.from_bytes(stream.read(4), "big"):
            content += stream.read(length)
        self.looked_through.append(content)
        if len(content) > self._most_bytes:
            return "INSTREAM size limit exceeded. ERROR"
        return f"stream: {NAME} FOUND" if HARM in content else "stream: OK"


@contextmanager
def virus_scanner(most_bytes: int = 10_000_000) -> Iterator[VirusScanner]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        scanner = VirusScanner(server, most_bytes)
        thread = threading.Thread(target=scanner.serve)
        thread.start()
        try:
            yield scanner
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
