"""Runs a piece of work in a process of its own and tells how long it took and how much memory it held at most.

Source: proc(5), VmHWM in /proc/PID/status, the most that a process has held since it began to run its program.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.processor import with_descendants

ROOT = Path(__file__).resolve().parents[2]
LOOK_EVERY_SECONDS = 0.05


@dataclass(frozen=True)
class Measurement:
    """Seconds from start to end, the process's own start included; the peak resident memory of the one that held most
    of it and those that it started."""

    seconds: float
    peak_mb: float
    printed: str


def measure(code: str, arguments: Sequence[str | Path]) -> Measurement:
    """Run the Python `code` with `arguments` in `sys.argv[1:]`. Raises CalledProcessError when it fails."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    peak_kb = 0
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as printed:
        with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=printed, text=True) as process:
            while process.poll() is None:
                peak_kb = max([peak_kb, *map(_peak_kb, with_descendants(process.pid))])
                with suppress(subprocess.TimeoutExpired):
                    process.wait(LOOK_EVERY_SECONDS)
        seconds = time.perf_counter() - started
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        printed.seek(0)
        return Measurement(seconds, peak_kb / 1000, printed.read().strip())


def _peak_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:  # it has ended
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def machine() -> str:
    """The processor, its cores and the system's memory, in a line."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "unknown processor",
    )
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{cpu}, {os.cpu_count()} cores, {memory_gb:.0f} GB, Python {sys.version.split()[0]}"
