"""The different values of a column, each with how many rows have it, to be replaced by others."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from imports.access import get_job_with_rows, may_act_on
from imports.contacts.problems import PROBLEM_TYPES
from imports.jobs.repair_offers import distinct_values
from imports.messages import column_label
from imports.storage import artefacts
from imports.views.check.recheck import repair_context
from imports.views.repairs.repair_words import CHANGE_WORDS
from imports.views.wizard import CHECK, wizard_steps
from portal.requests import PortalRequest


@require_safe
def column_values(request: PortalRequest, job_id: UUID, index: int) -> HttpResponse:
    """The most frequent values of the column at place `index`; of those with one problem, with `code`."""
    job = get_job_with_rows(request.user, job_id)
    if not job.check_summary or artefacts.PREPARED not in job.tables:
        return redirect("imports:job", job.pk)
    if index >= len(job.columns):
        raise Http404
    code = request.GET.get("code", "")
    kind = PROBLEM_TYPES.get(code)
    counted, distinct = distinct_values(job, job.columns[index], code if kind else None)
    may_act = may_act_on(request.user, job)
    context = {
        **repair_context(job, may_act=may_act),
        "steps": wizard_steps(job, CHECK),
        "may_act": may_act,
        "column": column_label(job.columns[index]),
        "place": index,
        "changes": CHANGE_WORDS,
        "problem": kind.title if kind else "",
        "counted": counted,
        "distinct": distinct,
        "unlisted": distinct - len(counted),
    }
    return render(request, "imports/repairs/values.html", context)
