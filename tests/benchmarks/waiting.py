"""What the processes take of a core while there is nothing to do but wait.

    python -m tests.benchmarks.waiting [NAME]

Everything as in production: PostgreSQL, Redis, pools of worker processes, a sandbox over HTTP; and beside them one
`import_contacts --inline`, which waits in its own process. In each state more batches wait than there are slots. NAME
runs only the lines that hold it. Source: proc(5), /proc/PID/stat.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.delivery import SLOTS, WORKERS, Bench, running_portal
from tests.benchmarks.measuring import machine
from tests.benchmarks.processor import seconds_by_process
from tests.benchmarks.reading_files import say
from tests.environment import child_environment

LONG_IMPORT_SECONDS = 3_600.0
BATCH_CONTACTS = 100
BATCHES, JOBS = 2 * SLOTS, 2
SETTLE_SECONDS = 20.0
MEASURED_SECONDS = 30.0
LOOK_EVERY_SECONDS = 0.1
MAX_SECONDS = 120.0

Prepare = Callable[[Bench], None]


@dataclass(frozen=True)
class State:
    """Something that a delivery waits for: what makes it so before it begins, and once batches have gone out."""

    name: str
    before: Prepare = lambda bench: None
    after: Prepare = lambda bench: None


def _all_fail(bench: Bench) -> None:
    bench.sandbox.faults({"call": "any", "fault": "serverError", "times": None})


def _a_third_of_polls_fails(bench: Bench) -> None:
    bench.sandbox.faults({"call": "status", "fault": "serverError", "times": None, "share": 1 / 3, "seed": 1})


def _no_calls_left(bench: Bench) -> None:
    bench.sandbox.faults({"call": "any", "fault": "rateLimited", "times": None})


def _refuse_password(bench: Bench) -> None:
    bench.account.api_password = "changed elsewhere"
    bench.account.save(update_fields=["api_password_encrypted"])


def _pause(bench: Bench) -> None:
    bench.account.is_paused = True
    bench.account.save(update_fields=["is_paused"])


def _stop_sandbox(bench: Bench) -> None:
    bench.sandbox.stop()


def _take_all_slots(bench: Bench) -> None:
    bench.sandbox.occupy(SLOTS)


STATES = (
    State("all slots are used by imports that run for an hour"),
    State("the same, and every third poll is answered 500", after=_a_third_of_polls_fails),
    State("every call is answered 500", after=_all_fail),
    State("no calls are left (429)", after=_no_calls_left),
    State("other programs hold all slots", before=_take_all_slots),
    State("the password is refused", after=_refuse_password),
    State("a person has paused the account", after=_pause),
    State("nothing listens at Dotdigital's address", after=_stop_sandbox),
)


def main(wanted: str = "") -> None:
    with running_portal(BATCH_CONTACTS, LONG_IMPORT_SECONDS) as bench:
        say(f"{machine()}; {WORKERS} delivery workers, {MEASURED_SECONDS:.0f} s measured\n")
        say(
            "| what is waited for | busiest process of the pools, of a core | all of them | `--inline`, of a core |"
        )
        say("| --- | ---: | ---: | ---: |")
        for state in STATES:
            if wanted in state.name:
                say(f"| {state.name} | {' | '.join(f'{share:.1%}' for share in shares_in(bench, state))} |")


def shares_in(bench: Bench, state: State) -> tuple[float, float, float]:
    """Shares of a core while it waits: the busiest process of the pools, all of them, `import_contacts --inline`."""
    _begin_anew(bench)
    state.before(bench)
    job = bench.checked_job(BATCHES * BATCH_CONTACTS)
    with _inline_import(bench) as inline:
        assert confirm_and_wake(bench, job)
        _wait_until_begun(bench)
        pause = threading.Event()
        pause.wait(SETTLE_SECONDS)
        state.after(bench)
        pause.wait(SETTLE_SECONDS)
        pools = bench.processor.pids_of("delivery", "quick", "bulk", "schedule")
        before, began = seconds_by_process({*pools, inline.pid}), time.monotonic()
        pause.wait(MEASURED_SECONDS)
        after, seconds = seconds_by_process({*pools, inline.pid}), time.monotonic() - began
        assert inline.poll() is None, "the import in one process has ended instead of waiting"
    taken = {pid: (after[pid] - before[pid]) / seconds for pid in after}
    of_inline = taken.pop(inline.pid)
    return max(taken.values()), sum(taken.values()), of_inline


def _begin_anew(bench: Bench) -> None:
    if not bench.sandbox.is_running:
        bench.sandbox.start()
    bench.sandbox.reset()
    bench.forget_account()
    bench.account.delete()
    bench.account = bench.new_account()


def confirm_and_wake(bench: Bench, job: Any) -> bool:
    from imports.jobs.confirm import confirm_job
    from imports.work.queue import wake_account

    is_confirmed = confirm_job(job, bench.user)
    wake_account(bench.account)
    return is_confirmed


@contextmanager
def _inline_import(bench: Bench) -> Iterator[subprocess.Popen[bytes]]:
    file = bench.folder / "inline.csv"
    rows = (f"inline{row}@example.com,Ann,Lee\n" for row in range(BATCHES * BATCH_CONTACTS))
    file.write_text("Email,First Name,Last Name\n" + "".join(rows))
    command = ["manage.py", "import_contacts", str(file), "--account", "Bench", "--user", "bench", "--inline"]
    process = subprocess.Popen(
        [sys.executable, *command],
        env=child_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _wait_until_begun(bench: Bench) -> None:
    """Until both jobs are being delivered, and something was sent."""
    from imports.models import UploadJob
    from imports.states import JobStatus

    pause, deadline = threading.Event(), time.monotonic() + MAX_SECONDS
    while not (
        bench.sandbox.statistics()["importCalls"]
        and UploadJob.objects.filter(status=JobStatus.SENDING).count() == JOBS
    ):
        assert time.monotonic() < deadline, "nothing was sent"
        pause.wait(LOOK_EVERY_SECONDS)


if __name__ == "__main__":
    main(*sys.argv[1:2])
