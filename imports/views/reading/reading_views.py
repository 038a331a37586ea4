"""How the file is read: looking at it, trying another way, and having it read again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from imports.access import get_open_job, may_act_on
from imports.files.decisions import Decision
from imports.files.excerpt import MAX_CELLS, ExcerptRow, Role, read_excerpt
from imports.files.file_refusals import FileRefusedError
from imports.files.reading import Interpretation, Reading
from imports.jobs.check import reopen_mapping
from imports.jobs.stage import preview_upload, restage
from imports.locale_forms import number
from imports.models import UploadJob
from imports.states import JOB_CHECKED, JOB_MAPPABLE, JobStatus
from imports.storage import artefacts
from imports.views.formatting import encoding_words, quoted
from imports.views.reading.reading_form import DELIMITER_LABELS, NOTHING, QUOTE_LABELS, ReadingForm
from imports.views.wizard import MAP, wizard_steps
from imports.work.queue import wake_job
from portal.requests import PortalRequest

ROLE_LABELS = {
    Role.HEADER: gettext_lazy("Column names"),
    Role.CONTACT: gettext_lazy("Contact"),
    Role.BLANK: gettext_lazy("Blank"),
    Role.NON_DATA: gettext_lazy("Left out"),
}


@dataclass(frozen=True)
class ReadingSetting:
    """A field of the form with what the portal decided about it."""

    field: BoundField
    found: str | Promise
    decision: Decision | None


@dataclass(frozen=True)
class ShownRow:
    """A row of the excerpt as the page shows it: as wide as the table, `is_after_gap` when rows before it are not
    shown."""

    row: ExcerptRow
    label: Promise
    cells: tuple[str, ...]
    is_after_gap: bool


@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """How the file was read. Posting `preview` shows another way; posting without has the file read again so."""
    job = get_open_job(request, job_id)
    if job.status not in JOB_MAPPABLE:
        return redirect("imports:job", job.pk)
    found: Interpretation = Reading.from_dict(job.reading)
    form = ReadingForm(
        request.POST if request.method == "POST" else None, found=found, options=job.reading_options
    )
    rows: Sequence[ExcerptRow] | None = None
    refused: FileRefusedError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            preview = preview_upload(job, form.options)
        except FileRefusedError as error:
            refused = error
        else:
            if "preview" not in request.POST:
                return _read_again(request, job, form)
            found, rows = preview, preview.excerpt
    context = {
        "job": job,
        "steps": wizard_steps(job, MAP),
        "may_act": may_act_on(request.user, job),
        "form": form,
        "settings": _settings(form, found),
        "found": found,
        "refused": refused,
        "is_preview": rows is not None,
        "rows": _shown_rows(_kept_excerpt(job) if rows is None else rows, len(found.columns)),
    }
    return render(
        request, "imports/reading/reading.html", context, status=422 if refused or form.errors else 200
    )


def _read_again(request: PortalRequest, job: UploadJob, form: ReadingForm) -> HttpResponse:
    if job.status in JOB_CHECKED:
        reopen_mapping(job, request.user)
    if job.status == JobStatus.STAGED and restage(job, form.options, request.user):
        wake_job(job)
    return redirect("imports:job", job.pk)


def _kept_excerpt(job: UploadJob) -> list[ExcerptRow]:
    if not artefacts.exists(job, artefacts.EXCERPT):
        return []
    with artefacts.local(job, artefacts.EXCERPT) as path:
        return read_excerpt(path)


def _settings(form: ReadingForm, found: Interpretation) -> list[ReadingSetting]:
    return [
        ReadingSetting(field, FOUND_WORDS[field.name](found), found.decisions.get(field.name))
        for field in form
        if field.name in FOUND_WORDS
    ]


def _header_words(found: Interpretation) -> str:
    if not found.header_row:
        return gettext("No row. Columns are named by their position.")
    if found.header_rows > 1:
        last = found.header_row + found.header_rows - 1
        return gettext("Rows {first} to {last} together").format(
            first=number(found.header_row), last=number(last)
        )
    return _row_words(found.header_row)


def _row_words(row: int) -> str:
    return gettext("Row {row}").format(row=number(row))


FOUND_WORDS: dict[str, Callable[[Interpretation], str | Promise]] = {
    "sheet": lambda found: found.sheet or "",
    "encoding": lambda found: encoding_words(found.encoding),
    "delimiter": lambda found: DELIMITER_LABELS.get(found.delimiter or "", quoted(found.delimiter)),
    "quote": lambda found: QUOTE_LABELS.get(found.quote or "", found.quote or NOTHING),
    "header_row": _header_words,
    "header_rows": lambda found: number(found.header_rows) if found.header_rows else gettext("None"),
    "first_data_row": lambda found: _row_words(found.first_data_row),
}
"""What the portal found for each option, in words."""


def _shown_rows(rows: Sequence[ExcerptRow], columns: int) -> list[ShownRow]:
    numbers = [0, *(one.row for one in rows)]
    width = min(columns, MAX_CELLS)
    return [
        ShownRow(
            one,
            ROLE_LABELS[one.role],
            (*one.cells[:width], *[""] * (width - len(one.cells))),
            before > 0 and one.row > before + 1,
        )
        for before, one in zip(numbers, rows, strict=False)
    ]
