"""Why no row of a checked file can be imported: what keeps most of them back, and what to do about it."""

from dataclasses import dataclass

from django.utils.translation import gettext

from imports.contacts.problems import PROBLEM_TYPES
from imports.contacts.problems.row_problems import ARRIVED, BROUGHT, LACKING
from imports.fates import Fate
from imports.models import UploadJob
from imports.views.problem_groups import ROW, section_of

_OF_EARLIER_IMPORTS = frozenset({ARRIVED, LACKING, BROUGHT})


@dataclass(frozen=True)
class NothingReady:
    """What keeps most rows back: a `reason` that holds for `count` of `rows`, and its `remedy`. `column` is the name of
    the column it is about, "" for none, and `index` its place."""

    reason: str
    count: int
    rows: int
    remedy: str
    column: str = ""
    index: int | None = None


def nothing_ready(job: UploadJob) -> NothingReady | None:
    """The commonest cause for that no row of `job` is ready; None where some is, or nothing is known of why."""
    fates = job.check_summary.get("fates", {})
    rows = sum(fates.values())
    if fates.get(Fate.READY) or not rows:
        return None
    issues = [one for one in job.check_summary.get("issues", []) if section_of(one) == ROW]
    places = {name: place for place, name in enumerate(job.columns)}
    causes = [
        NothingReady(
            reason=kind.title,
            count=min(one["count"], rows),
            rows=rows,
            remedy=kind.remedy,
            column=one["column"],
            index=places.get(one["column"]),
        )
        for one in issues
        if (kind := PROBLEM_TYPES.get(one["code"]))
    ]
    earlier = sum(one["count"] for one in issues if one["code"] in _OF_EARLIER_IMPORTS)
    by_choice = NothingReady(
        gettext("Rows that were left out by choice"),
        fates.get(Fate.EXCLUDED, 0) - earlier,
        rows,
        gettext("Take rows back on the page of the rows, or undo the repair that leaves them out."),
    )
    blank = NothingReady(
        gettext("Rows with nothing in any column that is imported"),
        fates.get(Fate.BLANK, 0),
        rows,
        gettext("Choose what the columns that have values are imported as."),
    )
    commonest = max([*causes, by_choice, blank], key=lambda cause: cause.count)
    return commonest if commonest.count > 0 else None
