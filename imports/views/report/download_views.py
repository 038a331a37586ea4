"""The files of a report: CSV is sent as it is made; what a worker makes has a page to wait at."""

from pathlib import PurePath
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from imports.access import get_job_to_download
from imports.audit.recording import record
from imports.jobs.download import (
    TOO_MANY_COLUMNS,
    can_be_downloaded,
    find_download,
    open_download,
    repeat_download,
    request_download,
    rows_of,
)
from imports.jobs.download_stream import stream_csv
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
    """The rows of a bucket, or all of them, as a file; one that is still to be made has a page that says so."""
    job = _job_with_report(request, job_id, selection, file_format)
    answer = _made(job, selection, file_format)
    if answer is None and file_format == "csv":
        answer = _made_meanwhile(request, job, selection)
    if answer is None:
        request_download(job, selection, file_format)
        return redirect("imports:download-page", job_id, selection, file_format)
    if request.method == "GET":
        try:
            record("report_downloaded", by=request.user, on=job, rows=selection, format=file_format)
        except BaseException:
            answer.close()
            raise
    name = download_name(job, selection, file_format)
    answer.headers["Content-Type"] = CONTENT_TYPES[file_format]
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


def _made(job: UploadJob, selection: str, file_format: str) -> HttpResponseBase | None:
    made = find_download(job, selection, file_format)
    if made is None:
        return None
    try:
        return FileResponse(open_download(made))
    except FileNotFoundError:
        return None


def _made_meanwhile(request: PortalRequest, job: UploadJob, selection: str) -> HttpResponseBase | None:
    if request.method == "HEAD":
        return HttpResponse()
    stream = stream_csv(job, selection)
    return None if stream is None else StreamingHttpResponse(stream)


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
    return request_download(_job_with_report(request, job_id, selection, file_format), selection, file_format)


def _job_with_report(request: PortalRequest, job_id: UUID, selection: str, file_format: str) -> UploadJob:
    job = get_job_to_download(request.user, job_id)
    if selection not in SELECTIONS or file_format not in EXPORTERS or not can_be_downloaded(job):
        raise Http404
    return job


def download_name(job: UploadJob, selection: str, file_format: str) -> str:
    """For example `contacts-refused.csv`."""
    rows = "report" if selection == ALL_ROWS else selection.replace("_", "-")
    return f"{PurePath(job.file_name).stem}-{rows}.{file_format}"
