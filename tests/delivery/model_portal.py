"""What the model needs of the portal: a clock that it sets, workers whose calls it can hold, and what must be true."""

import threading
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from django.db import connection

from imports import tables
from imports.contacts.mapping import Mapping
from imports.delivery.send import send_batch
from imports.models import ImportBatch, JobEvent, UploadJob
from imports.states import BATCH_TRANSITIONS, JOB_TRANSITIONS, BatchStatus, JobStatus
from imports.storage import artefacts
from tests.delivery.model_dotdigital import Call, FakeDotdigital
from tests.delivery.ready import AGREED, HEADER, Contents
from tests.patience import PATIENCE_SECONDS, wait_until
from tests.pipeline import files

EPOCH = datetime(2026, 6, 1, 9, tzinfo=UTC)


class Clock:
    """The time of day as the model has it. It never says the same twice."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._now = EPOCH

    def now(self) -> datetime:
        self._now += timedelta(microseconds=1)
        return self._now

    def pass_by(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class ModelContents(Contents):
    """Contacts of no other job. The second row is one that our own checks refuse."""

    domain: str = "first.example"

    def write(self, folder: Path) -> Path:
        rows = [
            (f"p{number}@{self.domain}", f"+4474006{number:05}", f"Name {number}", AGREED)
            for number in range(self.contacts)
        ]
        rows.insert(1, ("no address", "", "Nobody", AGREED))
        return files.delimited(folder / "contacts.csv", HEADER, rows)

    def mapping(self) -> Mapping:
        """Without what a new account lacks."""
        mapping = super().mapping()
        columns = tuple(column for column in mapping.columns if not column.target.startswith("dataFields."))
        return replace(mapping, columns=columns)


@dataclass
class Worker:
    """A worker that has taken `batch` and is at its call, in a thread of its own until it is answered."""

    batch: ImportBatch
    call: Call
    error: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.token = self.batch.token

    def begin(self) -> None:
        """Send the batch, until its answer is held back or written down."""
        self.thread = threading.Thread(target=self._run, name="model's worker")
        self.thread.start()
        wait_until(lambda: self.call.arrived.is_set() or not self.thread.is_alive(), "the call arrives")

    def _run(self) -> None:
        try:
            send_batch(self.batch)
        except BaseException as error:
            self.error.append(error)
        finally:
            connection.close()

    def end(self) -> None:
        """Let the answer come, and the worker write it down."""
        self.call.release.set()
        self.thread.join(PATIENCE_SECONDS)
        assert not self.thread.is_alive(), "the worker does not come to an end"
        if self.error:
            raise self.error[0]

    @property
    def is_taken_for_dead(self) -> bool:
        return not ImportBatch.objects.filter(
            pk=self.batch.pk, status=BatchStatus.SENDING, token=self.token
        ).exists()


@dataclass(frozen=True)
class ReadyRows:
    """The rows of a job that are to be sent, in order, and their addresses."""

    emails: dict[int, str]

    @classmethod
    def of(cls, job: UploadJob) -> "ReadyRows":
        with artefacts.local(job, artefacts.PREPARED) as prepared:
            ready = tables.scan(prepared).filter(pl.col("fate") == "ready").select("row", "email").collect()
        return cls(dict(ready.iter_rows()))

    def of_batch(self, batch: ImportBatch) -> list[int]:
        return [row for row in self.emails if batch.first_row <= row <= batch.last_row]


class Moves:
    """All moves there were, each held against the tables and against the one before it."""

    def __init__(self) -> None:
        self.last = JobEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.batches: dict[int, str] = {}
        # Batches whose slot was given away before their answer came after all.
        self.late: set[int] = set()

    def check(self) -> None:
        for event in JobEvent.objects.filter(pk__gt=self.last).order_by("pk"):
            self.last = event.pk
            if event.batch_id is None:
                following: Collection[str] = JOB_TRANSITIONS[JobStatus(event.from_status)]
            else:
                before = self.batches.get(event.batch_id, BatchStatus.PENDING)
                assert event.from_status == before, f"{event} does not follow {before}"
                following = BATCH_TRANSITIONS[BatchStatus(event.from_status)]
                self.batches[event.batch_id] = event.to_status
            assert event.to_status in {*following, event.from_status}, f"{event}"
            if event.note == "answered_late" and event.batch_id is not None:
                self.late.add(event.batch_id)


def assert_covered(job: UploadJob, ready: ReadyRows) -> None:
    """Each ready row is in one batch that was not halved."""
    batches = job.batches.exclude(status=BatchStatus.HALVED)
    covered = Counter(row for batch in batches for row in ready.of_batch(batch))
    assert covered == Counter(ready.emails.keys())
    assert all(batch.contacts == len(ready.of_batch(batch)) for batch in batches)


def assert_sent_as_decided(job: UploadJob, ready: ReadyRows, fake: FakeDotdigital) -> None:
    """What must not be sent twice was accepted once, and once more for each time that a person said so."""
    released: Counter[int] = Counter()
    events = JobEvent.objects.filter(job=job, from_status=BatchStatus.HELD, to_status=BatchStatus.PENDING)
    for event in events.select_related("batch"):
        if event.batch is not None:
            released.update(ready.of_batch(event.batch))
    accepted = Counter(email for one in fake.imports.values() for email in one.emails)
    for row, email in ready.emails.items():
        assert accepted[email] <= 1 + released[row], f"row {row} was sent though nobody said so"


def assert_report(job: UploadJob, ready: ReadyRows, fake: FakeDotdigital) -> None:
    """The report of an ended job says what Dotdigital did."""
    counts = {bucket: count for bucket, count in job.ledger["counts"].items() if count}
    with artefacts.local(job, artefacts.OUTCOMES) as path:
        outcomes = tables.scan(path).collect()
    assert counts == dict(outcomes["outcome"].value_counts().iter_rows())
    assert sum(counts.values()) == job.rows == len(ready.emails) + 1
    accepted = Counter(email for one in fake.imports.values() for email in one.emails)
    imported = Counter(email for one in fake.imports.values() for email in one.imported)
    batches = {
        row: batch
        for batch in job.batches.exclude(status=BatchStatus.HALVED)
        for row in ready.of_batch(batch)
    }
    for told in outcomes.iter_rows(named=True):
        row, outcome = told["row"], told["outcome"]
        if row not in ready.emails:
            assert outcome == "rejected"
            continue
        email, batch = ready.emails[row], batches[row]
        what = f"row {row}, {outcome}, of a batch that is {batch.status} after {batch.attempts} attempts"
        assert told["repeated"] == (batch.repeated and batch.status != BatchStatus.NOT_SENT), what
        assert accepted[email] < 2 or told["repeated"], f"{what}, was sent twice"
        if batch.status == BatchStatus.FINISHED:
            kind, contact_id = fake.imports[batch.import_id].report[email]
            assert (outcome, told["contact_id"]) == ("refused" if kind == "failed" else kind, contact_id), (
                what
            )
        elif batch.status == BatchStatus.REFUSED:
            assert outcome == "refused", what
            # The first of two calls may have gone through after all; that it was sent again is said.
            assert not imported[email] or told["repeated"], f"{what}, was imported"
        elif batch.status == BatchStatus.UNKNOWN:
            assert outcome == "unknown", what
        else:
            assert outcome == "not_sent", what
            assert not accepted[email], f"{what}, was accepted"
