"""How many audit events a second four processes write, each event in a transaction of its own, and how fast they are
verified.

    python -m tests.benchmarks.audit_events

On SQLite in a folder that is on a disk, synchronous as in production, and on PostgreSQL that syncs to disk. Beside them
the peer: the same four processes insert the same rows, without a chain.
"""

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.measuring import ROOT, machine
from tests.benchmarks.reading_files import say
from tests.environment import isolated_environment
from tests.postgres import running_postgres

PROCESSES, SECONDS = 4, 10.0
CHAINED, PLAIN, PREPARE = "chained", "plain", "prepare"
PEER = "audit_benchmark_peer"


def main() -> None:
    say(f"{machine()}; {PROCESSES} processes, {SECONDS:g} s each\n")
    with tempfile.TemporaryDirectory(prefix="portal-bench-", dir=ROOT / "var") as name:
        of_database("SQLite", Path(name), "")
    with (
        tempfile.TemporaryDirectory(prefix="portal-bench-") as name,
        running_postgres() as url,
    ):
        of_database("PostgreSQL", Path(name), url)


def of_database(what: str, folder: Path, url: str) -> None:
    environ = os.environ | isolated_environment(folder)
    environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings", "LOG_LEVEL": "WARNING"}
    done(["manage.py", "migrate", "--verbosity", "0"], environ)
    done(["-m", "tests.benchmarks.audit_events", PREPARE], environ)
    for kind in (PLAIN, CHAINED):
        writers = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.benchmarks.audit_events", kind],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(PROCESSES)
        ]
        for writer in writers:
            assert writer.stdout
            assert writer.stdout.readline() == "ready\n"
        for writer in writers:
            assert writer.stdin
            writer.stdin.write("go\n")
            writer.stdin.flush()
        written = sum(int(writer.communicate()[0]) for writer in writers)
        say(f"{what}, {kind}: {written / SECONDS:,.0f} events a second")
    started = time.perf_counter()
    found = done(["manage.py", "verify_audit"], environ)
    say(f"{what}: {found} in {time.perf_counter() - started:.1f} s, the start of the command included")


def done(command: list[str], environ: dict[str, str]) -> str:
    ended = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environ, check=True, capture_output=True, text=True
    )
    return ended.stdout.strip()


def prepare() -> None:
    """Make the table of the peer, and have PostgreSQL sync to disk: tests are run without."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {PEER} AS SELECT * FROM imports_auditevent")
        if connection.vendor == "postgresql":
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                cursor.execute(f"ALTER SYSTEM RESET {setting}")
            cursor.execute("SELECT pg_reload_conf()")


def write(kind: str) -> None:
    """Write events for SECONDS once told so, and say how many."""
    from django.db import connection

    from imports.audit.recording import record
    from imports.audit.subjects import Subject
    from imports.transactions import unit_of_work

    subject = Subject("uploadjob", "0b9f7c7e-6f3a-4b1e-9d0a-2f6c1f0a7d55", "", 1)
    columns = (
        "id, lane, position, at, action, actor_name, address, agent, kind, object_id, object_name, account_id"
    )
    insert = f"INSERT INTO {PEER} ({columns}, details, key, mac) VALUES ({', '.join(['%s'] * 15)})"
    at = datetime.now(UTC)
    row = (1, 1, 1, at, "repairs_made", "", "", "python", "uploadjob", "7", "", 1, "{}", "00000000", "0" * 64)
    count = 0
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    over = time.monotonic() + SECONDS
    while time.monotonic() < over:
        with unit_of_work():
            if kind == CHAINED:
                record("repairs_made", by=None, on=subject, count=count)
            else:
                with connection.cursor() as cursor:
                    cursor.execute(insert, row)
        count += 1
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        import django

        django.setup()
        prepare() if sys.argv[1] == PREPARE else write(sys.argv[1])
