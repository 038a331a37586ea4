"""What pages answer that cannot have their files: the storage or a disk cannot be used just now, or the files have been
removed because they were kept for long enough."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from imports.access import RowsRemovedError
from imports.models import UploadJob
from imports.storage.artefacts import StorageUnavailableError

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 30


class StorageUnavailableMiddleware:
    """Answers with 503 and words where a page could not have its files, and leads to the report, which says that they
    have been removed, where that is why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, RowsRemovedError):
            return redirect("imports:report", exception.job_id)
        if isinstance(exception, FileNotFoundError):
            return _removed_meanwhile(request)
        if not isinstance(exception, StorageUnavailableError):
            return None
        logger.error("a page could not have its files: %s", exception)
        response = render(request, "503.html", status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response


def _removed_meanwhile(request: HttpRequest) -> HttpResponse | None:
    """The way to the report, where the rows of the job that a page is about went while it was being made."""
    job_id = request.resolver_match.kwargs.get("job_id") if request.resolver_match else None
    if job_id is None:
        return None
    removed = UploadJob.objects.filter(pk=job_id, rows_removed_at__isnull=False)
    return redirect("imports:report", job_id) if removed.exists() else None
