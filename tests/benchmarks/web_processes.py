"""The portal's web processes as production starts them, with the environment of the benchmark that asks for them."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.benchmarks.measuring import ROOT
from tests.environment import child_environment, free_port

START_SECONDS = 120.0
LOOK_EVERY_SECONDS = 0.2


@contextmanager
def started_web(folder: Path, port: int) -> Iterator[int]:
    """They listen on loopback, and end with the block; the id of the first of them. What they log is in `folder`."""
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi:application"]
    environ = child_environment(PORT=str(port), HOST="127.0.0.1")
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


@contextmanager
def answering_web(folder: Path) -> Iterator[tuple[str, int]]:
    """The same once they answer: their address without a slash at its end, and the id of the first of them."""
    port = free_port()
    address, pause = f"http://127.0.0.1:{port}", threading.Event()
    with started_web(folder, port) as pid:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(address):
            assert time.monotonic() < deadline, (folder / "web.log").read_text()
            pause.wait(LOOK_EVERY_SECONDS)
        yield address, pid


def new_session() -> requests.Session:
    """A client that asks loopback itself, whatever proxy the environment names."""
    session = requests.Session()
    session.trust_env = False
    return session


def _answers(address: str) -> bool:
    try:
        return new_session().get(f"{address}/health/", timeout=LOOK_EVERY_SECONDS * 10).ok
    except requests.RequestException:
        return False
