"""Taking a file in, and files to start from."""

import csv
import io
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from imports.files.file_refusals import FileRefusedError, refusal
from imports.jobs.upload import receive_upload
from imports.models import DotdigitalAccount
from imports.reports.export import CSV_CONTENT_TYPE
from imports.storage.uploads import TOO_LARGE_KEY
from imports.views.upload.upload_form import UploadForm
from imports.views.wizard import wizard_steps
from imports.work.queue import wake_job
from portal.requests import PortalRequest

TEMPLATE_HEADERS = ("Email", "Mobile number", "Country", "First name", "Last name", "Birthday")
SAMPLE_ROWS = (
    ("ada.example@example.com", "+447700900123", "GB", "Ada", "Example", "1985-12-10"),
    ("grace.sample@example.org", "07700 900456", "GB", "Grace", "Sample", "1990-03-04"),
    ("jose.muestra@example.com", "+34600000001", "ES", "José", "Muestra", ""),
    ("ada.example@example.com", "+447700900123", "GB", "Ada", "Example-Jones", "1985-12-10"),
    ("not an address", "", "GB", "Nora", "Nobody", "2001-02-14"),
)

SCRIPT_TEXTS = {
    "tooLarge": gettext_lazy("{file} has {size}. The largest file that can be uploaded has {limit}."),
    "chosen": gettext_lazy("{file}, {size}"),
    "progress": gettext_lazy("{loaded} of {total} ({percent})"),
    "stored": gettext_lazy("Uploaded. The file is being stored."),
    "failed": gettext_lazy("The upload failed. Nothing was stored. Check your connection and try again."),
}
"""What static/js/upload.js says; it fills in what stands in braces."""


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: PortalRequest) -> HttpResponse:
    """Choose a file and its account; the file is then being read."""
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    refused: FileRefusedError | None = None
    if request.META.get(TOO_LARGE_KEY):
        size_bytes = int(request.META.get("CONTENT_LENGTH") or 0)
        refused = refusal("file_too_large", size_bytes=size_bytes, limit_bytes=settings.UPLOAD_MAX_BYTES)
        form.errors.pop("file", None)
    elif request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = receive_upload(
                account=form.cleaned_data["account"], owner=request.user, file_name=file.name, file=file
            )
        except FileRefusedError as error:
            refused = error
        else:
            wake_job(job)
            return redirect("imports:progress", job.pk)
    context = {
        "page": "upload",
        "steps": wizard_steps(),
        "form": form,
        "refused": refused,
        "script_texts": SCRIPT_TEXTS,
        "max_bytes": settings.UPLOAD_MAX_BYTES,
        "max_rows": settings.UPLOAD_MAX_ROWS,
        "max_columns": settings.UPLOAD_MAX_COLUMNS,
        "max_cell_chars": settings.UPLOAD_MAX_CELL_CHARS,
        "has_accounts": DotdigitalAccount.objects.usable_by(request.user).exists(),
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
    """A small file of people who do not exist, with a duplicate and a bad row to see what happens to them."""
    return _csv_answer("contacts-sample.csv", SAMPLE_ROWS)


def _csv_answer(file_name: str, rows: Sequence[tuple[str, ...]]) -> HttpResponse:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([TEMPLATE_HEADERS, *rows])
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type=CSV_CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
