"""A few of the person's own values, read from the staged table, to recognise columns and rows by."""

import polars as pl

from imports import tables
from imports.models import UploadJob
from imports.storage import artefacts

ROWS_LOOKED_AT = 1_000
VALUES_PER_COLUMN = 4
MAX_VALUE_CHARS = 80


def column_samples(job: UploadJob) -> list[list[str]]:
    """For each column of `job_views`, up to VALUES_PER_COLUMN different values from the top of the file."""
    with artefacts.local(job, artefacts.STAGED) as staged:
        top = tables.scan(staged).head(ROWS_LOOKED_AT).collect()
    return [_first_values(top[f"c{index}"]) for index in range(len(job.columns))]


def shortened(value: str) -> str:
    """`value`, cut where it would fill the page."""
    return value if len(value) <= MAX_VALUE_CHARS else value[: MAX_VALUE_CHARS - 1] + "…"


def _first_values(values: pl.Series) -> list[str]:
    filled = values.filter(values.str.strip_chars() != "")
    return [shortened(value) for value in filled.unique(maintain_order=True).head(VALUES_PER_COLUMN)]
