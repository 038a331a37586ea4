"""What the values of one column mean: a part of the mapping page, and a plain page of its own."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from imports.access import get_visible_job, may_act_on
from imports.states import JOB_MAPPABLE
from imports.views.mapping.column_values import count_values
from imports.views.wizard import MAP, wizard_steps
from portal.requests import PortalRequest


@require_safe
def values(request: PortalRequest, job_id: UUID, index: int) -> HttpResponse:
    """The most frequent values of the column at place `index`, with how many rows have each."""
    job = get_visible_job(request.user, job_id)
    if job.status not in JOB_MAPPABLE:
        return redirect("imports:job", job.pk)
    if index >= len(job.columns):
        raise Http404
    counted, distinct = count_values(job, index)
    context = {
        "job": job,
        "steps": wizard_steps(job, MAP),
        "may_act": may_act_on(request.user, job),
        "column": job.columns[index],
        "index": index,
        "counted": counted,
        "distinct": distinct,
        "unlisted": distinct - len(counted),
    }
    return render(request, "imports/mapping/values_page.html", context)
