"""What a repair of a whole column would change, shown before it is made."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from imports.access import may_act_on
from imports.contacts.repairs.offered import ChangedCells
from imports.contacts.repairs.repair_types import ChangeText, ReplacePart
from imports.jobs.repair_offers import cells_changed
from imports.locale_forms import number
from imports.messages import column_label
from imports.models import UploadJob
from imports.views.check.recheck import repair_context
from imports.views.repairs.offer_words import example_words
from imports.views.repairs.repair_words import repair_words
from imports.views.wizard import CHECK, wizard_steps
from portal.requests import PortalRequest

PREVIEW = "preview"
"""The button of a form that asks what would change."""
_NOT_POSTED_AGAIN = frozenset({PREVIEW, "csrfmiddlewaretoken"})


def previewed(request: PortalRequest, job: UploadJob, repair: ReplacePart | ChangeText) -> HttpResponse:
    """How many values of the column would change, with an example, and the button that makes the repair."""
    troubled, sound = cells_changed(job, repair)
    count = sum(cells.count for cells in (troubled, sound) if cells)
    may_act = may_act_on(request.user, job)
    context = {
        **repair_context(job, may_act=may_act),
        "steps": wizard_steps(job, CHECK),
        "may_act": may_act,
        "words": repair_words(repair.to_json()),
        "column": column_label(repair.column),
        "place": job.columns.index(repair.column),
        "count": count,
        "sentences": _sentences(troubled, sound),
        "fields": [(name, text) for name, text in request.POST.items() if name not in _NOT_POSTED_AGAIN],
    }
    return render(request, "imports/repairs/preview.html", context)


def _sentences(troubled: ChangedCells | None, sound: ChangedCells | None) -> list[str]:
    """How many values with a problem, and how many without one, each with an example."""
    found = []
    if troubled:
        counted = ngettext(
            "{count} value with a problem would change.",
            "{count} values with a problem would change.",
            troubled.count,
        )
        found.append(_with_example(counted, troubled))
    if sound:
        counted = ngettext(
            "{count} value without a problem would change.",
            "{count} values without a problem would change.",
            sound.count,
        )
        found.append(_with_example(counted, sound))
    return found


def _with_example(counted: str, cells: ChangedCells) -> str:
    return f"{counted.format(count=number(cells.count))} {example_words(cells.row, cells.was, cells.becomes)}"
