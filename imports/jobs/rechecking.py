"""A row of a checked file checked again at once, while the whole file is checked in the background."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import polars as pl
from django.conf import settings
from django.utils import timezone

from imports import tables
from imports.accounts.catalogue import catalogue_of
from imports.contacts.check_request import CheckRequest
from imports.contacts.guarded_check import CheckLimits
from imports.contacts.guarded_recheck import recheck_guarded
from imports.contacts.mapping import Mapping
from imports.contacts.repairs.overlay import NewEntry, read_overlay, write_overlay
from imports.contacts.repairs.repair_types import LeaveOutRow, SetCell
from imports.contacts.repairs.resolving import cells_of_singles
from imports.contacts.row_recheck import MAX_ROWS, RowRecheck, WholeCheck
from imports.jobs.line import write_line
from imports.jobs.repairing import NotRepairableError, can_resolve_rules, local_overlay
from imports.models import UploadJob
from imports.storage import artefacts


def recheck_rows(
    job: UploadJob, rows: Sequence[int], repairs: Sequence[SetCell | LeaveOutRow] = ()
) -> RowRecheck:
    """These rows of `job` after its repairs, and after `repairs` as if they had been made, by the same check as the
    whole file: each row's fate, what is said of it, and the other rows for which something follows.

    Raises NotRepairableError without a check of the file; CheckDefeatedError and its like as `check_guarded`.
    """
    if not can_resolve_rules(job):
        raise NotRepairableError
    with ExitStack() as stack:
        folder = stack.enter_context(artefacts.work_folder())
        staged = stack.enter_context(artefacts.local(job, artefacts.STAGED))
        last = WholeCheck(
            stack.enter_context(artefacts.local_checked(job)),
            stack.enter_context(artefacts.local(job, artefacts.PREPARED)),
            stack.enter_context(artefacts.local(job, artefacts.ISSUES)),
        )
        overlay = stack.enter_context(local_overlay(job))
        touched, are_all = _touched(job, overlay)
        if repairs:
            cells = cells_of_singles(staged, job.columns, repairs)
            added = [
                NewEntry(repair, None, timezone.now(), [own])
                for repair, own in zip(repairs, cells, strict=True)
            ]
            write_overlay(overlay, added, folder / "overlay")
            overlay = folder / "overlay"
        line = write_line(job, folder)
        request = CheckRequest(
            staged,
            tuple(job.columns),
            Mapping.from_json(job.mapping),
            catalogue_of(job.account),
            folder / "prepared",
            folder / "issues",
            default_region=job.account.phone_region or None,
            overlay=overlay,
            repaired=folder / "repaired" if overlay else None,
            arrived=line.arrived,
            lacking=line.lacking,
        )
        limits = CheckLimits(settings.CHECK_MAX_MEMORY_BYTES, settings.PREVIEW_MAX_SECONDS)
        found = recheck_guarded(request, last, rows, touched, limits)
    return replace(found, is_whole=found.is_whole and are_all)


def _touched(job: UploadJob, overlay: Path | None) -> tuple[list[int], bool]:
    """The rows whose repairs have changed since the last check of `job`, and whether those are all there are."""
    if overlay is None:
        return [], True
    effects = job.check_summary.get("repairs", [])
    known = {number: effect is None for number, effect in enumerate(effects, 1)}
    changed = [one for one in read_overlay(overlay) if known.get(one.number, True) != one.is_undone]
    is_any = pl.col("number").is_in([one.number for one in changed])
    lines = tables.scan(overlay).filter(is_any & pl.col("row").is_not_null())
    rows = lines.select(pl.col("row").unique()).head(MAX_ROWS + 1).collect()["row"].to_list()
    return rows[:MAX_ROWS], len(rows) <= MAX_ROWS and all(one.cells for one in changed)
