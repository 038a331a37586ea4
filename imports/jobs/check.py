"""Applies a mapping to the whole file: what comes out is exactly what will be sent."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Greatest

from imports.accounts.catalogue import catalogue_of
from imports.contacts.guarded_check import CheckDefeatedError
from imports.contacts.mapping import Mapping
from imports.contacts.mapping_problems import MappingProblem, validate
from imports.jobs.applying import OverlayReplacedError, apply_mapping, plan_batches
from imports.jobs.draft import discard_draft
from imports.jobs.line import REVIEWED, outcomes_that_count
from imports.jobs.trial import TrialReplacedError, end_trial, tried_by
from imports.models import UploadJob
from imports.states import JobStatus
from imports.storage import artefacts
from imports.transactions import unit_of_work
from imports.work.failing import NO_FAILURE, PASSING, error_job, fail_job, put_off
from imports.work.how_far import now_and_then
from imports.work.lease import MAX_TAKEOVERS, NotHeldError, WorkersLostError, kept_lease, lease_end
from portal.models import User

logger = logging.getLogger(__name__)


def set_mapping(
    job: UploadJob, mapping: Mapping, by: User, *, keeps_draft: bool = False
) -> list[MappingProblem]:
    """Start the check of `job` by `mapping`, unless the mapping has problems, which are returned. `keeps_draft`: what
    somebody has chosen on the mapping page meanwhile is not part of `mapping`, and stays for them."""
    problems = validate(mapping, tuple(job.columns), catalogue_of(job.account))
    if not problems:
        changes: dict[str, Any] = {
            "mapping": mapping.to_json(),
            "check_summary": {},
            "batch_plan": [],
            "rows_done": 0,
            **NO_FAILURE,
        }
        with unit_of_work():
            moved = UploadJob.objects.transition(job, JobStatus.CHECKING, by=by, **changes)
            if moved and not keeps_draft:
                discard_draft(job)
    return problems


def reopen_mapping(job: UploadJob, by: User) -> bool:
    """Take a checked `job` back to its mapping."""
    return UploadJob.objects.transition(job, JobStatus.STAGED, by=by, note="mapping_reopened")


def check_job(job: UploadJob) -> None:
    """Check the whole file of `job`; it is then `checked`, or `failed` with the reason why it cannot be. What a trial
    of the same mapping found is taken over."""
    if not UploadJob.objects.take(job, lease_end()):
        return
    if job.takeovers >= MAX_TAKEOVERS:
        error_job(job, WorkersLostError())
        return
    started = time.monotonic()
    try:
        mapping = Mapping.from_json(job.mapping)
        # Before they are read: what comes later is seen when it is confirmed.
        reviewed = outcomes_that_count(job)
        with kept_lease(job):
            checked = _taken_over(job, mapping) or _checked(job, mapping)
            kept = {name: one for name, one in job.tables.items() if name != artefacts.REPAIRED}
            changes: dict[str, Any] = {
                "tables": {**kept, **checked.tables},
                "check_summary": checked.summary,
                "batch_plan": checked.plan,
                "line": {**job.line, REVIEWED: reviewed} if reviewed else job.line,
                "step_seconds": {**job.step_seconds, "check": round(time.monotonic() - started, 3)},
            }
            over = [*job.tables.values()]
            with unit_of_work():
                moved = UploadJob.objects.transition(job, JobStatus.CHECKED, **changes)
                if moved:
                    over += end_trial(job, checked.trial)
    except CheckDefeatedError as error:
        fail_job(job, error.reason)
    except NotHeldError:
        logger.info("job=%s checked anew by another", job.pk)
    except (*PASSING, TrialReplacedError, OverlayReplacedError) as error:
        put_off(job, error)
    except Exception as error:
        error_job(job, error)
    else:
        artefacts.drop(job.pk, over if moved else checked.tables.values())
        logger.info("job=%s checked batches=%s moved=%s", job.pk, len(checked.plan), moved)
        if moved:
            # While the person reads what the check found.
            artefacts.make_ahead(job, lambda: artefacts.search_text(job, artefacts.checked_name(job)))


@dataclass(frozen=True)
class Checked:
    """What a check found: its tables as they are stored, its counts and the batches that its rows make.

    `trial`: what the tables of the trial that was taken over are stored as; None without one.
    """

    tables: dict[str, str]
    summary: dict[str, Any]
    plan: list[dict[str, object]]
    trial: dict[str, str] | None = None


def _taken_over(job: UploadJob, mapping: Mapping) -> Checked | None:
    """What a trial of this very mapping found; its tables become the job's as they are."""
    trial = tried_by(job, mapping)
    if trial is None:
        return None
    with artefacts.local_file(artefacts.table_key(job.pk, trial.tables[artefacts.PREPARED])) as prepared:
        plan = plan_batches(job.account, prepared, mapping.merge_option)
    return Checked(trial.tables, trial.summary, plan, trial.tables)


def _checked(job: UploadJob, mapping: Mapping) -> Checked:
    """Check the whole file, and store what comes out under the run that has the job."""
    with artefacts.work_folder() as folder:
        applied = apply_mapping(job, mapping, folder, _watch(job))
        plan = plan_batches(job.account, applied.prepared, mapping.merge_option)
        return Checked(artefacts.store_all(job, applied.tables, job.token), applied.summary, plan)


def _watch(job: UploadJob) -> Callable[[int], None]:
    """Tells the job's page now and then how many rows have been checked, and ends the work when this worker has `job`
    no more: a repair was made."""
    mine = UploadJob.objects.held(job)

    def look(rows: int) -> None:
        # One that died here may have come further; what is said never goes back.
        if not mine.update(rows_done=Greatest("rows_done", rows)):
            raise NotHeldError

    return now_and_then(look)
