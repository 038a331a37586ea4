"""New processes: what they are told of their surroundings, what whoever starts one holds of it, and how one ends with
its parent, so that a process that is killed outright takes those it started with it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parents[2]
KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "POLARS_MAX_THREADS", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
FIXED_ENVIRONMENT = {
    # Polars puts nothing aside on the disk: what is in cells lies in no folder but the portal's, and what removes such
    # files is a thread that a forked process does not have. How much memory there is, is limited anyway.
    "POLARS_OOC_MEMORY_BUDGET_MB": str(2**30),
}

PR_SET_PDEATHSIG = 1

# Loaded once, here: between fork and exec nothing may be imported or allocated that could wait for a lock.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Child(Protocol):
    """A process that waits for its request at the other end of `channel`."""

    @property
    def channel(self) -> socket.socket: ...

    def end(self) -> None:
        """Kill it, if it still runs; when this returns it is gone, and all that was held of it is closed."""


def environment() -> dict[str, str]:
    """The environment of a new process: what running needs, and none of the portal's secrets."""
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    return {**kept, **FIXED_ENVIRONMENT}


def new_python(
    module: str, *arguments: str, channel: socket.socket, process_group: int | None = None
) -> subprocess.Popen[bytes]:
    """A new Python that runs `module`; its input is `channel`."""
    return subprocess.Popen(  # noqa: S603  # the modules are our own
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment(),
        stdin=channel.fileno(),
        # A library that gives up says why, and may quote a cell.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=process_group,
    )


def end_with_parent() -> None:
    """Asks that this process is sent SIGTERM when its parent dies. Fit for `preexec_fn`."""
    _set_parent_death_signal(signal.SIGTERM)


def die_with_parent() -> None:
    """Asks that this process is killed when its parent dies, whatever it ignores."""
    _set_parent_death_signal(signal.SIGKILL)


def _set_parent_death_signal(number: signal.Signals) -> None:
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
