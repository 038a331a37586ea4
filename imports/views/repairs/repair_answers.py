"""How a repair is answered: a script gets parts of the page to put in place, a browser without one is led back."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from imports.jobs.repairing import NotRepairableError, RepairedMeanwhileError
from imports.models import UploadJob
from imports.views.check.recheck import repair_context
from portal.requests import PortalRequest

OK, CONFLICT = 200, 409
TOLD: dict[type[Exception], Promise] = {
    NotRepairableError: gettext_lazy(
        "The file cannot be repaired any more: its import has started or ended."
    ),
    RepairedMeanwhileError: gettext_lazy(
        "Somebody else has repaired the file meanwhile. Nothing was changed: look at the values again."
    ),
}
"""What is said when a repair could not be made."""


def is_fetched(request: PortalRequest) -> bool:
    """Whether a script of the page asks, which puts parts of the answer in place."""
    return request.headers.get("X-Requested-With") == "fetch"


def answered(
    request: PortalRequest,
    job: UploadJob,
    says: str,
    status: int,
    back: str,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """`says` in the page that asked, or on the page `back`. `more` is what the parts are made of beside it."""
    if is_fetched(request):
        context = {**repair_context(job, may_act=True), "says": says, **(more or {})}
        return render(request, "imports/repairs/edited.html", context, status=status)
    level, look = (messages.SUCCESS, "good") if status == OK else (messages.WARNING, "care")
    messages.add_message(request, level, says, extra_tags=look)
    return redirect(back)
