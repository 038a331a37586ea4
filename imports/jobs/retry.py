"""Makes a new job of the rows that did not arrive, as they are."""

from dataclasses import asdict, replace

import polars as pl
from django.core.files import File
from django.utils.translation import gettext

from imports import tables
from imports.dotdigital.contact_failures import HOPELESS
from imports.files.cleaned import CLEANED_OPTIONS, write_csv
from imports.files.reading import Reading, given_options
from imports.jobs.file_marks import mark_of
from imports.jobs.line import IS_RESEND, left_at_end, rows_arrived_of
from imports.jobs.upload import make_job, store_upload
from imports.models import UploadJob
from imports.reports.export import report_headers
from imports.reports.lineage import rows_to_retry
from imports.states import JobStatus
from imports.storage import artefacts
from imports.transactions import assign, unit_of_work
from imports.work.lease import NotHeldError
from portal.models import User

GIVEN_UP = (JobStatus.CANCELLED, JobStatus.FAILED, JobStatus.ERRORED)


class NothingToRetryError(Exception):
    """No row of the job can be tried again."""


def retriable_rows(job: UploadJob) -> int:
    """How many rows of an ended `job` can arrive when they are tried again as they are: those that were not sent, that
    are unknown, or that Dotdigital refused; but for people whom it takes from nobody, rows that somebody decided not to
    send again, and those that have arrived since. None once its rows have been removed."""
    if job.rows_removed_at is not None:
        return 0
    return max(left_at_end(job).again - job.retriable_resolved, 0)


def retry_of(job: UploadJob) -> UploadJob | None:
    """The job that tries the rows of `job` again, if there is one that was not given up before it sent any."""
    made = job.retries.exclude(status__in=GIVEN_UP, ledger={}).order_by("-created_at")
    return next((one for one in made if not one.line.get(IS_RESEND)), None)


def retry_job(job: UploadJob, by: User) -> UploadJob:
    """A new job for the rows of `job` that can be tried again.

    A worker makes its file (`collect_rows`) before it reads it. Where such a job was made before, and was not given up,
    it is that one: the same rows are not tried again twice. Raises NothingToRetryError.
    """
    if not job.has_ended or not (retriable_rows(job) or retry_of(job)):
        raise NothingToRetryError
    with unit_of_work():
        locked = UploadJob.objects.select_for_update(no_key=True).only("rows_removed_at").get(pk=job.pk)
        if locked.rows_removed_at is not None:
            raise NothingToRetryError
        return retry_of(job) or make_job(
            account=job.account,
            owner=by,
            file_name=gettext("{name} (again).csv").format(name=job.file_name),
            parent=job,
            mapping=job.mapping,
            reading_options=given_options(CLEANED_OPTIONS),
            line={IS_RESEND: False},
        )


def collect_rows(job: UploadJob) -> None:
    """Make the file of `job`, which tries rows of its parent again, and store it as its upload.

    The rows are read from the parent's staged table, so today's checks see the person's own values. They bear the
    number and the mark that they have in a report: the file is known as one that brings rows again (`resend`).
    Raises FileRefusedError, StorageUnavailableError, NothingToRetryError, and NotHeldError when another has taken the
    job over.
    """
    parent = job.parent
    if parent is None:
        raise NothingToRetryError
    arrived = rows_arrived_of(parent)
    with (
        artefacts.work_folder() as folder,
        artefacts.local(parent, artefacts.STAGED) as staged,
        artefacts.local(parent, artefacts.OUTCOMES) as outcomes,
    ):
        chosen = rows_to_retry(outcomes, HOPELESS).filter(~pl.col("row").is_in(arrived.implode()))
        table, path = folder / "staged", folder / "upload.csv"
        width = len(parent.columns)
        rows = tables.scan(staged).join(chosen, on="row", how="semi", maintain_order="left")
        rows.with_columns(
            pl.col("row").cast(pl.String).alias(f"c{width}"), pl.lit(mark_of(parent)).alias(f"c{width + 1}")
        ).sink_parquet(table)
        if not tables.row_count(table):
            raise NothingToRetryError
        added = report_headers(parent.columns)[width:]
        reading = Reading.from_dict(parent.reading)
        write_csv(table, replace(reading, columns=(*reading.columns, added[0], added[-1])), path)
        with path.open("rb") as file:
            stored = asdict(store_upload(File(file, name=path.name)))
    if not UploadJob.objects.held(job).update(**stored):
        artefacts.drop_upload(stored["upload"])
        raise NotHeldError
    assign(job, stored)
