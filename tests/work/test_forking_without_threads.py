"""Nothing runs Polars before workers fork: its threads stay with the parent, and the children would wait for them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TELL_THREADS = """
import os, django
django.setup()
import imports.management.commands.run_workers, imports.work.schedule
for task in os.listdir("/proc/self/task"):
    print(open(f"/proc/self/task/{task}/comm").read().strip())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads are listed in /proc")
def test_what_workers_fork_from_has_no_threads_of_polars(tmp_path: Path) -> None:
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", "PORTAL_DATA_DIR": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", TELL_THREADS],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "python" in told.stdout
    # Those of its pool, `polars-0` and so on; another is there as soon as it is imported, and does no harm.
    assert not re.findall(r"^polars-\d+", told.stdout, re.MULTILINE)
