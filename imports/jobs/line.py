"""A line of imports: a job, those that brought rows of it again, and those that did so of these.

A row keeps its number in the whole line. Rows that a job adds are numbered after the last of all those above it, so a
number that is greater than an import's last row means the same in that part of the line alone which stems from the job
that added it (`reports/lineage.py`).

Two imports of a line are never under way at once: which rows have arrived is known when an import has ended, and what a
check left out because of it holds as long as no other has ended since (`confirm`).
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
from django.db.models import F

from imports import tables
from imports.dotdigital.contact_failures import BARRED, CONSENT_NOT_STORED, HOPELESS
from imports.jobs.report_source import consent_records
from imports.models import UploadJob
from imports.querysets import JobQuerySet
from imports.reports.lineage import (
    ARRIVED_SCHEMA,
    LACKING_SCHEMA,
    LeftToDo,
    arrived_between,
    arrived_table,
    arrived_without_values,
    brought_by_others,
    cells_then,
    count_left,
    count_resolved,
    find_duplicates,
    last_row,
    matched_by,
    rows_with_code,
    with_consents,
)
from imports.states import JOB_DELIVERING
from imports.storage import artefacts

KEEPS_ROWS, IS_RESEND, REVIEWED, LEFT, RESOLVED = "keeps_rows", "is_resend", "reviewed", "left", "resolved"
"""What `UploadJob.line` holds: whether its rows have the numbers of its parent's, which jobs of earlier versions had
not; whether a person brought its file; the tables of outcomes that its check went by; what was left to do when it
ended; and by the number of each other job of its line, how much of what was left to do of that one it has resolved."""


def line_of_file(job: UploadJob, parent: UploadJob | None) -> dict[str, Any]:
    """What `UploadJob.line` holds once the file of `job` has been read, which brings rows of `parent` again."""
    if parent is None:
        return {}
    return {KEEPS_ROWS: True, IS_RESEND: job.line.get(IS_RESEND, True)}


def jobs_above(job: UploadJob) -> list[UploadJob]:
    """The jobs whose rows `job` brings again, the first of the line first."""
    found: list[UploadJob] = []
    while (job.parent_id is not None) and job.line.get(KEEPS_ROWS):
        job = _of_line().get(pk=job.parent_id)
        found.insert(0, job)
    return found


def first_of_line(job: UploadJob) -> UploadJob:
    """The job at which the line of `job` begins, which may be itself."""
    return next(iter(jobs_above(job)), job)


def jobs_below(job: UploadJob) -> list[UploadJob]:
    """The jobs that bring rows of `job` again, and those that do so of these; generation by generation."""
    return [one for one in children_of(job, _of_line()) if one.line.get(KEEPS_ROWS)]


def children_of(job: UploadJob, jobs: JobQuerySet) -> Iterator[UploadJob]:
    """Of `jobs` those that were made of `job`, and of these, and so on; generation by generation."""
    generation = [job]
    while generation:
        children = jobs.filter(parent__in=[one.pk for one in generation]).order_by("created_at")
        generation = list(children)
        yield from generation


def _of_line() -> JobQuerySet:
    return UploadJob.objects.only(
        "file_name", "parent", "status", "tables", "line", "created_at", "changed_at"
    )


def outcomes_that_count(job: UploadJob) -> list[str]:
    """What the tables are stored as by which it is told which rows of `job` have arrived; [] outside of a line."""
    above = jobs_above(job)
    found = {one.pk: one for one in above}
    for one in above[:1]:
        found |= {other.pk: other for other in jobs_below(one)}
    found.pop(job.pk, None)
    return sorted(stored for one in found.values() for stored in _outcomes_of(one))


def _outcomes_of(job: UploadJob) -> list[str]:
    """What the tables of outcomes of `job` are stored as: one, or where a fault ended it before that was written, those
    of its batches."""
    if artefacts.OUTCOMES in job.tables:
        return [job.tables[artefacts.OUTCOMES]]
    if not job.has_ended:
        return []
    return list(job.batches.exclude(outcomes="").values_list("outcomes", flat=True))


def delivering_in_line(job: UploadJob) -> UploadJob | None:
    """Another job of the line of `job` whose import is under way, if there is one."""
    for first in jobs_above(job)[:1]:
        busy = [one for one in jobs_below(first) if one.status in JOB_DELIVERING and one.pk != job.pk]
        return busy[0] if busy else None
    return None


@dataclass(frozen=True)
class LineTables:
    """What the check of a job needs to know of its line: the rows that are not to be sent again, as
    `lineage.ARRIVED_SCHEMA`, and which of these arrived without some of their values, as `lineage.LACKING_SCHEMA`."""

    arrived: Path | None = None
    lacking: Path | None = None


def write_line(job: UploadJob, folder: Path) -> LineTables:
    """Write the tables of the line of `job` to `folder`; none outside of a line."""
    above = jobs_above(job)
    if not above:
        return LineTables()
    target = folder / "arrived"
    arrivals, _ = _arrivals(above, job)
    arrived = pl.concat([rows for _, rows in arrivals])
    brought = _brought_by_others(above, arrivals, arrived)
    arrived_table([arrived, _copies_of(job, arrived)], brought).write_parquet(target)
    _write_lacking(job, arrivals, folder / "lacking")
    return LineTables(target, folder / "lacking")


def _arrivals(
    chain: Sequence[UploadJob], without: UploadJob | None = None
) -> tuple[list[tuple[UploadJob, pl.Series]], int]:
    """Which rows have arrived with which job of a line, `without` one of these, as far as they have the same numbers in
    the last of `chain`, which goes down from the first job of the line; and the greatest of these numbers."""
    found, after = [], 0
    for one in chain:
        with artefacts.local(one, artefacts.OUTCOMES) as outcomes:
            last = max(after, last_row(outcomes))
        others = (other for other in (one, *jobs_below(one)) if without is None or other.pk != without.pk)
        found += [(other, _arrived(other, after, last)) for other in others]
        after = last
    return found, after


def _write_lacking(job: UploadJob, arrivals: Sequence[tuple[UploadJob, pl.Series]], target: Path) -> None:
    """Write the rows that arrived without some of their values with the last import that brought them, as far as is
    known without which, with the consent that Dotdigital has of them from any."""
    later = pl.Series("row", [], pl.UInt32)
    with ExitStack() as stack:
        parts = []
        for one, rows in sorted(arrivals, key=lambda one: one[0].changed_at, reverse=True):
            if len(rows) and artefacts.OUTCOMES in one.tables:
                found = arrived_without_values(stack.enter_context(artefacts.local(one, artefacts.OUTCOMES)))
                lacking = found.filter(
                    pl.col("row").is_in(rows.implode()) & ~pl.col("row").is_in(later.implode())
                )
                if lacking.height:
                    place_of = {name: place for place, name in enumerate(one.columns)}
                    parts.append(
                        cells_then(
                            lacking,
                            stack.enter_context(artefacts.local_checked(one)),
                            stack.enter_context(artefacts.local(one, artefacts.PREPARED)),
                            [place_of.get(name) for name in job.columns],
                        )
                    )
            later = pl.concat([later, rows])
        stored = _consents_stored(arrivals, stack) if parts else []
        tables.write_table(with_consents(chain.from_iterable(parts), stored), LACKING_SCHEMA, target)


def _consents_stored(
    arrivals: Sequence[tuple[UploadJob, pl.Series]], stack: ExitStack
) -> list[tuple[Path, pl.Series]]:
    """The prepared tables of the imports that brought consent, each with the rows of which Dotdigital has stored it."""
    found = []
    for one, rows in arrivals:
        if not len(rows) or not consent_records(one):
            continue
        refused = [pl.Series("row", [], pl.UInt32)]
        for stored in _outcomes_of(one):
            with artefacts.local_file(artefacts.table_key(one.pk, stored)) as outcomes:
                refused.append(rows_with_code(outcomes, {CONSENT_NOT_STORED}))
        kept = rows.filter(~rows.is_in(pl.concat(refused).implode()))
        found.append((stack.enter_context(artefacts.local(one, artefacts.PREPARED)), kept))
    return found


def _brought_by_others(
    above: Sequence[UploadJob], arrivals: Sequence[tuple[UploadJob, pl.Series]], arrived: pl.Series
) -> pl.DataFrame:
    """The duplicates in the jobs `above` whose contact has arrived with the row that stands for them."""
    found = []
    for one in above:
        with (
            artefacts.local(one, artefacts.OUTCOMES) as outcomes,
            artefacts.local(one, artefacts.PREPARED) as prepared,
        ):
            found.append(find_duplicates(outcomes, prepared, arrived))
    duplicates = pl.concat(found)
    standing = duplicates["stands_for_it"].unique()
    matched = [pl.DataFrame(schema=ARRIVED_SCHEMA)]
    for job, rows in arrivals:
        if len(meant := rows.filter(rows.is_in(standing.implode()))):
            with artefacts.local(job, artefacts.PREPARED) as prepared:
                matched.append(matched_by(prepared, meant))
    return brought_by_others(duplicates, pl.concat(matched))


def rows_arrived_of(job: UploadJob) -> pl.Series:
    """The numbers of rows that have arrived with a job of the line of `job`, as far as it has the same numbers."""
    arrivals, _ = _arrivals([*jobs_above(job), job])
    return pl.concat([rows for _, rows in arrivals])


def _arrived(job: UploadJob, after: int, last: int) -> pl.Series:
    rows = [pl.Series("row", [], pl.UInt32)]
    for stored in _outcomes_of(job):
        with artefacts.local_file(artefacts.table_key(job.pk, stored)) as outcomes:
            rows.append(arrived_between(outcomes, after, last))
    return pl.concat(rows)


def _copies_of(job: UploadJob, arrived: pl.Series) -> pl.Series:
    """The rows of `job` that are copies of rows that have arrived."""
    if not artefacts.exists(job, artefacts.ORIGINS):
        return pl.Series("row", [], pl.UInt32)
    with artefacts.local(job, artefacts.ORIGINS) as origins:
        copies = tables.scan(origins).filter(pl.col("origin").is_in(arrived.implode()))
        return copies.select("row").collect().to_series()


def counted_at_end(job: UploadJob, outcomes: Path) -> dict[str, Any]:
    """What `UploadJob.line` holds once `job` has ended with these outcomes."""
    counted: dict[str, Any] = {LEFT: asdict(count_left(outcomes, BARRED, HOPELESS))}
    resolved: dict[str, Any] = {}
    lacking = arrived_without_values(outcomes)["row"]
    above = jobs_above(job)
    for depth, lowest in enumerate(above):
        # Of the jobs below the lowest one that they have in common with `job`, the rows that this has.
        arrivals, last = _arrivals(above[: depth + 1], job)
        arrived, before = arrived_between(outcomes, 0, last), pl.concat([rows for _, rows in arrivals])
        own_branch = {one.pk for one in above[depth + 1 : depth + 2]} or {job.pk}
        for other in (lowest, *_outside(own_branch, lowest)):
            if artefacts.exists(other, artefacts.OUTCOMES):
                with artefacts.local(other, artefacts.OUTCOMES) as theirs:
                    counts = count_resolved(theirs, arrived, before, lacking, HOPELESS)
                resolved[str(other.pk)] = asdict(counts)
    return {**job.line, **counted, **({RESOLVED: resolved} if resolved else {})}


def _outside(branch: Collection[UUID], top: UploadJob) -> Iterator[UploadJob]:
    """The jobs below `top` that are neither one of `branch`, which are children of it, nor below one."""
    inside = set(branch)
    for one in jobs_below(top):
        if one.pk in inside or one.parent_id in inside:
            inside.add(one.pk)
        else:
            yield one


def note_resolved(job: UploadJob) -> None:
    """Add what `job`, which has just ended, has resolved to what is kept of it at each import of the line; within the
    unit of work that ends it."""
    for pk, counts in job.line.get(RESOLVED, {}).items():
        UploadJob.objects.filter(pk=pk).update(
            rows_resolved=F("rows_resolved") + counts["open"],
            rows_completed=F("rows_completed") + counts["lacking"],
            retriable_resolved=F("retriable_resolved") + counts["again"],
        )


def left_at_end(job: UploadJob) -> LeftToDo:
    """What was left to do of `job` when it ended."""
    if LEFT in job.line:
        return LeftToDo(**job.line[LEFT])
    if not artefacts.exists(job, artefacts.OUTCOMES):
        return LeftToDo()
    try:
        with artefacts.local(job, artefacts.OUTCOMES) as outcomes:  # it ended before this was counted
            return count_left(outcomes, BARRED, HOPELESS)
    except FileNotFoundError:
        return LeftToDo()


def resolving_beside(job: UploadJob, jobs: JobQuerySet) -> list[UploadJob]:
    """Of `jobs` those of the line of `job` that have resolved rows of it though they are not below it."""
    above = jobs_above(job)
    if not above:
        return []
    below = {one.pk for one in jobs_below(job)}
    return [
        one
        for one in children_of(above[0], jobs)
        if one.pk not in below and any(one.line.get(RESOLVED, {}).get(str(job.pk), {}).values())
    ]
