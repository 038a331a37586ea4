"""How an upload comes in: straight to disk, hashed on the way, and never larger than the limit."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser

from imports.storage.storage_errors import disk_errors

TOO_LARGE_KEY = "imports.upload_too_large"
BODY_CUT_KEY = "imports.body_cut"
"""In `request.META` when the server did not keep the whole body: reading to its end fails."""
FORM_OVERHEAD_BYTES = 100_000  # the other fields and the boundaries around the file
UPLOAD_SUFFIX = ".upload"


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
            # Of a body that was cut, there is no rest to be read and thrown away.
            raise StopUpload(connection_reset=bool(self.request.META.get(BODY_CUT_KEY)))
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    def _note(self) -> None:
        if self.request is not None:
            self.request.META[TOO_LARGE_KEY] = True


class HashedUpload(UploadedFile):
    """A file in UPLOAD_TEMP_DIR that only the portal may read, hashed as it is written; gone when it is closed.

    Storage on the same disk takes it over by renaming it.
    """

    size: int

    def __init__(self, name: str, content_type: str = "") -> None:
        # Its name on disk owes nothing to the name that came with it, whose suffix alone could be too long.
        self._disk = tempfile.NamedTemporaryFile(dir=settings.UPLOAD_TEMP_DIR, suffix=UPLOAD_SUFFIX)  # noqa: SIM115
        self._hash = hashlib.sha256()
        super().__init__(self._disk, name, content_type, size=0)

    @property
    def sha256(self) -> str:
        """Of all bytes written so far, in hexadecimal."""
        return self._hash.hexdigest()

    def append(self, chunk: bytes) -> None:
        with disk_errors():
            self._disk.write(chunk)
        self._hash.update(chunk)
        self.size += len(chunk)

    def temporary_file_path(self) -> str:
        """Where it lies; Django's storage asks for this by this name."""
        return self._disk.name

    def close(self) -> None:
        # Storage may have taken it over, so that there is nothing to remove.
        with suppress(FileNotFoundError):
            self._disk.close()


@contextmanager
def hashed(file: File) -> Iterator[HashedUpload]:
    """`file` itself when it was hashed as it came in; otherwise a copy, hashed on the way and gone after the block."""
    if isinstance(file, HashedUpload):
        yield file
        return
    with HashedUpload("copy") as copy:
        for chunk in file.chunks():
            copy.append(chunk)
        copy.seek(0)
        yield copy


class HashingUploadHandler(FileUploadHandler):
    """Makes a `HashedUpload` of every file that somebody who is signed in sends.

    What is broken off half-way leaves nothing behind.
    """

    file: HashedUpload
    is_parsing = False

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._files: list[HashedUpload] = []

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> Any:
        """Parse the body, with the same handlers.

        A connection that breaks off ends in an exception of which Django tells no handler; it would leave the
        file until the garbage is collected.
        """
        if self.is_parsing or self.request is None:
            return None
        self.is_parsing = True
        try:
            return MultiPartParser(META, input_data, self.request.upload_handlers, encoding).parse()
        except BaseException:
            self.upload_interrupted()
            raise

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        # Pages that strangers may post to, such as the sign-in, must not fill the disk for them.
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            raise SkipFile
        self.file = HashedUpload(self.file_name or "", self.content_type or "")
        self._files.append(self.file)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.append(raw_data)

    def file_complete(self, file_size: int) -> HashedUpload:
        self.file.seek(0)
        return self.file

    def upload_interrupted(self) -> None:
        for file in self._files:
            file.close()
