"""The web server as the Procfile starts it, with people, files and ports of a test's own, and connections to it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Protocol

import pytest

from portal.launch.sessions import end_sessions
from tests.environment import free_port, isolated_environment

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120
# A read that takes this long is one that is not answered; what is asked here takes milliseconds.
ANSWER_SECONDS = 60

PREPARE = """
import time
import django; django.setup()
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from imports.models import DotdigitalAccount, Membership
from portal.models import User
from portal.sign_in.open_sessions import BEGAN_AT, SEEN_AT
call_command("migrate", verbosity=0)
user = User.objects.create_user("ada")
account = DotdigitalAccount.objects.create(name="Acme", endpoint="", api_user="")
Membership.objects.create(account=account, user=user)
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session[BEGAN_AT] = session[SEEN_AT] = time.time()
session.create()
print(session.session_key)
"""


@dataclass(frozen=True)
class WebProcess:
    """A running server; `session_key` is that of somebody who is signed in."""

    host: str
    port: int
    data: Path
    session_key: str
    process: subprocess.Popen[bytes]

    def connect(self, receive_bytes: int = 0) -> socket.socket:
        """A connection; with `receive_bytes`, one that takes hardly more than that before it is read from."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        connection = socket.socket(family)
        if receive_bytes:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        connection.settimeout(ANSWER_SECONDS)
        connection.connect((self.host, self.port))
        return connection

    def get(self, path: str, *, method: str = "GET") -> tuple[int, bytes]:
        """Status and body of the answer to somebody who is signed in."""
        client = HTTPConnection(self.host, self.port, timeout=ANSWER_SECONDS)
        try:
            client.request(method, path, headers={"Cookie": f"sessionid={self.session_key}"})
            answer = client.getresponse()
            return answer.status, answer.read()
        finally:
            client.close()

    def incoming(self) -> list[str]:
        """What lies among the files in the making, by name."""
        return sorted(path.name for path in (self.data / "incoming").iterdir() if path.name != "swept")


class StartWeb(Protocol):
    def __call__(self, data: Path, host: str = ..., **changes: str) -> AbstractContextManager[WebProcess]: ...


@pytest.fixture(scope="session")
def start_web(migrated_database: Path, collected_static: Path) -> StartWeb:
    """Starts a server with a folder of its own, for the length of a block; see `running_web`."""

    def start(data: Path, host: str = "127.0.0.1", **changes: str) -> AbstractContextManager[WebProcess]:
        data.mkdir()
        shutil.copyfile(migrated_database, data / "portal.sqlite3")
        shutil.copytree(collected_static, data / "static")
        return running_web(data, host, **changes)

    return start


@contextmanager
def running_web(data: Path, host: str, **changes: str) -> Iterator[WebProcess]:
    """The server with 2 processes of 8 threads and the data folder `data`, which has a database and static files."""
    environ = {
        **os.environ,
        **isolated_environment(data),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "HOST": host,
        "PORT": str(free_port()),
        "WEB_PROCESSES": "2",
        "WEB_THREADS": "8",
        **changes,
    }
    key = _python("-c", PREPARE, environ=environ)
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "portal.wsgi:application"],
        cwd=ROOT,
        env=environ,
        start_new_session=True,
    )
    web = WebProcess(host, int(environ["PORT"]), data, key, process)
    try:
        _wait_until_it_answers(web)
        yield web
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        end_sessions([process.pid])


def _python(*arguments: str, environ: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=dict(environ), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _wait_until_it_answers(web: WebProcess) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        assert web.process.poll() is None, "the server has ended"
        try:
            if web.get("/health/")[0] == 200:
                return
        except OSError:
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)
