"""One row of a checked file: all its values as fields, what is said of each, and what an edit makes of the row.

The grid of the rows page asks here, too, cell by cell; it is answered with rows to put in the place of those it has.
"""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from imports.access import get_open_job, may_act_on
from imports.contacts.guarded_check import CheckDefeatedError
from imports.contacts.repairs.repair_types import Repair, RepairFormatError, repair_from_json
from imports.contacts.row_recheck import RecheckedRow, RowRecheck
from imports.fates import Fate
from imports.jobs.rechecking import recheck_rows
from imports.jobs.repairing import (
    NotRepairableError,
    RepairedMeanwhileError,
    add_repairs,
)
from imports.locale_forms import number as number_words
from imports.models import UploadJob
from imports.states import JobStatus, Look
from imports.storage import artefacts
from imports.views.check.checked_rows import CheckedRow, checked_rows_at, is_of_forms, with_problems
from imports.views.check.grid_rows import GridRow, grid_rows
from imports.views.check.recheck import repair_context
from imports.views.formatting import quoted, shortened
from imports.views.repairs.posted_repairs import posted_cells
from imports.views.repairs.repair_answers import CONFLICT, OK, TOLD, fetched, is_fetched
from imports.views.wizard import CHECK, wizard_steps
from imports.work.queue import wake_job
from portal.requests import PortalRequest

ROWS_NAMED = 3
"""Most other rows of which it is said one by one what follows for them."""


@require_http_methods(["GET", "HEAD", "POST"])
def row(request: PortalRequest, job_id: UUID, number: int) -> HttpResponse:
    """A row with its values as fields; posting them, or one of them, or that the row is left out, repairs the file."""
    job = get_open_job(request, job_id)
    if not job.check_summary or artefacts.PREPARED not in job.tables:
        return redirect("imports:job", job.pk)
    shown = _row_shown(job, number)
    if request.method == "POST":
        return _edited(request, job, shown)
    return _page(request, job, shown)


def _page(
    request: PortalRequest, job: UploadJob, shown: GridRow, says: str = "", status: int = OK
) -> HttpResponse:
    """The page of the row that is `shown`; `says` is what came of an edit. That is no message for the next page, as
    those are kept in a cookie, and it has values of the row."""
    may_act = may_act_on(request.user, job)
    context = {
        **repair_context(job, may_act=may_act),
        "steps": wizard_steps(job, CHECK),
        "may_act": may_act,
        "row": shown,
        "fields": list(zip(shown.cells, job.columns, strict=True)),
        "row_query": request.GET.urlencode(),
        "says": says,
        "look": Look.GOOD if status == OK else Look.CARE,
    }
    return render(request, "imports/repairs/row.html", context, status=status)


def _row_shown(job: UploadJob, number: int) -> GridRow:
    """The row of this number as it is now. Raises Http404."""
    with (
        artefacts.local_checked(job) as checked,
        artefacts.local(job, artefacts.PREPARED) as prepared,
        artefacts.local(job, artefacts.ISSUES) as issues,
    ):
        found = checked_rows_at(checked, prepared, issues, job.columns, [number])
    if not found:
        raise Http404
    return grid_rows(job, found)[0]


def _edited(request: PortalRequest, job: UploadJob, shown: GridRow) -> HttpResponse:
    """Make the repairs that are posted for the row that is `shown`, and say what they make of it."""
    parts = {
        "row_query": request.GET.urlencode(),
        "show_forms": is_of_forms(request.GET.get("show", "")),
    }

    def answer(says: str, status: int, rows: list[GridRow]) -> HttpResponse:
        if is_fetched(request):
            return fetched(request, job, says, status, {**parts, "rows": rows})
        own = next((one for one in rows if one.row == shown.row), shown)
        return _page(request, job, own, says, status)

    def refused(says: str) -> HttpResponse:
        return answer(says, CONFLICT, [shown])

    now = {cell.place: cell.value for cell in shown.cells}
    changed, overtaken = posted_cells(request.POST, now)
    if overtaken:
        return refused(_overtaken_words(job, shown, changed, overtaken))
    documents = [
        {"column": job.columns[place], "row": shown.row, "value": value} for place, value in changed.items()
    ]
    if request.POST.get("leave_out") in {"0", "1"}:
        documents.append({"row": shown.row, "leaveOut": request.POST["leave_out"] == "1"})
    seen = {(shown.row, job.columns[place]): now[place] for place in changed}
    try:
        repairs: list[Repair] = [repair_from_json(document) for document in documents]
        if not add_repairs(job, repairs, request.user, seen=seen):
            return refused(gettext("Nothing was changed."))
    except RepairFormatError as error:
        return refused(str(error))
    except (NotRepairableError, RepairedMeanwhileError) as error:
        return refused(str(TOLD[type(error)]))
    try:
        found = recheck_rows(job, [shown.row])
    except (CheckDefeatedError, NotRepairableError):
        says, rows = gettext("Saved. The row is checked with the whole file."), [_row_shown(job, shown.row)]
    else:
        rows = grid_rows(job, [_as_checked(one, job) for one in (*found.rows, *found.others)])
        says = edit_words(found, rows)
    finally:
        # After it, so that what follows for other rows is told from the check before the edit.
        if job.status == JobStatus.CHECKING:
            wake_job(job)
    return answer(says, OK, rows)


def _as_checked(found: RecheckedRow, job: UploadJob) -> CheckedRow:
    return with_problems(
        found.row, found.fate, found.stands_for_it, list(found.cells), found.lines, job.columns
    )


def _overtaken_words(job: UploadJob, shown: GridRow, changed: dict[int, str], overtaken: set[int]) -> str:
    """What is said where somebody else has changed a cell: what was typed is in it, so that it is not lost."""
    words = gettext(
        "Nothing was saved, because somebody else has changed {column} of row {row} to {now} meanwhile. "
        "You had typed {typed}."
    )
    return " ".join(
        words.format(
            column=quoted(job.columns[place]),
            row=number_words(shown.row),
            now=quoted(shortened(shown.cells[place].value)),
            typed=quoted(shortened(changed[place])),
        )
        for place in sorted(overtaken)
    )


def edit_words(found: RowRecheck, rows: list[GridRow]) -> str:
    """What an edit has made of its rows, and what follows for others; `rows` has all of them for the grid."""
    shown = {one.row: one for one in rows}
    sentences = [sentence for one in found.rows for sentence in _row_words(shown[one.row])]
    sentences += [_other_words(one) for one in found.others[:ROWS_NAMED]]
    more = len(found.others) - ROWS_NAMED
    if more > 0:
        sentences.append(
            ngettext("{count} more row has changed.", "{count} more rows have changed.", more).format(
                count=number_words(more)
            )
        )
    if not found.is_whole:
        sentences.append(
            gettext("More rows may be affected; the numbers say so once the whole file is checked.")
        )
    return " ".join(sentences)


def _row_words(row: GridRow) -> list[str]:
    state = gettext("Row {row}: {state}.").format(row=number_words(row.row), state=row.label)
    if row.stands_for_it:
        return [state, gettext("Row {row} is used instead.").format(row=number_words(row.stands_for_it))]
    return [state, *row.about, *(cell.sentences for cell in row.cells if cell.sentences)]


def _other_words(one: RecheckedRow) -> str:
    """What follows for another row."""
    if one.fate == one.fate_before:
        return gettext("Row {row} has changed, too.").format(row=number_words(one.row))
    return gettext("Row {row} is now: {state}.").format(row=number_words(one.row), state=Fate(one.fate).label)
