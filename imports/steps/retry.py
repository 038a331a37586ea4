"""Makes a new job of the rows that did not arrive."""

import polars as pl
from django.core.files import File
from django.db import transaction

from imports import artefacts, tables
from imports.files.cleaned import CLEANED_OPTIONS, write_csv
from imports.files.reading import Reading, given_options
from imports.models import UploadJob
from imports.states import JobStatus
from imports.steps.upload import receive_upload
from portal.models import User

GIVEN_UP = (JobStatus.CANCELLED, JobStatus.FAILED, JobStatus.ERRORED)
RETRIED_BUCKETS = ("refused", "unknown", "not_sent")


class NothingToRetryError(Exception):
    """No row of the job is in a bucket that can be tried again."""


def retry_job(job: UploadJob, by: User) -> UploadJob:
    """A new job with the rows of an ended `job` that Dotdigital refused, that are unknown, or that were not sent.

    They are read from the staged table, so today's checks see the person's own values, under the same mapping. Where
    such a job was made before, and was not given up, it is that one: the same rows are not tried again twice.
    """
    with transaction.atomic():
        UploadJob.objects.select_for_update(no_key=True).only("pk").get(pk=job.pk)
        made = job.retries.exclude(status__in=GIVEN_UP, ledger={}).order_by("created_at").last()
        return made or _make_retry(job, by)


def _make_retry(job: UploadJob, by: User) -> UploadJob:
    with (
        artefacts.work_folder() as folder,
        artefacts.local(job, artefacts.STAGED) as staged,
        artefacts.local(job, artefacts.OUTCOMES) as outcomes,
    ):
        chosen = tables.scan(outcomes).filter(pl.col("outcome").is_in(RETRIED_BUCKETS)).select("row")
        table, upload = folder / "staged", folder / "upload.csv"
        tables.scan(staged).join(chosen, on="row", how="semi", maintain_order="left").sink_parquet(table)
        if not tables.row_count(table):
            raise NothingToRetryError
        write_csv(table, Reading.from_dict(job.reading), upload)
        with upload.open("rb") as file:
            return receive_upload(
                account=job.account,
                owner=by,
                file_name=f"{job.file_name} (again).csv",
                file=File(file, name=upload.name),
                parent=job,
                mapping=job.mapping,
                reading_options=given_options(CLEANED_OPTIONS),
            )
