"""The table of the processes that make up the portal, and the commands that run them."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from portal.launch.ports import Listener

QUEUES = ("files", "delivery")
SCHEDULE_MODULE = "imports.schedule"


def portal_processes(*, workers: int, sandbox: Listener, data_directory: Path) -> dict[str, str]:
    """Process name -> shell command, for a start from the project's root. `workers` is how many take jobs.

    The names are those of the Procfile, which runs the same without the sandbox.
    """
    table = {
        "sandbox": _python(
            "-m", "sandbox", "--host", sandbox.host, "--port", str(sandbox.port),
            "--data-dir", str(data_directory / "sandbox"),
        ),
        "web": _python("-m", "gunicorn", "portal.wsgi:application"),
        "schedule": schedule_command(),
    }  # fmt: skip
    for number in range(1, workers + 1):
        table[f"worker.{number}"] = worker_command()
    return table


def worker_command() -> str:
    """One worker. Each also offers to run RQ's scheduler; a lock in Redis sees to it that only one does."""
    return _python("manage.py", "rqworker", *QUEUES, "--with-scheduler", "--verbosity", "0")


def schedule_command() -> str:
    """The process that queues what is done at intervals, such as the sweep."""
    return _python("manage.py", "rqcron", SCHEDULE_MODULE, "--logging-level", "WARNING")


def _python(*arguments: str) -> str:
    # exec: the shell makes way, so that the process id honcho knows is the program's own.
    return "exec " + shlex.join([sys.executable, *arguments])
