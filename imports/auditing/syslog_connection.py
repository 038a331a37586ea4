"""Hands lines to a syslog server so that none is lost without its being noticed.

Messages are those of RFC 5424, over TCP or TLS with their length before them (RFC 6587, RFC 5425), over a socket of
this machine a datagram each. TCP alone does not say what the other side has read: a batch has a connection of its own,
which is closed for writing at its end, and the server's answer to that, which is to close it too, says that it has read
all.

Python's SysLogHandler was looked at: it writes the older format, puts a zero byte behind a message instead of its
length before it, knows no TLS, and says nothing when a message could not be sent.
"""

import socket
import ssl
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import urlsplit

from imports.auditing.audit_export import as_json
from imports.models import AuditEvent

# "log audit" and "notice" (RFC 5424, section 6.2.1).
FACILITY, SEVERITY = 13, 5
VERSION = 1
PROGRAM = "import-portal"
NIL = "-"
TIMEOUT_SECONDS = 5.0


class SyslogUnavailableError(Exception):
    """The syslog server cannot be reached, or broke off: what was sent to it last may or may not have arrived."""


@dataclass(frozen=True)
class SyslogAddress:
    """Where the syslog server listens."""

    scheme: str
    host: str = ""
    port: int = 0
    path: str = ""

    @classmethod
    def from_url(cls, url: str) -> "SyslogAddress":
        """`tcp://host:port`, `tls://host:port` or `unix:///path`, as `portal.env.syslog` lets it through."""
        parts = urlsplit(url)
        return cls(parts.scheme, parts.hostname or "", parts.port or 0, parts.path)


def send_events(address: SyslogAddress, events: Iterable[AuditEvent]) -> None:
    """Hand `events` to the server. Raises SyslogUnavailableError, after which they are to be sent once more."""
    messages = [message_of(event) for event in events]
    try:
        if address.scheme == "unix":
            _send_datagrams(address.path, messages)
        else:
            _send_stream(address, messages)
    except OSError as error:  # ssl's errors and timeouts are such
        raise SyslogUnavailableError(type(error).__name__) from None


def message_of(event: AuditEvent) -> bytes:
    """`event` as a message of RFC 5424: its text is the event as JSON, after the mark of UTF-8."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    header = f"<{FACILITY * 8 + SEVERITY}>{VERSION} {at} {socket.gethostname() or NIL} {PROGRAM} {NIL}"
    return f"{header} {event.action[:32]} {NIL} \ufeff{as_json(event)}".encode()


def _send_datagrams(path: str, messages: Iterable[bytes]) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as connection:
        connection.settimeout(TIMEOUT_SECONDS)
        connection.connect(path)
        for message in messages:
            connection.send(message)


def _send_stream(address: SyslogAddress, messages: Iterable[bytes]) -> None:
    with closing(_connected(address)) as connection:
        connection.sendall(b"".join(b"%d %s" % (len(message), message) for message in messages))
        if isinstance(connection, ssl.SSLSocket):
            _end_tls(connection)
            return
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1_024):
            pass


def _end_tls(connection: ssl.SSLSocket) -> None:
    """Say that this was all, and wait for the other side to say the same, or to close the connection, as many do. One
    that closes it with something unread resets it."""
    with suppress(ssl.SSLEOFError, ssl.SSLZeroReturnError):
        connection.unwrap().close()


def _connected(address: SyslogAddress) -> socket.socket:
    plain = socket.create_connection((address.host, address.port), timeout=TIMEOUT_SECONDS)
    if address.scheme == "tcp":
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=address.host)
    except BaseException:
        plain.close()
        raise
