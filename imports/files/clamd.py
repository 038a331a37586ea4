"""Asks ClamAV's daemon whether a file holds something harmful.

Source: clamd(8), the commands zINSTREAM and zPING: blocks of the file, each after its length in four bytes, the most
significant first, and a block of none at the end; one line, ended by a zero byte, for an answer.
"""

import socket
from contextlib import closing
from pathlib import Path

BLOCK_BYTES = 262_144
MAX_ANSWER_BYTES = 4_096
CONNECT_SECONDS = 5.0
# A large archive is unpacked before it is looked through.
ANSWER_SECONDS = 600.0
FOUND, CLEAN = " FOUND", ": OK"


class ScannerUnavailableError(Exception):
    """The scanner does not answer, or did not look at the whole file."""


def harm_in(path: Path, address: str) -> str:
    """What clamd at `address` finds in the file, by clamd's name for it; "" for nothing.

    `address` is `host:port`, or the path of a socket. Raises ScannerUnavailableError.
    """
    try:
        with closing(_connected(address)) as connection, path.open("rb") as file:
            connection.sendall(b"zINSTREAM\0")
            while block := file.read(BLOCK_BYTES):
                connection.sendall(len(block).to_bytes(4, "big") + block)
            connection.sendall(bytes(4))
            answer = _answer(connection)
    except OSError as error:
        raise ScannerUnavailableError(type(error).__name__) from error
    if answer.endswith(FOUND):
        return answer.removesuffix(FOUND).partition(": ")[2]
    if not answer.endswith(CLEAN):  # for one, that the file is longer than it takes (StreamMaxLength)
        raise ScannerUnavailableError("it did not look at all of the file")
    return ""


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
    else:
        host, _, port = address.rpartition(":")
        connection = socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS)
    connection.settimeout(ANSWER_SECONDS)
    return connection


def _answer(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < MAX_ANSWER_BYTES and (more := connection.recv(1024)):
        answer += more
    return answer.rstrip(b"\0").decode(errors="replace")
