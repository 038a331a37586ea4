"""Uploads in parts by the server as it is started: the parts of one file reach several processes."""

import hashlib
import json
import random
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from portal.serving.request_bodies import FREE_BODY_BYTES
from tests.serving.conftest import MAX_UPLOAD_BYTES
from tests.serving.uploads import CSRF_TOKEN, account_of, contacts
from tests.serving.web_process import ANSWER_SECONDS, WebProcess
from tests.views.tus_client import BEGIN, PART, TUS, checksum, encoded

CONTENT = contacts(7, 2_000_000)
PART_BYTES = FREE_BODY_BYTES + 100_000  # larger than what is taken from strangers


def headers_of(web: WebProcess, is_signed_in: bool = True, **more: object) -> dict[str, str]:
    session = f"; sessionid={web.session_key}" if is_signed_in else ""
    told = {name.replace("_", "-"): str(value) for name, value in more.items()}
    return {**TUS, "Cookie": f"csrftoken={CSRF_TOKEN}{session}", "X-CSRFToken": CSRF_TOKEN, **told}


def ask(
    web: WebProcess, method: str, path: str, body: bytes = b"", **headers: object
) -> tuple[HTTPResponse, bytes]:
    """The answer to one request, on a connection of its own."""
    with closing(HTTPConnection(web.host, web.port, timeout=ANSWER_SECONDS)) as client:
        client.request(method, path, body, headers_of(web, **headers))
        response = client.getresponse()
        return response, response.read()


def send(web: WebProcess, url: str, offset: int, content: bytes) -> HTTPResponse:
    told = {"Upload_Offset": offset, "Upload_Checksum": checksum(content), "Content_Type": PART}
    return ask(web, "PATCH", url, content, **told)[0]


def begin(web: WebProcess, size: int) -> HTTPResponse:
    metadata = f"filename {encoded('contacts.csv')},account {encoded(account_of(web))}"
    return ask(web, "POST", BEGIN, Upload_Length=size, Upload_Metadata=metadata)[0]


@pytest.fixture
def url(web: WebProcess) -> str:
    answer = begin(web, len(CONTENT))
    assert answer.status == 201
    return answer.headers["Location"]


def offset_of(web: WebProcess, url: str) -> int:
    answer, body = ask(web, "HEAD", url)
    assert (answer.status, body) == (200, b"")
    return int(answer.headers["Upload-Offset"])


def stored(web: WebProcess) -> list[str]:
    folder = web.data / "files" / "uploads"
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()]


def parts_of(web: WebProcess, url: str) -> list[Path]:
    folder = web.data / "files" / "parts" / url.split("/")[-2]
    return list(folder.iterdir()) if folder.exists() else []


def test_parts_make_the_file_whichever_process_each_reaches(web: WebProcess, url: str) -> None:
    for offset in range(0, len(CONTENT), PART_BYTES):
        content = CONTENT[offset : offset + PART_BYTES]
        assert send(web, url, offset, content).status == 204
        assert send(web, url, offset, content).status == 409
    assert offset_of(web, url) == len(CONTENT)

    answer, body = ask(web, "POST", f"{url}finish/")

    assert answer.status == 200
    assert web.get(json.loads(body)["url"])[0] == 200
    assert hashlib.sha256(CONTENT).hexdigest() in stored(web)
    assert parts_of(web, url) == []
    assert web.incoming() == []


def test_a_part_that_is_broken_off_is_not_there(web: WebProcess, url: str, answers) -> None:
    assert send(web, url, 0, CONTENT[:PART_BYTES]).status == 204
    told = headers_of(
        web, Upload_Offset=PART_BYTES, Upload_Checksum=checksum(CONTENT[PART_BYTES:]), Content_Type=PART
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    length = len(CONTENT) - PART_BYTES
    with closing(web.connect()) as connection:
        connection.sendall(
            f"PATCH {url} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n{head}\r\n".encode()
        )
        connection.sendall(CONTENT[PART_BYTES : PART_BYTES + 700_000])

    answers()

    assert offset_of(web, url) == PART_BYTES
    assert len(parts_of(web, url)) == 1
    assert web.incoming() == []
    assert ask(web, "DELETE", url)[0].status == 204
    assert parts_of(web, url) == []


def test_a_stranger_sends_no_part(web: WebProcess, url: str) -> None:
    told = headers_of(
        web, is_signed_in=False, Upload_Offset=0, Content_Type=PART, Content_Length=len(CONTENT)
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    with closing(web.connect()) as connection:
        connection.sendall(f"PATCH {url} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n".encode() + CONTENT[:300])
        response = HTTPResponse(connection, method="PATCH")
        response.begin()

        # Answered although most of it was never sent.
        assert response.status == 302
        assert response.headers["Location"].startswith("/accounts/login/")
    assert offset_of(web, url) == 0


def test_what_is_too_large_is_refused_before_and_after_the_first_byte(web: WebProcess, url: str) -> None:
    answer = begin(web, MAX_UPLOAD_BYTES + 1)
    assert answer.status == 413

    assert send(web, url, 0, CONTENT + b"!").status == 413
    assert send(web, url, 0, bytes(MAX_UPLOAD_BYTES + 200_000)).status == 413
    assert offset_of(web, url) == 0
    assert parts_of(web, url) == []


def test_what_is_damaged_on_its_way_is_not_taken(web: WebProcess, url: str) -> None:
    damaged = bytearray(CONTENT[:PART_BYTES])
    damaged[random.Random(1).randrange(PART_BYTES)] ^= 1
    told = {"Upload_Offset": 0, "Upload_Checksum": checksum(CONTENT[:PART_BYTES]), "Content_Type": PART}

    assert ask(web, "PATCH", url, bytes(damaged), **told)[0].status == 460
    assert offset_of(web, url) == 0
