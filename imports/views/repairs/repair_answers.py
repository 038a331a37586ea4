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


def fetched(
    request: PortalRequest, job: UploadJob, says: str, status: int, more: Mapping[str, Any]
) -> HttpResponse:
    """The parts of the page that asked, with `says`; `more` is what they are made of beside it."""
    context = {**repair_context(job, may_act=True), "says": says, **more}
    return render(request, "imports/repairs/edited.html", context, status=status)


def answered(request: PortalRequest, job: UploadJob, says: str, status: int, back: str) -> HttpResponse:
    """`says` in the page that asked, or on the page `back`. It has no value of the file: on its way there it is kept in
    a cookie."""
    if is_fetched(request):
        return fetched(request, job, says, status, {})
    level, look = (messages.SUCCESS, "good") if status == OK else (messages.WARNING, "care")
    messages.add_message(request, level, says, extra_tags=look)
    return redirect(back)
