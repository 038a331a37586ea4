"""The table of the processes that make up the portal, and the commands that run them."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from portal.launch.ports import Listener

# Each pool of workers, and the queues it takes from, the first one first.
POOLS = {"delivery": ("delivery",), "quick": ("quick",), "bulk": ("bulk", "quick")}


def portal_processes(*, sandbox: Listener, data_directory: Path) -> dict[str, str]:
    """Process name -> shell command, for a start from the project's root.

    The names are those of the Procfile, which runs the same without the sandbox. How many workers there are in each
    pool is a matter of the environment.
    """
    return {
        "sandbox": _python(
            "-m", "sandbox", "--host", sandbox.host, "--port", str(sandbox.port),
            "--data-dir", str(data_directory / "sandbox"),
        ),
        "web": _python("-m", "gunicorn", "portal.wsgi:application"),
        "schedule": schedule_command(),
        **{name: pool_command(name) for name in POOLS},
    }  # fmt: skip


def pool_command(name: str) -> str:
    """A pool of workers, which replaces those that die."""
    return _python("manage.py", "run_workers", *POOLS[name])


def schedule_command() -> str:
    """The process that looks for what is due."""
    return _python("manage.py", "run_schedule")


def _python(*arguments: str) -> str:
    # exec: the shell makes way, so that the process id honcho knows is the program's own.
    return "exec " + shlex.join([sys.executable, *arguments])
