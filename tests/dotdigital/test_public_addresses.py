"""Where a connection for one of Dotdigital's hosts may lead, whatever a name server says."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from imports.dotdigital import public_addresses
from imports.dotdigital.client import DotdigitalClient
from imports.dotdigital.errors import UnreachableError
from imports.dotdigital.hosts import is_regional
from imports.dotdigital.public_addresses import is_public

HOST = "r1-api.dotdigital.com"


@pytest.mark.parametrize("address", ["8.8.8.8", "52.17.1.2", "2a00:1450:4009::200e", "64:ff9b::808:808"])
def test_a_public_address_is(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "239.1.1.1",
        "255.255.255.255",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff0e::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2001:db8::1",
    ],
)
def test_any_other_is_not(address):
    assert not is_public(address)


class Listener:
    """Takes connections at a port of this machine and keeps the first bytes of each."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.heard: list[bytes] = []
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()

    def _listen(self) -> None:
        while True:
            connection, _ = self.socket.accept()
            with connection:
                heard = connection.recv(4096)
            if not heard:
                return
            self.heard.append(heard)

    def close(self) -> None:
        """End it once it has taken all that came before."""
        socket.create_connection(("127.0.0.1", self.port)).close()
        self.thread.join()
        self.socket.close()


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    try:
        yield listener
    finally:
        listener.close()


class Names:
    """Answers for a name server, which says another thing each time if it is given several."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, port: int, *answers: str) -> None:
        self.asked = 0
        resolve = socket.getaddrinfo

        def answer(host, *args, **options):
            if host != HOST:
                return resolve(host, *args, **options)
            address = answers[min(self.asked, len(answers) - 1)]
            self.asked += 1
            return resolve(address, port, type=socket.SOCK_STREAM)

        monkeypatch.setattr(socket, "getaddrinfo", answer)
        monkeypatch.setattr(
            public_addresses,
            "create_connection",
            lambda place, *args, **options: socket.create_connection((place[0], port)),
        )


def test_a_name_that_leads_into_the_own_network_is_not_connected_to(monkeypatch):
    with listening() as listener:
        Names(monkeypatch, listener.port, "127.0.0.1")

        with (
            DotdigitalClient(f"https://{HOST}", "user", "password") as client,
            pytest.raises(UnreachableError) as caught,
        ):
            client.account_info()

    assert caught.value.code == "PrivateAddressError"
    assert listener.heard == []


def test_a_name_is_resolved_once_and_tls_asks_for_the_name(monkeypatch):
    """A second answer, after the first was found to be public, would be followed by whoever resolves again."""
    monkeypatch.setattr(public_addresses, "is_public", lambda address: address == "127.0.0.1")
    with listening() as listener:
        names = Names(monkeypatch, listener.port, "127.0.0.1", "127.0.0.2")

        with (
            DotdigitalClient(f"https://{HOST}", "user", "password") as client,
            pytest.raises(UnreachableError),
        ):
            client.account_info()

    assert names.asked == 1
    (hello,) = listener.heard
    assert HOST.encode() in hello


def test_a_host_that_the_portal_was_told_to_trust_may_be_anywhere():
    """The sandbox is one: all other tests of the client reach it on this machine."""
    assert is_regional(f"https://{HOST}")
    assert not is_regional(f"https://{HOST}", [HOST])
    assert not is_regional("http://127.0.0.1:8010", ["127.0.0.1:8010"])
