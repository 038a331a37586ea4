"""The page for a storage or a disk that cannot be used just now: no fault of the portal's, and soon over."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from imports.storage.artefacts import StorageUnavailableError

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 30


class StorageUnavailableMiddleware:
    """Answers with 503 and words where a page could not have its files."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, StorageUnavailableError):
            return None
        logger.error("a page could not have its files: %s", exception)
        response = render(request, "503.html", status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
