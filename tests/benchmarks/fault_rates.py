"""What faults at a steady rate cost: time, calls, processor and database, beside a run without.

    python -m tests.benchmarks.fault_rates [NAME]

Two jobs of ten batches each, and again everything as in production: PostgreSQL, Redis, a pool of worker processes, and
a sandbox over HTTP that takes three seconds an import. NAME runs only the lines that hold it. Queries are counted by
PostgreSQL's own log; the processor of the workers is that of the pool and all that it has started.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.delivery import WORKERS, Bench, running_portal
from tests.benchmarks.measuring import machine
from tests.benchmarks.reading_files import say

BATCHES_A_JOB, JOBS = 10, 2
BATCH_CONTACTS = 2_000
POOL = "delivery"
STATEMENT_MARKS = (b"LOG:  statement:", b"LOG:  execute ")

Rules = tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Case:
    """What goes wrong, as rules of the sandbox's fault switches."""

    name: str
    rules: Rules = ()


def every(call: str, fault: str, number: int) -> dict[str, Any]:
    return {"call": call, "fault": fault, "times": None, "every": number}


def a_third(call: str, fault: str, seed: int = 1) -> dict[str, Any]:
    return {"call": call, "fault": fault, "times": None, "share": 1 / 3, "seed": seed}


CASES = (
    Case("no faults"),
    Case("every third status call 500", (every("status", "serverError", 3),)),
    Case("every fifth status call 500", (every("status", "serverError", 5),)),
    Case("every fourth status call an HTML 502", (every("status", "badGateway", 4),)),
    Case("every fourth status answer cut short", (every("status", "truncate", 4),)),
    Case("every third PUT 500", (every("import", "serverError", 3),)),
    Case("a third of all calls 500, at random", (a_third("any", "serverError"),)),
    Case("a third of all calls reset, at random", (a_third("any", "reset"),)),
)


def main(wanted: str = "") -> None:
    with running_portal(batch_contacts=BATCH_CONTACTS) as bench:
        log = statement_log()
        say(f"{machine()}; {WORKERS} delivery workers, {JOBS} jobs of {BATCHES_A_JOB} batches\n")
        say(f"| {' | '.join(COLUMNS)} |")
        say(f"| --- |{' ---: |' * (len(COLUMNS) - 1)}")
        for case in CASES:
            if wanted in case.name:
                say(f"| {' | '.join(row_of(bench, case, log))} |")


COLUMNS = (
    "what goes wrong", "seconds", "PUT", "asked", "other", "shortest between two polls of an import, s",
    "queries", "CPU seconds of the workers", "of a core", "unknown", "sent again",
)  # fmt: skip


def row_of(bench: Bench, case: Case, log: Path) -> Iterator[str]:
    bench.sandbox.reset()
    bench.forget_account()
    before = 0

    def begin() -> None:
        nonlocal before
        bench.sandbox.faults(*case.rules)
        before = count_statements(log)

    seconds, jobs = bench.timed([BATCHES_A_JOB * BATCH_CONTACTS] * JOBS, begin)
    queries = count_statements(log) - before
    processor = bench.processor.core_seconds()[POOL]
    told = bench.sandbox.statistics()
    assert all(sum(job.ledger["counts"].values()) == job.rows for job in jobs), "a ledger does not add up"
    yield case.name
    yield f"{seconds:.1f}"
    yield str(told["importCalls"])
    yield str(told["statusCalls"])
    yield str(told["accountCalls"])
    yield f"{told['shortestBetweenPolls'] or 0:.2f}"
    yield f"{queries:,}"
    yield f"{processor:.1f}"
    yield f"{processor / seconds / WORKERS:.1%}"
    yield str(sum(job.ledger["counts"]["unknown"] for job in jobs))
    yield str(sum(batch.repeated for job in jobs for batch in job.batches.all()))


def statement_log() -> Path:
    """Have PostgreSQL write down every statement; where."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET log_statement = 'all'")
        cursor.execute("SELECT pg_reload_conf()")
        cursor.execute("SHOW data_directory")
        return Path(cursor.fetchone()[0]) / "log"


def count_statements(log: Path) -> int:
    with log.open("rb") as lines:
        return sum(any(mark in line for mark in STATEMENT_MARKS) for line in lines)


if __name__ == "__main__":
    main(*sys.argv[1:2])
