"""An upload as a browser sends it, in pieces of the test's choosing."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from http.client import HTTPResponse
from socket import socket

from tests.serving.web_process import WebProcess

BOUNDARY = "----a-boundary-of-the-tests"
CSRF_TOKEN = "a" * 32


def contacts(number: int, size_bytes: int) -> bytes:
    """A CSV of `size_bytes` that no other number gives."""
    line = b"ada%d@example.com,Ada Example\r\n" % number
    return (b"Email,Name\r\n" + line * (size_bytes // len(line) + 1))[:size_bytes]


def account_of(web: WebProcess) -> str:
    page = web.get("/upload/")[1].decode()
    found = re.search(r'<option value="(\d+)"', page)
    assert found is not None
    return found[1]


@dataclass
class SlowUpload:
    """One request to upload `content`, on a connection of its own."""

    web: WebProcess
    content: bytes
    account: str
    is_signed_in: bool = True
    is_chunked: bool = False
    sent: int = 0
    connection: socket = field(init=False)
    request: bytes = field(init=False)

    def __post_init__(self) -> None:
        fields = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in (("csrfmiddlewaretoken", CSRF_TOKEN), ("account", self.account))
        )
        body = (
            f'{fields}--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="contacts.csv"\r\n'
            "Content-Type: text/csv\r\n\r\n"
        ).encode()
        body += self.content + f"\r\n--{BOUNDARY}--\r\n".encode()
        cookies = f"csrftoken={CSRF_TOKEN}" + (
            f"; sessionid={self.web.session_key}" if self.is_signed_in else ""
        )
        length = "Transfer-Encoding: chunked" if self.is_chunked else f"Content-Length: {len(body)}"
        if self.is_chunked:
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        self.request = (
            f"POST /upload/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\n{length}\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
        ).encode() + body
        self.connection = self.web.connect()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def send(self, until: float) -> None:
        """Sends up to this share of the request."""
        end = int(len(self.request) * until)
        self.connection.sendall(self.request[self.sent : end])
        self.sent = end

    def answer(self) -> HTTPResponse:
        response = HTTPResponse(self.connection, method="POST")
        response.begin()
        return response

    def close(self) -> None:
        self.connection.close()
