"""A file of a report that comes back, dropped on the report."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from imports.access import get_usable_account, get_visible_job
from imports.files.file_refusals import FileRefusedError
from imports.jobs.download import can_be_downloaded
from imports.jobs.quotas import QuotaReachedError
from imports.jobs.upload import receive_upload
from imports.views.one_file import OneFileField, refusal_of_size
from imports.work.queue import wake_job
from portal.requests import PortalRequest

RESEND_TEXTS = {
    "chosen": gettext_lazy("{file} is chosen."),
    "several": gettext_lazy("Drop one file at a time. Nothing was chosen."),
}
"""What static/js/resend.js says; it fills in what stands in braces."""


class ResendForm(forms.Form):
    """The file."""

    file = OneFileField()


@require_POST
def resend(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Take in a file with rows of a job that has ended; a worker tells whether it has any."""
    job = get_visible_job(request.user, job_id)
    if not job.has_ended or not can_be_downloaded(job):
        return redirect("imports:job", job.pk)
    account = get_usable_account(request.user, job.account_id)
    form = ResendForm(request.POST, request.FILES)
    try:
        if too_large := refusal_of_size(request):
            raise too_large
        if not form.is_valid():
            messages.error(request, str(form.errors["file"][0]), extra_tags="bad")
            return redirect("imports:report", job.pk)
        file = form.cleaned_data["file"]
        made = receive_upload(account=account, owner=request.user, file_name=file.name, file=file, parent=job)
    except (FileRefusedError, QuotaReachedError) as error:
        messages.error(request, f"{error.sentence} {error.remedy}", extra_tags="bad")
        return redirect("imports:report", job.pk)
    wake_job(made)
    return redirect("imports:progress", made.pk)
