"""The repairs of a job as CSV: every cell that was changed and every row that was left out, by whom and when."""

from collections.abc import Iterator

import polars as pl
from django.utils.timezone import localtime

from imports.contacts.repairs.repaired_table import iter_changes
from imports.jobs.repairing import local_overlay, overlay_of
from imports.models import UploadJob
from imports.reports.csv_rows import csv_bytes
from imports.reports.export import BYTE_ORDER_MARK
from imports.storage import artefacts
from portal.models import User

HEADERS = ["row", "column", "was", "is", "by", "at"]
KEPT, LEFT_OUT = "(sent)", "(left out)"
"""The columns' names, and what stands for a row as a whole, are the same in every language: programs read them."""


def iter_repairs_csv(job: UploadJob) -> Iterator[bytes]:
    """The repairs in force of `job`, cell by cell, in the order of rows: UTF-8 with byte order mark, comma, CRLF.

    Held a few thousand rows at a time, however many there are.
    """
    names = [f"h{place}" for place in range(len(HEADERS))]
    yield BYTE_ORDER_MARK + csv_bytes(pl.DataFrame([HEADERS], schema=names, orient="row"))
    entries = overlay_of(job)
    people = User.objects.in_bulk({one.by for one in entries if one.by is not None})
    by = {one.number: people[one.by].shown_name if one.by in people else "" for one in entries}
    at = {one.number: localtime(one.at).isoformat(timespec="seconds") for one in entries}
    with artefacts.local(job, artefacts.STAGED) as staged, local_overlay(job) as overlay:
        if overlay is None:
            return
        for changes in iter_changes(staged, overlay, job.columns):
            if changes.is_empty():
                continue
            is_left = pl.col("left_out")
            number = pl.col("number")
            yield csv_bytes(
                changes.select(
                    pl.col("row").cast(pl.String),
                    pl.col("column").fill_null(""),
                    was=pl.when(is_left)
                    .then(pl.lit(KEPT))
                    .when(~is_left)
                    .then(pl.lit(LEFT_OUT))
                    .otherwise("was"),
                    becomes=pl.when(is_left)
                    .then(pl.lit(LEFT_OUT))
                    .when(~is_left)
                    .then(pl.lit(KEPT))
                    .otherwise("becomes"),
                    by=number.replace_strict(by, return_dtype=pl.String),
                    at=number.replace_strict(at, return_dtype=pl.String),
                )
            )
