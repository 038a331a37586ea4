"""The portal's workers as processes of their own, as they run outside tests."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol, TypeVar

from portal.launch.process_table import POOLS, pool_command, schedule_command
from portal.launch.sessions import end_sessions
from tests.fork_server import FORKING

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 15

Command = TypeVar("Command")


class Running(Protocol):
    """A process that was started: `subprocess.Popen`, or one that was forked."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


@dataclass(frozen=True)
class _Forked:
    process: BaseProcess

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def poll(self) -> int | None:
        return self.process.exitcode

    def terminate(self) -> None:
        self.process.terminate()

    def kill(self) -> None:
        self.process.kill()

    def wait(self, timeout: float | None = None) -> int:
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired("forked", timeout or 0.0)
        return self.process.exitcode


@dataclass(frozen=True)
class WorkerProcess:
    """One process, the leader of a session of its own, and the file that holds what it says."""

    name: str
    process: "Running"
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

    `environ` is the whole environment they get (see `tests.environment.child_environment`). They are forked from a
    process that has imported what takes longest (`tests.preloaded`).
    """
    commands = {name: ["run_workers", *queues] for name, queues in POOLS.items()}
    with _running(
        _fork, {**commands, "schedule": ["run_schedule"]}, {**environ, **numbers(count)}, directory
    ) as started:
        yield started


@contextmanager
def started_workers(count: int, environ: Mapping[str, str], directory: Path) -> Iterator[list[WorkerProcess]]:
    """The same by the launcher's own command lines, and nothing imported before: for what measures them."""
    commands = {name: pool_command(name) for name in POOLS}
    with _running(
        _start, {**commands, "schedule": schedule_command()}, {**environ, **numbers(count)}, directory
    ) as started:
        yield started


@contextmanager
def running_shared_pool(
    count: int, environ: Mapping[str, str], directory: Path
) -> Iterator[list[WorkerProcess]]:
    """One pool of `count` workers for all queues, and the schedule: less to start, for tests of what workers do."""
    commands = {"pool": ["run_workers", *POOLS, "--workers", str(count)], "schedule": ["run_schedule"]}
    with _running(_fork, commands, environ, directory) as started:
        yield started


def run_command(command: list[str], environ: Mapping[str, str], directory: Path) -> None:
    """Have `manage.py COMMAND` done, in a process that is forked as workers are; fails when it does."""
    process = _fork(command[0], command, environ, directory)
    assert process.process.wait() == 0, process.output


def numbers(delivery: int) -> dict[str, str]:
    """The settings of how many workers the pools have."""
    return {"DELIVERY_WORKERS": str(delivery), "QUICK_WORKERS": "1", "BULK_WORKERS": "1"}


@contextmanager
def _running(
    start: Callable[[str, Command, Mapping[str, str], Path], WorkerProcess],
    commands: Mapping[str, Command],
    environ: Mapping[str, str],
    directory: Path,
) -> Iterator[list[WorkerProcess]]:
    started: list[WorkerProcess] = []
    with _ended(started):
        for name, command in commands.items():
            started.append(start(name, command, environ, directory))
        yield started


@contextmanager
def _ended(started: list[WorkerProcess]) -> Iterator[None]:
    """Ends, after the block, what was started in it."""
    try:
        yield
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


def _fork(name: str, command: list[str], environ: Mapping[str, str], directory: Path) -> WorkerProcess:
    log = directory / f"{name}.log"
    process = FORKING.Process(target=_manage, args=(command, dict(environ), log))
    process.start()
    return WorkerProcess(name, _Forked(process), log)


def _manage(command: list[str], environ: Mapping[str, str], log: Path) -> None:
    """Be `manage.py COMMAND`, in a process that has just been forked."""
    os.setsid()
    os.environ.clear()
    os.environ.update(environ)
    with log.open("wb") as output:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(output.fileno(), stream.fileno())
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", *command])
