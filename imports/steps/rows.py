"""Which rows of a job's prepared table a batch carries."""

from pathlib import Path

import polars as pl

from imports import tables
from imports.models import ImportBatch

READY = pl.col("fate") == "ready"


def rows_of(batch: ImportBatch, prepared: Path) -> pl.LazyFrame:
    """The ready rows of the `prepared` table between the first and the last of `batch`, unread."""
    return tables.scan(prepared).filter(pl.col("row").is_between(batch.first_row, batch.last_row), READY)
