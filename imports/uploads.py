"""Keeps an upload from growing past the limit while it is still coming in."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

TOO_LARGE_KEY = "imports.upload_too_large"
FORM_OVERHEAD_BYTES = 100_000  # the other fields and the boundaries around the file


class SizeLimitUploadHandler(FileUploadHandler):
    """Stops an upload of more than UPLOAD_MAX_BYTES and notes it in `request.META[TOO_LARGE_KEY]`.

    The rest of the body is read and thrown away, so that the browser gets a page instead of a broken connection.
    """

    received_bytes = 0

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, *rest: Any
    ) -> None:
        if content_length > settings.UPLOAD_MAX_BYTES + FORM_OVERHEAD_BYTES:
            self._note()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received_bytes += len(raw_data)
        if self.received_bytes > settings.UPLOAD_MAX_BYTES:
            self._note()
        if self.request is not None and self.request.META.get(TOO_LARGE_KEY):
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    def _note(self) -> None:
        if self.request is not None:
            self.request.META[TOO_LARGE_KEY] = True
