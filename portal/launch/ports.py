"""The TCP ports the portal listens on: read from the environment, and found free before anything starts."""

from __future__ import annotations

import errno
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from portal.launch.launch_errors import ConfigurationError

LOOPBACK = "127.0.0.1"
WILDCARD_HOSTS = {"": LOOPBACK, "0.0.0.0": LOOPBACK, "::": "::1"}  # noqa: S104 - compared with, not bound to
DEFAULT_PORTS = {"PORT": 8000, "SANDBOX_PORT": 8010}
MAX_PORT = 65535


@dataclass(frozen=True)
class Listener:
    """One address to listen on, and the environment variable that chose its port."""

    variable: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """`host:port` as URLs and servers write it, an IPv6 address in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def visitable(self) -> Listener:
        """The same listener under an address that a browser on this machine can open."""
        return Listener(self.variable, WILDCARD_HOSTS.get(self.host, self.host), self.port)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")


def read_listener(environ: Mapping[str, str], variable: str, host: str = LOOPBACK) -> Listener:
    """The listener whose port `variable` sets, or its default.

    Raises ConfigurationError where the value is no port number.
    """
    text = environ.get(variable, "").strip() or str(DEFAULT_PORTS[variable])
    if not text.isdecimal() or not 0 < int(text) <= MAX_PORT:
        raise ConfigurationError(
            f"{variable} is {text!r}, which is not a port. Set it to a number from 1 to {MAX_PORT}."
        )
    return Listener(variable, host, int(text))


def ensure_free(listeners: list[Listener]) -> None:
    """Raises ConfigurationError for the first listener that cannot listen, saying what to set."""
    taken: dict[int, str] = {}
    for listener in listeners:
        if listener.port in taken:
            raise ConfigurationError(
                f"{taken[listener.port]} and {listener.variable} are both {listener.port}. "
                f"Set {listener.variable} to another port."
            )
        taken[listener.port] = listener.variable
        _try_to_bind(listener)


def _try_to_bind(listener: Listener) -> None:
    family = socket.AF_INET6 if ":" in listener.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: connections of the last run that are still closing must not count as a port in use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listener.host, listener.port))
            # Two sockets of one user may both bind with SO_REUSEADDR on some systems; only one may listen.
            probe.listen(1)
        except OSError as error:
            raise ConfigurationError(_sentence(listener, error)) from error


def _sentence(listener: Listener, error: OSError) -> str:
    variable, port = listener.variable, listener.port
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use by another program. End that program, "
            f"or choose another port: make run {variable}={port + 1 if port < MAX_PORT else port - 1}"
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"Port {port} may not be used by this user. Set {variable} to a port above 1023."
    return f"HOST is {listener.host!r}, which this machine cannot listen on. Set HOST to an address it has."
