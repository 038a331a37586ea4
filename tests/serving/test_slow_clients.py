"""Clients that are slow, on purpose or not, do not keep others from being answered: the server as it is started,
2 processes of 8 threads, against hundreds of connections."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from http.client import HTTPResponse
from pathlib import Path

import pytest

from tests.serving.conftest import BIG_FILE_BYTES, MAX_UPLOAD_BYTES
from tests.serving.uploads import SlowUpload, account_of, contacts
from tests.serving.web_process import WebProcess

MANY = 200
BIG_FILE = b"GET /static/big.bin HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def stored(web: WebProcess) -> dict[str, Path]:
    """The uploads that were taken in, by SHA-256."""
    folder = web.data / "files" / "uploads"
    files = folder.iterdir() if folder.exists() else []
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files}


def test_half_a_header(web: WebProcess, answers: Callable[[], None], opened: ExitStack) -> None:
    for _ in range(MANY):
        opened.enter_context(closing(web.connect())).sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ")

    answers()


def test_bodies_of_anybody_that_do_not_come_to_their_end(
    web: WebProcess, answers: Callable[[], None], opened: ExitStack
) -> None:
    for _ in range(MANY):
        opened.enter_context(closing(web.connect())).sendall(
            b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000\r\n\r\nusername="
        )

    answers()


def test_uploads_that_take_long_arrive_and_keep_nobody_waiting(
    web: WebProcess, answers: Callable[[], None], opened: ExitStack
) -> None:
    account = account_of(web)
    uploads = [
        opened.enter_context(closing(SlowUpload(web, contacts(number, 600_000), account)))
        for number in range(60)
    ]
    for share in (0.01, 0.3, 0.5, 0.8, 0.99):
        for upload in uploads:
            upload.send(share)
        answers()
    assert web.incoming() == []

    for upload in uploads:
        upload.send(1)
        assert upload.answer().status == 302
    assert {upload.sha256 for upload in uploads} <= set(stored(web))


def test_answers_that_are_not_taken(web: WebProcess, answers: Callable[[], None], opened: ExitStack) -> None:
    readers = [opened.enter_context(closing(web.connect(receive_bytes=4_096))) for _ in range(MANY)]
    for reader in readers:
        reader.sendall(BIG_FILE)
    for reader in readers:
        assert reader.recv(5) == b"HTTP/"

    answers()

    patient = opened.enter_context(closing(web.connect()))
    patient.sendall(BIG_FILE)
    response = HTTPResponse(patient)
    response.begin()
    assert response.read() == (web.data / "static" / "big.bin").read_bytes()
    assert response.length == 0
    assert int(response.headers["Content-Length"]) == BIG_FILE_BYTES


def test_a_stranger_sends_nothing_large(web: WebProcess, opened: ExitStack) -> None:
    before = stored(web)
    upload = opened.enter_context(
        closing(SlowUpload(web, contacts(1, 2_000_000), account="1", is_signed_in=False))
    )

    upload.send(0.02)

    # Answered although most of it was never sent.
    response = upload.answer()
    assert response.status == 302
    assert response.headers["Location"].startswith("/accounts/login/")
    assert stored(web) == before


@pytest.mark.parametrize("is_chunked", [False, True])
def test_an_upload_beyond_the_limit_is_told_of_on_a_page(
    web: WebProcess, opened: ExitStack, is_chunked: bool
) -> None:
    before = stored(web)
    content = contacts(2, MAX_UPLOAD_BYTES * 2)
    upload = opened.enter_context(closing(SlowUpload(web, content, account_of(web), is_chunked=is_chunked)))

    upload.send(1)

    response = upload.answer()
    assert response.status == 422
    assert b"the limit is 3,000,000 bytes" in response.read()
    assert stored(web) == before
    assert web.incoming() == []


def test_an_upload_in_chunks_arrives(web: WebProcess, opened: ExitStack) -> None:
    content = contacts(3, 1_000_000)
    upload = opened.enter_context(closing(SlowUpload(web, content, account_of(web), is_chunked=True)))

    upload.send(1)

    assert upload.answer().status == 302
    assert upload.sha256 in stored(web)


def test_an_upload_that_is_broken_off_leaves_nothing(web: WebProcess, answers: Callable[[], None]) -> None:
    before = stored(web)
    upload = SlowUpload(web, contacts(4, 2_000_000), account_of(web))
    upload.send(0.7)
    upload.close()

    answers()

    assert web.incoming() == []
    assert stored(web) == before
