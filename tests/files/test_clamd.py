"""What is asked of a virus scanner, and what is made of its answers."""

import pytest

from imports.files.clamd import ScannerUnavailableError, harm_in
from tests.environment import free_port
from tests.files.virus_scanner import HARM, NAME, virus_scanner


def test_a_clean_file_is_clean_and_is_sent_whole(tmp_path):
    path = tmp_path / "contacts.csv"
    path.write_bytes(b"email\n" + b"ada@example.com\n" * 50_000)

    with virus_scanner() as scanner:
        assert harm_in(path, scanner.address) == ""

    assert scanner.looked_through == [path.read_bytes()]


def test_an_empty_file_is_clean(tmp_path):
    path = tmp_path / "empty.csv"
    path.touch()

    with virus_scanner() as scanner:
        assert harm_in(path, scanner.address) == ""


def test_what_is_found_is_named(tmp_path):
    path = tmp_path / "contacts.csv"
    path.write_bytes(b"email\n" + HARM)

    with virus_scanner() as scanner:
        assert harm_in(path, scanner.address) == NAME


def test_a_file_that_was_not_looked_at_as_a_whole_is_not_clean(tmp_path):
    path = tmp_path / "contacts.csv"
    path.write_bytes(b"email\n" * 100)

    with virus_scanner(most_bytes=10) as scanner, pytest.raises(ScannerUnavailableError):
        harm_in(path, scanner.address)


def test_a_scanner_that_is_not_there_is_unavailable(tmp_path):
    path = tmp_path / "contacts.csv"
    path.touch()

    for address in (f"127.0.0.1:{free_port()}", str(tmp_path / "clamd.socket")):
        with pytest.raises(ScannerUnavailableError):
            harm_in(path, address)
