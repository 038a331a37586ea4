"""Repairs of a job's file: what a person changes of it here, after which the whole file is checked again.

The repairs are the overlay, a table of the job's. Each change of it writes another such table first, outside of any
transaction; the move that names it is one compare-and-set, like every other. The check makes the repaired table.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.utils import timezone

from imports import tables
from imports.contacts.mapping import Mapping as ContactMapping
from imports.contacts.repairs.carried_overlay import write_carried
from imports.contacts.repairs.overlay import (
    NewEntry,
    OverlayEntry,
    read_overlay,
    write_overlay,
    write_undone,
)
from imports.contacts.repairs.repair_types import LeaveOutRow, Repair, SetCell, code_of
from imports.contacts.repairs.repaired_table import Repairer
from imports.contacts.repairs.resolving import cells_of_rule, cells_of_singles
from imports.jobs.applying import overlay_run
from imports.jobs.trial import request_trial
from imports.messages import Message
from imports.models import MappingTrial, UploadJob
from imports.states import JobStatus
from imports.storage import artefacts
from imports.work.failing import NO_FAILURE
from portal.models import User

logger = logging.getLogger(__name__)

MOVES = {
    JobStatus.STAGED: JobStatus.STAGED,
    JobStatus.CHECKING: JobStatus.CHECKING,
    JobStatus.CHECKED: JobStatus.CHECKING,
}
"""The statuses in which a file may be repaired -> where the job goes by it."""

_TRIES = 5


class NotRepairableError(Exception):
    """The job is past repairing, or a rule for a problem needs a check that there is not."""


class RepairedMeanwhileError(Exception):
    """Somebody else has changed the repairs, or a cell, since it was looked at: nothing was done."""


@dataclass(frozen=True)
class MadeRepair:
    """A repair of a job's, and its `effect` by the last check: how many cells it changes, or rows it leaves out or
    takes back; None where it is undone or not checked yet. `is_taken_over`: it was made in the import that the rows of
    this one come from."""

    entry: OverlayEntry
    effect: int | None
    is_taken_over: bool = False

    @property
    def is_idle_here(self) -> bool:
        """Whether it was taken over, and this file has nothing that it changes."""
        return self.is_taken_over and self.effect == 0


def in_steps(repairs: Sequence[Repair]) -> list[list[Repair]]:
    """`repairs` in parts that can be added one after another, with a check before each but the first: a rule for a
    problem begins one. The first may be empty."""
    steps: list[list[Repair]] = [[]]
    for repair in repairs:
        if code_of(repair):
            steps.append([])
        steps[-1].append(repair)
    return steps


def effect_counts(job: UploadJob, count: int) -> dict[str, int]:
    """How many of the `count` repairs of `job` changed something, by its last check, and how many nothing."""
    applied = sum(bool(effect) for effect in job.check_summary.get("repairs", []))
    return {"applied": applied, "without_effect": count - applied}


def can_be_repaired(job: UploadJob) -> bool:
    """Whether repairs of the file of `job` can be made or undone."""
    return job.status in MOVES and artefacts.STAGED in job.tables


def can_resolve_rules(job: UploadJob) -> bool:
    """Whether rules for problems can be made: there is a check whose problems they are for."""
    return can_be_repaired(job) and bool(job.check_summary) and artefacts.ISSUES in job.tables


def repairs_of(job: UploadJob) -> list[MadeRepair]:
    """The repairs of `job` in their order."""
    effects = job.check_summary.get("repairs", [])
    return [
        MadeRepair(
            entry,
            None if entry.is_undone or entry.number > len(effects) else effects[entry.number - 1],
            # What is carried keeps the moment at which it was made.
            is_taken_over=entry.at < job.created_at,
        )
        for entry in overlay_of(job)
    ]


def overlay_of(job: UploadJob) -> list[OverlayEntry]:
    """The entries of the overlay of `job`, in their order."""
    with local_overlay(job) as overlay:
        return read_overlay(overlay) if overlay else []


@contextmanager
def local_overlay(job: UploadJob) -> Iterator[Path | None]:
    """The overlay of `job` as a local file, for the length of the block; None where it has none."""
    with ExitStack() as stack:
        has_one = artefacts.OVERLAY in job.tables
        yield stack.enter_context(artefacts.local(job, artefacts.OVERLAY)) if has_one else None


def rows_now(job: UploadJob, rows: Sequence[int]) -> pl.DataFrame:
    """These rows of the file of `job` after all of its repairs, also those that no check has seen: `row`, the cells
    `c0`, `c1`, ... and `left_out`, whether a repair leaves the row out."""
    with artefacts.local(job, artefacts.STAGED) as staged, local_overlay(job) as overlay:
        found = tables.rows_at(tables.scan(staged), rows)
        if overlay is None:
            return found.with_columns(left_out=pl.lit(value=False))
        return Repairer(overlay, job.columns).repair(found)


def add_repairs(
    job: UploadJob,
    repairs: Sequence[Repair],
    by: User,
    *,
    seen: Mapping[tuple[int, str], str] | None = None,
) -> bool:
    """Add `repairs` to those of `job`, whose whole file is then to be checked again: the caller wakes the worker.

    `seen`: (row, column) -> what the person saw in the cell that is being changed. False where there is nothing to add.
    Rules for problems are for the cells of the job's last check. Raises RepairedMeanwhileError, also where a cell is no
    longer what was seen; NotRepairableError; StorageUnavailableError.
    """
    if not repairs:
        return False
    if any(code_of(repair) for repair in repairs) and not can_resolve_rules(job):
        raise NotRepairableError
    if seen:
        _hold_seen(job, seen)

    def write(overlay: Path | None, target: Path) -> None:
        with ExitStack() as stack:
            write_overlay(overlay, _resolved(job, repairs, by, stack), target)

    _change(job, by, write, Message("repairs_made", {"count": len(repairs)}))
    return True


def undo(job: UploadJob, numbers: Collection[int], by: User) -> bool:
    """Undo the repairs of these numbers; False where none of them was in force. Otherwise as `add_repairs`."""
    return _mark(job, numbers, by, is_undone=True)


def undo_all(job: UploadJob, by: User) -> bool:
    """Undo all repairs of `job`."""
    return _mark(job, [one.number for one in overlay_of(job)], by, is_undone=True)


def redo(job: UploadJob, numbers: Collection[int], by: User) -> bool:
    """Do the repairs of these numbers again; False where none of them was undone. Otherwise as `add_repairs`."""
    return _mark(job, numbers, by, is_undone=False)


def _mark(job: UploadJob, numbers: Collection[int], by: User, *, is_undone: bool) -> bool:
    marked = [one.number for one in overlay_of(job) if one.number in numbers and one.is_undone != is_undone]
    if not marked:
        return False

    def write(overlay: Path | None, target: Path) -> None:
        if overlay is None:
            raise RepairedMeanwhileError
        write_undone(overlay, target, is_undone=is_undone, numbers=marked)

    note = "repairs_undone" if is_undone else "repairs_redone"
    _change(job, by, write, Message(note, {"count": len(marked)}))
    return True


def _hold_seen(job: UploadJob, seen: Mapping[tuple[int, str], str]) -> None:
    found = rows_now(job, sorted({row for row, _ in seen}))
    places = {name: f"c{place}" for place, name in enumerate(job.columns)}
    cells = {values["row"]: values for values in found.iter_rows(named=True)}
    for (row, column), text in seen.items():
        if row in cells and column in places and cells[row][places[column]] != text:
            raise RepairedMeanwhileError


def _resolved(job: UploadJob, repairs: Sequence[Repair], by: User, stack: ExitStack) -> Iterator[NewEntry]:
    """The entries of `repairs`, with their cells as far as these are known."""
    now = timezone.now()
    singles = [one for one in repairs if isinstance(one, SetCell | LeaveOutRow)]
    staged = stack.enter_context(artefacts.local(job, artefacts.STAGED))
    of_singles = iter(cells_of_singles(staged, job.columns, singles))
    rules = _RuleCells(job, stack) if any(code_of(one) for one in repairs) else None
    for repair in repairs:
        if isinstance(repair, SetCell | LeaveOutRow):
            yield NewEntry(repair, by.pk, now, [next(of_singles)])
        else:
            yield NewEntry(repair, by.pk, now, rules.of(repair) if rules and code_of(repair) else ())


class _RuleCells:
    """The cells of rules, by the last check of a job."""

    def __init__(self, job: UploadJob, stack: ExitStack) -> None:
        self._columns, self._mapping = job.columns, ContactMapping.from_json(job.mapping)
        self._checked = stack.enter_context(artefacts.local_checked(job))
        self._issues = stack.enter_context(artefacts.local(job, artefacts.ISSUES))

    def of(self, repair: Repair) -> Iterator[pl.DataFrame]:
        return cells_of_rule(repair, self._checked, self._issues, self._columns, self._mapping)


def _change(job: UploadJob, by: User, write: Callable[[Path | None, Path], None], note: Message) -> None:
    """Give `job` another overlay, which `write` makes of the one it has.

    The move is made again where only a worker has moved the job meanwhile: what was written is still what was meant.
    """
    if not can_be_repaired(job):
        raise NotRepairableError
    seen = _repaired_of(job)
    _, before = seen
    with artefacts.work_folder() as folder, local_overlay(job) as overlay:
        target = folder / "overlay"
        if _repaired_of(job) != seen:
            raise RepairedMeanwhileError
        write(overlay, target)
        stored = store_overlay(job, target)
    try:
        _name_overlay(job, seen, stored, by, note)
    except BaseException:
        artefacts.drop(job.pk, [stored])
        raise
    artefacts.drop(job.pk, [before] if before else [])
    logger.info("job=%s note=%s", job.pk, note.code)
    if job.status == JobStatus.STAGED:
        _try_again(job)


def _repaired_of(job: UploadJob) -> tuple[str | None, str | None]:
    """What repairs are made on: a reading of the file, whose rows and columns they name, and the repairs before."""
    return job.tables.get(artefacts.STAGED), job.tables.get(artefacts.OVERLAY)


def _name_overlay(
    job: UploadJob, seen: tuple[str | None, str | None], stored: str, by: User, note: Message
) -> None:
    for _ in range(_TRIES):
        if not can_be_repaired(job):
            raise NotRepairableError
        if _repaired_of(job) != seen:
            break
        to = MOVES[JobStatus(job.status)]
        changes: dict[str, Any] = {"tables": {**job.tables, artefacts.OVERLAY: stored}, **NO_FAILURE}
        if to == JobStatus.CHECKING:
            changes |= {"batch_plan": [], "rows_done": 0}
        if UploadJob.objects.transition(job, to, by=by, note=note, **changes):
            return
        job.refresh_from_db()
    raise RepairedMeanwhileError


def _try_again(job: UploadJob) -> None:
    """Have the mapping that somebody is working on tried on the repaired file."""
    trial = MappingTrial.objects.filter(pk=job.pk).first()
    if trial is not None:
        request_trial(job, ContactMapping.from_json(trial.mapping))


def undone_overlay(job: UploadJob, folder: Path) -> dict[str, str]:
    """The overlay that `job` is to have after it has been read again, as its tables name it: with all repairs undone,
    as rows and columns may be others now."""
    named = job.tables.get(artefacts.OVERLAY)
    if named is None:
        return {}
    target = folder / "overlay"
    with local_overlay(job) as overlay:
        if overlay is None:
            return {}
        write_undone(overlay, target, is_undone=True)
    return {artefacts.OVERLAY: store_overlay(job, target)}


def overlay_for(job: UploadJob, parent: UploadJob, rows: pl.DataFrame, folder: Path) -> dict[str, str]:
    """The overlay that `job`, which has some rows of `parent`, begins with, as its tables name it: the repairs in force
    of `parent` as far as they are for these rows; {} where none is.

    `rows` says which rows of the parent became which of the job (`carried_overlay.ROWS_SCHEMA`). It is stored, and the
    job's once its row names it.
    """
    target = folder / "carried-overlay"
    with local_overlay(parent) as overlay:
        count = write_carried(overlay, rows, target) if overlay else 0
    return {artefacts.OVERLAY: store_overlay(job, target)} if count else {}


def store_overlay(job: UploadJob, overlay: Path) -> str:
    """Store the file `overlay` as a table of `job`; what it is stored as."""
    return artefacts.store(job, artefacts.OVERLAY, overlay, overlay_run(overlay))
