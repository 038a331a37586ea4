"""Applies a mapping to the whole file: what comes out is exactly what will be sent."""

import logging
import time
from typing import Any

from django.db import transaction

from imports import artefacts
from imports.contacts.mapping import Mapping
from imports.contacts.mapping_problems import MappingProblem, validate
from imports.models import UploadJob
from imports.states import JobStatus
from imports.steps.accounts import catalogue_of
from imports.steps.applying import apply_mapping, plan_batches
from imports.steps.failing import NO_FAILURE, PASSING, error_job, put_off
from imports.steps.lease import MAX_TAKEOVERS, WorkersLostError, kept_lease, lease_end
from imports.steps.trial import discard_trial, take_tried
from portal.models import User

logger = logging.getLogger(__name__)


def set_mapping(job: UploadJob, mapping: Mapping, by: User) -> list[MappingProblem]:
    """Start the check of `job` by `mapping`, unless the mapping has problems, which are returned."""
    problems = validate(mapping, tuple(job.columns), catalogue_of(job.account))
    if not problems:
        changes: dict[str, Any] = {
            "mapping": mapping.to_json(),
            "check_summary": {},
            "batch_plan": [],
            **NO_FAILURE,
        }
        UploadJob.objects.transition(job, JobStatus.CHECKING, by=by, **changes)
    return problems


def reopen_mapping(job: UploadJob, by: User) -> bool:
    """Take a checked `job` back to its mapping."""
    return UploadJob.objects.transition(job, JobStatus.STAGED, by=by, note="mapping reopened")


def check_job(job: UploadJob) -> None:
    """Check the whole file of `job`; it is then `checked`. What a trial of the same mapping found is taken over."""
    if not UploadJob.objects.take(job, lease_end()):
        return
    if job.takeovers >= MAX_TAKEOVERS:
        error_job(job, WorkersLostError())
        return
    started = time.monotonic()
    try:
        mapping = Mapping.from_json(job.mapping)
        with kept_lease(job), artefacts.work_folder() as folder:
            tried = take_tried(job, mapping, folder)
            applied = tried or apply_mapping(job, mapping, folder)
            plan = plan_batches(job.account, applied.prepared, mapping.merge_option)
            changes: dict[str, Any] = {
                "check_summary": applied.summary,
                "batch_plan": plan,
                "step_seconds": {**job.step_seconds, "check": round(time.monotonic() - started, 3)},
            }
            with transaction.atomic():
                if UploadJob.objects.transition(job, JobStatus.CHECKED, **changes):
                    artefacts.publish(job, artefacts.PREPARED, applied.prepared)
                    artefacts.publish(job, artefacts.ISSUES, applied.issues)
                    discard_trial(job)
    except PASSING as error:
        put_off(job, error)
    except Exception as error:
        error_job(job, error)
    else:
        logger.info("job=%s checked batches=%s tried=%s", job.pk, len(plan), tried is not None)
