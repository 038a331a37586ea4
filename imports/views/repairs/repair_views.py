"""Repairs by groups of problems and by columns, and the list of all repairs of a job: undone, done again, exported."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePath
from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from imports.access import (
    get_job_to_act_on,
    get_job_to_download,
    get_job_to_poll,
    get_job_with_rows,
    rights_on,
)
from imports.audit.recording import record
from imports.contacts.repairs.repair_types import ChangeText, RepairFormatError, ReplacePart, repair_from_json
from imports.jobs.check import set_mapping
from imports.jobs.repair_offers import with_setting
from imports.jobs.repairing import (
    MadeRepair,
    NotRepairableError,
    RepairedMeanwhileError,
    add_repairs,
    can_be_repaired,
    redo,
    repairs_of,
    undo,
    undo_all,
)
from imports.jobs.repairs_file import iter_repairs_csv
from imports.locale_forms import number
from imports.models import UploadJob
from imports.reports.export import CONTENT_TYPES
from imports.states import JOB_CHECKED, JobStatus
from imports.storage import artefacts
from imports.views.check.recheck import recheck_told, repair_context
from imports.views.repairs.offer_words import SETTING_TITLES
from imports.views.repairs.posted_repairs import SETTING, posted_column, posted_repairs
from imports.views.repairs.preview_page import PREVIEW, previewed
from imports.views.repairs.repair_answers import CONFLICT, OK, TOLD, answered
from imports.views.repairs.repair_words import repair_column, repair_words
from imports.views.wizard import CHECK, wizard_steps
from imports.work.queue import wake_job
from portal.models import User
from portal.requests import PortalRequest

NOTHING_ASKED = gettext_lazy("Nothing was changed, because nothing was filled in.")
NOTHING_TO_DO = gettext_lazy("There was nothing to change.")
STILL_CHECKING = gettext_lazy("The file is being checked. Wait for the end of that, then try again.")
SAVED = gettext_lazy("Saved. The whole file is being checked again.")
SETTING_KEYS = frozenset(SETTING_TITLES)


@dataclass(frozen=True)
class RepairLine:
    """A repair as the list shows it. `effect`: how many values it changes, or rows it leaves out or takes back; None
    before that is known. `is_taken_over`, `is_idle_here`: as of a MadeRepair."""

    number: int
    words: str
    column: str
    effect: int | None
    is_about_rows: bool
    person: str
    at: datetime
    is_undone: bool
    is_taken_over: bool
    is_idle_here: bool

    @property
    def effect_words(self) -> str:
        if self.effect is None:
            return ""
        if self.is_idle_here:
            return gettext("nothing here")
        if self.is_about_rows:
            return ngettext("{count} row", "{count} rows", self.effect).format(count=number(self.effect))
        return ngettext("{count} value", "{count} values", self.effect).format(count=number(self.effect))


@require_safe
def repairs(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """All repairs of a job, in the order in which they are applied."""
    job = get_job_with_rows(request.user, job_id)
    made, rights = repairs_of(job), rights_on(request.user, job)
    context = {
        **repair_context(job, may_act=rights.may_act),
        **asdict(rights),
        "steps": wizard_steps(job, CHECK),
        "repairs": _lines(made),
    }
    return render(request, "imports/repairs/repairs.html", context)


def _lines(made: list[MadeRepair]) -> list[RepairLine]:
    names = person_names({one.entry.by for one in made})
    return [
        RepairLine(
            number=one.entry.number,
            words=repair_words(document := one.entry.repair.to_json()),
            column=repair_column(document),
            effect=one.effect,
            is_about_rows="leaveOut" in document,
            person=names.get(one.entry.by, ""),
            at=one.entry.at,
            is_undone=one.entry.is_undone,
            is_taken_over=one.is_taken_over,
            is_idle_here=one.is_idle_here,
        )
        for one in made
    ]


def person_names(numbers: set[int | None]) -> dict[int | None, str]:
    """The names of these people, by their ids; one who is gone is not in it."""
    people = User.objects.in_bulk([number for number in numbers if number is not None])
    return {number: person.shown_name for number, person in people.items()}


@require_POST
def repair(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Add what a form of the check page, of the rows or of a column's values asks for."""
    job = get_job_to_act_on(request.user, job_id)
    back = reverse("imports:check", args=[job.pk])
    if request.POST.get("kind") == SETTING:
        return _set(request, job, back)
    try:
        asked = [repair_from_json(one) for one in posted_repairs(request.POST, job.columns)]
    except RepairFormatError as error:
        return answered(request, job, str(error), CONFLICT, back)
    if not asked:
        return answered(request, job, str(NOTHING_ASKED), CONFLICT, back)
    if PREVIEW in request.POST and isinstance(asked[0], ReplacePart | ChangeText):
        if job.status == JobStatus.CHECKING:
            return answered(request, job, str(STILL_CHECKING), CONFLICT, back)
        if can_be_repaired(job):
            return previewed(request, job, asked[0])
    return _changed(request, job, back, lambda: add_repairs(job, asked, request.user))


def _set(request: PortalRequest, job: UploadJob, back: str) -> HttpResponse:
    """Have a column read in another way, which changes the mapping."""
    column, key, value = (
        posted_column(request.POST, job.columns),
        request.POST.get("key"),
        request.POST.get("value"),
    )
    if not column or key not in SETTING_KEYS or not value:
        return answered(request, job, str(NOTHING_ASKED), CONFLICT, back)
    if job.status not in JOB_CHECKED:
        return answered(request, job, str(STILL_CHECKING), CONFLICT, back)
    problems = set_mapping(job, with_setting(job, column, key, value), request.user, keeps_draft=True)
    if problems:
        return answered(request, job, f"{problems[0].sentence} {problems[0].remedy}", CONFLICT, back)
    wake_job(job)
    return answered(request, job, str(SAVED), OK, back)


@require_POST
def undo_repair(request: PortalRequest, job_id: UUID, number: int) -> HttpResponse:
    """Undo one repair."""
    job = get_job_to_act_on(request.user, job_id)
    return _changed(request, job, _list_url(job, number), lambda: undo(job, [number], request.user))


@require_POST
def redo_repair(request: PortalRequest, job_id: UUID, number: int) -> HttpResponse:
    """Do one that was undone again."""
    job = get_job_to_act_on(request.user, job_id)
    return _changed(request, job, _list_url(job, number), lambda: redo(job, [number], request.user))


@require_POST
def undo_repairs(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Undo all repairs."""
    job = get_job_to_act_on(request.user, job_id)
    return _changed(request, job, _list_url(job), lambda: undo_all(job, request.user))


def _list_url(job: UploadJob, number: int | None = None) -> str:
    """The list, at the button of one repair."""
    url = reverse("imports:repairs", args=[job.pk])
    return url if number is None else f"{url}#undo-{number}"


def _changed(request: PortalRequest, job: UploadJob, back: str, change: Callable[[], bool]) -> HttpResponse:
    """Make a change of the repairs of `job`, and have its file checked again."""
    try:
        is_changed = change()
    except (NotRepairableError, RepairedMeanwhileError) as error:
        return answered(request, job, str(TOLD[type(error)]), CONFLICT, back)
    if not is_changed:
        return answered(request, job, str(NOTHING_TO_DO), CONFLICT, back)
    if job.status == JobStatus.CHECKING:
        wake_job(job)
    return answered(request, job, str(SAVED), OK, back)


@require_safe
def export(request: PortalRequest, job_id: UUID) -> HttpResponseBase:
    """Every value that the repairs in force have changed, as CSV."""
    job = get_job_to_download(request.user, job_id)
    if artefacts.STAGED not in job.tables:
        raise Http404
    if request.method == "GET":
        record("repairs_downloaded", by=request.user, on=job)
    name = f"{PurePath(job.file_name).stem}-repairs.csv"
    answer = StreamingHttpResponse(iter_repairs_csv(job), content_type=CONTENT_TYPES["csv"])
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


@require_safe
def recheck(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """The part of a page that says whether the whole file is being checked again."""
    job = get_job_to_poll(request.user, job_id)
    return render(request, "imports/repairs/recheck.html", {"job": job, "recheck": recheck_told(job)})
