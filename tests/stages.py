"""Runs the stages of `make test` side by side, so that no core is idle: `python -m tests.stages PROCESSES`.

With `once` behind it, what `make test` leaves out: on PostgreSQL and S3 what is marked so, with all its cases.

A stage is a run of pytest with a database and a storage of its own. Each line of it is shown behind the stage's name.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import NamedTuple

DELIVERY_TESTS = (
    "tests/delivery/test_fault_matrix.py",
    "tests/delivery/test_slots.py",
    "tests/delivery/test_budget.py",
    "tests/delivery/test_deliver.py",
    "tests/pipeline/test_import_contacts.py",
)
NOT_OF_DATABASE = (
    "tests/files",
    "tests/contacts",
    "tests/dotdigital",
    "tests/sandbox",
    "tests/corpus",
    "tests/launch",
)
"""What a second database proves nothing new of: what uses none, which takes long to collect, and how processes start
and end."""
DEEP = ("--hypothesis-profile", "deep")
ONE_THREAD = {"POLARS_MAX_THREADS": "1"}
"""Of Polars, in the stage that is processes side by side already. That threads change nothing is tested by starting
them (`tests/contacts/test_neighbours.py`), and the other stages have as many as there are cores."""


class Stage(NamedTuple):
    """`command` is what comes after `python -m`; `processes` is how many test files are run at a time; `environ` is
    added to this environment."""

    name: str
    command: Sequence[str]
    processes: int
    environ: Mapping[str, str] = MappingProxyType({})


def stages(processes: int) -> list[Stage]:
    """First everything, on SQLite and a folder. Then what touches the database once more on PostgreSQL: deliveries with
    their files in S3, all else with them in a folder. What a test of deliveries asks of the database does not depend on
    where files lie, so PostgreSQL with a folder would only repeat it. Browsers run once: pages, and workers, are tested
    on PostgreSQL without them, and every such test starts processes of the portal. Nor is what is marked `once` or
    `on_postgres` run twice: it asks of the database what others ask. The first runs on SQLite, the second there."""
    everything = Stage("sqlite", ["pytest", "-m", "not on_postgres"], processes, ONE_THREAD)
    return [everything, *stages_on_postgres("database and not browser and not once")]


def stages_on_postgres(marks: str, *options: str) -> list[Stage]:
    ignored = [f"--ignore={path}" for path in (*DELIVERY_TESTS, *NOT_OF_DATABASE)]
    return [
        Stage("postgres", ["tests.postgres", "pytest", *options, "-m", marks, *ignored], 1),
        Stage("s3", ["tests.postgres", "tests.s3", "pytest", *options, "-m", marks, *DELIVERY_TESTS], 1),
    ]


def run(stage: Stage) -> int:
    """Run it, show what it says line by line, and give its exit code."""
    side_by_side = ["-n", str(stage.processes), "--dist", "loadfile", "--no-loadscope-reorder"]
    options = [*(side_by_side if stage.processes > 1 else ()), "-o", "tmp_path_retention_policy=failed"]
    command = [sys.executable, "-m", *stage.command, *options]
    environ = {**os.environ, **stage.environ}
    with subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            show(stage.name, line)
    return process.returncode


def show(name: str, line: str) -> None:
    sys.stdout.write(f"{name:8} | {line.rstrip()}\n")
    sys.stdout.flush()


def main() -> int:
    """0 when all have passed."""
    processes, left_out = int(sys.argv[1]), sys.argv[2:] == ["once"]
    chosen = stages_on_postgres("database and once", *DEEP) if left_out else stages(processes)
    with ThreadPoolExecutor() as pool:
        codes = {stage.name: pool.submit(run, stage) for stage in chosen}
    for name, code in codes.items():
        show(name, "passed" if code.result() == 0 else f"FAILED (exit code {code.result()})")
    return int(any(code.result() for code in codes.values()))


if __name__ == "__main__":
    sys.exit(main())
