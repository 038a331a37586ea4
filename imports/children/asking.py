"""Has work done in a process of its own, with limits on memory and time, so that no file can harm the server.

Whatever makes such a process run out of either, or brings it down, ends as a `ChildDefeatedError`; whoever asked goes
on. The process knows nothing of the portal's secrets: it is given no environment but what running needs, and dies with
the process that started it. What it does is in its module, by way of `answering.serve`.
"""

import errno
import json
import os
import selectors
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "POLARS_MAX_THREADS", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
_PIPE_BYTES = 65_536
# What is nobody's fault and passes: no room, or a disk that fails.
DISK_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE})

LOOK_EVERY_SECONDS = 1.0
"""How often `progress` is called while there is no news."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """What the process may take: bytes of private memory, and seconds from its start to its end."""

    max_memory_bytes: int = 4_000_000_000
    max_seconds: float = 900.0


DEFAULT_LIMITS = ChildLimits()


class ChildDefeatedError(Exception):
    """The process ended without an answer. `rows` is how far it had come."""

    def __init__(self, rows: int = 0) -> None:
        super().__init__(rows)
        self.rows = rows


class ChildOutOfTimeError(ChildDefeatedError):
    """It took longer than it may, and was ended."""


class ChildOutOfMemoryError(ChildDefeatedError):
    """It wanted more memory than it may have."""


class ChildRefusedError(Exception):
    """The task said no: `values` are what it said, see `answering.TaskRefusedError`."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(*values)
        self.values = values


class ChildFaultError(Exception):
    """It has a fault: it raised what it should not. The text is the kind of exception and its places."""


def ask_child(
    module: str, request: dict[str, Any], limits: ChildLimits, progress: Progress | None = None
) -> Any:
    """What a new process that runs `module` answers to `request`, which is JSON-safe and names its `task`.

    `progress` is told how many rows are done, and the same again every `LOOK_EVERY_SECONDS` while nothing is heard;
    what it raises ends the process. Raises ChildDefeatedError, ChildRefusedError, ChildFaultError, or OSError when the
    disk has no room or fails.
    """
    rows = 0

    def look() -> None:
        if progress:
            progress(rows)

    asked = {**request, "max_memory_bytes": limits.max_memory_bytes, "parent": os.getpid()}
    with _child(module) as process, _killed_after(process, limits.max_seconds) as is_late:
        _tell(process, asked)
        for line in _lines(process, look):
            kind, value = next(iter(json.loads(line).items()))
            if kind == "progress":
                rows = value
                look()
            elif kind == "result":
                return value
            elif kind == "refusal":
                raise ChildRefusedError(value)
            elif kind == "out_of_memory":
                raise ChildOutOfMemoryError(rows)
            elif value["errno"] in DISK_ERRNOS:
                raise OSError(value["errno"], errno.errorcode[value["errno"]])
            else:
                raise ChildFaultError(f"{value['kind']} at {' < '.join(reversed(value['places']))}")
        raise ChildOutOfTimeError(rows) if is_late.is_set() else ChildDefeatedError(rows)


def _tell(process: subprocess.Popen[bytes], request: dict[str, Any]) -> None:
    # A process that died at once gives no answer, and that is noticed where answers are awaited.
    with suppress(BrokenPipeError), process.stdin or nullcontext() as requests:
        if requests:
            requests.write(json.dumps(request).encode())


def _lines(process: subprocess.Popen[bytes], look: Callable[[], None]) -> Iterator[bytes]:
    """The lines that `process` writes, without one that it died over; `look` is called while there are none."""
    if process.stdout is None:
        return
    begun: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(LOOK_EVERY_SECONDS):
                look()
                continue
            data = os.read(process.stdout.fileno(), _PIPE_BYTES)
            if not data:
                return
            first, *others = data.split(b"\n")
            begun.append(first)
            for other in others:
                yield b"".join(begun)
                begun = [other]


@contextmanager
def _child(module: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that waits for its request; it does not outlive the block."""
    process = subprocess.Popen(  # noqa: S603  # the modules are our own
        [sys.executable, "-m", module],
        cwd=_ROOT,
        env={name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A library that gives up says why, and may quote a cell.
        stderr=subprocess.DEVNULL,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def _killed_after(process: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
    """Kills `process` when the block takes longer than `seconds`; the event tells that it did."""
    is_late = threading.Event()

    def kill() -> None:
        is_late.set()
        process.kill()

    timer = threading.Timer(seconds, kill)
    timer.daemon = True
    timer.start()
    try:
        yield is_late
    finally:
        timer.cancel()
