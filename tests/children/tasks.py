"""Tasks of a process in which everything goes wrong: `python -m tests.children.tasks`."""

import errno
import os
import re
import signal
from collections.abc import Callable
from typing import Any

from imports.children.answering import TaskRefusedError, serve

Progress = Callable[[int], None]


def spin(request: dict[str, Any], progress: Progress) -> None:
    """Holds the interpreter's lock, without a pause, for longer than anybody waits."""
    progress(7)
    re.match("(a|aa)+$", "a" * 200 + "!")


def die(request: dict[str, Any], progress: Progress) -> None:
    progress(7)
    os.kill(os.getpid(), signal.SIGKILL)


def fill_memory(request: dict[str, Any], progress: Progress) -> int:
    return len(bytearray(10**12))


def fail(request: dict[str, Any], progress: Progress) -> None:
    raise ValueError(request["secret"])


def fill_disk(request: dict[str, Any], progress: Progress) -> None:
    raise OSError(errno.ENOSPC, request["secret"])


def refuse(request: dict[str, Any], progress: Progress) -> None:
    raise TaskRefusedError({"code": "no"})


def repeat(request: dict[str, Any], progress: Progress) -> object:
    return request["said"]


if __name__ == "__main__":
    serve({task.__name__: task for task in (spin, die, fill_memory, fail, fill_disk, refuse, repeat)})
