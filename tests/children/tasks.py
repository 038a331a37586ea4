"""Tasks of a process in which everything goes wrong."""

import errno
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from imports.children.answering import Task, TaskRefusedError

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


def tell(request: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """What this process is, and how often it has been asked."""
    asked.append(request)
    return {
        "pid": os.getpid(),
        "parent": os.getppid(),
        "asked": len(asked),
        "open": sorted(
            re.sub(r"\d", "", os.readlink(path)) for path in Path("/proc/self/fd").iterdir() if path.exists()
        ),
        "environment": [
            entry.partition("=")[0] for entry in Path("/proc/self/environ").read_text().split("\0") if entry
        ],
        "ignored": [
            number
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
            if signal.getsignal(number) != signal.SIG_DFL
        ],
        "polars_threads": pl.thread_pool_size(),
    }


def tell_and_spin(request: dict[str, Any], progress: Progress) -> None:
    """Its progress is its process id."""
    progress(os.getpid())
    spin(request, lambda _: None)


def calculate(request: dict[str, Any], progress: Progress) -> int:
    """Has all threads of Polars at work, as a check has."""
    numbers = pl.LazyFrame({"n": range(20_000)}).with_columns(text=pl.col("n").cast(pl.String))
    found: pl.DataFrame = numbers.sort("text").group_by(pl.col("text").str.slice(0, 1)).len().collect()
    return int(found["len"].sum())


asked: list[dict[str, Any]] = []

TASKS: dict[str, Task] = {
    task.__name__: task
    for task in (
        spin,
        die,
        fill_memory,
        fail,
        fill_disk,
        refuse,
        repeat,
        tell,
        tell_and_spin,
        calculate,
    )
}
