"""How full an account's slots are kept, how soon a freed one is used again, and how long a small import waits.

    python -m tests.benchmarks.delivery [CONTACTS]

Everything is as in production: PostgreSQL, Redis, pools of worker processes, and a sandbox over HTTP that takes three
seconds an import. Reading and checking are done before and not counted. The peer is the loop that one would write by
hand: send while there are slots, wait, ask after all, first come, first served.
"""

import os
import statistics
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks.files import MILLION, say
from tests.benchmarks.measuring import machine
from tests.environment import child_environment, isolated_environment
from tests.postgres import running_postgres
from tests.redis_process import running_redis
from tests.sandbox_process import SandboxProcess, running_sandbox
from tests.worker_processes import running_workers

SECONDS_PER_IMPORT = 3.0
BATCH_CONTACTS = 5_000
SLOTS = 25
WORKERS = 4
PEOPLE = (200_000, 200_000, 20_000, 20_000, 20_000, 1_000, 1_000, 1_000, 1_000, 1_000)
SMALL = 1_000
ALONE_RUNS = 3
LONGEST_SECONDS = 1_200
LOOK_EVERY_SECONDS = 0.2
PEER_PAUSE_SECONDS = 2.0
HOLDING = frozenset({"sending", "active", "in_doubt"})


@contextmanager
def running_portal() -> Iterator[tuple[SandboxProcess, Path]]:
    """All servers and workers, and this process set up as one of the portal's."""
    with (
        tempfile.TemporaryDirectory(prefix="portal-bench-") as name,
        running_postgres() as url,
        running_sandbox(Path(name) / "sandbox", SECONDS_PER_IMPORT, holds_contract=False) as sandbox,
    ):
        folder = Path(name)
        os.environ |= isolated_environment(folder) | {
            "DATABASE_URL": url,
            "DOTDIGITAL_EXTRA_HOSTS": sandbox.host_port,
            "IMPORT_BATCH_CONTACTS": str(BATCH_CONTACTS),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "LOG_LEVEL": "WARNING",
        }
        port = urlsplit(os.environ["REDIS_URL"]).port
        assert port is not None
        with running_redis(port, folder / "redis"):
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0)
            with running_workers(WORKERS, child_environment(), folder) as processes:
                yield sandbox, folder
                if noted := [
                    line for one in processes for line in one.output.splitlines() if "ERROR" in line
                ]:
                    say(f"\nErrors that workers logged: {len(noted)}; the first: {noted[0][:300]}")


def main(contacts: int) -> None:
    with running_portal() as (sandbox, folder):
        say(f"{machine()}; {WORKERS} delivery workers, {SECONDS_PER_IMPORT:g} s an import\n")
        bench = Bench(sandbox, folder)
        alone = [bench.small_alone() for _ in range(ALONE_RUNS)]
        bench.ten_people(statistics.median(alone))
        bench.large(contacts)


@dataclass(frozen=True)
class Usage:
    """How the slots of an account were used, told from the events of its batches."""

    peak: int
    average: float
    seconds: float
    gaps: list[float]

    @classmethod
    def of(cls, events: Sequence[tuple[datetime, str, str]], batches: int) -> "Usage":
        held = peak = sent = 0
        area = 0.0
        freed: deque[datetime] = deque()
        gaps: list[float] = []
        for place, (at, origin, to) in enumerate(events):
            if place:
                area += held * (at - events[place - 1][0]).total_seconds()
            held += (to in HOLDING) - (origin in HOLDING)
            peak = max(peak, held)
            if to == "sending":
                sent += 1
                if freed:
                    gaps.append((at - freed.popleft()).total_seconds())
            elif origin in HOLDING and to not in HOLDING and sent < batches:
                freed.append(at)
        seconds = (events[-1][0] - events[0][0]).total_seconds()
        return cls(peak, area / seconds, seconds, gaps)


class Bench:
    """Runs of the portal and of its peer, on one account and one sandbox."""

    def __init__(self, sandbox: SandboxProcess, folder: Path) -> None:
        from imports.models import DotdigitalAccount
        from portal.models import User

        self.sandbox, self.folder = sandbox, folder
        self.user = User.objects.create_superuser("bench", "bench@example.com", "bench")
        self.account = DotdigitalAccount(name="Bench", endpoint=sandbox.url, api_user=sandbox.api_user)
        self.account.api_password = sandbox.api_password
        self.account.save()
        self._number = 0

    def small_alone(self) -> float:
        (job,) = self.deliver([SMALL])
        return seconds_of(job)

    def ten_people(self, alone: float) -> None:
        jobs = self.deliver(PEOPLE)
        small = [seconds_of(job) for job, contacts in zip(jobs, PEOPLE, strict=True) if contacts == SMALL]
        say("Ten people at once: two imports of 200,000 contacts, three of 20,000, then five of 1,000\n")
        say("| an import of 1,000 contacts, from its confirmation to its report | seconds | times alone |")
        say("| --- | ---: | ---: |")
        say(f"| alone (median of {ALONE_RUNS}) | {alone:.1f} | 1.0 |")
        say(
            f"| beside the nine others: on average | {statistics.mean(small):.1f} | {statistics.mean(small) / alone:.1f} |"
        )
        say(f"| beside the nine others: the slowest | {max(small):.1f} | {max(small) / alone:.1f} |")
        by_hand = self.by_hand([self.checked_job(contacts) for contacts in PEOPLE])
        slowest = max(by_hand[-PEOPLE.count(SMALL) :])
        say(f"| by hand, beside the nine others: the slowest | {slowest:.1f} | {slowest / alone:.1f} |")

    def large(self, contacts: int) -> None:
        self.sandbox.reset()
        (job,) = self.deliver([contacts])
        told, usage = self.sandbox.statistics(), usage_of(job)
        counts = job.ledger["counts"]
        say(f"\n{contacts:,} contacts in {job.batches.count()} batches\n")
        say("| | portal | by hand |\n| --- | ---: | ---: |")
        portal = self.rows(told) | {
            "slots in use, as the portal counts, of 25": f"{usage.average / SLOTS:.1%}"
        }
        portal |= {"most slots at once, as the portal counts": str(usage.peak)}
        if usage.gaps:
            ordered = sorted(usage.gaps)
            portal["a freed slot is used again after: average"] = f"{statistics.mean(ordered):.2f} s"
            portal["95 of 100 within"] = f"{ordered[int(0.95 * (len(ordered) - 1))]:.2f} s"
            portal["the longest"] = f"{ordered[-1]:.2f} s"
        self.sandbox.reset()
        self.by_hand([self.checked_job(contacts)])
        peer = self.rows(self.sandbox.statistics())
        for name, value in portal.items():
            say(f"| {name} | {value} | {peer.get(name, '')} |")
        say(
            f"\nLedger: created {counts['created']:,} of {job.rows:,}; sent again: "
            f"{sum(batch.repeated for batch in job.batches.all())} batches"
        )

    def rows(self, told: dict[str, float]) -> dict[str, str]:
        seconds = told["lastFinished"] - told["firstAccepted"]
        return {
            "seconds between the first accepted and the last finished": f"{seconds:.1f}",
            "imports active at the sandbox, at most": str(told["peakActive"]),
            "slots in use, as the sandbox counts, of 25": f"{told['averageActive'] / SLOTS:.1%}",
            "refused because all slots were taken": str(told["refusedForSlots"]),
            "calls to send": str(told["importCalls"]),
            "calls to ask": str(told["statusCalls"]),
        }

    def deliver(self, sizes: Sequence[int]) -> list:
        """Jobs of so many contacts each, confirmed one after the other and delivered by the workers."""
        from imports.queue import wake_account
        from imports.steps.confirm import confirm_job

        jobs = [self.checked_job(contacts) for contacts in sizes]
        for job in jobs:
            assert confirm_job(job, self.user)
            wake_account(self.account)
        pause, deadline = threading.Event(), time.monotonic() + LONGEST_SECONDS
        while not all(job.has_ended for job in jobs):
            assert time.monotonic() < deadline, [(job.status, job.rows) for job in jobs]
            pause.wait(LOOK_EVERY_SECONDS)
            for job in jobs:
                job.refresh_from_db()
        return jobs

    def checked_job(self, contacts: int):
        from django.core.files import File

        from imports.contacts.mapping import Mapping
        from imports.steps.check import set_mapping
        from imports.steps.inline import run_inline
        from imports.steps.upload import receive_upload

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

    def by_hand(self, jobs: list) -> list[float]:
        """The same jobs by the loop that one would write; the seconds until each was through."""
        from imports.models import ImportBatch
        from imports.steps.accounts import client_for
        from imports.steps.bodies import body_of

        waiting = deque(
            (place, ImportBatch(job=job, **fields))
            for place, job in enumerate(jobs)
            for fields in job.batch_plan
        )
        left = [len(job.batch_plan) for job in jobs]
        ended = [0.0] * len(jobs)
        active: list[tuple[int, str]] = []
        pause, began = threading.Event(), time.monotonic()
        with client_for(self.account) as client:
            while waiting or active:
                while waiting and len(active) < SLOTS:
                    place, batch = waiting.popleft()
                    active.append((place, client.import_contacts(body_of(batch))))
                pause.wait(PEER_PAUSE_SECONDS)
                for entry in list(active):
                    with client.import_status(entry[1]) as status:
                        if status.is_finished:
                            sum(1 for _ in status.entries())
                            active.remove(entry)
                            left[entry[0]] -= 1
                            if not left[entry[0]]:
                                ended[entry[0]] = time.monotonic() - began
        return ended


def seconds_of(job) -> float:
    """From the confirmation of a job to its end."""
    moves = dict(job.events.filter(batch=None).values_list("to_status", "at"))
    return (moves[job.status] - moves["sending"]).total_seconds()


def usage_of(job) -> Usage:
    events = job.events.exclude(batch=None).order_by("at", "pk").values_list("at", "from_status", "to_status")
    return Usage.of(list(events), job.batches.count())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MILLION)
