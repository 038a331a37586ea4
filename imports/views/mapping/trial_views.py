"""The check that runs while a person is still choosing: asked for on each change, and looked at while it runs."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from imports.access import get_open_job
from imports.accounts.catalogue import known_of
from imports.contacts.mapping import Mapping, MappingFormatError
from imports.jobs.trial import request_trial, trial_of
from imports.models import UploadJob
from imports.states import JOB_MAPPABLE
from imports.views.mapping.column_cards import column_facts
from imports.views.mapping.mapping_form import read_mapping
from imports.views.mapping.mapping_page import (
    RULES_ANCHOR,
    ShownProblem,
    form_problems,
    initial_mapping,
    mapping_problem,
)
from imports.views.mapping.target_choices import AccountChoices
from imports.views.problem_groups import trial_groups
from portal.requests import PortalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """What the check of the mapping on trial has found so far. Posting the form puts its mapping on trial."""
    job = get_open_job(request, job_id)
    if job.status not in JOB_MAPPABLE:
        return redirect("imports:job", job.pk)
    needed = _try_posted(request, job) if request.method == "POST" else []
    found = trial_of(job)
    context = {"job": job, "trial": found, "groups": trial_groups(found), "needed": needed}
    return render(request, "imports/mapping/trial_state.html", context)


def _try_posted(request: PortalRequest, job: UploadJob) -> list[ShownProblem]:
    """Put what was posted on trial; what keeps it from being tried."""
    account_choices = AccountChoices(known_of(job.account).content)
    posted = read_mapping(request.POST, initial_mapping(job), column_facts(job), account_choices)
    problems = form_problems(posted)
    if problems:
        return problems
    try:
        mapping = Mapping.from_json(posted.mapping)
    except MappingFormatError as error:
        return [ShownProblem(str(error), "", RULES_ANCHOR)]
    return [mapping_problem(problem, posted, job) for problem in request_trial(job, mapping)]
