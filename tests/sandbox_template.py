"""How the sandboxes of tests are started. Those that hold bodies against the contract are forked: importing what that
needs takes longer than most tests, and a fork server (`multiprocessing`) has done it once.
"""

import os
import queue
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

from tests.fork_server import FORKING

ROOT = Path(__file__).resolve().parent.parent
_LINE_BYTES = 4_096


class StartedSandbox(Protocol):
    def first_line(self, seconds: float) -> str:
        """The first line of its output; empty when it ends, or stays silent so long, without one."""

    def end(self, number: signal.Signals) -> None:
        """Send it `number`, if it still runs, and wait for its end."""


StartsSandbox = Callable[[list[str], Path], StartedSandbox]
"""Starts a sandbox with these options of its command line, which logs to this file."""


@dataclass(frozen=True)
class _Spawned:
    process: subprocess.Popen[str]

    def first_line(self, seconds: float) -> str:
        stream = self.process.stdout
        assert stream is not None
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=lambda: lines.put(stream.readline()), daemon=True).start()
        try:
            return lines.get(timeout=seconds)
        except queue.Empty:
            return ""

    def end(self, number: signal.Signals) -> None:
        with self.process:
            self.process.send_signal(number)


def spawn_sandbox(arguments: list[str], log: Path) -> StartedSandbox:
    """The sandbox as it is: `python -m sandbox`."""
    command = [sys.executable, "-m", "sandbox", *arguments]
    with log.open("a") as file:
        return _Spawned(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=file, text=True))


@dataclass(frozen=True)
class _Forked:
    process: BaseProcess
    printed: Connection

    def first_line(self, seconds: float) -> str:
        if not select.select([self.printed], [], [], seconds)[0]:
            return ""
        return os.read(self.printed.fileno(), _LINE_BYTES).decode()  # a line is written at once

    def end(self, number: signal.Signals) -> None:
        if self.process.is_alive() and self.process.pid:
            os.kill(self.process.pid, number)
        self.process.join()
        self.process.close()
        self.printed.close()


def fork_sandbox(arguments: list[str], log: Path) -> StartedSandbox:
    """One that writes down what breaks the contract: `tests.contract_sandbox`."""
    printed, printing = FORKING.Pipe(duplex=False)
    process = FORKING.Process(
        target=_be_sandbox, args=(arguments, log, dict(os.environ), printing), daemon=True
    )
    with printing:
        process.start()
    return _Forked(process, printed)


def _be_sandbox(arguments: list[str], log: Path, environ: Mapping[str, str], printing: Connection) -> None:
    os.environ.clear()
    os.environ.update(environ)
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())
    with printing:
        os.dup2(printing.fileno(), sys.stdout.fileno())
    from tests.contract_sandbox import run

    sys.argv = ["sandbox", *arguments]
    sys.exit(run())
