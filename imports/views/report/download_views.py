"""The files of a report: made by a worker, with a page to wait at, and sent once they are there."""

from pathlib import PurePath
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from imports.access import get_visible_job
from imports.jobs.download import (
    TOO_MANY_COLUMNS,
    can_be_downloaded,
    open_download,
    repeat_download,
    request_download,
    rows_of,
)
from imports.models import ReportDownload, UploadJob
from imports.reports.export import CONTENT_TYPES, EXPORTERS
from imports.reports.report_rows import ALL_ROWS, SELECTIONS
from imports.states import DownloadState
from imports.views.wizard import REPORT, wizard_steps
from portal.requests import PortalRequest

HEADINGS = {
    DownloadState.WAITING: gettext_lazy("Your download is being made"),
    DownloadState.RUNNING: gettext_lazy("Your download is being made"),
    DownloadState.DONE: gettext_lazy("Your download is ready"),
    DownloadState.FAILED: gettext_lazy("Your download could not be made"),
}


@require_safe
def download(request: PortalRequest, job_id: UUID, selection: str, file_format: str) -> HttpResponseBase:
    """The rows of a bucket, or all of them, as a file; until it is made, the page that says so."""
    wanted = _wanted(request, job_id, selection, file_format)
    if wanted.state == DownloadState.DONE:
        try:
            file = open_download(wanted)
        except FileNotFoundError:
            # Gone since it was looked for: the page asks for it anew.
            pass
        else:
            name = download_name(wanted.job, selection, file_format)
            kind = CONTENT_TYPES[file_format]
            return FileResponse(file, as_attachment=True, filename=name, content_type=kind)
    return redirect("imports:download-page", job_id, selection, file_format)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PortalRequest, job_id: UUID, selection: str, file_format: str) -> HttpResponse:
    """How far a file has come. Asked again by htmx, it answers with its middle part, or that nothing has changed.

    POST has one that could not be made tried again.
    """
    wanted = _wanted(request, job_id, selection, file_format)
    url = reverse("imports:download-page", args=[job_id, selection, file_format])
    if request.method == "POST":
        repeat_download(wanted)
        return redirect(url)
    seen = f"{wanted.state}-{wanted.rows_done}"
    if request.htmx and request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    context = {
        "job": wanted.job,
        "heading": HEADINGS[DownloadState(wanted.state)],
        "download": wanted,
        "file_name": download_name(wanted.job, selection, file_format),
        "rows_total": rows_of(wanted),
        "is_under_way": wanted.state in {DownloadState.WAITING, DownloadState.RUNNING},
        "has_too_many_columns": wanted.failure_code == TOO_MANY_COLUMNS,
        "poll_url": f"{url}?seen={seen}",
        "page_url": url,
    }
    if request.htmx:
        return render(request, "imports/report/download_state.html", context)
    return render(
        request, "imports/report/download.html", {**context, "steps": wizard_steps(wanted.job, REPORT)}
    )


def _wanted(request: PortalRequest, job_id: UUID, selection: str, file_format: str) -> ReportDownload:
    job = get_visible_job(request.user, job_id)
    if selection not in SELECTIONS or file_format not in EXPORTERS or not can_be_downloaded(job):
        raise Http404
    return request_download(job, selection, file_format)


def download_name(job: UploadJob, selection: str, file_format: str) -> str:
    """For example `contacts-refused.csv`."""
    rows = "report" if selection == ALL_ROWS else selection.replace("_", "-")
    return f"{PurePath(job.file_name).stem}-{rows}.{file_format}"
