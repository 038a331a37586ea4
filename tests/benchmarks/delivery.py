"""How full an account's slots are kept, how soon a freed one is used again, and how long a small import waits.

    python -m tests.benchmarks.delivery [CONTACTS]

Everything is as in production: PostgreSQL that syncs to disk, Redis, pools of worker processes, and a sandbox over
HTTP that takes three seconds an import. Reading and checking are done before and not counted. The peer is the loop that
one would write by hand (`delivery_by_hand.py`).
"""

import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portal.redis_socket import redis_folder
from tests.benchmarks.delivery_by_hand import deliver_by_hand
from tests.benchmarks.measuring import machine
from tests.benchmarks.processor import Processor, child_named, parent_of
from tests.benchmarks.reading_files import MILLION, say
from tests.benchmarks.slots_used import SlotsUsed
from tests.environment import child_environment, isolated_environment
from tests.postgres import running_postgres
from tests.redis_process import running_redis
from tests.sandbox_process import SandboxProcess, running_sandbox
from tests.worker_processes import WorkerProcess, started_workers

SECONDS_PER_IMPORT = 3.0
BATCH_CONTACTS = 5_000
SLOTS = 25
WORKERS = 4
PEOPLE = (200_000, 200_000, 20_000, 20_000, 20_000, 1_000, 1_000, 1_000, 1_000, 1_000)
SMALL = 1_000
ALONE_RUNS = 3
MAX_SECONDS = 1_200
LOOK_EVERY_SECONDS = 0.2


def main(contacts: int) -> None:
    with running_portal() as bench:
        say(f"{machine()}; {WORKERS} delivery workers, {SECONDS_PER_IMPORT:g} s an import\n")
        alone = [bench.small_alone() for _ in range(ALONE_RUNS)]
        bench.ten_people(statistics.median(alone))
        bench.large(contacts)


@contextmanager
def running_portal(
    batch_contacts: int = BATCH_CONTACTS,
    seconds_per_import: float = SECONDS_PER_IMPORT,
) -> Iterator["Bench"]:
    """All servers and workers, and this process set up as one of the portal's."""
    with (
        tempfile.TemporaryDirectory(prefix="portal-bench-") as name,
        running_postgres() as url,
        running_sandbox(Path(name) / "sandbox", seconds_per_import, holds_contract=False) as sandbox,
    ):
        folder = Path(name)
        os.environ |= isolated_environment(folder) | {
            "DATABASE_URL": url,
            "DOTDIGITAL_EXTRA_HOSTS": sandbox.host_port,
            "IMPORT_BATCH_CONTACTS": str(batch_contacts),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "LOG_LEVEL": "WARNING",
        }
        with running_redis(redis_folder(folder)) as redis:
            database = _prepare_database()
            with started_workers(WORKERS, child_environment(), folder) as processes:
                processor = Processor(
                    {
                        "sandbox": child_named("-m sandbox"),
                        "PostgreSQL": database,
                        "Redis": redis.process.pid,
                        **{process.name: process.pid for process in processes},
                    }
                )
                yield Bench(sandbox, folder, processor)
                _say_errors(processes)


def _prepare_database() -> int:
    """Make the tables; the process id of the server."""
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        # Tests are run without; a delivery writes often and a little at a time, so here it counts.
        cursor.execute("ALTER SYSTEM RESET fsync")
        cursor.execute("SELECT pg_reload_conf(), pg_backend_pid()")
        return parent_of(cursor.fetchone()[1])


def _say_errors(processes: Sequence[WorkerProcess]) -> None:
    if noted := [line for one in processes for line in one.output.splitlines() if "ERROR" in line]:
        say(f"\nErrors that workers logged: {len(noted)}; the first: {noted[0][:300]}")


class Bench:
    """Runs of the portal and of its peer, on one account and one sandbox."""

    def __init__(self, sandbox: SandboxProcess, folder: Path, processor: Processor) -> None:
        from portal.models import User

        self.sandbox, self.folder, self.processor = sandbox, folder, processor
        self.user = User.objects.create_superuser("bench", "bench@example.com", "bench")
        self.account = self.new_account()
        self._number = 0

    def new_account(self) -> Any:
        from imports.models import DotdigitalAccount

        account = DotdigitalAccount(name="Bench", endpoint=self.sandbox.url, api_user=self.sandbox.api_user)
        account.api_password = self.sandbox.api_password
        account.save()
        return account

    def small_alone(self) -> float:
        (job,) = self.deliver([SMALL])
        return seconds_of(job)

    def ten_people(self, alone: float) -> None:
        jobs = self.deliver(PEOPLE)
        small = [seconds_of(job) for job, contacts in zip(jobs, PEOPLE, strict=True) if contacts == SMALL]
        by_hand = deliver_by_hand(self.account, [self.checked_job(contacts) for contacts in PEOPLE], SLOTS)
        alone_text = f"alone (median of {ALONE_RUNS})"
        rows = {alone_text: alone}
        rows |= {f"beside the nine others, number {place}": one for place, one in enumerate(small, start=1)}
        rows["by hand, beside the nine others: the slowest"] = max(by_hand[-PEOPLE.count(SMALL) :])
        say("Ten people at once: two imports of 200,000 contacts, three of 20,000, then five of 1,000\n")
        say("| an import of 1,000 contacts, from its confirmation to its report | seconds | times alone |")
        say("| --- | ---: | ---: |")
        for what, seconds in rows.items():
            say(f"| {what} | {seconds:.1f} | {seconds / alone:.1f} |")

    def large(self, contacts: int) -> None:
        self.sandbox.reset()
        (job,) = self.deliver([contacts])
        portal = self.rows(contacts) | rows_of_slots(job)
        ledger = (
            f"created {job.ledger['counts']['created']:,} of {job.rows:,}; sent again: "
            f"{sum(batch.repeated for batch in job.batches.all())} batches"
        )
        self.sandbox.reset()
        waiting = [self.checked_job(contacts)]
        self.processor.restart()
        deliver_by_hand(self.account, waiting, SLOTS)
        peer = self.rows(contacts)
        say(f"\n{contacts:,} contacts in {job.batches.count()} batches\n")
        say("| | portal | by hand |\n| --- | ---: | ---: |")
        for name, value in portal.items():
            say(f"| {name} | {value} | {peer.get(name, '')} |")
        say(f"\nLedger: {ledger}")

    def rows(self, contacts: int) -> dict[str, str]:
        """What the sandbox and the machine say of the run that has just ended."""
        taken = self.processor.core_seconds()
        told = self.sandbox.statistics()
        seconds = told["lastFinished"] - told["firstAccepted"]
        cores = sum(taken.values()) / (os.cpu_count() or 1)
        by_part = ", ".join(
            f"{name} {part / cores:.2f}" for name, part in taken.items() if part / cores >= 0.01
        )
        return {
            "seconds between the first accepted and the last finished": f"{seconds:.1f}",
            "contacts a second": f"{contacts / seconds:,.0f}",
            "imports active at the sandbox, at most": str(told["peakActive"]),
            f"slots in use, as the sandbox counts, of {SLOTS}": f"{told['averageActive'] / SLOTS:.1%}",
            "refused because all slots were taken": str(told["refusedForSlots"]),
            "calls to send": str(told["importCalls"]),
            "calls to ask": str(told["statusCalls"]),
            f"cores in use, of {os.cpu_count()}": by_part,
        }

    def forget_account(self) -> None:
        """As if the account had just been added: nothing of earlier runs tells how long an import takes."""
        from imports.models import CallBudget, UploadJob

        UploadJob.objects.all().delete()
        CallBudget.objects.all().delete()

    def timed(self, sizes: Sequence[int], on_begin: Callable[[], None]) -> tuple[float, list[Any]]:
        """The seconds from the first confirmation, before which `on_begin` is called, to the last end of jobs that are
        delivered; and the jobs."""
        began: list[float] = []

        def begin() -> None:
            on_begin()
            began.append(time.monotonic())

        jobs = self.deliver(sizes, begin)
        return time.monotonic() - began[0], jobs

    def deliver(self, sizes: Sequence[int], on_begin: Callable[[], None] = lambda: None) -> list[Any]:
        """Jobs of so many contacts each, confirmed one after the other and delivered by the workers."""
        from imports.jobs.confirm import confirm_job
        from imports.work.queue import wake_account

        jobs = [self.checked_job(contacts) for contacts in sizes]
        self.processor.restart()
        on_begin()
        for job in jobs:
            assert confirm_job(job, self.user)
            wake_account(self.account)
        pause, deadline = threading.Event(), time.monotonic() + MAX_SECONDS
        while not all(job.has_ended for job in jobs):
            assert time.monotonic() < deadline, [(job.status, job.rows) for job in jobs]
            pause.wait(LOOK_EVERY_SECONDS)
            for job in jobs:
                job.refresh_from_db(fields=["status"])
        for job in jobs:
            job.refresh_from_db()
        return jobs

    def checked_job(self, contacts: int) -> Any:
        """A job of so many contacts, read and checked by this process."""
        from django.core.files import File

        from imports.contacts.mapping import Mapping
        from imports.jobs.advance import run_inline
        from imports.jobs.check import set_mapping
        from imports.jobs.upload import receive_upload

        self._number += 1
        path = self.folder / f"contacts-{self._number}.csv"
        with path.open("w") as lines:
            lines.write("Email,First Name,Last Name,Postcode\n")
            lines.writelines(
                f"person{row}.of{self._number}@example.com,Ann{row % 997},Smith{row % 773},AB{row % 99} {row % 9}CD\n"
                for row in range(contacts)
            )
        with path.open("rb") as file:
            job = receive_upload(account=self.account, owner=self.user, file_name=path.name, file=File(file))
        path.unlink()
        run_inline(job)
        assert not set_mapping(job, Mapping.from_json(job.mapping), self.user)
        run_inline(job)
        return job


def seconds_of(job: Any) -> float:
    """From the confirmation of a job to its end."""
    moves = dict(job.events.filter(batch=None).values_list("to_status", "at"))
    return (moves[job.status] - moves["sending"]).total_seconds()


def rows_of_slots(job: Any) -> dict[str, str]:
    moves = job.events.exclude(batch=None).order_by("at", "pk").values_list("at", "from_status", "to_status")
    used = SlotsUsed.of(list(moves), job.batches.count())
    rows = {
        "slots held at once, as the portal counts, at most": str(used.peak),
        f"slots in use, as the portal counts, of {SLOTS}": f"{used.average / SLOTS:.1%}",
        "the same as long as a batch waited for one": f"{used.average_waited_for / SLOTS:.1%}",
    }
    if used.gaps:
        rows["a freed slot is used again after: on average"] = f"{used.average_gap:.2f} s"
        rows["95 of 100 within"] = f"{used.usual_gap:.2f} s"
        rows["the longest"] = f"{max(used.gaps):.2f} s"
    return rows


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MILLION)
