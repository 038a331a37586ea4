"""Keeps the digests of imports: makes them when an import has ended, finds a person by them, removes old ones.

They are kept longer than everything else of a file (DIGESTS_KEPT_DAYS), so they have to be there before its tables go:
whoever removes these calls `keep_digests` first.
"""

import hashlib
import json
import logging
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import polars as pl
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from imports import keyring
from imports.audit.recording import record
from imports.keyring import UnknownKeyError
from imports.models import DotdigitalAccount, JobDigests, UploadJob
from imports.provenance.carried import CarriedTables, carried_frames
from imports.provenance.digest_filter import block_number, blocks_for, make_filter, may_hold
from imports.provenance.digest_table import CarriedRow, iter_digests, rows_of_digest, write_digests
from imports.provenance.person_digests import digest_of
from imports.provenance.person_identifiers import PersonIdentifier
from imports.querysets import LARGE, JobQuerySet
from imports.reports.ledger import Outcome
from imports.states import JOB_ENDS, JobStatus
from imports.storage import artefacts
from imports.transactions import unit_of_work

logger = logging.getLogger(__name__)

JOBS_AT_ONCE = 200


def keep_digests(job: UploadJob) -> JobDigests | None:
    """See to it that there are digests of the present tables of `job`; None where it has no rows to make them of.
    Raises StorageUnavailableError, and FileNotFoundError for a table that is missing."""
    kept = JobDigests.objects.defer("filter").filter(pk=job.pk).first()
    if artefacts.STAGED not in job.tables or (kept and kept.made_of == _made_of(job)):
        return kept
    key = keyring.newest_key(keyring.DIGESTS)
    with artefacts.work_folder() as folder, carried_tables(job) as found:
        target = folder / "digests"
        count = write_digests(found, key, target)
        blocks = blocks_for(count)
        filtered = make_filter(iter_digests(target), blocks)
        stored = artefacts.store(job, artefacts.DIGESTS, target, uuid.uuid4())
    made, _ = JobDigests.objects.update_or_create(
        job=job,
        defaults={
            "key": key.id,
            "stored": stored,
            "made_of": _made_of(job),
            "made_at": timezone.now(),
            "blocks": blocks,
            "filter": filtered,
        },
    )
    if kept:
        artefacts.drop(job.pk, [kept.stored])
    logger.info("job=%s digests=%s", job.pk, count)
    return made


def mark_digests_as_of(job: UploadJob) -> None:
    """Have the digests of `job` stand as they are for its present tables, of which something was erased."""
    JobDigests.objects.filter(pk=job.pk).update(made_of=_made_of(job))


@contextmanager
def carried_tables(job: UploadJob) -> Iterator[CarriedTables]:
    """The tables of `job` by which it is told whom its rows carry. Raises FileNotFoundError, and
    StorageUnavailableError."""
    with ExitStack() as stack:

        def local(name: str) -> Path:
            return stack.enter_context(artefacts.local(job, name))

        if artefacts.OUTCOMES in job.tables:
            outcomes = [local(artefacts.OUTCOMES)]
        else:
            parts = job.batches.exclude(outcomes="").order_by("number").values_list("outcomes", flat=True)
            keys = [artefacts.table_key(job.pk, stored) for stored in parts]
            outcomes = [stack.enter_context(artefacts.local_file(key)) for key in keys]
        yield CarriedTables(
            local(artefacts.STAGED),
            local(artefacts.REPAIRED) if artefacts.REPAIRED in job.tables else None,
            local(artefacts.PREPARED) if artefacts.PREPARED in job.tables else None,
            outcomes,
            Outcome.UNKNOWN if job.batches.filter(attempts__gt=0).exists() else Outcome.NOT_SENT,
        )


def _made_of(job: UploadJob) -> str:
    named = {name: stored for name, stored in job.tables.items() if name in _TOLD_BY}
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()


_TOLD_BY = {artefacts.STAGED, artefacts.REPAIRED, artefacts.PREPARED, artefacts.OUTCOMES}


@dataclass(frozen=True)
class Carrier:
    """An import that carried somebody, and the rows that did. `at`: when it ended, or moved last."""

    job: UploadJob
    rows: list[CarriedRow]


@dataclass(frozen=True)
class Found:
    """The imports that carried somebody, the newest first; and those that could not be looked into: because their
    digests were made with a key that the portal has no more (`unknown_key`), because they are being read
    (`being_read`), or because a table that they name is not there (`missing`)."""

    carriers: list[Carrier]
    unknown_key: list[UUID]
    being_read: list[UUID]
    missing: list[UUID]

    @property
    def is_complete(self) -> bool:
        return not any(self.left_open.values())

    @property
    def left_open(self) -> dict[str, int]:
        """How many imports could not be looked into, by why."""
        why = {"unknown_key": self.unknown_key, "being_read": self.being_read, "missing": self.missing}
        return {name: len(jobs) for name, jobs in why.items()}


def find_carriers(person: PersonIdentifier, jobs: JobQuerySet) -> Found:
    """The imports among `jobs` that carried `person`. Raises StorageUnavailableError.

    Those with digests are asked by these: of each a block of its filter, and its table where that may hold the person.
    The few that have none yet are looked through.
    """
    carriers: dict[UUID, list[CarriedRow]] = {}
    missing: list[UUID] = []
    unknown = _find_by_digests(person, jobs, carriers, missing)
    undigested = jobs.filter(digests=None)
    for job in undigested.defer(*_NOT_USED).iterator(JOBS_AT_ONCE):
        try:
            if artefacts.STAGED in job.tables and (rows := _rows_in_tables(person, job)):
                carriers[job.pk] = rows
        except FileNotFoundError:
            missing.append(job.pk)
    found = jobs.filter(pk__in=list(carriers)).for_list().order_by("-created_at")
    unread = undigested.filter(status__in=[JobStatus.UPLOADED, JobStatus.STAGING])
    return Found(
        [Carrier(job, carriers[job.pk]) for job in found],
        unknown,
        list(unread.values_list("pk", flat=True)),
        missing,
    )


_NOT_USED = tuple(name for name in LARGE if name != "tables")


def _find_by_digests(
    person: PersonIdentifier, jobs: JobQuerySet, carriers: dict[UUID, list[CarriedRow]], missing: list[UUID]
) -> list[UUID]:
    """Add to `carriers` those of `jobs` that have digests and carried `person`. Those whose key is not known."""
    kept = JobDigests.objects.filter(job__in=jobs.order_by().values("pk"))
    unknown: list[UUID] = []
    for key_id in kept.order_by().values_list("key", flat=True).distinct():
        under_key = kept.filter(key=key_id)
        try:
            digest = digest_of(person, keyring.find_key(keyring.DIGESTS, key_id))
        except UnknownKeyError:
            unknown += under_key.values_list("pk", flat=True)
            continue
        blocks = under_key.blocks_of(block_number(digest))
        likely = [(pk, stored) for pk, stored, block in blocks.iterator() if may_hold(bytes(block), digest)]
        for pk, stored in likely:
            try:
                with artefacts.local_file(artefacts.table_key(pk, stored)) as table:
                    if rows := rows_of_digest(table, digest):
                        carriers[pk] = rows
            except FileNotFoundError:
                missing.append(pk)
    return unknown


def _rows_in_tables(person: PersonIdentifier, job: UploadJob) -> list[CarriedRow]:
    """The rows of `job` that carry `person`, by its tables themselves."""
    is_theirs = (pl.col("kind") == str(person.kind)) & (pl.col("value") == person.value)
    with carried_tables(job) as found:
        rows = [frame.filter(is_theirs) for frame in carried_frames(found)]
    return [
        CarriedRow(*row) for frame in rows for row in frame.select("row", "outcome", "consent").iter_rows()
    ]


def due_for_digests() -> JobQuerySet:
    """Imports that have ended and whose rows are to have digests and have none, which are few: they are made when an
    import ends."""
    return UploadJob.objects.filter(~_is_over(), status__in=JOB_ENDS, digests=None).exclude(tables={})


def _is_over(job: str = "") -> Q:
    """Whether the time of an ended import's digests is over, by its account or, where that says nothing, by the
    installation; `job` leads to the import."""
    now = timezone.now()
    own = DotdigitalAccount.objects.filter(digests_kept_days__isnull=False)
    days_of = dict(own.values_list("pk", "digests_kept_days"))
    usual = now - timedelta(days=settings.DIGESTS_KEPT_DAYS)
    is_over = ~Q(**{f"{job}account__in": list(days_of)}) & Q(**{f"{job}changed_at__lt": usual})
    for account, days in days_of.items():
        ended = {f"{job}account": account, f"{job}changed_at__lt": now - timedelta(days=days or 0)}
        is_over |= Q(**ended)
    return is_over


def remove_old_digests() -> int:
    """Remove the digests of imports whose time is over; of how many imports. Recorded for evidence."""
    old = JobDigests.objects.filter(_is_over("job__"), job__status__in=JOB_ENDS)
    removed = list(old.values_list("pk", "stored")[:JOBS_AT_ONCE])
    if not removed:
        return 0
    with unit_of_work():
        JobDigests.objects.filter(pk__in=[pk for pk, _ in removed]).delete()
        record("digests_removed", by=None, jobs=[str(pk) for pk, _ in removed])
    for pk, stored in removed:
        artefacts.drop(pk, [stored])
    return len(removed)
