"""Makes a new job of the rows that did not arrive."""

from dataclasses import asdict

import polars as pl
from django.core.files import File
from django.utils.translation import gettext

from imports import tables
from imports.contacts.repairs.carried_overlay import ROWS_SCHEMA
from imports.files.cleaned import CLEANED_OPTIONS, write_csv
from imports.files.reading import Reading, given_options
from imports.jobs.repairing import overlay_for
from imports.jobs.upload import make_job, store_upload
from imports.models import UploadJob
from imports.reports.ledger import Outcome
from imports.states import JobStatus
from imports.storage import artefacts
from imports.transactions import assign, unit_of_work
from imports.work.lease import NotHeldError
from portal.models import User

GIVEN_UP = (JobStatus.CANCELLED, JobStatus.FAILED, JobStatus.ERRORED)
RETRIED_BUCKETS = (Outcome.REFUSED, Outcome.UNKNOWN, Outcome.NOT_SENT)


class NothingToRetryError(Exception):
    """No row of the job is in a bucket that can be tried again."""


def retry_job(job: UploadJob, by: User) -> UploadJob:
    """A new job for the rows of an ended `job` that Dotdigital refused, that are unknown, or that were not sent.

    A worker makes its file (`collect_rows`) before it reads it. Where such a job was made before, and was not given up,
    it is that one: the same rows are not tried again twice. Raises NothingToRetryError.
    """
    counts = job.ledger.get("counts", {})
    if not job.has_ended or not any(counts.get(bucket) for bucket in RETRIED_BUCKETS):
        raise NothingToRetryError
    with unit_of_work():
        UploadJob.objects.select_for_update(no_key=True).only("pk").get(pk=job.pk)
        made = job.retries.exclude(status__in=GIVEN_UP, ledger={}).order_by("created_at").last()
        return made or make_job(
            account=job.account,
            owner=by,
            file_name=gettext("{name} (again).csv").format(name=job.file_name),
            parent=job,
            mapping=job.mapping,
            reading_options=given_options(CLEANED_OPTIONS),
        )


def collect_rows(job: UploadJob) -> None:
    """Make the file of `job`, which tries rows of its parent again, and store it as its upload.

    The rows are read from the parent's staged table, so today's checks see the person's own values.
    Raises FileRefusedError, StorageUnavailableError, and NotHeldError when another has taken the job over.
    """
    parent = job.parent
    if parent is None:
        raise NothingToRetryError
    with (
        artefacts.work_folder() as folder,
        artefacts.local(parent, artefacts.STAGED) as staged,
        artefacts.local(parent, artefacts.OUTCOMES) as outcomes,
    ):
        chosen = tables.scan(outcomes).filter(pl.col("outcome").is_in(RETRIED_BUCKETS)).select("row")
        table, path = folder / "staged", folder / "upload.csv"
        tables.scan(staged).join(chosen, on="row", how="semi", maintain_order="left").sink_parquet(table)
        numbers = tables.scan(table).select("row").collect()
        if numbers.is_empty():
            raise NothingToRetryError
        # A row may have been blank in the file, and filled by a repair.
        write_csv(table, Reading.from_dict(parent.reading), path, keeps_blank=True)
        first = 1 + (CLEANED_OPTIONS.header_rows or 0)
        rows = numbers.with_row_index("becomes_row", offset=first).select(*ROWS_SCHEMA)
        overlay = overlay_for(job, parent, rows, folder)
        with path.open("rb") as file:
            stored = asdict(store_upload(File(file, name=path.name)))
    changes = {**stored, "tables": overlay}
    if not UploadJob.objects.held(job).update(**changes):
        artefacts.drop_upload(stored["upload"])
        artefacts.drop(job.pk, overlay.values())
        raise NotHeldError
    assign(job, changes)
