"""The pools of workers fork, and Polars waits for ever in a process that forked from one that had used it."""

import subprocess
import sys

import pytest

from tests.environment import child_environment
from tests.worker_processes import ROOT

COUNT = """
import os
import polars

def threads():
    return len(os.listdir("/proc/self/task"))

before = threads()
import django
django.setup()
import imports.jobs.tasks, imports.work.worker, imports.work.schedule
from imports.management.commands import run_workers
print(threads() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts threads in /proc")
def test_a_process_that_forks_workers_has_not_used_polars():
    told = subprocess.run(
        [sys.executable, "-c", COUNT],
        cwd=ROOT,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )

    assert told.stdout.strip() == "0"
