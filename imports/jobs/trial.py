"""Tries the mapping that somebody is working on: the whole file is checked while they are still at the page.

    waiting -> running -> done | failed      a newer mapping -> waiting, whatever it was before

Nothing of the job changes. One worker at a time tries a job's mapping: it holds a lease, which it renews. A newer
mapping ends its work within seconds, and what it found is thrown away. Whatever is lost, a wake-up or a worker, the
sweep finds the trial that is still to be run.
"""

import hashlib
import json
import logging
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from imports.accounts.catalogue import catalogue_of
from imports.contacts.balance import UnaccountedCellsError
from imports.contacts.guarded_check import CheckDefeatedError
from imports.contacts.mapping import Mapping
from imports.contacts.mapping_problems import MappingProblem, validate
from imports.jobs.applying import Applied, OverlayReplacedError, apply_mapping, overlay_digest
from imports.jobs.line import outcomes_that_count
from imports.messages import NOTHING, Message
from imports.models import MappingTrial, UploadJob
from imports.reasons import CATALOGUE
from imports.states import JOB_CHECKED, JOB_MAPPABLE, TrialState
from imports.storage import artefacts
from imports.transactions import assign, unit_of_work
from imports.work.failing import fault_reason
from imports.work.how_far import now_and_then
from imports.work.lease import MAX_TAKEOVERS, WorkersLostError, lease_end, renewed
from imports.work.queue import wake_trial

logger = logging.getLogger(__name__)

NONE = "none"

FAULT = Message("trial_fault")
FAILURE = "failure"
"""What the message of a trial that failed is called in its summary."""


class TrialReplacedError(Exception):
    """The mapping that is being tried is no longer the one that somebody waits for."""


@dataclass(frozen=True)
class Trial:
    """How far the trial of a job's mapping has come.

    `state` is `none` or a TrialState. `summary`, once it is done, is as `UploadJob.check_summary`; `issues` is the key
    of the table that its examples are in, "" without one. `failure`, when it failed, is a message of
    `imports.reasons.CATALOGUE`.
    """

    state: str = NONE
    digest: str = ""
    rows_done: int = 0
    summary: dict[str, Any] = field(default_factory=dict)
    issues: str = ""
    asked_at: datetime | None = None
    failure: Message = NOTHING

    @property
    def sentence(self) -> str:
        """Why it failed; "" when it has not."""
        return CATALOGUE.sentence(self.failure) if self.failure else ""

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return CATALOGUE.remedy(self.failure)

    @property
    def is_under_way(self) -> bool:
        return self.state in {TrialState.WAITING, TrialState.RUNNING}


def request_trial(job: UploadJob, mapping: Mapping) -> list[MappingProblem]:
    """Have `mapping` tried on the file of `job`, unless it has problems, which are returned.

    One that is being tried already, or has been, is left as it is; so is a job that has moved on.
    """
    problems = validate(mapping, tuple(job.columns), catalogue_of(job.account))
    if problems:
        return problems
    document, digest = mapping.to_json(), digest_of(job, mapping)
    if job.status in JOB_CHECKED and document == job.mapping:
        discard_trial(job)  # the check itself says what there is to say
        return []
    known = MappingTrial.objects.filter(pk=job.pk, digest=digest).exclude(state=TrialState.FAILED).first()
    if known is None and UploadJob.objects.filter(pk=job.pk, status__in=JOB_MAPPABLE).exists():
        # `run` and the lease stay: they are those of the worker that tries the mapping before this one.
        anew = {"state": TrialState.WAITING, "asked_at": timezone.now(), "takeovers": 0, "summary": {}}
        MappingTrial.objects.update_or_create(
            job=job, defaults={"mapping": document, "digest": digest, **anew}
        )
    if known is None or known.state == TrialState.WAITING:
        wake_trial(job)
    return []


def trial_of(job: UploadJob) -> Trial:
    """How far the trial of the mapping of `job` has come; without one, a checked job shows what its check found."""
    trial = MappingTrial.objects.filter(pk=job.pk).first()
    if trial is None:
        if job.status in JOB_CHECKED:
            return Trial(
                TrialState.DONE, summary=job.check_summary, issues=artefacts.key_of(job, artefacts.ISSUES)
            )
        return Trial()
    has_failed = trial.state == TrialState.FAILED
    return Trial(
        state=trial.state,
        digest=trial.digest,
        rows_done=trial.rows_done,
        summary={} if has_failed else trial.summary,
        issues=artefacts.table_key(job.pk, trial.tables[artefacts.ISSUES]) if trial.tables else "",
        asked_at=trial.asked_at,
        failure=Message.from_json(trial.summary.get(FAILURE, FAULT.to_json())) if has_failed else NOTHING,
    )


def _told(error: Exception) -> dict[str, Any]:
    """What is kept of a trial that failed: more than that where it is known what the file takes, or which column does
    not add up."""
    if isinstance(error, CheckDefeatedError):
        return {FAILURE: error.reason.to_json()}
    return {FAILURE: fault_reason(error).to_json()} if isinstance(error, UnaccountedCellsError) else {}


def digest_of(job: UploadJob, mapping: Mapping) -> str:
    """SHA-256 of all that decides what `mapping` makes of the file: mapping, account, how the file was read, the
    repairs in force, and which of its rows have arrived with other imports."""
    depends_on = {
        "mapping": mapping.to_json(),
        "catalogue": asdict(catalogue_of(job.account)),
        "region": job.account.phone_region,
        "columns": job.columns,
        "read_by": job.read_by,
        "repairs": overlay_digest(job),
        "arrived": outcomes_that_count(job),
    }
    return hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()


def run_trial(job: UploadJob) -> None:
    """Try the mapping that waits for it. Does nothing when none does, or another worker is at it."""
    trial = _take(job)
    if trial is None:
        return
    mine = MappingTrial.objects.filter(pk=trial.pk, run=trial.run)
    try:
        if trial.takeovers >= MAX_TAKEOVERS:
            raise WorkersLostError
        mapping = Mapping.from_json(trial.mapping)
        digest = digest_of(job, mapping)  # of the account as it is now
        with renewed(mine), artefacts.work_folder() as folder:
            applied = apply_mapping(job, mapping, folder, _watch(trial))
            _keep(job, trial, digest, applied)
    except (TrialReplacedError, OverlayReplacedError):
        logger.info("job=%s trial replaced", job.pk)
    except CheckDefeatedError as error:
        logger.info("job=%s trial failed code=%s", job.pk, error.code)
        mine.filter(state=TrialState.RUNNING).update(state=TrialState.FAILED, summary=_told(error))
    except Exception as error:
        logger.error("job=%s trial failed", job.pk, exc_info=error)
        mine.filter(state=TrialState.RUNNING).update(state=TrialState.FAILED, summary=_told(error))
    finally:
        mine.update(run=None, lease_until=None)
    if MappingTrial.objects.free(timezone.now()).filter(pk=trial.pk).exists():
        wake_trial(job)


def _take(job: UploadJob) -> MappingTrial | None:
    """Lease the trial of `job` to this worker; None when there is nothing to take."""
    free = MappingTrial.objects.free(timezone.now()).filter(pk=job.pk)
    trial = free.first()
    if trial is None or _has_enough_running(job):
        return None
    changes = {
        "state": TrialState.RUNNING,
        "run": uuid.uuid4(),
        "lease_until": lease_end(),
        "rows_done": 0,
        "takeovers": trial.takeovers + (trial.state == TrialState.RUNNING),
    }
    if not free.filter(asked_at=trial.asked_at, state=trial.state, run=trial.run).update(**changes):
        return None
    assign(trial, changes)
    return trial


def _has_enough_running(job: UploadJob) -> bool:
    """Whether so many files of the owner of `job` are being tried that this one waits; the sweep asks again."""
    limit = settings.PERSON_TRIALS_AT_ONCE
    running = MappingTrial.objects.running(timezone.now()).filter(job__owner=job.owner_id).exclude(pk=job.pk)
    return bool(limit) and running.count() >= limit


def _watch(trial: MappingTrial) -> Callable[[int], None]:
    """Looks now and then whether anybody still waits for `trial`, whom it tells how many rows are done, and ends the
    work when nobody does."""
    wanted = MappingTrial.objects.filter(
        pk=trial.pk, run=trial.run, state=TrialState.RUNNING, job__status__in=JOB_MAPPABLE
    )

    def look(rows: int) -> None:
        if not wanted.update(rows_done=rows):
            raise TrialReplacedError

    return now_and_then(look)


def _keep(job: UploadJob, trial: MappingTrial, digest: str, applied: Applied) -> None:
    """Write down what `trial` found, unless a newer one has taken its place or the job has moved on."""
    if trial.run is None:
        raise TrialReplacedError
    stored = artefacts.store_all(job, applied.tables, trial.run)
    with unit_of_work():
        # Locked, so that no check can begin to take the tables over while they are being replaced.
        mappable = UploadJob.objects.select_for_update(no_key=True).filter(
            pk=trial.pk, status__in=JOB_MAPPABLE
        )
        mine = MappingTrial.objects.filter(pk=trial.pk, run=trial.run, state=TrialState.RUNNING)
        is_kept = mappable.only("pk").first() is not None and bool(
            mine.update(state=TrialState.DONE, digest=digest, summary=applied.summary, tables=stored)
        )
    artefacts.drop(job.pk, (trial.tables if is_kept else stored).values())
    if not is_kept:
        raise TrialReplacedError


def tried_by(job: UploadJob, mapping: Mapping) -> MappingTrial | None:
    """The trial of exactly this `mapping`, if there was one and its tables are there."""
    digest = digest_of(job, mapping)
    trial = MappingTrial.objects.filter(pk=job.pk, state=TrialState.DONE, digest=digest).first()
    if trial is None or not trial.tables:
        return None
    is_whole = all(artefacts.is_stored(job.pk, stored) for stored in trial.tables.values())
    return trial if is_whole else None


def end_trial(job: UploadJob, taken_over: dict[str, str] | None = None) -> list[str]:
    """Remove the trial of `job`; what its tables are stored as. They are for the caller to drop, after the commit.

    Raises TrialReplacedError when its tables are not those that were `taken_over`.
    """
    trials = MappingTrial.objects.filter(pk=job.pk)
    tables: dict[str, str] = trials.values_list("tables", flat=True).first() or {}
    if taken_over is not None and tables != taken_over:
        raise TrialReplacedError
    trials.delete()
    return list(tables.values())


def discard_trial(job: UploadJob) -> None:
    """Remove the trial of `job`, and its tables."""
    artefacts.drop(job.pk, end_trial(job))
