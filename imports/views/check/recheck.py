"""Whether the whole file is being checked again after a repair, and what came of it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from imports.fates import LEFT_OUT, Fate
from imports.jobs.repairing import can_be_repaired, repairs_of
from imports.locale_forms import number
from imports.models import UploadJob
from imports.states import JOB_CHECKED, JobStatus

CHECKING, CHECKED, ELSEWHERE = "checking", "checked", "elsewhere"


@dataclass(frozen=True)
class Recheck:
    """How far the check is: `checking`, `checked`, or `elsewhere` for a job that has moved on. `words`: what it
    found."""

    state: str
    words: str = ""


def recheck_state(job: UploadJob) -> Recheck:
    """How far the check of `job` is, without words."""
    if job.status == JobStatus.CHECKING:
        return Recheck(CHECKING)
    return Recheck(CHECKED if job.status in JOB_CHECKED else ELSEWHERE)


def recheck_told(job: UploadJob) -> Recheck:
    """The same, with what it found for who has waited for it."""
    found = recheck_state(job)
    if found.state != CHECKED:
        return found
    fates = job.check_summary.get("fates", {})
    ready, left_out = fates.get(Fate.READY, 0), sum(fates.get(fate, 0) for fate in LEFT_OUT)
    words = gettext("The whole file has been checked again. {ready} {left_out}").format(
        ready=ngettext("{count} contact is ready.", "{count} contacts are ready.", ready).format(
            count=number(ready)
        ),
        left_out=ngettext("{count} row is left out.", "{count} rows are left out.", left_out).format(
            count=number(left_out)
        ),
    )
    return Recheck(CHECKED, words)


def repair_context(job: UploadJob, *, may_act: bool) -> dict[str, Any]:
    """What every page says of the repairs of `job`, and whether more can be made on it."""
    repairs = [one for one in repairs_of(job) if not one.entry.is_undone]
    return {
        "job": job,
        "recheck": recheck_state(job),
        "repairs_made": len(repairs),
        "repairs_taken_over": sum(one.is_taken_over for one in repairs),
        "repairs_idle_here": sum(one.is_idle_here for one in repairs),
        "may_repair": may_act and can_be_repaired(job),
    }
