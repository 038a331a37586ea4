"""The start page: what was imported, by whom, and what waits for somebody."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from imports.models import DotdigitalAccount, UploadJob
from imports.views.history.history_form import HistoryForm
from imports.views.notices import Notice, notices_of_stop
from imports.views.wizard import job_url
from portal.models import User
from portal.requests import PortalRequest

JOBS_PER_PAGE = 25


@require_safe
def home(request: PortalRequest) -> HttpResponse:
    """The jobs the person may see, newest first."""
    visible = UploadJob.objects.visible_to(request.user).with_decisions().for_list()
    form = HistoryForm(request.GET, user=request.user)
    page = Paginator(form.narrow(visible).order_by("-created_at", "pk"), JOBS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": "home",
        "form": form,
        "jobs": page,
        "lines": [HistoryLine(job, job_url(job), *_totals(job)) for job in page],
        "stopped": stopped_accounts(request.user),
        "query": query.urlencode(),
        "is_narrowed": any(query.values()),
        "has_accounts": bool(page) or DotdigitalAccount.objects.usable_by(request.user).exists(),
    }
    return render(request, "imports/history/history.html", context)


@dataclass(frozen=True)
class HistoryLine:
    """A job in the history; `imported` and `not_imported` are None while it has no ledger."""

    job: UploadJob
    url: str
    imported: int | None
    not_imported: int | None


def stopped_accounts(user: User) -> list[tuple[DotdigitalAccount, list[Notice]]]:
    """The accounts of `user` into which nothing is sent for now, each with the reasons."""
    stopped = (
        DotdigitalAccount.objects.usable_by(user)
        .without_secrets()
        .filter(Q(is_paused=True) | ~Q(blocked_reason={}))
    )
    return [(account, notices_of_stop(account)) for account in stopped]


def _totals(job: UploadJob) -> tuple[int | None, int | None]:
    """How many rows of an ended job arrived and how many did not; None while there is no ledger."""
    imported = job.imported
    if imported is None:
        return None, None
    return imported, sum(job.ledger["counts"].values()) - imported
