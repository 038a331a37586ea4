"""Taking a file in, and files to start from."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from imports.files.file_refusals import FileRefusedError
from imports.jobs.quotas import QuotaReachedError
from imports.jobs.resumable import part_bytes
from imports.jobs.stage import upload_limits
from imports.jobs.upload import receive_upload
from imports.messages import WordedError
from imports.models import DotdigitalAccount, ResumableUpload
from imports.reports.export import CSV_CONTENT_TYPE
from imports.views.one_file import refusal_of_size
from imports.views.upload.same_mapping import job_to_follow, same_mapping
from imports.views.upload.sample_files import SAMPLE_ROWS, TEMPLATE_HEADERS
from imports.views.upload.upload_form import UploadForm
from imports.views.wizard import wizard_steps
from imports.work.queue import wake_job
from portal.requests import PortalRequest

SHOWN_UNFINISHED = 20

SCRIPT_TEXTS = {
    "tooLarge": gettext_lazy("{file} has {size}. The largest file that can be uploaded has {limit}."),
    "listed": gettext_lazy("{file} is in the list already."),
    "folder": gettext_lazy("{file} is a folder. Drop the files that are in it."),
    "oneOnly": gettext_lazy("Drop one file at a time here. None of these was taken."),
    "beside": gettext_lazy("Nothing was taken. Drop files inside the box with the dashed line."),
    "added": gettext_lazy("{file}, {size}, is in the list."),
    "chooseFirst": gettext_lazy("Choose a file first."),
    "running": gettext_lazy("The files in the list are uploaded one after the other. More can be added."),
    "startSeveral": gettext_lazy("Upload and read the files"),
    "waiting": gettext_lazy("Waiting"),
    "continues": gettext_lazy("Waiting. {loaded} of it arrived earlier."),
    "comparing": gettext_lazy("Comparing the file with the part of it that has arrived"),
    "differs": gettext_lazy(
        "This is not the file that was begun under this name. All of it is uploaded, from the beginning."
    ),
    "restarted": gettext_lazy(
        "What had arrived is no longer kept. All of it is uploaded, from the beginning."
    ),
    "progress": gettext_lazy("{loaded} of {total} ({percent})"),
    "progressAndTime": gettext_lazy("{loaded} of {total} ({percent}), {speed} per second, about {left} left"),
    "reconnecting": gettext_lazy("The connection was lost at {percent}. Trying again"),
    "unavailable": gettext_lazy("The portal cannot take the file just now ({status}). Trying again"),
    "storing": gettext_lazy("All of it has arrived and is being stored"),
    "done": gettext_lazy("Uploaded"),
    "cancelling": gettext_lazy("Cancelling"),
    "discarded": gettext_lazy("Cancelled. Nothing of it is kept."),
    "later": gettext_lazy(
        "Cancelled. The portal could not be reached: what has arrived is removed after {hours}."
    ),
    "taken": gettext_lazy(
        "Too late to cancel the upload: the file has arrived, and its import is among your imports."
    ),
    "interrupted": gettext_lazy(
        "The connection was lost at {percent}. What has arrived is kept: resume, or choose the same file on this "
        "page later."
    ),
    "unanswered": gettext_lazy(
        "All of the file was sent, but no answer came, so its import may have begun. Resume to find out, or look "
        "among your imports."
    ),
    "signedOut": gettext_lazy(
        "You have been signed out. What has arrived is kept. Sign in again in another tab, then resume."
    ),
    "unreadable": gettext_lazy(
        "The file can no longer be read. It was changed, moved or deleted after it was chosen. Cancel, and choose "
        "it again."
    ),
    "damaged": gettext_lazy(
        "The file arrives changed, however often it is sent. What arrived unchanged is kept. Try another network."
    ),
    "failed": gettext_lazy(
        "The portal answered with an error ({status}). What has arrived is kept. Resume to try again."
    ),
    "allDone": gettext_lazy("All files are uploaded. Each is an import of its own."),
    "someDone": gettext_lazy("Not all files are uploaded. Each that is has an import of its own."),
    "noneDone": gettext_lazy("No file was uploaded."),
}
"""What static/js/upload.js says; it fills in what stands in braces."""


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: PortalRequest) -> HttpResponse:
    """Choose a file and its account; the file is then being read."""
    like = job_to_follow(request)
    account_id = like.account_id if like else None
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user, account_id=account_id)
    refused: WordedError | None = refusal_of_size(request)
    if refused:
        form.errors.pop("file", None)
    elif request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = receive_upload(
                account=form.cleaned_data["account"],
                owner=request.user,
                file_name=file.name,
                file=file,
                mapped_like=like,
            )
        except (FileRefusedError, QuotaReachedError) as error:
            refused = error
        else:
            wake_job(job)
            return redirect("imports:progress", job.pk)
    unfinished = list(ResumableUpload.objects.of(request.user).begun()[:SHOWN_UNFINISHED])
    context = {
        "page": "upload",
        "steps": wizard_steps(),
        "form": form,
        "same": same_mapping(like) if like else None,
        "refused": refused,
        "script_texts": SCRIPT_TEXTS,
        **asdict(upload_limits()),
        "part_bytes": part_bytes(),
        "unfinished": unfinished,
        "kept_hours": settings.UPLOAD_LEFTOVER_HOURS,
        "may_import": DotdigitalAccount.objects.usable_by(request.user).exists(),
        "has_accounts": DotdigitalAccount.objects.visible_to(request.user).exists(),
    }
    return render(
        request, "imports/upload/upload.html", context, status=422 if refused or form.errors else 200
    )


@require_safe
def template(request: PortalRequest) -> HttpResponse:
    """A file with headers that are understood without help, and no contacts."""
    return _csv_answer("contacts-template.csv", [])


@require_safe
def sample(request: PortalRequest) -> HttpResponse:
    """A small file of people who do not exist."""
    return _csv_answer("contacts-sample.csv", SAMPLE_ROWS)


def _csv_answer(file_name: str, rows: Sequence[tuple[str, ...]]) -> HttpResponse:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([TEMPLATE_HEADERS, *rows])
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type=CSV_CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
