"""Applies a mapping to the whole file: what comes out is exactly what will be sent."""

import hashlib
import logging
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from imports import artefacts, tables
from imports.contacts.checking import check
from imports.contacts.mapping import Mapping, MappingProblem, validate
from imports.contacts.payload import BatchCut, build_body, iter_cuts
from imports.models import UploadJob
from imports.states import JobStatus
from imports.steps.accounts import catalogue_of
from imports.steps.failing import NO_FAILURE, error_job
from imports.steps.lease import MAX_TAKEOVERS, kept_lease, lease_end
from imports.steps.rows import READY
from portal.models import User

logger = logging.getLogger(__name__)


class WorkersLostError(Exception):
    """Every worker that checked this file died at it."""


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
    """Check the whole file of `job`; it is then `checked`."""
    if not UploadJob.objects.take(job, lease_end()):
        return
    if job.takeovers >= MAX_TAKEOVERS:
        error_job(job, WorkersLostError())
        return
    started = time.monotonic()
    try:
        mapping = Mapping.from_json(job.mapping)
        with (
            kept_lease(job),
            artefacts.work_folder() as folder,
            artefacts.local(job, artefacts.STAGED) as staged,
        ):
            prepared, issues = folder / "prepared", folder / "issues"
            summary = check(
                staged,
                tuple(job.columns),
                mapping,
                catalogue_of(job.account),
                prepared,
                issues,
                default_region=job.account.phone_region or None,
            )
            plan = plan_batches(prepared, mapping.merge_option)
            changes: dict[str, Any] = {
                "check_summary": summary.to_dict(),
                "batch_plan": plan,
                "step_seconds": {**job.step_seconds, "check": round(time.monotonic() - started, 3)},
            }
            with transaction.atomic():
                if UploadJob.objects.transition(job, JobStatus.CHECKED, **changes):
                    artefacts.publish(job, artefacts.PREPARED, prepared)
                    artefacts.publish(job, artefacts.ISSUES, issues)
    except Exception as error:
        error_job(job, error)
    else:
        logger.info("job=%s checked batches=%s", job.pk, len(plan))


def plan_batches(prepared: Path, merge_option: str) -> list[dict[str, object]]:
    """The batches that the ready rows of `prepared` make, in order, as the fields of an ImportBatch."""
    ready = tables.scan(prepared).filter(READY).select("row", "contact")
    rows = (pair for frame in tables.iter_frames(ready) for pair in frame.iter_rows())
    cuts = iter_cuts(
        rows,
        merge_option,
        max_contacts=settings.IMPORT_BATCH_CONTACTS,
        max_bytes=settings.IMPORT_BATCH_BYTES,
    )
    return [_batch_fields(number, cut, merge_option) for number, cut in enumerate(cuts, 1)]


def _batch_fields(number: int, cut: BatchCut, merge_option: str) -> dict[str, object]:
    body = build_body(cut.contacts, merge_option)
    return {
        "number": number,
        "first_row": cut.first_row,
        "last_row": cut.last_row,
        "contacts": len(cut.contacts),
        "body_bytes": len(body),
        "body_sha256": hashlib.sha256(body).hexdigest(),
    }
