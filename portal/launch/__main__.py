"""`python -m portal.launch`: checks, prepares, starts and, at the end, clears away the whole portal.

Environment: HOST (127.0.0.1), PORT (8000), SANDBOX_PORT (8010), REDIS_URL (a Redis to use instead of one started here),
and every variable that portal.settings reads; of these DELIVERY_WORKERS (2), QUICK_WORKERS (1), BULK_WORKERS (1) and
WEB_PROCESSES (1) have defaults here that fit one small machine.
Exit codes: 0 after Ctrl-C or SIGTERM, 1 when something failed, 2 when the environment must be changed first.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from portal.launch.announcement import SignIn, announcement, is_healthy
from portal.launch.keys import remembered_keys
from portal.launch.launch_errors import EXIT_FAILED, ConfigurationError, LaunchError
from portal.launch.manager import PortalManager
from portal.launch.ports import LOOPBACK, Listener, ensure_free, read_listener
from portal.launch.process_table import portal_processes
from portal.launch.redis_server import RedisServer, ensure_not_running
from portal.launch.sessions import end_sessions
from portal.private_files import make_private_folder, write_for_owner_alone
from portal.redis_socket import redis_folder

ROOT = Path(__file__).resolve().parents[2]
# Enough for one machine's visitors and files; each process more makes the start slower and the machine fuller.
SMALL_NUMBERS = {"WEB_PROCESSES": "1", "DELIVERY_WORKERS": "2", "QUICK_WORKERS": "1", "BULK_WORKERS": "1"}
PATIENCE_SECONDS = 60.0
WATCH_SECONDS = 0.2


@dataclass
class Launch:
    """One run of the portal: the listeners, the environment its processes get, and what must be ended."""

    environ: dict[str, str]
    web: Listener
    sandbox: Listener
    data_directory: Path
    redis: RedisServer | None = None
    redis_was_lost: bool = False
    sign_ins: list[SignIn] = field(default_factory=list)
    is_ending: threading.Event = field(default_factory=threading.Event)

    @property
    def seeds_demo(self) -> bool:
        """Only the embedded database gets the demo's users."""
        return not (self.environ.get("DATABASE_URL") or self.environ.get("DATABASE_URL_FILE"))

    @property
    def uses_own_redis(self) -> bool:
        return not (self.environ.get("REDIS_URL") or self.environ.get("REDIS_URL_FILE"))

    @classmethod
    def from_environment(cls) -> Launch:
        """Reads the environment. Raises ConfigurationError where it makes no sense."""
        environ = dict(os.environ)
        # An empty HOST would mean every interface: that must be asked for by name.
        web = read_listener(environ, "PORT", environ.get("HOST", "").strip() or LOOPBACK)
        sandbox = read_listener(environ, "SANDBOX_PORT")
        data_directory = (ROOT / environ.get("PORTAL_DATA_DIR", "var")).resolve()
        return cls(environ, web, sandbox, data_directory)

    def run(self) -> int:
        """Starts everything, waits until it ends, and returns the exit code."""
        started = time.monotonic()
        ensure_free([self.web, self.sandbox])
        if self.uses_own_redis:
            ensure_not_running(redis_folder(self.data_directory))
        self._make_data_directory()
        self._complete_environment()
        manager = PortalManager(on_started=lambda: self._watch(started))
        try:
            if self.uses_own_redis:
                self.redis = RedisServer.start(redis_folder(self.data_directory), durable=True)
                self.environ["REDIS_URL"] = self.redis.url
            self._prepare()
            if self.redis:
                self.redis.wait_until_ready()
            table = portal_processes(sandbox=self.sandbox, data_directory=self.data_directory)
            for name, command in table.items():
                manager.add_process(name, command, env=self.environ, cwd=str(ROOT))
            manager.loop()
            return self._exit_code(manager)
        finally:
            self.is_ending.set()
            end_sessions(manager.session_ids)
            # Last: every other process is a client of it.
            if self.redis:
                self.redis.stop()

    def _make_data_directory(self) -> None:
        try:
            make_private_folder(self.data_directory)
        except OSError as error:
            raise ConfigurationError(
                f"{self.data_directory} cannot be made: {error.strerror}. "
                "Set PORTAL_DATA_DIR to a directory this user may write."
            ) from error

    def _complete_environment(self) -> None:
        """Adds what the environment leaves open; whatever it says stays."""
        environ = self.environ
        environ["PORTAL_DATA_DIR"] = str(self.data_directory)
        environ["HOST"] = self.web.host
        environ["PORT"] = str(self.web.port)
        environ.setdefault("DEBUG", "0")
        # A browser on this machine speaks plain HTTP to it; a proxy that adds TLS comes with HTTPS=1.
        environ.setdefault("HTTPS", "0")
        hosts = ["localhost", LOOPBACK, "[::1]", self.web.host]
        environ.setdefault("ALLOWED_HOSTS", ",".join(dict.fromkeys(hosts)))
        for name, number in SMALL_NUMBERS.items():
            environ.setdefault(name, number)
        environ.setdefault("PORTAL_URL", f"http://{self.web.visitable.authority}")
        # Mails are seen on the console, unless a server is named.
        environ.setdefault("EMAIL_ON_CONSOLE", "1")
        environ.setdefault("PYTHONUNBUFFERED", "1")
        environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        endpoints = [environ.get("DOTDIGITAL_EXTRA_HOSTS", ""), self.sandbox.authority]
        environ["DOTDIGITAL_EXTRA_HOSTS"] = ",".join(filter(None, endpoints))
        environ.update(remembered_keys(self.data_directory / "keys", environ))

    def _prepare(self) -> None:
        command = [sys.executable, "-m", "portal.launch.prepare"]
        if self.seeds_demo:
            command += ["--demo-endpoint", f"http://{self.sandbox.authority}"]
            if not self.web.is_local:
                command.append("--random-passwords")
        done = subprocess.run(  # noqa: S603 - our own module, and arguments made here
            command, env=self.environ, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True
        )
        if done.returncode:
            raise LaunchError("The portal's data could not be made ready; the reason stands above.")
        if self.seeds_demo:
            self.sign_ins = [SignIn(**entry) for entry in json.loads(done.stdout)["sign_ins"]]

    def _watch(self, started: float) -> None:
        """Begins to watch the processes from a thread of its own, which ends with the launcher."""
        threading.Thread(target=self._announce_and_guard, args=(started,), daemon=True).start()

    def _announce_and_guard(self, started: float) -> None:
        web, is_announced, is_patient = self.web.visitable, False, True
        while not self.is_ending.wait(WATCH_SECONDS):
            if self.redis and not self.redis.is_running:
                self.redis_was_lost = True
                _say(f"Redis has ended. The end of its log:\n{self.redis.log_end()}")
                os.kill(os.getpid(), signal.SIGTERM)
                return
            waited = time.monotonic() - started
            if not is_announced and is_healthy(web):
                _say(announcement(self.web, self.sandbox, self.sign_ins))
                is_announced = True
            elif not is_announced and is_patient and waited > PATIENCE_SECONDS:
                _say(f"http://{web.authority}/ does not answer yet; the lines above may say why.")
                is_patient = False

    def _exit_code(self, manager: PortalManager) -> int:
        asked_to_end = manager.returncode in {128 + signal.SIGINT, 128 + signal.SIGTERM}
        return 0 if asked_to_end and not self.redis_was_lost else EXIT_FAILED


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _pass_on_hangup(number: int, frame: FrameType | None) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> int:
    write_for_owner_alone()
    # Until the manager takes the signals over, an end asked for still runs the clearing away.
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    signal.signal(signal.SIGHUP, _pass_on_hangup)
    try:
        return Launch.from_environment().run()
    except LaunchError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
