"""The matrix of fault rates: so many of all calls go wrong, at random, for as long as a delivery takes.

A case is two jobs of ten batches each, with four slots, against a real sandbox; the clock is the test's own, so that
waiting is counted and not done. Dice and waits are seeded: a case comes out the same every time.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from imports.delivery import pace
from imports.delivery.deliver import deliver
from imports.dotdigital.client import DotdigitalClient
from imports.jobs.advance import advance
from imports.jobs.confirm import confirm_job
from imports.models import DotdigitalAccount, UploadJob
from imports.states import JobStatus
from imports.work import lease
from portal.models import User
from tests.delivery.matrix import Calls, assert_ledger, outcomes_of
from tests.delivery.model_portal import Clock
from tests.delivery.ready import HEADER, Contents, ReadyJobs
from tests.patience import wait_until
from tests.pipeline import files
from tests.sandbox_process import SandboxProcess

BEGIN, END = "<!-- fault rates: begin -->", "<!-- fault rates: end -->"
JOBS, BATCHES, CONTACTS_A_BATCH, SLOTS = 2, 10, 2, 4
MOST = 2.5
MAX_RUN = 2_000
SEED = 5

Rule = dict[str, Any]
GATEWAY_PAGE: Rule = {
    "fault": "answer",
    "answer": {"status": 404, "body": "<html><h1>404 Not Found</h1></html>", "contentType": "text/html"},
}
KINDS: dict[str, Rule] = {
    "500": {"fault": "serverError"},
    "502 as a page": {"fault": "badGateway"},
    "503 with Retry-After": {"fault": "unavailable"},
    "404, a page of a gateway": GATEWAY_PAGE,
    "reset": {"fault": "reset"},
    "closed without an answer": {"fault": "close"},
    "answer cut short": {"fault": "truncate"},
    "429, no calls left for a second": {"fault": "rateLimitedEmpty", "seconds": 1},
}
MIXED = "all of these"
CALLS = {"PUT": "import", "status": "status", "both": "any"}
RATES = {"a tenth": 0.1, "a third": 1 / 3}


@dataclass(frozen=True)
class RateContents(Contents):
    """Contacts that share no address and no number with those of another job."""

    job: int = 0

    def write(self, folder: Path) -> Path:
        rows = [
            (
                f"person{number}@job{self.job}.example.com",
                f"+4474006{1_000 * self.job + number:05}",
                f"Name {number}",
            )
            for number in range(self.contacts)
        ]
        return files.delimited(folder / "contacts.csv", HEADER[:3], rows)


@dataclass(frozen=True)
class RateCase:
    """`what` is one of KINDS or MIXED, `call` one of CALLS, `rate` one of RATES; no faults without."""

    call: str = ""
    what: str = ""
    rate: str = ""

    @property
    def name(self) -> str:
        return f"{self.rate} of {self.call} calls: {self.what}" if self.rate else "no faults"

    @property
    def rules(self) -> list[Rule]:
        if not self.rate:
            return []
        kinds = list(KINDS) if self.what == MIXED else [self.what]
        calls = ["import", "status", "account"] if self.call == "both" else [CALLS[self.call]]
        each = RATES[self.rate] / len(kinds)
        return [
            # A rule sees only the calls that those before it have let pass.
            {
                "call": call,
                "times": None,
                "share": each / (1 - each * place),
                "seed": SEED + place,
                **KINDS[kind],
            }
            for call in calls
            for place, kind in enumerate(kinds)
        ]


NO_FAULTS = RateCase()
CASES = (
    NO_FAULTS,
    *(RateCase(call, what, rate) for rate in RATES for call in CALLS for what in (*KINDS, MIXED)),
)
# What every run of the tests carries out; `make fault-rates` carries out all.
FEW = tuple(
    case
    for case in CASES
    if case == NO_FAULTS or (case.rate == "a third" and case.call == "both" and case.what in {"500", MIXED})
)


@dataclass(frozen=True)
class RateOutcome:
    """What came of a case. `waited` is in seconds of the test's clock, `looks` how often a worker came to look."""

    case: RateCase
    rows: dict[str, int]
    repeated: int
    puts: int
    polls: int
    probes: int
    waited: float

    @property
    def calls(self) -> int:
        return self.puts + self.polls + self.probes


@dataclass
class RatePortal:
    """What cases are carried out on."""

    account: DotdigitalAccount
    person: User
    sandbox: SandboxProcess
    ready_jobs: ReadyJobs
    clock: Clock
    calls: Calls

    def carry_out(self, case: RateCase) -> RateOutcome:
        jobs = [self._job(number) for number in range(JOBS)]
        DotdigitalAccount.objects.update(max_active_imports=SLOTS)
        for job in jobs:
            assert confirm_job(job, self.person)
        self.sandbox.faults(*case.rules)
        self.calls.clear()
        random.seed(SEED)
        waited = self._deliver(jobs)
        rows: dict[str, int] = {}
        for job in jobs:
            for bucket, count in assert_ledger(job).items():
                rows[bucket] = rows.get(bucket, 0) + count
        return RateOutcome(
            case=case,
            rows=rows,
            repeated=sum(int(outcomes_of(job)["repeated"].sum()) for job in jobs),
            puts=self.calls["import_contacts"],
            polls=self.calls["import_status"],
            probes=self.calls["account_info"],
            waited=waited,
        )

    def _job(self, number: int) -> UploadJob:
        contents = RateContents(BATCHES * CONTACTS_A_BATCH, CONTACTS_A_BATCH, job=number)
        return self.ready_jobs.make(contents, self.account, self.person)

    def _deliver(self, jobs: Sequence[UploadJob]) -> float:
        """Until all of `jobs` have ended; the seconds that were waited."""
        waited = 0.0
        for _ in range(MAX_RUN):
            following = deliver(self.account)
            for job in jobs:
                advance(job)
                job.refresh_from_db()
            if all(job.has_ended for job in jobs):
                assert {job.status for job in jobs} == {JobStatus.FINISHED}
                return waited
            self._let_imports_end()
            assert following is not None, [job.batches.values_list("number", "status") for job in jobs]
            seconds = max((following - self.clock.now()).total_seconds(), 0.001)
            waited += seconds
            self.clock.pass_by(seconds)
        raise AssertionError(f"the jobs do not end: {[job.status for job in jobs]}")

    def _let_imports_end(self) -> None:
        wait_until(
            lambda: all(one["finishedAt"] is not None for one in self.sandbox.imports()),
            "the sandbox finishes its imports",
        )


def set_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The portal's clock is the test's: intervals are the real ones, and nobody waits for them."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock.now)
    monkeypatch.setitem(DotdigitalClient.__init__.__kwdefaults__, "clock", clock.now)
    monkeypatch.setattr(lease, "RENEW_EVERY_SECONDS", 3_600.0)
    monkeypatch.setattr(pace, "MIN_POLL_SECONDS", 2.0)
    return clock


COLUMNS = (
    "At which calls", "What goes wrong", "How often", "Rows", "Sent again", "PUT", "polled", "probes", "waited, s",
    "calls, times", "waiting, times",
)  # fmt: skip


def lines_of(outcomes: Mapping[RateCase, RateOutcome]) -> dict[RateCase, str]:
    """The lines of the matrix, as Markdown, of cases that were carried out; the one without faults is among them."""
    base = outcomes[NO_FAULTS]
    return {case: f"| {' | '.join(_cells(outcome, base))} |" for case, outcome in outcomes.items()}


def _cells(outcome: RateOutcome, base: RateOutcome) -> Iterator[str]:
    case = outcome.case
    yield case.call
    yield case.what or "nothing"
    yield case.rate
    yield ", ".join(f"{count} {bucket}" for bucket, count in outcome.rows.items())
    yield str(outcome.repeated or "")
    yield str(outcome.puts)
    yield str(outcome.polls)
    yield str(outcome.probes or "")
    yield f"{outcome.waited:.1f}"
    yield f"{outcome.calls / base.calls:.1f}"
    yield f"{outcome.waited / base.waited:.1f}"


def in_text(text: str) -> str:
    """The matrix that stands in the document."""
    return text.partition(BEGIN)[2].partition(END)[0].strip()


def with_lines(text: str, outcomes: Mapping[RateCase, RateOutcome]) -> str:
    """The document with the lines of `outcomes` in the place of those it has of them."""
    kept = {tuple(line.split(" | ")[:3]): line for line in in_text(text).splitlines()[2:]}
    new = {tuple(line.split(" | ")[:3]): line for line in lines_of(outcomes).values()}
    order = [tuple(f"| {case.call} | {case.what or 'nothing'} | {case.rate}".split(" | ")) for case in CASES]
    lines = [found[key] for key in order for found in [kept | new] if key in found]
    head = [f"| {' | '.join(COLUMNS)} |", f"| --- | --- | --- | --- |{' ---: |' * (len(COLUMNS) - 4)}"]
    before, _, rest = text.partition(BEGIN)
    table = "\n".join([*head, *lines])
    return f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}"
