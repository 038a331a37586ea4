"""The portal's workers as processes of their own, as they run outside tests."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.launch.process_table import POOLS, pool_command, schedule_command
from portal.launch.sessions import end_sessions

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 15


@dataclass(frozen=True)
class WorkerProcess:
    """One process, the leader of a session of its own, and the file that holds what it says."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def end(self) -> None:
        """Asks the process to finish what it does and end; whatever is left after STOP_SECONDS is killed."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        end_sessions([self.pid])

    def kill(self) -> None:
        """Ends it and all that it has started at once, as a power cut would."""
        self.process.kill()
        self.process.wait()
        end_sessions([self.pid])


@contextmanager
def running_workers(count: int, environ: Mapping[str, str], directory: Path) -> Iterator[list[WorkerProcess]]:
    """A pool of workers for each queue, that of deliveries of `count`, and the schedule; they log to `directory`.

    `environ` is the whole environment they get (see `tests.environment.child_environment`).
    """
    commands = {name: pool_command(name) for name in POOLS}
    commands["schedule"] = schedule_command()
    numbers = {"DELIVERY_WORKERS": str(count), "QUICK_WORKERS": "1", "BULK_WORKERS": "1"}
    started: list[WorkerProcess] = []
    try:
        for name, command in commands.items():
            started.append(_start(name, command, {**environ, **numbers}, directory))
        yield started
    finally:
        for worker in started:
            worker.process.terminate()
        for worker in started:
            worker.end()
            # Shown by pytest when the test failed.
            sys.stdout.write(f"--- {worker.name}\n{worker.output}")


def _start(name: str, command: str, environ: Mapping[str, str], directory: Path) -> WorkerProcess:
    log = directory / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            shell=True,
            cwd=ROOT,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return WorkerProcess(name, process, log)
