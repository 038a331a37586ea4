"""A job as such: the page at which it stands, stopping it, and trying again what did not arrive."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from imports.access import get_job_to_act_on, get_visible_job
from imports.jobs.cancel import cancel_job
from imports.jobs.retry import NothingToRetryError, retry_job
from imports.models import UploadJob
from imports.views.wizard import job_url, wizard_steps
from imports.work.queue import wake_account, wake_job
from portal.requests import PortalRequest


@require_safe
def job(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """On to the page at which the job stands."""
    return redirect(job_url(get_visible_job(request.user, job_id)))


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Ask whether the job is to be stopped; posting it stops the job."""
    upload_job = get_job_to_act_on(request.user, job_id)
    if request.method != "POST":
        if upload_job.has_ended:
            return redirect("imports:job", upload_job.pk)
        batches = upload_job.batches.count() if upload_job.is_delivering else 0
        context = {"job": upload_job, "steps": wizard_steps(upload_job), "batches": batches}
        return render(request, "imports/progress/cancel.html", context)
    if cancel_job(upload_job, request.user):
        if upload_job.is_delivering:
            wake_job(upload_job)
            wake_account(upload_job.account)
            words = gettext("{file} is being cancelled.")
        else:
            words = gettext("{file} is cancelled.")
        messages.success(request, words.format(file=upload_job.file_name))
    else:
        messages.warning(
            request,
            gettext("The import had already ended, so there was nothing to cancel."),
            extra_tags="care",
        )
    return redirect("imports:job", upload_job.pk)


@require_POST
def retry(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Make a new job of the rows that were refused, not sent, or whose outcome is unknown."""
    ended = get_job_to_act_on(request.user, job_id)
    try:
        again = retry_job(ended, request.user)
    except NothingToRetryError:
        messages.warning(request, gettext("No rows of this import can be tried again."), extra_tags="care")
        return redirect("imports:job", ended.pk)
    wake_job(again)
    # Somebody else may have done so before, whose imports the person does not see.
    is_seen = UploadJob.objects.visible_to(request.user).filter(pk=again.pk).exists()
    return redirect("imports:progress", again.pk) if is_seen else redirect("imports:job", ended.pk)
