"""A person steers an import that is being sent: it waits, goes on, and what is held is sent again or not."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from imports.access import get_job_to_act_on
from imports.delivery.doubt import give_up_held, release_held
from imports.delivery.stopping import pause_job, resume_job
from imports.locale_forms import number
from imports.models import UploadJob
from imports.views.wizard import Look
from imports.work.queue import wake_account, wake_job
from portal.models import User
from portal.requests import PortalRequest

NOT_UNDER_WAY = gettext_lazy("This import is not being sent, so there is nothing to pause.")
NONE_HELD = gettext_lazy("Nothing of this import is held any more: somebody has already decided.")


@require_POST
def pause(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Send nothing more of the job for now."""
    return _set_paused(request, job_id, pause_job, gettext_lazy("{file} is paused."))


@require_POST
def resume(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Send the job again."""
    return _set_paused(request, job_id, resume_job, gettext_lazy("{file} is resumed."))


def _set_paused(
    request: PortalRequest, job_id: UUID, step: Callable[[UploadJob, User], bool], words: Promise
) -> HttpResponse:
    job = get_job_to_act_on(request.user, job_id)
    if step(job, request.user):
        wake_account(job.account)
        messages.success(request, str(words).format(file=job.file_name), extra_tags=Look.GOOD)
    else:
        messages.warning(request, NOT_UNDER_WAY, extra_tags=Look.CARE)
    return redirect("imports:job", job.pk)


@require_POST
def send_held(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Send again what is held because its call was never answered."""
    return _decide(
        request,
        job_id,
        release_held,
        lambda batches: ngettext("{count} batch is sent again.", "{count} batches are sent again.", batches),
    )


@require_POST
def drop_held(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Leave what is held as it is: what became of it stays unknown."""
    return _decide(
        request,
        job_id,
        give_up_held,
        lambda batches: ngettext(
            "{count} batch is not sent again.", "{count} batches are not sent again.", batches
        ),
    )


def _decide(
    request: PortalRequest, job_id: UUID, step: Callable[[UploadJob, User], int], words: Callable[[int], str]
) -> HttpResponse:
    job = get_job_to_act_on(request.user, job_id)
    if batches := step(job, request.user):
        wake_account(job.account)
        wake_job(job)
        messages.success(request, words(batches).format(count=number(batches)), extra_tags=Look.GOOD)
    else:
        messages.warning(request, NONE_HELD, extra_tags=Look.CARE)
    return redirect("imports:job", job.pk)
