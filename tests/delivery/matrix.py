"""Carries out cells of the fault matrix, holds what came of it against what must, and writes the table."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import requests
from django.utils import timezone

from imports import tables
from imports.delivery.deliver import deliver
from imports.delivery.doubt import give_up_held, release_held
from imports.delivery.poll import DEADLINE, MIN_POLLS
from imports.dotdigital.client import DotdigitalClient
from imports.jobs.advance import advance
from imports.jobs.cancel import cancel_job
from imports.jobs.confirm import confirm_job
from imports.models import DotdigitalAccount, ImportBatch, JobEvent, UploadJob
from imports.reports.ledger import BUCKET_BY_KEY
from imports.states import BATCH_HOLDING_SLOT, BATCH_TRANSITIONS, JOB_TRANSITIONS, BatchStatus, JobStatus
from imports.storage import artefacts
from portal.models import User
from tests.delivery.cells import SLOTS, Cell, Decision, Meanwhile
from tests.delivery.jobs import make_due
from tests.patience import wait_until
from tests.sandbox_process import SandboxProcess

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- fault matrix: begin -->", "<!-- fault matrix: end -->"
MAX_RUN = 200
ROUNDS_OF_TROUBLE = 3


class Calls(Counter[str]):
    """The calls that this process makes for a delivery, each of which really goes out."""

    def count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("import_contacts", "import_status", "account_info"):
            monkeypatch.setattr(DotdigitalClient, name, self._counting(name, getattr(DotdigitalClient, name)))

    def _counting(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any) -> Any:
            self[name] += 1
            return call(*args)

        return counted


@dataclass
class Portal:
    """What cells are carried out on."""

    account: DotdigitalAccount
    person: User
    sandbox: SandboxProcess
    calls: Calls

    def carry_out(self, cell: Cell, job: UploadJob) -> None:
        """Send `job`, which has been checked, under the faults of `cell`, until it has ended, as the cell says."""
        DotdigitalAccount.objects.filter(pk=self.account.pk).update(max_active_imports=cell.slots)
        self.sandbox.faults(*cell.rules)
        assert confirm_job(job, self.person, stops_on_refusal=cell.stops)
        self.calls.clear()
        for number in range(MAX_RUN):
            if cell.meanwhile:
                MEANWHILE[cell.meanwhile](self, job, number)
            deliver(DotdigitalAccount.objects.get(pk=self.account.pk))
            self._decide(cell, job)
            advance(job)
            job.refresh_from_db()
            if job.has_ended:
                assert_true(cell, job, self.calls, self.sandbox)
                return
            self._let_imports_end()
            make_due()
        raise AssertionError(f"the job does not end: {sorted(job.batches.values_list('number', 'status'))}")

    def _decide(self, cell: Cell, job: UploadJob) -> None:
        if not job.batches.filter(status=BatchStatus.HELD).exists():
            return
        assert cell.decision, "nobody was to be asked"
        decide = release_held if cell.decision == Decision.RELEASE else give_up_held
        assert decide(job, self.person) == 1

    def _let_imports_end(self) -> None:
        """Until the sandbox has nothing in hand, so that one question each is enough."""
        wait_until(lambda: not self._has_imports_in_hand(), "the sandbox finishes its imports")

    def _has_imports_in_hand(self) -> bool:
        try:
            return any(one["finishedAt"] is None for one in self.sandbox.imports())
        except requests.ConnectionError:  # it is stopped
            return False


def stop_early(portal: Portal, job: UploadJob, number: int) -> None:
    if number == 0:
        portal.sandbox.stop()
    elif number == 1:
        portal.sandbox.start()


def stop_late(portal: Portal, job: UploadJob, number: int) -> None:
    if number == 1:
        portal.sandbox.stop()
    elif number == 2:
        portal.sandbox.start()


def keep_wrong_password(portal: Portal, job: UploadJob, number: int) -> None:
    if number == 0:
        portal.account.api_password = "not the password"
        portal.account.save(update_fields=["api_password_encrypted"])
    elif number == ROUNDS_OF_TROUBLE:
        assert DotdigitalAccount.objects.get().blocked_reason, "people were not told"
        portal.account.api_password = portal.sandbox.api_password
        portal.account.save(update_fields=["api_password_encrypted"])


def lose_key(portal: Portal, job: UploadJob, number: int) -> None:
    if number == 0:
        DotdigitalAccount.objects.update(api_password_encrypted="encrypted with a key that is gone")
    elif number == ROUNDS_OF_TROUBLE:
        assert DotdigitalAccount.objects.get().blocked_reason, "people were not told"
        portal.account.api_password = portal.sandbox.api_password
        portal.account.save(update_fields=["api_password_encrypted"])


def take_slots(portal: Portal, job: UploadJob, number: int) -> None:
    if number == 0:
        portal.sandbox.occupy(SLOTS, 3_600)
    elif number == ROUNDS_OF_TROUBLE:
        portal.sandbox.occupy(0, 0)


def cancel(portal: Portal, job: UploadJob, number: int) -> None:
    if number == 1:
        assert cancel_job(job, portal.person)


def let_a_day_pass(portal: Portal, job: UploadJob, number: int) -> None:
    if number == 1:
        before = timezone.now() - DEADLINE
        ImportBatch.objects.filter(job=job, status=BatchStatus.ACTIVE).update(
            accepted_at=before, polls=MIN_POLLS
        )


MEANWHILE: dict[Meanwhile, Callable[[Portal, UploadJob, int], None]] = {
    Meanwhile.STOPPED: stop_early,
    Meanwhile.STOPPED_LATER: stop_late,
    Meanwhile.WRONG_PASSWORD: keep_wrong_password,
    Meanwhile.LOST_KEY: lose_key,
    Meanwhile.ALL_SLOTS_TAKEN: take_slots,
    Meanwhile.CANCELLED: cancel,
    Meanwhile.A_DAY_PASSES: let_a_day_pass,
}


def assert_true(cell: Cell, job: UploadJob, calls: Calls, sandbox: SandboxProcess) -> None:
    """Hold an ended `job` against all that its cell says, and against what the account holds."""
    assert job.status == cell.ends
    assert assert_ledger(job) == cell.ledger
    assert job.ledger["with_problems"] == cell.problems
    assert_moves(job, cell.slots)
    assert sandbox.statistics()["peakActive"] <= cell.slots
    reached = assert_account(job, sandbox)
    assert reached == cell.reached
    assert assert_repeats(job, sandbox) == cell.repeated
    assert (calls["import_contacts"], calls["import_status"]) == (cell.puts, cell.asks)


def outcomes_of(job: UploadJob) -> pl.DataFrame:
    """Every row of an ended job: `row`, `outcome`, `contact_id`, `codes`, `reason`, `repeated`, and its `email`."""
    with (
        artefacts.local(job, artefacts.OUTCOMES) as outcomes,
        artefacts.local(job, artefacts.PREPARED) as prepared,
    ):
        emails = tables.scan(prepared).select("row", "email")
        return tables.scan(outcomes).join(emails, on="row", how="left").collect()


def assert_ledger(job: UploadJob) -> dict[str, int]:
    """The buckets of `job` that are not empty; they add up, and are those of the downloads."""
    counts = {bucket: count for bucket, count in job.ledger["counts"].items() if count}
    assert sum(counts.values()) == job.rows
    assert counts == dict(outcomes_of(job)["outcome"].value_counts().iter_rows())
    return counts


def assert_account(job: UploadJob, sandbox: SandboxProcess) -> int:
    """The account holds what the report says, contact by contact; how many unknown rows it holds as well."""
    there = {one["contactId"]: one["identifiers"]["email"].lower() for one in sandbox.contacts()}
    of_bucket: dict[str, dict[str, int | None]] = defaultdict(dict)
    for outcome, contact_id, email in outcomes_of(job).select("outcome", "contact_id", "email").iter_rows():
        of_bucket[outcome][email.lower()] = contact_id
    arrived = of_bucket["created"] | of_bucket["updated"]
    assert {email: there.get(contact_id) for email, contact_id in arrived.items()} == {
        email: email for email in arrived
    }
    unknown = of_bucket["unknown"].keys() & set(there.values())
    assert set(there.values()) == arrived.keys() | unknown
    return len(unknown)


def assert_repeats(job: UploadJob, sandbox: SandboxProcess) -> int:
    """The rows that are marked as sent again are those of the batches that went out again; how many they are."""
    marked = set(outcomes_of(job).filter("repeated")["row"])
    carriers = job.batches.exclude(status__in=[BatchStatus.HALVED, BatchStatus.NOT_SENT])
    again = [batch for batch in carriers if batch.attempts > 1]
    for batch in carriers:
        of_batch = {row for row in marked if batch.first_row <= row <= batch.last_row}
        assert len(of_batch) == (batch.contacts if batch in again else 0), f"batch {batch.number}"
    assert len(marked) == sum(batch.contacts for batch in again)
    accepted = Counter(one["sha256"] for one in sandbox.imports())
    taken_twice = {digest for digest, times in accepted.items() if times > 1}
    assert taken_twice <= {batch.body_sha256 for batch in again}
    return len(marked)


def assert_moves(job: UploadJob, slots: int) -> None:
    """Every move of the job and its batches is one of the tables', follows the one before it, and keeps to the
    slots."""
    status_of: dict[int | None, str] = {None: JobStatus.CHECKED}
    confirmed = job.events.get(batch=None, from_status=JobStatus.CHECKED, to_status=JobStatus.SENDING)
    for event in job.events.filter(pk__gte=confirmed.pk).order_by("id"):
        _assert_move(event, status_of.get(event.batch_id, BatchStatus.PENDING))
        status_of[event.batch_id] = event.to_status
        holding = sum(status in BATCH_HOLDING_SLOT for key, status in status_of.items() if key is not None)
        assert holding <= slots
    assert status_of.pop(None) == job.status
    assert status_of == dict(job.batches.values_list("pk", "status"))


def _assert_move(event: JobEvent, before: str) -> None:
    assert event.from_status == before
    allowed = (
        JOB_TRANSITIONS[JobStatus(before)]
        if event.batch_id is None
        else BATCH_TRANSITIONS[BatchStatus(before)]
    )
    assert event.to_status in allowed or event.to_status == before


COLUMNS = ("At which call", "What goes wrong", "How the job ends", "Rows", "Sent again", "PUT", "asked")


def table_of(cells: Sequence[Cell]) -> str:
    """The matrix as Markdown: of each cell what comes of it, as the tests hold."""
    head = [f"| {' | '.join(COLUMNS)} |", "| --- | --- | --- | --- | ---: | ---: | ---: |"]
    return "\n".join([*head, *(f"| {' | '.join(_columns_of(cell))} |" for cell in cells)])


def _columns_of(cell: Cell) -> Iterator[str]:
    rows = [f"{cell.ledger[key]} {key.replace('_', ' ')}" for key in BUCKET_BY_KEY if key in cell.ledger]
    if cell.problems:
        rows.append(f"{cell.problems} of them with problems")
    if "unknown" in cell.ledger:
        rows.append(f"{cell.reached} of the unknown in the account")
    yield cell.call
    yield cell.what
    yield str(cell.ends)
    yield ", ".join(rows)
    yield str(cell.repeated or "")
    yield str(cell.puts)
    yield str(cell.asks)


def table_in(text: str) -> str:
    """The matrix that stands in the document."""
    return text.partition(BEGIN)[2].partition(END)[0].strip()


def with_table(text: str, table: str) -> str:
    """The document with `table` in the place of the one it has."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}"
