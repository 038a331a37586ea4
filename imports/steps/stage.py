"""Reads an upload into the staged table, and suggests what its columns are."""

import hashlib
import logging
import time

from django.conf import settings
from django.db import transaction

from imports import artefacts
from imports.contacts.headers import suggest_mapping
from imports.contacts.mapping import Mapping, validate
from imports.contacts.profiles import ColumnProfile, profile
from imports.dotdigital.errors import DotdigitalError
from imports.files.reading import Limits, Reading, ReadingOptions
from imports.files.refusals import FileRefusedError
from imports.files.staging import stage
from imports.models import MappingTemplate, UploadJob
from imports.secrets import SecretUnreadableError
from imports.states import JobStatus
from imports.steps.accounts import catalogue_of, refresh_catalogue
from imports.steps.failing import error_job, fail_job
from imports.steps.lease import MAX_TAKEOVERS, kept_lease, lease_end
from portal.models import User

logger = logging.getLogger(__name__)

REMEMBERED = "remembered"

DEFEATED_SENTENCE = "This file could not be read: reading it stopped the program every time."
DEFEATED_REMEDY = "Open it in the program that made it, save it as CSV, and upload that."


def stage_job(job: UploadJob) -> None:
    """Read the upload of `job`; it is then `staged`, or `failed` with the reason it cannot be read."""
    if job.status == JobStatus.UPLOADED:
        taken = UploadJob.objects.transition(job, JobStatus.STAGING, lease_until=lease_end())
    else:
        taken = UploadJob.objects.take(job, lease_end())
    if not taken:
        return
    if job.takeovers >= MAX_TAKEOVERS:
        fail_job(job, "reader_defeated", DEFEATED_SENTENCE, DEFEATED_REMEDY)
        return
    started = time.monotonic()
    try:
        with kept_lease(job), artefacts.work_folder() as folder, artefacts.local_file(job.upload) as upload:
            table = folder / "staged"
            reading = stage(upload, table, ReadingOptions(**job.reading_options), upload_limits())
            job.reading = reading.to_dict()
            profiles = profile(table, reading.columns)
            job.profiles = [column.to_dict() for column in profiles]
            read_account(job)
            changes = {
                "reading": job.reading,
                "profiles": job.profiles,
                "rows": reading.rows + reading.blank,
                "step_seconds": {**job.step_seconds, "stage": round(time.monotonic() - started, 3)},
                **suggested(job, reading),
            }
            with transaction.atomic():
                if UploadJob.objects.transition(job, JobStatus.STAGED, **changes):
                    artefacts.publish(job, artefacts.STAGED, table)
    except FileRefusedError as error:
        fail_job(job, error.code, error.sentence, error.remedy)
    except Exception as error:
        error_job(job, error)
    else:
        logger.info("job=%s staged rows=%s", job.pk, job.rows)


def upload_limits() -> Limits:
    return Limits(
        max_bytes=settings.UPLOAD_MAX_BYTES,
        max_rows=settings.UPLOAD_MAX_ROWS,
        max_columns=settings.UPLOAD_MAX_COLUMNS,
        max_cell_chars=settings.UPLOAD_MAX_CELL_CHARS,
    )


def read_account(job: UploadJob) -> bool:
    """Bring what is known of the account up to date. False, and a line in the log, when Dotdigital does not answer."""
    try:
        refresh_catalogue(job.account)
    except (DotdigitalError, SecretUnreadableError) as error:
        logger.warning("account=%s not read: %s", job.account_id, type(error).__name__)
        job.account.paused_reason = error.sentence if isinstance(error, DotdigitalError) else str(error)
        job.account.save(update_fields=["paused_reason"])
        return False
    if job.account.paused_reason:
        job.account.paused_reason = ""
        job.account.save(update_fields=["paused_reason"])
    return True


def suggested(job: UploadJob, reading: Reading) -> dict[str, object]:
    """The fields of `job` that hold its suggested mapping: the remembered one where it still fits, else our own."""
    catalogue = catalogue_of(job.account)
    suggestion = suggest_mapping(
        _profiles_of(job), catalogue, default_region=job.account.phone_region or None
    )
    mapping, remembered = suggestion.mapping.to_json(), _remembered_mapping(job, reading.columns)
    reasons = [column.to_dict() for column in suggestion.columns]
    if remembered is not None and not validate(remembered, reading.columns, catalogue):
        mapping = remembered.to_json()
        targets = {column.column: column.target for column in remembered.columns}
        reasons = [
            {**reason, "target": targets.get(reason["column"]), "reason": REMEMBERED} for reason in reasons
        ]
    return {"mapping": mapping, "suggestions": reasons}


def _profiles_of(job: UploadJob) -> list[ColumnProfile]:
    return [ColumnProfile.from_dict(column) for column in job.profiles]


def _remembered_mapping(job: UploadJob, columns: tuple[str, ...]) -> Mapping | None:
    if job.mapping:
        return Mapping.from_json(job.mapping)
    template = MappingTemplate.objects.filter(
        account=job.account_id, fingerprint=fingerprint(columns)
    ).first()
    return Mapping.from_json(template.mapping) if template else None


def fingerprint(columns: tuple[str, ...] | list[str]) -> str:
    """What files of the same shape have in common: their headers in their order."""
    return hashlib.sha256("\x1f".join(columns).encode()).hexdigest()


def restage(job: UploadJob, options: dict[str, object], by: User) -> bool:
    """Read the file of a staged `job` again, by what the person overruled. False if it has moved on meanwhile."""
    return UploadJob.objects.transition(
        job, JobStatus.UPLOADED, by=by, note="read again", reading_options=options, mapping={}
    )


def suggest_again(job: UploadJob) -> bool:
    """Read the account again and suggest anew, for a job that was staged while Dotdigital did not answer."""
    if not read_account(job):
        return False
    changes = suggested(job, Reading.from_dict(job.reading))
    return bool(UploadJob.objects.filter(pk=job.pk, status=JobStatus.STAGED).update(**changes))
