"""A mapping applied to the whole file of a job, and the batches that what comes out makes."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from imports import tables
from imports.accounts.catalogue import catalogue_of
from imports.contacts.check_request import CheckRequest
from imports.contacts.guarded_check import CheckLimits, check_guarded
from imports.contacts.mapping import Mapping
from imports.contacts.payload import BatchCut, build_body, iter_cuts
from imports.delivery.bodies import READY
from imports.delivery.sizing import bytes_a_batch, contacts_a_batch
from imports.models import DotdigitalAccount, UploadJob
from imports.storage import artefacts


@dataclass(frozen=True)
class Applied:
    """What a mapping makes of a file: two tables in a work folder, and their counts as JSON."""

    prepared: Path
    issues: Path
    summary: dict[str, Any]

    @property
    def tables(self) -> dict[str, Path]:
        """The tables by the names that a job has for them."""
        return {artefacts.PREPARED: self.prepared, artefacts.ISSUES: self.issues}


def apply_mapping(
    job: UploadJob, mapping: Mapping, folder: Path, progress: Callable[[int], None] | None = None
) -> Applied:
    """Apply `mapping` to the staged table of `job`; the tables lie in `folder`.

    It is done in a process of its own (`contacts.guarded_check`), whose errors are raised. `progress` is told how many
    rows are done, and stops the work by raising.
    """
    prepared, issues = folder / "prepared", folder / "issues"
    with artefacts.local(job, artefacts.STAGED) as staged:
        request = CheckRequest(
            staged,
            tuple(job.columns),
            mapping,
            catalogue_of(job.account),
            prepared,
            issues,
            default_region=job.account.phone_region or None,
        )
        limits = CheckLimits(settings.CHECK_MAX_MEMORY_BYTES, settings.CHECK_MAX_SECONDS)
        summary = check_guarded(request, progress, limits)
    return Applied(prepared, issues, summary.to_dict())


def plan_batches(account: DotdigitalAccount, prepared: Path, merge_option: str) -> list[dict[str, object]]:
    """The batches that the ready rows of `prepared` make, in order, as the fields of an ImportBatch."""

    def ready(rows: pl.LazyFrame) -> pl.LazyFrame:
        return rows.filter(READY).select("row", "contact")

    count = int(ready(tables.scan(prepared)).select(pl.len()).collect().item())
    rows = (pair for frame in tables.iter_frames(prepared, ready) for pair in frame.iter_rows())
    cuts = iter_cuts(
        rows,
        merge_option,
        max_contacts=contacts_a_batch(account, count),
        max_bytes=bytes_a_batch(account),
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
