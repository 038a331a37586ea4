"""Listens, gives connections up that are late, and makes room when there are more of them than places."""

from __future__ import annotations

import logging
import resource
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from waitress.server import TcpWSGIServer, UnixWSGIServer

from portal.serving.channels import Channel

logger = logging.getLogger(__name__)

FILES_A_CONNECTION = (
    4  # its socket, the body it sends, the answer it is sent, and what the portal opens for it
)
MAX_CONNECTIONS = 2_000
MIN_CONNECTIONS = 50
GIVEN_UP_SHARE = 10

WsgiApplication = Callable[..., Iterable[bytes]]


@dataclass(frozen=True)
class RequestLimits:
    """How long things may take, in seconds, and how much there may be.

    header_seconds      a request, from its first byte (or the connection) to the end of its headers
    small_body_seconds  a request of somebody who may be anybody, to its end
    stalled_seconds     without a byte, while a body arrives or an answer is taken
    idle_seconds        between two requests; longer than proxies keep their connections
    """

    max_upload_bytes: int
    connections: int = MAX_CONNECTIONS
    header_seconds: float = 20.0
    small_body_seconds: float = 120.0
    stalled_seconds: float = 120.0
    idle_seconds: float = 90.0


def settings_for_waitress(*, is_behind_proxy: bool) -> dict[str, Any]:
    """What waitress is told; limits that `RequestLimits` has are set out of the way here."""
    return {
        "ident": None,
        "recv_bytes": 65_536,
        "inbuf_overflow": 65_536,
        # A thread never waits for a client to take an answer: what is not taken lies in a file.
        "outbuf_high_watermark": sys.maxsize,
        "connection_limit": sys.maxsize,
        "channel_timeout": sys.maxsize // 2,
        "cleanup_interval": 1,
        "max_request_header_size": 65_536,
        "max_request_body_size": sys.maxsize,
        "log_socket_errors": False,
        "asyncore_use_poll": True,
        "clear_untrusted_proxy_headers": not is_behind_proxy,
    }


def room_for_connections() -> int:
    """How many connections this process can have open; lifts its limit of open files as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS * FILES_A_CONNECTION
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return max(MIN_CONNECTIONS, min(MAX_CONNECTIONS, soft // FILES_A_CONNECTION))


def without_bodies_for_head(application: WsgiApplication) -> WsgiApplication:
    """`application`, whose answers to HEAD have no body: Django leaves that to the server, and waitress to Django."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = application(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return body
        if close := getattr(body, "close", None):
            close()
        return []

    return answer


class PatientServer:
    """What a server of waitress does here besides, whatever kind of socket it listens at."""

    channel_class = Channel
    limits: RequestLimits
    active_channels: dict[int, Channel]

    def maintenance(self, now: float) -> None:
        """Give up what is late. Called every second."""
        for channel in list(self.active_channels.values()):
            if channel.is_late(now, self.limits):
                channel.will_close = True

    def handle_accept(self) -> None:
        staying = [channel for channel in self.active_channels.values() if not channel.will_close]
        if len(staying) >= self.limits.connections:
            self._make_room(staying)
        super().handle_accept()  # type: ignore[misc]

    def _make_room(self, staying: list[Channel]) -> None:
        waiting = [channel for channel in staying if not channel.is_served]
        waiting.sort(key=lambda channel: channel.dispensability)
        given_up = waiting[: max(1, self.limits.connections // GIVEN_UP_SHARE)]
        for channel in given_up:
            # Closed when its turn comes: its number must not go to another while events of this turn wait for it.
            channel.will_close = True
        logger.warning("too many connections: given up=%s", len(given_up))

    @property
    def is_busy(self) -> bool:
        """Whether an answer is being made or sent."""
        return any(
            channel.is_served or channel.total_outbufs_len for channel in self.active_channels.values()
        )


class PatientTcpServer(PatientServer, TcpWSGIServer):
    """Listens at a port."""


class PatientUnixServer(PatientServer, UnixWSGIServer):
    """Listens at a socket of this machine, such as one that a proxy is given."""
