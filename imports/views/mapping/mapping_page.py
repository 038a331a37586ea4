"""The mapping page as it is shown: for a job's own mapping, and for one that was posted and is not used yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from imports.access import file_names_seen, rights_on
from imports.accounts.catalogue import known_of, refresh_if_old
from imports.contacts.mapping_problems import MappingProblem
from imports.contacts.policies import BLANK_CELLS, MERGING
from imports.files.decisions import doubtful
from imports.jobs.draft import draft_of
from imports.jobs.named_mappings import NAMED
from imports.jobs.remembered import drift_of
from imports.jobs.trial import trial_of
from imports.messages import column_label
from imports.models import AccountCatalogue, MappingTemplate, NamedMapping, UploadJob
from imports.states import JobStatus
from imports.views.mapping.column_cards import column_cards, column_facts
from imports.views.mapping.column_states import ColumnFilter, ColumnState, column_states, open_places
from imports.views.mapping.constant_blocks import constant_blocks
from imports.views.mapping.mapping_draft import ShownDraft, mapping_of, page_opened
from imports.views.mapping.mapping_form import (
    MappingJson,
    PostedMapping,
    RulesForm,
    match_target,
    shown_mapping,
)
from imports.views.mapping.new_target_form import field_types, visibilities
from imports.views.mapping.target_choices import AccountChoices
from imports.views.mapping.target_options import TargetOptions
from imports.views.problem_groups import trial_groups
from imports.views.wizard import MAP, wizard_steps
from portal.models import User
from portal.requests import PortalRequest

REFRESHING, FAILED, READ = "refreshing", "failed", "read"

CONSTANTS_ANCHOR, RULES_ANCHOR = "constants", "rules"

PLAIN = "plain"
"""What the address or the form of a page says that works without scripts."""

MIN_FILTERED = 8
"""So few columns can be taken in at a glance; a filter is for more."""


@dataclass(frozen=True)
class ShownProblem:
    """Why a mapping cannot be used, and the field to correct it in."""

    sentence: str
    remedy: str
    anchor: str


@dataclass(frozen=True)
class PageNews:
    """What a page has to say beyond the mapping itself: `created` for a target that was made, and why others were
    not, by the key of the slot that wanted a data field; "" for a list."""

    created: str = ""
    new_errors: Dictionary[str, str] | None = None
    new_list: Dictionary[str, str] | None = None


def initial_mapping(job: UploadJob) -> MappingJson:
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


def show_mapping(request: PortalRequest, job: UploadJob, mapping: MappingJson | None = None) -> HttpResponse:
    """The page of a mapping; without one, of the job's own."""
    refresh_if_old(job.account)
    account_choices = AccountChoices(known_of(job.account).content)
    draft = draft_of(job) if mapping is None else None
    if draft is not None:
        shown = mapping_of(job, draft, initial_mapping(job), account_choices)
    else:
        shown = shown_mapping(
            initial_mapping(job) if mapping is None else mapping, column_facts(job), account_choices
        )
    opened = [
        [
            replace(slot, is_values_open=slot.is_values_open or slot.key == request.GET.get("values"))
            for slot in slots
        ]
        for slots in shown.slots
    ]
    return show_posted(
        request, job, account_choices, replace(shown, slots=opened), draft=page_opened(job, draft)
    )


def show_posted(
    request: PortalRequest,
    job: UploadJob,
    account_choices: AccountChoices,
    shown: PostedMapping,
    problems: Sequence[ShownProblem] = (),
    news: PageNews | None = None,
    *,
    draft: ShownDraft,
) -> HttpResponse:
    """The page of what a person has chosen so far; with problems it is refused."""
    news = news or PageNews()
    rights = rights_on(request.user, job)
    may_act, may_create = rights.may_act, rights.may_create
    is_plain = PLAIN in request.GET or PLAIN in request.POST or request.POST.get("go") == PLAIN
    targets = TargetOptions(shown, account_choices, may_create=may_create, is_in_each=is_plain)
    wrong = {problem.anchor.removeprefix("target-") for problem in problems}
    states = column_states(job, shown, account_choices, wrong | set(news.new_errors or {}))
    asked = ColumnFilter.of(request.POST if request.method == "POST" else request.GET)
    cards = column_cards(
        job,
        shown,
        account_choices,
        states,
        opened=open_places(states, is_posted=request.method == "POST"),
        found=_found(asked, states, is_refused=bool(problems)),
        new_errors=news.new_errors or {},
        targets=targets,
        only=_cards_wanted(request),
    )
    mapped = sum(state.is_mapped for state in states)
    matched = match_column(shown.mapping, account_choices)
    looked_for = [place for place, state in enumerate(states) if state.needs_look]
    trial = trial_of(job)
    context = {
        "job": job,
        "steps": wizard_steps(job, MAP),
        "has_changed": any(not change.get("is_quiet") for change in job.drift),
        "may_act": may_act,
        "may_create": may_create,
        "cards": cards,
        "asked": asked,
        "filters": asked.shown(states) if len(states) >= MIN_FILTERED else [],
        "looks": len(looked_for),
        "first_look": next(iter(looked_for), None),
        "targets": targets,
        "is_plain": is_plain,
        "plain_address": "" if is_plain or request.method == "POST" else _plain_address(request),
        "mapped_count": mapped,
        "is_as_last_time": bool(matched) and is_as_last_time(request, job, shown, states),
        "unmapped_count": len(states) - mapped,
        "match_column": matched,
        "posted": shown.mapping,
        "rules": shown.rules,
        "safe_reading": safe_reading(shown.rules),
        "constants": constant_blocks(shown, account_choices),
        "catalogue": catalogue_shown(job, known_of(job.account)),
        "is_edited": request.method == "POST" or draft.at is not None,
        "draft": draft,
        "new_field_types": field_types(),
        "visibilities": visibilities(),
        "problems": problems,
        "news": news,
        "reading": job.reading,
        "drift": drift_shown(job),
        "saved": saved_mappings(job, request.user) if may_act else [],
        "trial": trial,
        "groups": trial_groups(trial),
    }
    status = 409 if draft.conflict else 422 if problems or news.new_errors else 200
    return render(request, "imports/mapping/mapping.html", context, status=status)


def is_as_last_time(
    request: PortalRequest, job: UploadJob, shown: PostedMapping, states: Sequence[ColumnState]
) -> bool:
    """Whether every column is what it was in the last file of its kind, so that nothing has to be looked at."""
    return (
        request.method == "GET"
        and set(request.GET) <= {PLAIN}
        and job.status == JobStatus.STAGED
        and not job.drift
        and not job.failure_code
        and not doubtful(job.reading.get("decisions", {}))
        and shown.mapping == job.mapping
        and any(state.is_mapped for state in states)
        and all(state.is_remembered and not state.needs_look for state in states)
    )


def _found(asked: ColumnFilter, states: Sequence[ColumnState], *, is_refused: bool) -> set[int]:
    """The places of the columns that are shown; what has to be corrected is always among them."""
    return {
        place for place, state in enumerate(states) if asked.finds(state) or (is_refused and state.needs_look)
    }


def _plain_address(request: PortalRequest) -> str:
    """The address of the page for browsers without scripts, in which every select has every target."""
    query = request.GET.copy()
    query[PLAIN] = "1"
    return f"?{query.urlencode()}"


def _cards_wanted(request: PortalRequest) -> set[int] | None:
    """The places of the columns that a script asks for, to save what it does not; None for all."""
    if "part" not in request.POST:
        return None
    places = (part.removeprefix("column-") for part in request.POST.getlist("part"))
    return {int(place) for place in places if place.isdecimal()}


def match_column(mapping: MappingJson, account_choices: AccountChoices) -> str:
    """The column that says what contacts are matched by, as it is shown; "" when there is none."""
    wanted = account_choices.find(match_target(mapping))
    for entry in mapping.get("columns", []):
        found = account_choices.find(entry["target"])
        if wanted and found and found.target == wanted.target:
            return column_label(entry["column"])
    return ""


def safe_reading(rules: RulesForm) -> str:
    """What merging and blank cells do together, in plain words."""
    merging = MERGING.find(rules[MERGING.key].value() or "")
    blank = BLANK_CELLS.find(rules[BLANK_CELLS.key].value() or "")
    if blank is None or (merging and not merging.clears):
        blank = BLANK_CELLS.of(BLANK_CELLS.default)
    effects = [gettext(one.effect) for one in (merging, blank) if one]
    return " ".join(effects)


@dataclass(frozen=True)
class ShownDrift:
    """A way in which the file is unlike the one before it, and the column to look at, "" when it is not there."""

    sentence: str
    remedy: str
    anchor: str
    is_quiet: bool


def drift_shown(job: UploadJob) -> list[ShownDrift]:
    """How the file of `job` is unlike the one whose mapping is remembered, what matters most first."""
    places = {name: index for index, name in enumerate(job.columns)}
    shown = []
    for change in drift_of(job):
        here = next((name for name in (change.column, change.other) if name in places), None)
        anchor = f"column-{places[here]}" if here else ""
        shown.append(ShownDrift(change.sentence, change.remedy, anchor, change.is_quiet))
    return sorted(shown, key=lambda change: change.is_quiet)


@dataclass(frozen=True)
class SavedMapping:
    """A mapping that can be used: one with a name, or that of a file that was imported before."""

    key: str
    name: str
    used_at: datetime | None


def saved_mappings(job: UploadJob, viewer: User) -> list[SavedMapping]:
    """The mappings of the account: those with a name by name, then those of files, the one last used first."""
    named = NamedMapping.objects.filter(account=job.account_id).values_list("pk", "name")
    templates = MappingTemplate.objects.filter(account=job.account_id).order_by("-used_at")
    remembered = list(templates.values_list("pk", "name", "used_at"))
    seen = file_names_seen(viewer, job.account, [name for _, name, _ in remembered])
    return [
        *(SavedMapping(f"{NAMED}{pk}", name, None) for pk, name in named),
        *(SavedMapping(str(pk), file_name_shown(name, seen), at) for pk, name, at in remembered),
    ]


def file_name_shown(name: str, seen: Collection[str]) -> str:
    """What the file is called that a mapping is remembered of; its `name` only to those who see its import."""
    if not name:
        return gettext("A file without a name")
    return name if name in seen else gettext("A file of somebody else")


def form_problems(shown: PostedMapping) -> list[ShownProblem]:
    """What the form itself lacks, each with the field to correct it in."""
    problems = []
    for slots in shown.slots:
        for slot in slots:
            if slot.key in shown.column_errors:
                sentence = f"{column_label(slot.entry['column'])}: {shown.column_errors[slot.key]}"
                problems.append(ShownProblem(sentence, "", f"target-{slot.key}"))
    for name, texts in shown.rules.errors.items():
        label = shown.rules[name].label
        problems.append(ShownProblem(f"{label}: {' '.join(map(str, texts))}", "", RULES_ANCHOR))
    return problems


def mapping_problem(problem: MappingProblem, shown: PostedMapping, job: UploadJob) -> ShownProblem:
    """A problem of the mapping with the place on the page that it is about."""
    return ShownProblem(problem.sentence, problem.remedy, _anchor(problem.where, shown, job))


def _anchor(where: str, shown: PostedMapping, job: UploadJob) -> str:
    slots = [slot for entries in shown.slots for slot in entries]
    for slot in slots:
        if slot.is_mapped and where.lower() in {slot.entry["column"].lower(), slot.target.lower()}:
            return f"target-{slot.key}"
    if where in job.columns:
        return f"target-{job.columns.index(where)}"
    if any(entry["target"] == where for entry in shown.mapping["constants"]):
        return CONSTANTS_ANCHOR
    return RULES_ANCHOR


@dataclass(frozen=True)
class ShownCatalogue:
    """`state` is how the last reading ended, or that one is asked for or under way.

    `read_at` is when what is shown was read, None if nothing was; `reason` says why the last reading failed.
    `will_suggest`: the columns are suggested again when it has been read.
    """

    state: str
    read_at: datetime | None
    reason: str
    will_suggest: bool


def catalogue_shown(job: UploadJob, known: AccountCatalogue) -> ShownCatalogue:
    """What is `known` of the account of `job`."""
    is_asked = known.asked_at is not None or known.run is not None
    failed = FAILED if known.unread_reason or known.read_at is None else READ
    return ShownCatalogue(
        state=REFRESHING if is_asked else failed,
        read_at=known.read_at,
        reason=known.unread_words,
        will_suggest=job.awaits_catalogue,
    )
