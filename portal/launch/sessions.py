"""Ends what is left of process sessions.

A process that is started as the leader of a new session gives its session id to every descendant, also to
those that made themselves a process group of their own, as RQ's work horses do. The session is therefore the
one mark by which nothing of ours is missed and nothing of anybody else's is touched.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

GRACE_SECONDS = 3.0
POLL_SECONDS = 0.05
PROC = Path("/proc")


def session_members(sessions: Iterable[int]) -> list[int]:
    """Ids of the live processes in the sessions of these ids; one that waits to be reaped is not live."""
    wanted = set(sessions)
    members = []
    for pid in _process_ids():
        with suppress(OSError):
            if os.getsid(pid) in wanted and not _is_zombie(pid):
                members.append(pid)
    return members


def end_sessions(sessions: Iterable[int], grace_seconds: float = GRACE_SECONDS) -> None:
    """Ends every process of `sessions`: asked first, killed after `grace_seconds`."""
    wanted = set(sessions)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in session_members(wanted):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        if _wait_until_empty(wanted, grace_seconds):
            return


def _wait_until_empty(sessions: set[int], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while session_members(sessions):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _process_ids() -> list[int]:
    if PROC.joinpath("self", "stat").exists():
        return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal()]
    listing = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=True)  # noqa: S607
    return [int(pid) for pid in listing.stdout.split()]


def _is_zombie(pid: int) -> bool:
    try:
        stat = PROC.joinpath(str(pid), "stat").read_text()
    except OSError:
        return False
    # proc(5): "pid (command) state ..."; the command may hold spaces and parentheses.
    return stat.rpartition(")")[2].split()[0] == "Z"
