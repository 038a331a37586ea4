"""A mapping applied to the whole file of a job, and the batches that what comes out makes."""

import hashlib
import uuid
from collections.abc import Callable
from contextlib import ExitStack
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
from imports.contacts.repairs.overlay import digest
from imports.delivery.bodies import READY
from imports.delivery.sizing import bytes_a_batch, contacts_a_batch
from imports.jobs.line import write_line
from imports.models import DotdigitalAccount, UploadJob
from imports.storage import artefacts


@dataclass(frozen=True)
class Applied:
    """What a mapping makes of a file: tables in a work folder, and their counts as JSON.

    `repaired` is the table that was checked, where that is another than the staged one.
    """

    prepared: Path
    issues: Path
    summary: dict[str, Any]
    repaired: Path | None = None

    @property
    def tables(self) -> dict[str, Path]:
        """The tables by the names that a job has for them."""
        repaired = {artefacts.REPAIRED: self.repaired} if self.repaired else {}
        return {artefacts.PREPARED: self.prepared, artefacts.ISSUES: self.issues, **repaired}


NOTHING_IN_FORCE = uuid.UUID(int=0)


class OverlayReplacedError(Exception):
    """The overlay that was to be applied is not there any more: the job has another."""


def apply_mapping(
    job: UploadJob, mapping: Mapping, folder: Path, progress: Callable[[int], None] | None = None
) -> Applied:
    """Apply `mapping` to the staged table of `job`, after the repairs of its overlay; the tables lie in `folder`.

    It is done in a process of its own (`contacts.guarded_check`), whose errors are raised. `progress` is told how many
    rows are done, and stops the work by raising. Raises OverlayReplacedError.
    """
    prepared, issues = folder / "prepared", folder / "issues"
    repaired = folder / "repaired" if overlay_digest(job) else None
    with ExitStack() as stack:
        overlay = None
        if repaired:
            try:
                overlay = stack.enter_context(artefacts.local_file(artefacts.key_of(job, artefacts.OVERLAY)))
            except FileNotFoundError:  # no newer one will do: a digest of this one may have been taken
                raise OverlayReplacedError from None
        line = write_line(job, folder)
        request = CheckRequest(
            stack.enter_context(artefacts.local(job, artefacts.STAGED)),
            tuple(job.columns),
            mapping,
            catalogue_of(job.account),
            prepared,
            issues,
            default_region=job.account.phone_region or None,
            overlay=overlay,
            repaired=repaired,
            arrived=line.arrived,
            lacking=line.lacking,
        )
        limits = CheckLimits(settings.CHECK_MAX_MEMORY_BYTES, settings.CHECK_MAX_SECONDS)
        summary = check_guarded(request, progress, limits)
    return Applied(prepared, issues, summary.to_dict(), repaired)


def overlay_digest(job: UploadJob) -> str:
    """What tells the repairs in force of `job` from others; "" where there are none. It is in the name of the table."""
    stored = job.tables.get(artefacts.OVERLAY)
    run = artefacts.run_of(stored) if stored else None
    return run if run and run != NOTHING_IN_FORCE.hex else ""


def overlay_run(overlay: Path) -> uuid.UUID:
    """What an overlay is stored under, so that `overlay_digest` tells it."""
    found = digest(overlay)
    return uuid.UUID(found[:32]) if found else NOTHING_IN_FORCE


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
