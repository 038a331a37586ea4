"""The launcher as `make run` starts it: real processes, with data directory and ports of the test's own."""

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from portal.launch.__main__ import Launch
from portal.launch.announcement import announcement
from portal.launch.sessions import PROC, session_members
from tests.environment import free_port
from tests.examples import some_of

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120
STOP_SECONDS = 60
# The launcher's own session, Redis, sandbox, web, schedule and three pools of workers.
ALL_SESSIONS = 8
LAST_LINE = "Ctrl-C ends everything."
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR")


class Launcher:
    """A launcher process in a session of its own, with what it has printed so far."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal.launch"],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.output = ""
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            for line in stream:
                self._lines.put(line)
        self._lines.put("")

    def wait_for(self, text: str) -> None:
        """Returns when it has printed a line with `text`; fails when it ends or stays silent without."""
        while line := self._lines.get(timeout=START_SECONDS):
            self.output += line
            if text in line:
                return
        pytest.fail(f"The launcher ended before it said {text!r}:\n{self.output}", pytrace=False)

    def wait_for_end(self) -> int:
        while line := self._lines.get(timeout=STOP_SECONDS):
            self.output += line
        # Told again to whoever waits next.
        self._lines.put("")
        return self.process.wait(STOP_SECONDS)

    def wait_for_sessions(self, number: int) -> set[int]:
        """The sessions, once there are so many of them."""
        deadline = time.monotonic() + START_SECONDS
        while len(found := self.sessions()) < number:
            assert self.process.poll() is None, "The launcher has ended."
            assert time.monotonic() < deadline, f"{len(found)} sessions instead of {number}"
            time.sleep(0.05)
        return found

    def sessions(self) -> set[int]:
        """The sessions of everything it has started: its own, and those its descendants lead."""
        pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal()]
        parents = {pid: _parent(pid) for pid in pids}
        family = {self.process.pid}
        while grown := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= grown
        found = set()
        for pid in family:
            with suppress(ProcessLookupError):  # it has ended meanwhile
                found.add(os.getsid(pid))
        return found


def _parent(pid: int) -> int:
    try:
        return int(PROC.joinpath(str(pid), "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@pytest.fixture(scope="module")
def data_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared, so that all starts but the first are second starts, and only the first migrates."""
    return tmp_path_factory.mktemp("launch") / "data"


@pytest.fixture
def environ(data_directory: Path) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ},
        "PORTAL_DATA_DIR": str(data_directory),
        "PORT": str(free_port()),
        "SANDBOX_PORT": str(free_port()),
        "DELIVERY_WORKERS": "1",
    }


@contextmanager
def running_launcher(environ: dict[str, str]) -> Iterator[Launcher]:
    launcher = Launcher(environ)
    try:
        launcher.wait_for(LAST_LINE)
        yield launcher
    finally:
        launcher.process.terminate()
        launcher.wait_for_end()


@pytest.mark.deep
@pytest.mark.parametrize("number", some_of([signal.SIGINT, signal.SIGTERM], every=2))
def test_whole_portal_starts_is_announced_and_ends_without_a_trace(
    environ: dict[str, str], number: signal.Signals
) -> None:
    with running_launcher(environ) as launcher:
        portal, sandbox = (
            f"http://127.0.0.1:{environ['PORT']}/",
            f"http://127.0.0.1:{environ['SANDBOX_PORT']}/",
        )
        sessions = launcher.sessions()

        assert portal in launcher.output
        assert sandbox in launcher.output
        assert "demo with password demo-password" in launcher.output
        assert requests.get(f"{portal}health/", timeout=30).json() == {"status": "ok"}
        assert requests.get(f"{portal}accounts/login/", timeout=30).ok
        assert requests.get(sandbox, timeout=30).ok

        launcher.process.send_signal(number)
        assert launcher.wait_for_end() == 0

    assert len(sessions) == ALL_SESSIONS
    assert session_members(sessions) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_end_before_it_has_started_it_ends_without_a_trace(
    environ: dict[str, str], number: signal.Signals
) -> None:
    launcher = Launcher(environ)
    sessions = launcher.wait_for_sessions(2)  # its own and that of Redis

    launcher.process.send_signal(number)

    assert launcher.wait_for_end() == 0
    assert LAST_LINE not in launcher.output
    assert session_members(sessions) == []


def test_where_others_can_reach_it_no_password_is_public(
    data_directory: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to the point at which it would listen."""
    for name, value in {**environ, "REDIS_URL": ""}.items():
        monkeypatch.setenv(name, value)
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "ENCRYPTION_KEY", "AUDIT_KEY"):
        monkeypatch.delenv(name, raising=False)

    def announced(host: str) -> str:
        monkeypatch.setenv("HOST", host)
        launch = Launch.from_environment()
        launch._make_data_directory()
        launch._complete_environment()
        launch._prepare()
        return announcement(launch.web, launch.sandbox, launch.sign_ins)

    if not data_directory.exists():  # no test before this one has started it here
        assert "demo with password demo-password" in announced("127.0.0.1")

    reachable = announced("0.0.0.0")
    assert "Sign in as   demo with password " in reachable
    assert "demo-password" not in reachable
    assert "admin-password" not in reachable
    assert "shown this once" in reachable
    assert "Sign in as" not in announced("0.0.0.0")


def test_redis_that_ends_ends_everything_and_says_so(environ: dict[str, str]) -> None:
    launcher = Launcher(environ)
    try:
        sessions = launcher.wait_for_sessions(ALL_SESSIONS)
        redis_pid = next(pid for pid in sessions if "redis" in PROC.joinpath(str(pid), "cmdline").read_text())

        os.kill(redis_pid, signal.SIGKILL)
        assert launcher.wait_for_end() == 1
    finally:
        launcher.process.kill()

    assert "Redis has ended." in launcher.output
    assert session_members(sessions) == []


def test_port_in_use_is_a_usage_error_before_anything_starts(environ: dict[str, str], tmp_path: Path) -> None:
    environ["PORTAL_DATA_DIR"] = str(tmp_path / "data")

    with socket.create_server(("127.0.0.1", int(environ["PORT"]))):
        launcher = Launcher(environ)
        assert launcher.wait_for_end() == 2

    assert launcher.output.startswith(f"Port {environ['PORT']} is in use by another program.")
    assert launcher.output.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
