"""Saying what each column is."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from imports.access import get_job_to_act_on, get_open_job, may_act_on
from imports.contacts.mapping import Mapping, MappingFormatError, MappingProblem
from imports.mapping_form import MappingJson, RulesForm, read_mapping, rules_of
from imports.models import UploadJob
from imports.offers import AccountOffers
from imports.queue import wake_job
from imports.states import JobStatus
from imports.steps.check import set_mapping
from imports.steps.stage import suggest_again
from imports.views.column_cards import (
    ColumnCard,
    column_cards,
    column_facts,
    decimal_options,
    format_options,
    region_options,
)
from imports.wizard import MAP, wizard_steps
from portal.requests import PortalRequest

OPEN_STATUSES = frozenset({JobStatus.STAGED, JobStatus.CHECKED})


@dataclass(frozen=True)
class ShownProblem:
    """Why a mapping cannot be used, and the field to mend it in."""

    sentence: str
    remedy: str
    anchor: str


@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """The columns, what they become, and the rules for the whole file; posting it starts the check."""
    job = get_open_job(request, job_id)
    if job.status not in OPEN_STATUSES:
        return redirect("imports:job", job.pk)
    offers = AccountOffers(job.account.catalogue)
    if request.method != "POST":
        return _page(
            request,
            job,
            offers,
            _offered_mapping(job),
            RulesForm(initial=rules_of(job.mapping), offers=offers),
        )
    posted = read_mapping(request.POST, job.mapping, column_facts(job), offers)
    problems: list[ShownProblem] = []
    if posted.is_valid:
        try:
            found = set_mapping(job, Mapping.from_json(posted.mapping), request.user)
        except MappingFormatError as error:
            problems = [ShownProblem(str(error), "", "rules")]
        else:
            if not found:
                wake_job(job)
                return redirect("imports:job", job.pk)
            problems = [_shown(problem, posted.mapping, job) for problem in found]
    return _page(request, job, offers, posted.mapping, posted.rules, problems, posted.column_errors)


def _page(
    request: PortalRequest,
    job: UploadJob,
    offers: AccountOffers,
    mapping_json: MappingJson,
    rules: RulesForm,
    problems: list[ShownProblem] | None = None,
    errors: dict[int, str] | None = None,
) -> HttpResponse:
    cards = column_cards(job, mapping_json, offers, errors or {})
    wanted = [
        ShownProblem(f"{card.name}: {card.error}", "", f"target-{card.index}") for card in cards if card.error
    ]
    wanted += [
        ShownProblem(f"{rules[name].label}: {' '.join(map(str, texts))}", "", "rules")
        for name, texts in rules.errors.items()
    ]
    mapped_count = sum(bool(card.target) for card in cards)
    shown = [*wanted, *(problems or [])]
    context = {
        "job": job,
        "steps": wizard_steps(job, MAP),
        "may_act": may_act_on(request.user, job),
        "cards": cards,
        "mapped_count": mapped_count,
        "unmapped_count": len(cards) - mapped_count,
        "match_card": _match_card(cards, rules),
        "rules": rules,
        "lists": offers.lists,
        "has_data_fields": bool(offers.data_fields),
        "problems": shown,
        "reading": job.reading,
        "region_options": region_options(job),
        "format_options": format_options(),
        "decimal_options": decimal_options(),
    }
    return render(request, "imports/mapping.html", context, status=422 if shown else 200)


def _offered_mapping(job: UploadJob) -> MappingJson:
    """The mapping of `job`; before anybody has used it, with the columns for which only a choice is missing."""
    if job.status != JobStatus.STAGED:
        return job.mapping
    choices = [
        {"column": entry["column"], "target": entry["target"]}
        for entry in job.suggestions
        if entry.get("needs_choice")
    ]
    taken = {key: {entry[key] for entry in job.mapping.get("columns", [])} for key in ("column", "target")}
    open_choices = [entry for entry in choices if all(entry[key] not in taken[key] for key in entry)]
    return {**job.mapping, "columns": [*job.mapping.get("columns", []), *open_choices]}


def _match_card(cards: list[ColumnCard], rules: RulesForm) -> ColumnCard | None:
    wanted = f"identifiers.{rules['matchIdentifier'].value()}"
    return next((card for card in cards if card.target == wanted), None)


def _shown(problem: MappingProblem, mapping_json: MappingJson, job: UploadJob) -> ShownProblem:
    """A problem of the mapping with the place on the page that it is about."""
    where = problem.where
    for index, name in enumerate(job.columns):
        if name == where:
            return ShownProblem(problem.sentence, problem.remedy, f"target-{index}")
    for entry in mapping_json["columns"]:
        if entry["target"].lower() == where.lower():
            return ShownProblem(
                problem.sentence, problem.remedy, f"target-{job.columns.index(entry['column'])}"
            )
    return ShownProblem(problem.sentence, problem.remedy, "rules")


@require_POST
def refresh(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Ask Dotdigital again what the account has, and suggest anew."""
    job = get_job_to_act_on(request.user, job_id)
    if job.status == JobStatus.STAGED:
        if suggest_again(job):
            messages.success(
                request, "The account's data fields and lists are up to date.", extra_tags="good"
            )
        else:
            messages.error(request, job.account.paused_reason, extra_tags="bad")
    return redirect("imports:job", job.pk)
