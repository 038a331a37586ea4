"""Ties a child process to its parent, so that one that is killed outright takes its processes with it.

Linux can do this (`prctl(2)`, PR_SET_PDEATHSIG); elsewhere the functions do nothing, and only an orderly
end reaches the children.
"""

from __future__ import annotations

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1

# Loaded once, here: between fork and exec nothing may be imported or allocated that could wait for a lock.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent() -> None:
    """Asks that this process is sent SIGTERM when its parent dies. Fit for `preexec_fn`."""
    _set_parent_death_signal(signal.SIGTERM)


def die_with_parent() -> None:
    """Asks that this process is killed when its parent dies, whatever it ignores."""
    _set_parent_death_signal(signal.SIGKILL)


def _set_parent_death_signal(number: signal.Signals) -> None:
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
