"""What `pages` asks about: accounts, people, files that were read, checked and imported, and thousands of such jobs.

Jobs that are looked into are made by the portal's own steps. The others are copies of these in the database alone, with
all that a job, its batches, its moves and its notifications hold there, spread over two years, people, accounts and
statuses. What Dotdigital answers is made up as `row_pages` does it. The same ones every time.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone

from imports import tables
from imports.accounts.catalogue import known_of
from imports.contacts.mapping import Mapping
from imports.jobs.advance import run_inline
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.report import report_job
from imports.jobs.suggesting import refresh_account
from imports.jobs.upload import receive_upload
from imports.messages import Message
from imports.models import (
    DotdigitalAccount,
    ImportBatch,
    JobEvent,
    Membership,
    Notification,
    ReasonTally,
    UploadJob,
)
from imports.reports.outcomes import OUTCOME_SCHEMA
from imports.states import JOB_STATES, BatchStatus, JobStatus, NotificationOccasion, Step
from imports.storage import artefacts
from imports.work.failing import failed_with
from portal.models import User
from tests.benchmarks.make_contacts import COLUMNS, contacts
from tests.benchmarks.mapped import MAPPING
from tests.benchmarks.row_pages import settled_rows
from tests.sandbox_process import SandboxProcess

SEED = 20_261_130
ACCOUNTS, PEOPLE = 8, 40
DATA_FIELDS, LISTS = 150, 40
SMALL_ROWS = 200
TYPES = ("String", "Numeric", "Date", "Boolean")
PASSWORD = "only for this benchmark"
SLOTS = 25

# Of a hundred jobs that nobody is at.
SHARES = {
    JobStatus.FINISHED: 70,
    JobStatus.CHECKED: 9,
    JobStatus.STAGED: 8,
    JobStatus.FAILED: 6,
    JobStatus.CANCELLED: 6,
    JobStatus.ERRORED: 1,
}
# However many there are, the newest are under way.
UNDER_WAY = (
    *[JobStatus.SENDING] * 6,
    *[JobStatus.CANCELLING] * 2,
    *[JobStatus.STAGING] * 2,
    *[JobStatus.CHECKING] * 2,
)
SUMS = ("rows_imported", "rows_not_imported", "rows_failed")
DELIVERED = {JobStatus.FINISHED, JobStatus.CANCELLED, JobStatus.SENDING, JobStatus.CANCELLING}
TIMES_AS_LARGE = (1, 3, 10, 40, 250)
AT_ONCE = 500
DAYS = 730
NAMES = ("newsletter", "customers", "webshop", "trade fair", "webinar", "renewals", "Spring sale", "Äußerung")
FAILURES = {
    JobStatus.FAILED: failed_with(Message("all_refused", {"reason": Message("not_mentioned")})),
    JobStatus.ERRORED: failed_with(Message("portal_fault")),
}
OWN = frozenset({"id", "account", "owner", "parent", "mapped_like", "token", "upload", "lease_until"})


@dataclass(frozen=True)
class Site:
    """Who and what there is: `person` is a manager of all `accounts`, `admin` an administrator."""

    accounts: Sequence[DotdigitalAccount]
    people: Sequence[User]
    person: User
    admin: User


def make_site(sandbox: SandboxProcess) -> Site:
    """Accounts with what a large one has, of which the first is that of the jobs that are looked into."""
    person = User.objects.create_user("ada", first_name="Ada", last_name="Example", password=PASSWORD)
    admin = User.objects.create_superuser("root", "root@example.com", PASSWORD)
    people = [person, *(_person(number) for number in range(1, PEOPLE))]
    accounts = [_account(number, sandbox) for number in range(ACCOUNTS)]
    Membership.objects.bulk_create(
        [
            *(Membership(account=one, user=person, role=Membership.Role.MANAGER) for one in accounts),
            *(
                Membership(account=accounts[place % ACCOUNTS], user=one)
                for place, one in enumerate(people[1:])
            ),
        ]
    )
    return Site(accounts, people, person, admin)


def _person(number: int) -> User:
    return User.objects.create(
        username=f"person{number}", first_name=f"Person{number}", last_name=f"Of Team {number % 7}"
    )


def _account(number: int, sandbox: SandboxProcess) -> DotdigitalAccount:
    account = DotdigitalAccount(
        name=f"Account {number}", endpoint=sandbox.url, api_user=sandbox.api_user, phone_region="GB"
    )
    account.api_password = sandbox.api_password
    account.save()
    assert refresh_account(account)
    known = known_of(account)
    own = [{"name": f"FIELD_{n:03}", "type": TYPES[n % len(TYPES)]} for n in range(DATA_FIELDS)]
    lists = [{"id": 80_000 + n, "name": f"List number {n}"} for n in range(LISTS)]
    known.content["data_fields"] = [*known.content["data_fields"], *own][:DATA_FIELDS]
    known.content["lists"] = [*known.content["lists"], *lists][:LISTS]
    known.save()
    return account


def file_of(rows: int, columns: int = len(COLUMNS)) -> bytes:
    """A CSV file of contacts with as many columns, those that a generated file does not have holding remarks."""
    text = io.StringIO()
    out = csv.writer(text)
    added = range(columns - len(COLUMNS))
    out.writerow([*COLUMNS, *(f"Field {place:03}" for place in added)])
    for number, row in enumerate(contacts(rows)):
        out.writerow([*row, *(f"remark {place} of {number}" for place in added)])
    return text.getvalue().encode()


def staged_job(site: Site, name: str, source: bytes | Path) -> UploadJob:
    """A job of the person's whose file has been read, by the steps that workers take."""
    if isinstance(source, bytes):
        return _read(site, name, ContentFile(source, name=name))
    with source.open("rb") as file:
        return _read(site, name, File(file, name=name))


def _read(site: Site, name: str, file: File) -> UploadJob:
    job = receive_upload(account=site.accounts[0], owner=site.person, file_name=name, file=file)
    run_inline(job)
    assert job.status == JobStatus.STAGED, job.failure_sentence
    return job


def check(job: UploadJob) -> UploadJob:
    """The file of a job checked by a mapping of all its columns."""
    assert not set_mapping(job, Mapping.from_json(MAPPING), job.owner)
    run_inline(job)
    assert job.status == JobStatus.CHECKED, job.failure_sentence
    return job


def begin_sending(job: UploadJob) -> None:
    """A checked job is half delivered: SLOTS of its batches are at Dotdigital, what was before these has ended."""
    assert confirm_job(job, job.owner)
    batches, now = list(job.batches.order_by("number")), timezone.now()
    for place, batch in enumerate(batches[: len(batches) // 2 + SLOTS]):
        batch.status = BatchStatus.FINISHED if place < len(batches) // 2 else BatchStatus.ACTIVE
        batch.sent_at = batch.accepted_at = now - timedelta(seconds=40)
        batch.changed_at = now - timedelta(seconds=10)
        batch.next_poll_at = now + timedelta(minutes=4)
        batch.attempts, batch.import_id = 1, str(batch.token)
    ImportBatch.objects.bulk_update(
        batches,
        [
            *("status", "sent_at", "accepted_at", "changed_at", "next_poll_at"),
            *("attempts", "import_id"),
        ],
    )
    _write_moves(job, batches)


def settle(job: UploadJob) -> UploadJob:
    """A job under way has ended with outcomes as of a delivery; its report is drawn up by the step that does so."""
    with artefacts.local(job, artefacts.PREPARED) as prepared:
        settled = pl.concat(settled_rows(prepared))
    for batch in job.batches.order_by("number"):
        own = settled.filter(pl.col("row").is_between(batch.first_row, batch.last_row))
        with artefacts.work_folder() as folder:
            tables.write_table([own], OUTCOME_SCHEMA, folder / "part")
            stored = artefacts.store(job, artefacts.part_name(batch), folder / "part", batch.token)
        ImportBatch.objects.filter(pk=batch.pk).update(
            status=BatchStatus.FINISHED, outcomes=stored, changed_at=timezone.now()
        )
    report_job(job)
    job.refresh_from_db()
    assert job.status == JobStatus.FINISHED, job.failure_sentence
    return job


def templates_of(staged: UploadJob, checked: UploadJob, finished: UploadJob) -> dict[JobStatus, UploadJob]:
    """By status, the job that others are made like."""
    like = {Step.UPLOAD: staged, Step.MAP: staged, Step.CHECK: checked}
    return {status: like.get(state.step, finished) for status, state in JOB_STATES.items()}


def make_jobs(site: Site, templates: dict[JobStatus, UploadJob], count: int) -> None:
    """`count` jobs; each is like the one that `templates` has for its status, but for its size."""
    random = Random(SEED)
    statuses = [
        *UNDER_WAY,
        *random.choices([*SHARES], [*SHARES.values()], k=count - len(UNDER_WAY)),
    ]
    owners = [one for one in site.people if one != site.person]
    for begin in range(0, count, AT_ONCE):
        jobs = [
            _copy(site, owners, templates[status], status, place, random)
            for place, status in enumerate(statuses[begin : begin + AT_ONCE], start=begin)
        ]
        UploadJob.objects.bulk_create(jobs)
        _add_batches(jobs, templates, random)
        _add_notifications(jobs)
        _add_tallies(jobs, templates[JobStatus.FINISHED])


def _copy(
    site: Site,
    owners: Sequence[User],
    template: UploadJob,
    status: JobStatus,
    place: int,
    random: Random,
) -> UploadJob:
    fields: dict[str, Any] = {
        field.name: getattr(template, field.name)
        for field in UploadJob._meta.concrete_fields
        if field.name not in OWN
    }
    created = timezone.now() - timedelta(days=place * DAYS / 10_000, minutes=random.randrange(600))
    times = random.choice(TIMES_AS_LARGE)
    fields |= {
        "account": random.choice(site.accounts),
        # One in five is the person's own.
        "owner": site.person if random.random() < 0.2 else random.choice(owners),
        "status": status,
        "created_at": created,
        "changed_at": created + timedelta(minutes=random.randrange(1, 40)),
        "file_name": f"{random.choice(NAMES)} {created:%Y-%m-%d} {place}.csv",
        "file_sha256": f"{random.getrandbits(256):064x}",
        "file_bytes": template.file_bytes * times,
        "rows": (template.rows or 0) * times,
        **FAILURES.get(status, {}),
    }
    if template.ledger and status in {JobStatus.FINISHED, JobStatus.CANCELLED}:
        counts = {bucket: rows * times for bucket, rows in template.ledger["counts"].items()}
        fields |= {
            "ledger": {**template.ledger, "rows": template.ledger["rows"] * times, "counts": counts},
            **{name: (getattr(template, name) or 0) * times for name in SUMS},
        }
    else:
        fields |= {"ledger": {}, "reasons": None, **dict.fromkeys(SUMS)}
    return UploadJob(**fields)


def _add_batches(jobs: Sequence[UploadJob], templates: dict[JobStatus, UploadJob], random: Random) -> None:
    """The batches of jobs that were sent, from one to ten, and all moves."""
    moves = {status: list(one.events.filter(batch=None)) for status, one in templates.items()}
    events, batches = [], []
    for job in jobs:
        status = JobStatus(job.status)
        events += [
            JobEvent(
                job=job,
                actor_id=event.actor_id,
                at=job.created_at + (event.at - templates[status].created_at),
                from_status=event.from_status,
                to_status=event.to_status,
                note=event.note,
            )
            for event in moves[status]
        ]
        if status in DELIVERED:
            batches += _batches(job, random.randint(1, 10))
    ImportBatch.objects.bulk_create(batches)
    JobEvent.objects.bulk_create([*events, *(event for batch in batches for event in _moves(batch))])


def _batches(job: UploadJob, count: int) -> list[ImportBatch]:
    is_over = job.status in {JobStatus.FINISHED, JobStatus.CANCELLED}
    made = []
    for number in range(1, count + 1):
        open_status = BatchStatus.ACTIVE if number > count // 2 else BatchStatus.FINISHED
        batch = ImportBatch(
            job=job,
            number=number,
            status=BatchStatus.FINISHED if is_over else open_status,
            changed_at=job.changed_at,
            first_row=number * 1_000,
            last_row=number * 1_000 + 999,
            contacts=990,
            body_bytes=400_000,
            body_sha256=job.file_sha256,
            attempts=1,
            sent_at=job.created_at,
            accepted_at=job.created_at,
        )
        batch.import_id = str(batch.token)
        made.append(batch)
    return made


MOVES = (BatchStatus.PENDING, BatchStatus.SENDING, BatchStatus.ACTIVE, BatchStatus.FINISHED)


def _moves(batch: ImportBatch) -> list[JobEvent]:
    """How a batch came to its status."""
    if batch.status not in MOVES:
        return []
    passed = MOVES[: MOVES.index(BatchStatus(batch.status)) + 1]
    return [
        JobEvent(job_id=batch.job_id, batch=batch, at=batch.changed_at, from_status=before, to_status=after)
        for before, after in pairwise(passed)
    ]


def _write_moves(job: UploadJob, batches: Sequence[ImportBatch]) -> None:
    JobEvent.objects.bulk_create([event for batch in batches for event in _moves(batch)])


def _add_notifications(jobs: Sequence[UploadJob]) -> None:
    """What owners were told of jobs that have ended; what is older than three days is read."""
    recent = timezone.now() - timedelta(days=3)
    Notification.objects.bulk_create(
        Notification(
            job=job,
            person_id=job.owner_id,
            occasion=NotificationOccasion.ENDED,
            is_needed=True,
            made_at=job.changed_at,
            read_at=None if job.changed_at > recent else job.changed_at,
        )
        for job in jobs
        if job.has_ended
    )


def _add_tallies(jobs: Sequence[UploadJob], finished: UploadJob) -> None:
    """What is added up of jobs that have a ledger."""
    tallies = list(finished.reason_tallies.all())
    ReasonTally.objects.bulk_create(
        ReasonTally(
            job=job,
            account_id=job.account_id,
            ended_at=job.changed_at,
            outcome=one.outcome,
            code=one.code,
            rows=one.rows,
        )
        for job in jobs
        if job.ledger
        for one in tallies
    )


@contextmanager
def all_but(kept: Sequence[UploadJob]) -> Iterator[None]:
    """For the length of the block, and for this process alone, there are no other jobs than `kept`."""
    keys = [job.pk for job in kept]
    with transaction.atomic():
        for model in (JobEvent, Notification, ReasonTally, ImportBatch):
            model.objects.exclude(job__in=keys)._raw_delete(connection.alias)
        UploadJob.objects.exclude(pk__in=keys)._raw_delete(connection.alias)
        yield
        transaction.set_rollback(True)
