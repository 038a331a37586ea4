"""Connections to Dotdigital's own hosts: a name is resolved once, and only public addresses are connected to.

Whoever controls the answers of a name server must not lead credentials and contacts, or a mere connection, into the
network that the portal stands in. Source: OWASP ASVS 5.0, on server-side requests; RFC 6890; RFC 6052 (NAT64).
"""

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

NAT64 = IPv6Network("64:ff9b::/96")


class PrivateAddressError(NewConnectionError):
    """A name leads to no public address. Nothing was connected to."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, as is one that may be carried in it."""
    found = ip_address(address.partition("%")[0])
    return all(one.is_global and not one.is_multicast for one in (found, *_carried(found)))


def _carried(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return
    if address in NAT64:
        yield IPv4Address(int(address) & 0xFFFF_FFFF)
    yield from filter(None, (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())))


class PublicConnection(HTTPSConnection):
    """Connects to the addresses that its name has just been resolved to, one after the other, and to no others."""

    def _new_conn(self) -> socket.socket:
        failure: Exception = PrivateAddressError(self, "the name leads to no public address")
        cause: OSError | None = None
        for address in self._addresses():
            if not is_public(address):
                continue
            try:
                return create_connection(
                    (address, self.port),
                    self.timeout,
                    source_address=self.source_address,
                    socket_options=self.socket_options,
                )
            except TimeoutError as error:
                cause, failure = (
                    error,
                    ConnectTimeoutError(self, f"no connection within {self.timeout} seconds"),
                )
            except OSError as error:
                cause, failure = error, NewConnectionError(self, f"no connection: {type(error).__name__}")
        raise failure from cause

    def _addresses(self) -> list[str]:
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from None
        return list(dict.fromkeys(str(place[0]) for *_, place in found))


class PublicPool(HTTPSConnectionPool):
    ConnectionCls = PublicConnection


class PublicAdapter(HTTPAdapter):
    """Has a session of requests reach what it is mounted for by `PublicConnection`."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"https": PublicPool}
