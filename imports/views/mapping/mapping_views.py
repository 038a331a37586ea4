"""Saying what each column is: the page, the check that runs meanwhile, and what the values of a column mean."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from imports.access import get_job_to_act_on, get_job_to_poll, get_open_job, get_visible_job, may_act_on
from imports.accounts.catalogue import age_of, known_of
from imports.contacts.mapping import Mapping, MappingFormatError
from imports.contacts.suggestions.drift import fit_mapping
from imports.jobs.check import set_mapping
from imports.jobs.draft import OpenPage, discard_draft, keep_draft
from imports.jobs.named_mappings import NAMED, find_kept
from imports.jobs.suggesting import request_suggestion
from imports.jobs.trial import request_trial, trial_of
from imports.messages import column_label
from imports.models import UploadJob
from imports.states import JOB_MAPPABLE
from imports.views.mapping.column_cards import column_facts
from imports.views.mapping.column_values import count_values
from imports.views.mapping.mapping_actions import RESTART, apply_action, column_of_all
from imports.views.mapping.mapping_draft import Conflict, keep_posted
from imports.views.mapping.mapping_form import read_mapping
from imports.views.mapping.mapping_page import (
    RULES_ANCHOR,
    ShownProblem,
    catalogue_shown,
    form_problems,
    initial_mapping,
    mapping_problem,
    show_mapping,
    show_posted,
)
from imports.views.mapping.target_choices import AccountChoices
from imports.views.problem_groups import trial_groups
from imports.views.wizard import MAP, wizard_steps
from imports.work.queue import wake_job
from portal.requests import PortalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """The columns, what they become, and the rules for the whole file; posting it starts the check.

    Posted with `go`, it only shows the page again after what that button does.
    """
    job = get_open_job(request, job_id)
    if job.status not in JOB_MAPPABLE:
        return redirect("imports:job", job.pk)
    if request.method != "POST":
        return show_mapping(request, job)
    if request.POST.get("go") == RESTART:
        discard_draft(job)
        return redirect("imports:mapping", job.pk)
    account_choices, initial = AccountChoices(known_of(job.account).content), initial_mapping(job)
    data = apply_action(request.POST, account_choices)
    posted = read_mapping(data, initial, column_facts(job), account_choices)
    draft = keep_posted(request, job, posted, initial, data)
    if "go" in request.POST or draft.conflict:
        if (index := column_of_all(request.POST.get("go", ""))) is not None and not draft.conflict:
            return redirect("imports:values", job.pk, index)
        return show_posted(request, job, account_choices, posted, draft=draft)
    problems = form_problems(posted)
    if not problems:
        try:
            found = set_mapping(job, Mapping.from_json(posted.mapping), request.user)
        except MappingFormatError as error:
            problems = [ShownProblem(str(error), "", RULES_ANCHOR)]
        else:
            if not found:
                wake_job(job)
                return redirect("imports:job", job.pk)
            problems = [mapping_problem(problem, posted, job) for problem in found]
    return show_posted(request, job, account_choices, posted, problems, draft=draft)


@require_POST
def use_saved(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Show the page with a mapping that was used before, as far as its columns are in the file."""
    job = get_job_to_act_on(request.user, job_id)
    if job.status not in JOB_MAPPABLE:
        return redirect("imports:job", job.pk)
    key = request.POST.get("template", "")
    if not key.removeprefix(NAMED).isdecimal():
        return redirect("imports:mapping", job.pk)
    kept = find_kept(job, key)
    if kept is None:
        raise Http404
    fitted = fit_mapping(kept.mapping, job.columns)
    if not fitted.columns:
        messages.warning(
            request,
            gettext("None of the saved mapping’s columns is in this file, so nothing was changed."),
            extra_tags="care",
        )
        return redirect("imports:mapping", job.pk)
    messages.success(
        request,
        gettext(
            "The saved mapping has been applied, as far as its columns are in this file. "
            "Review it, then check the file."
        ),
        extra_tags="good",
    )
    page = OpenPage(uuid4().hex, 0, job.changed_at.isoformat())
    keep_draft(job, page, request.user, regardless=True, mapping=fitted.to_json())
    return redirect("imports:mapping", job.pk)


@require_POST
def refresh(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Have the account read again, and the columns suggested anew then; the page says how far that is."""
    job = get_job_to_act_on(request.user, job_id)
    if job.status in JOB_MAPPABLE:
        request_suggestion(job)
    return redirect("imports:job", job.pk)


@require_safe
def catalogue(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """The part of the page that says what is known of the account, and whether it is being read again."""
    job = get_job_to_poll(request.user, job_id)
    context = {
        "job": job,
        "may_act": may_act_on(request.user, job),
        "catalogue": catalogue_shown(job, age_of(job.account)),
    }
    return render(request, "imports/mapping/catalogue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """What the check of the mapping on trial has found so far. Posting the form puts its mapping on trial."""
    job = get_open_job(request, job_id)
    if job.status not in JOB_MAPPABLE:
        return redirect("imports:job", job.pk)
    needed, conflict = _try_posted(request, job) if request.method == "POST" else ([], None)
    found = trial_of(job)
    context = {
        "job": job,
        "trial": found,
        "groups": trial_groups(found),
        "needed": needed,
        "conflict": conflict,
    }
    return render(request, "imports/mapping/trial_state.html", context)


def _try_posted(request: PortalRequest, job: UploadJob) -> tuple[list[ShownProblem], Conflict | None]:
    """Keep what was posted and put it on trial; what keeps it from being tried, or from being kept."""
    account_choices, initial = AccountChoices(known_of(job.account).content), initial_mapping(job)
    posted = read_mapping(request.POST, initial, column_facts(job), account_choices)
    draft = keep_posted(request, job, posted, initial, request.POST)
    if draft.conflict:
        return [], draft.conflict
    problems = form_problems(posted)
    if problems:
        return problems, None
    try:
        mapping = Mapping.from_json(posted.mapping)
    except MappingFormatError as error:
        return [ShownProblem(str(error), "", RULES_ANCHOR)], None
    return [mapping_problem(problem, posted, job) for problem in request_trial(job, mapping)], None


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
        "column": column_label(job.columns[index]),
        "index": index,
        "counted": counted,
        "distinct": distinct,
        "unlisted": distinct - len(counted),
    }
    return render(request, "imports/mapping/values_page.html", context)
