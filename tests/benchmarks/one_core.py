"""What delivering takes of one core, and what all processes of the portal take while there is nothing to deliver.

    python -m tests.benchmarks.one_core busy
    python -m tests.benchmarks.one_core quiet

Everything as in production: PostgreSQL, Redis, the web processes, pools of worker processes, and a sandbox over HTTP.
`busy`: the portal with its PostgreSQL and Redis has one core and the sandbox another, imports take a second, and
batches are of 5,000 contacts; the peer is the loop by hand, on the portal's core. `quiet`: nothing to do at all, and
then imports that have been running for half an hour. The last line printed is the figures as JSON. Sources: proc(5),
sched_setaffinity(2), PostgreSQL's own log.
"""

import json
import os
import resource
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from tests.benchmarks.delivery import BATCH_CONTACTS, SLOTS, Bench, running_portal
from tests.benchmarks.delivery_by_hand import deliver_by_hand
from tests.benchmarks.fault_rates import count_statements, statement_log
from tests.benchmarks.processor import PROC, Processor
from tests.benchmarks.reading_files import say
from tests.benchmarks.slots_used import SlotsUsed
from tests.benchmarks.waiting import LONG_IMPORT_SECONDS, confirm_and_wake
from tests.benchmarks.web_processes import started_web
from tests.environment import free_port

BATCHES = 60
SECONDS_PER_IMPORT = 1.0
PORTAL = ("delivery", "quick", "bulk", "schedule", "PostgreSQL", "Redis")
SMALL_BATCH_CONTACTS = 100
RUNNING_FOR = timedelta(minutes=30)
SETTLE_SECONDS, MEASURED_SECONDS = 12.0, 30.0
BEGINNING_SECONDS, HARDLY_ANYTHING = 3.0, 0.05
LOOK_EVERY_SECONDS = 0.2
MAX_SECONDS = 60.0

Figures = dict[str, float]


def busy() -> Figures:
    """Core-seconds a batch, batches a second, and slots in use, of the portal and of the loop by hand."""
    cores = sorted(os.sched_getaffinity(0))
    portal_core, sandbox_core = ({cores[0]}, {cores[1]}) if len(cores) > 1 else (set(cores), set(cores))
    pin([os.getpid()], portal_core)  # and all that is started from here on
    with running_portal(BATCH_CONTACTS, SECONDS_PER_IMPORT) as bench:
        pin(bench.processor.pids_of("sandbox"), sandbox_core)
        pin([os.getpid()], sandbox_core)  # while it looks on
        (job,) = bench.deliver([BATCHES * BATCH_CONTACTS])
        taken = bench.processor.core_seconds()
        batches = job.batches.count()
        moves = (
            job.events.exclude(batch=None).order_by("at", "pk").values_list("at", "from_status", "to_status")
        )
        portal = {
            "cores": len(cores),
            "batches": batches,
            "of_workers": taken["delivery"] / batches,
            "of_portal": sum(taken[name] for name in PORTAL) / batches,
            "of_sandbox": taken["sandbox"] / batches,
            "slots_by_portal": SlotsUsed.of(list(moves), batches).average_waited_for,
            **told_by_sandbox(bench, batches, "portal"),
        }
        bench.sandbox.reset()
        pin([os.getpid()], portal_core)
        began = own_seconds()
        deliver_by_hand(bench.account, [job], SLOTS)
        by_hand = {
            "of_hand": (own_seconds() - began) / batches,
            **told_by_sandbox(bench, batches, "hand"),
        }
    return portal | by_hand


def told_by_sandbox(bench: Bench, batches: int, whose: str) -> Figures:
    told = bench.sandbox.statistics()
    seconds = told["lastFinished"] - told["firstAccepted"]
    return {f"slots_of_{whose}": told["averageActive"], f"batches_a_second_of_{whose}": batches / seconds}


def quiet() -> Figures:
    """Shares of a core, and queries a second, of all processes of the portal while they wait."""
    pause = threading.Event()
    with (
        running_portal(SMALL_BATCH_CONTACTS, LONG_IMPORT_SECONDS) as bench,
        running_web(bench.folder) as web,
    ):
        log = statement_log()
        wait_until_begun(web)
        pause.wait(SETTLE_SECONDS)
        idle = shares(bench, web, log)
        job = bench.checked_job(2 * SLOTS * SMALL_BATCH_CONTACTS)
        assert confirm_and_wake(bench, job)
        make_old(job)
        pause.wait(SETTLE_SECONDS)
        waiting = shares(bench, web, log)
    return {f"idle {name}": share for name, share in idle.items()} | {
        f"waiting {name}": share for name, share in waiting.items()
    }


def shares(bench: Bench, web: Processor, log: Path) -> Figures:
    """What each part takes of a core, all of them together, and the queries a second."""
    queries, began = count_statements(log), time.monotonic()
    bench.processor.restart()
    web.restart()
    threading.Event().wait(MEASURED_SECONDS)
    taken = bench.processor.core_seconds() | web.core_seconds()
    seconds = time.monotonic() - began
    of_parts = {name: taken[name] / seconds for name in (*PORTAL, "web")}
    return {
        **of_parts,
        "all": sum(of_parts.values()),
        "queries": (count_statements(log) - queries) / seconds,
    }


def wait_until_begun(web: Processor) -> None:
    """Until the web processes, which take longest to begin, take hardly anything any more."""
    pause, deadline, taken = threading.Event(), time.monotonic() + MAX_SECONDS, 1.0
    while taken > HARDLY_ANYTHING:
        assert time.monotonic() < deadline, "the web processes do not come to rest"
        web.restart()
        pause.wait(BEGINNING_SECONDS)
        taken = web.core_seconds()["web"] / BEGINNING_SECONDS


def make_old(job: object) -> None:
    """Once all slots are taken, have the imports be as old as those of which it is known that they take long."""
    from django.db.models import F

    from imports.models import ImportBatch
    from imports.states import BatchStatus

    active = ImportBatch.objects.filter(job=job, status=BatchStatus.ACTIVE)
    pause, deadline = threading.Event(), time.monotonic() + MAX_SECONDS
    while active.count() < SLOTS:
        assert time.monotonic() < deadline, "the slots were not filled"
        pause.wait(LOOK_EVERY_SECONDS)
    active.update(accepted_at=F("accepted_at") - RUNNING_FOR)


@contextmanager
def running_web(folder: Path) -> Iterator[Processor]:
    """The web processes, which nobody asks anything."""
    with started_web(folder, free_port()) as pid:
        yield Processor({"web": pid})


def pin(pids: Iterable[int], cores: set[int]) -> None:
    """Let these processes, all their threads and what they start run on these cores alone."""
    for pid in pids:
        for thread in (PROC / str(pid) / "task").iterdir():
            os.sched_setaffinity(int(thread.name), cores)


def own_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    figures = {"busy": busy, "quiet": quiet}[sys.argv[1]]()
    say(json.dumps(figures))
