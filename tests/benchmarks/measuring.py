"""Runs a piece of work in a process of its own and tells how long it took and how much memory it held at most."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Measurement:
    """Seconds from start to end, the process's own start included; peak resident memory of it and its children."""

    seconds: float
    peak_mb: float
    printed: str


# Its last line on standard output is the peak, so that what it starts counts too. That of the process itself is not
# asked of getrusage, which counts what the program that started it held.
_WRAPPED = """
import resource
{code}
with open("/proc/self/status") as status:
    own = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""


def measure(code: str, arguments: Sequence[str | Path]) -> Measurement:
    """Run the Python `code` with `arguments` in `sys.argv[1:]`. Raises CalledProcessError when it fails."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _WRAPPED.format(code=code), *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    seconds = time.perf_counter() - started
    *printed, peak_kb = done.stdout.splitlines()
    return Measurement(seconds, int(peak_kb) / 1000, "\n".join(printed))


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
