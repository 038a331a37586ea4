"""What the check found, and the decision to import."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polars as pl
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from imports import artefacts, tables
from imports.access import get_job_to_act_on, get_visible_job, may_act_on
from imports.contacts.problems import PROBLEM_TYPES, Kind, Severity
from imports.mapping_form import RULES, lists_of
from imports.models import UploadJob
from imports.offers import AccountOffers
from imports.queue import wake_account
from imports.reports.ledger import BUCKET_BY_KEY
from imports.states import JobStatus
from imports.steps.send import confirm_job
from imports.views.problem_words import problem_sentence
from imports.wizard import CHECK, wizard_steps
from portal.requests import PortalRequest

ROW, VALUE, NOTE = "row", "value", "note"
SECTION_HEADINGS = {
    ROW: "Rows that are left out",
    VALUE: "Values that are left out; their rows are imported",
    NOTE: "Values that are changed on the way",
}
FATES_LEFT_OUT = ("rejected", "duplicate", "excluded", "blank")
FATE_LABELS = {
    "ready": "Ready",
    "rejected": "Left out by the check",
    "duplicate": "Duplicate",
    "excluded": "Left out by choice",
    "blank": "Blank",
}


@dataclass(frozen=True)
class ProblemGroup:
    """All problems of one cause, with one of them as it stands in the file."""

    code: str
    section: str
    title: str
    count: int
    columns: list[str]
    example: str
    remedy: str


@dataclass(frozen=True)
class LeftOut:
    """Rows that are not sent, by why."""

    key: str
    label: str
    meaning: str
    count: int


@require_safe
def check(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """What would be imported, changed and left out, for the whole file."""
    job = get_visible_job(request.user, job_id)
    if not job.check_summary:
        return redirect("imports:job", job.pk)
    summary, offers = job.check_summary, AccountOffers(job.account.catalogue)
    fates, groups = summary.get("fates", {}), problem_groups(job)
    values = {section: sum(g.count for g in groups if g.section == section) for section in SECTION_HEADINGS}
    context = {
        "job": job,
        "steps": wizard_steps(job, CHECK),
        "may_act": may_act_on(request.user, job),
        "is_open": job.status == JobStatus.CHECKED,
        "ready": fates.get("ready", 0),
        "left_out": sum(fates.get(fate, 0) for fate in FATES_LEFT_OUT),
        "changed": values[NOTE],
        "values_left_out": values[VALUE],
        "left_out_by": [
            LeftOut(fate, FATE_LABELS[fate], BUCKET_BY_KEY[fate].meaning, fates[fate])
            for fate in FATES_LEFT_OUT
            if fates.get(fate)
        ],
        "sections": [
            (heading, [group for group in groups if group.section == section])
            for section, heading in SECTION_HEADINGS.items()
            if values[section]
        ],
        "clearing": clearing(summary, offers),
        "values_cleared": sum(summary.get("cleared", {}).values()),
        "merge": chosen_answer(job.mapping, "mergeOption"),
        "match": chosen_answer(job.mapping, "matchIdentifier"),
        "list_names": offers.list_names(lists_of(job.mapping)),
        "fields": field_counts(summary, offers),
        "stamp": job.changed_at.isoformat(),
    }
    return render(request, "imports/check.html", context)


@require_POST
def confirm(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Start the import, if what the person saw is what would be sent."""
    job = get_job_to_act_on(request.user, job_id)
    if job.status == JobStatus.CHECKED:
        if request.POST.get("stamp") != job.changed_at.isoformat():
            messages.warning(
                request,
                "The file was checked again since your page was loaded. Look once more.",
                extra_tags="care",
            )
        elif not job.check_summary.get("fates", {}).get("ready"):
            messages.warning(request, "There is no contact to import.", extra_tags="care")
        elif confirm_job(job, request.user):
            wake_account(job.account)
    return redirect("imports:job", job.pk)


def chosen_answer(mapping: dict[str, Any], rule: str) -> Any:
    """The answer to a rule that `mapping` holds, in words."""
    answers = RULES[rule][1]
    return next((answer for answer in answers if answer.value == mapping.get(rule)), answers[0])


def clearing(summary: dict[str, Any], offers: AccountOffers) -> list[tuple[str, int]]:
    """(field, how many stored values would be erased), most first."""
    counts = (
        (offers.name_of(target), count) for target, count in summary.get("cleared", {}).items() if count
    )
    return sorted(counts, key=lambda entry: -entry[1])


def field_counts(summary: dict[str, Any], offers: AccountOffers) -> list[tuple[str, int]]:
    """(field, how many contacts bring a value for it)."""
    return [(offers.name_of(target), count) for target, count in summary.get("filled", {}).items()]


def problem_groups(job: UploadJob) -> list[ProblemGroup]:
    """What the check found, by cause, most frequent first."""
    issues = job.check_summary.get("issues", [])
    values = _values_of(job, {(issue["code"], issue["example_row"], issue["column"]) for issue in issues})
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for issue in issues:
        groups.setdefault((issue["code"], _section(issue)), []).append(issue)
    found = [_group(code, section, members, values) for (code, section), members in groups.items()]
    return sorted(found, key=lambda group: -group.count)


def _section(issue: dict[str, Any]) -> str:
    """Whether a kind of issue is about rows, about values that are not sent, or about values that are changed."""
    kind = PROBLEM_TYPES.get(issue["code"])
    if issue["severity"] == Severity.ERROR or (kind and kind.kind is Kind.ROW):
        return ROW
    return NOTE if issue["severity"] == Severity.NOTE else VALUE


Values = dict[tuple[str, int, str], tuple[str, str | None]]  # code, row, column -> original, result


def _group(code: str, section: str, issues: list[dict[str, Any]], values: Values) -> ProblemGroup:
    kind = PROBLEM_TYPES.get(code)
    first = min(issues, key=lambda issue: issue["example_row"])
    original, result = values.get((code, first["example_row"], first["column"]), ("", None))
    sentence = problem_sentence(code, first["column"], original, result)
    return ProblemGroup(
        code=code,
        section=section,
        title=kind.title if kind else code,
        count=sum(issue["count"] for issue in issues),
        columns=[issue["column"] for issue in issues if issue["column"]],
        example=f"Row {first['example_row']:,}, {sentence}",
        remedy=kind.remedy if kind else "",
    )


def _values_of(job: UploadJob, examples: set[tuple[str, int, str]]) -> Values:
    """The values of the examples, read from the issues table."""
    if not examples or not artefacts.exists(job, artefacts.ISSUES):
        return {}
    with artefacts.local(job, artefacts.ISSUES) as issues:
        found = (
            tables.scan(issues)
            .filter(pl.col("row").is_in(sorted({row for _, row, _ in examples})))
            .select("code", "row", "column", "original", "result")
            .collect()
        )
    return {
        (code, row, column): (original, result) for code, row, column, original, result in found.iter_rows()
    }
