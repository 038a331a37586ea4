"""The start page: what was imported, by whom, and what waits for somebody."""

import hashlib
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from imports.models import DotdigitalAccount, UploadJob
from imports.standing import standing_of
from imports.states import JOB_STATES, Group, JobStatus
from imports.views.history.history_form import ORDERS, HistoryForm
from imports.views.notices import Notice, notices_of_stop
from imports.views.wizard import job_url
from portal.models import User
from portal.requests import PortalRequest

JOBS_PER_PAGE = 25

HEADINGS: tuple[tuple[str, Promise, bool], ...] = (
    ("file", gettext_lazy("File"), False),
    ("status", gettext_lazy("Status"), False),
    ("account", gettext_lazy("Account"), False),
    ("person", pgettext_lazy("the person who did it", "By"), False),
    ("uploaded", pgettext_lazy("when", "Uploaded"), False),
    ("rows", gettext_lazy("Rows"), True),
    ("imported", pgettext_lazy("rows", "Imported"), True),
    ("not_imported", pgettext_lazy("rows", "Not imported"), True),
)
"""The columns in their order: by which of ORDERS each is sorted, its heading, and whether it is of numbers."""


@dataclass(frozen=True)
class HistoryLine:
    """A job in the history."""

    job: UploadJob
    url: str


@dataclass(frozen=True)
class Heading:
    """The heading of a column, and the page in its order; `sorted` is what `aria-sort` says, "" for no order by it."""

    name: str
    words: Promise
    is_number: bool
    query: str
    sorted: str


@require_safe
def home(request: PortalRequest) -> HttpResponse:
    """The jobs the person may see, newest first unless they ask for another order.

    While one of those shown is under way, htmx asks for the list again, and is answered with it, or that nothing has
    changed.
    """
    form = HistoryForm(request.GET.dict(), user=request.user)
    # Which jobs, told from an index alone; then what is shown of them.
    found = form.narrow(UploadJob.objects.visible_to(request.user).with_decisions()).values_list(
        "pk", flat=True
    )
    page = Paginator(found, JOBS_PER_PAGE).get_page(request.GET.get("page"))
    shown = UploadJob.objects.with_decisions().for_list().in_bulk(list(page))
    lines = [HistoryLine(shown[key], job_url(shown[key])) for key in page if key in shown]
    seen = _digest(page, lines)
    if request.htmx and request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    query = request.GET.copy()
    for name in ("page", "seen"):
        query.pop(name, None)
    usable = set(DotdigitalAccount.objects.usable_by(request.user).order_by().values_list("pk", flat=True))
    context: dict[str, object] = {
        "jobs": page,
        "lines": lines,
        "usable": usable,
        "headings": headings(query, form.sort_chosen),
        "query": query.urlencode(),
        "poll_query": _with(query, page=page.number, seen=seen) if is_live(lines) else "",
    }
    if request.htmx:
        return render(request, "imports/history/lines.html", context)
    context |= {
        "page": "home",
        "form": form,
        "stopped": stopped_accounts(request.user),
        "is_narrowed": form.is_narrowed,
        "may_import": bool(usable),
        "has_accounts": bool(page) or DotdigitalAccount.objects.visible_to(request.user).exists(),
    }
    return render(request, "imports/history/history.html", context)


def headings(query: QueryDict, sort: str) -> list[Heading]:
    """The columns' headings; that by which the list is in order leads to the other direction."""
    made = []
    for name, words, is_number in HEADINGS:
        first, other = (f"-{name}", name) if ORDERS[name].is_down else (name, f"-{name}")
        directions = {name: "ascending", f"-{name}": "descending"}
        made.append(
            Heading(
                name,
                words,
                is_number,
                _with(query, sort=other if sort == first else first),
                directions.get(sort, ""),
            )
        )
    return made


def is_live(lines: list[HistoryLine]) -> bool:
    """Whether something of what is shown changes without anybody doing something."""
    return any(JOB_STATES[JobStatus(line.job.status)].group is Group.UNDER_WAY for line in lines)


def stopped_accounts(user: User) -> list[tuple[DotdigitalAccount, list[Notice]]]:
    """The accounts of `user` into which nothing is sent for now, each with the reasons."""
    stopped = (
        DotdigitalAccount.objects.visible_to(user)
        .without_secrets()
        .filter(Q(is_paused=True) | ~Q(blocked_reason={}))
    )
    return [(account, notices_of_stop(account)) for account in stopped]


def _with(query: QueryDict, **changes: object) -> str:
    changed = query.copy()
    for name, value in changes.items():
        changed[name] = str(value)
    return changed.urlencode()


def _digest(page: Page, lines: list[HistoryLine]) -> str:
    """Changes exactly when the list would say something else."""
    said = [
        (str(line.job.pk), standing_of(line.job), line.url, line.job.rows, line.job.rows_imported)
        for line in lines
    ]
    return hashlib.sha256(f"{page.paginator.count} {said}".encode()).hexdigest()[:16]
