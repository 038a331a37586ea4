"""The repairs of a group of problems, which the check page shows in its place."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from imports.access import get_job_with_rows, may_act_on
from imports.contacts.guarded_check import CheckDefeatedError
from imports.contacts.problems import PROBLEM_TYPES
from imports.contacts.setting_trials import SettingOffer
from imports.jobs.repair_offers import repairs_offered, settings_offered
from imports.messages import column_label
from imports.models import UploadJob
from imports.views.check.recheck import repair_context
from imports.views.repairs.offer_words import ShownOffer, shown_offers
from imports.views.wizard import CHECK, wizard_steps
from portal.requests import PortalRequest


@dataclass(frozen=True)
class ColumnOffers:
    """What can be done about a problem in one column."""

    place: int
    name: str
    offers: list[ShownOffer]


@require_safe
def group_repairs(request: PortalRequest, job_id: UUID, code: str) -> HttpResponse:
    """The repairs that make sense for the problem `code`, column by column."""
    job = get_job_with_rows(request.user, job_id)
    kind = PROBLEM_TYPES.get(code)
    if not job.check_summary or kind is None:
        return redirect("imports:job", job.pk)
    may_act = may_act_on(request.user, job)
    context = {
        **repair_context(job, may_act=may_act),
        "steps": wizard_steps(job, CHECK),
        "may_act": may_act,
        "code": code,
        "kind": kind,
        "columns": _offers(job, code),
    }
    return render(request, "imports/repairs/group.html", context)


def _offers(job: UploadJob, code: str) -> list[ColumnOffers]:
    told = {issue["column"] for issue in job.check_summary.get("issues", []) if issue["code"] == code}
    found = []
    for place, name in enumerate(job.columns):
        if name not in told:
            continue
        offers = shown_offers(job, code, place, repairs_offered(job, code, name), _settings(job, code, name))
        if offers:
            found.append(ColumnOffers(place, column_label(name), offers))
    return found


def _settings(job: UploadJob, code: str, column: str) -> list[SettingOffer]:
    try:
        return settings_offered(job, code, column)
    except CheckDefeatedError:  # they are found by trying, which is given up when it takes long
        return []
