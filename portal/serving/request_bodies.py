"""The body of a request while it arrives: small ones from anybody, large ones from those who are signed in."""

from __future__ import annotations

import io
from typing import Any, BinaryIO

from waitress.buffers import OverflowableBuffer
from waitress.parser import HTTPRequestParser
from waitress.utilities import Error

from imports.storage.uploads import FORM_OVERHEAD_BYTES

FREE_BODY_BYTES = 256_000
"""The largest body that is taken from whoever sends one; every form but an upload is smaller."""

KEPT_BYTES = 1_000_000
"""What is kept of a body that is too large, so that the portal can tell who sent it and answer with a page."""

UNKNOWN_BYTES = -1


class DiskFullError(Error):
    """The disk could not take the body of a request."""

    code = 503
    reason = "Service Unavailable"


class CutBody(io.RawIOBase):
    """A body whose end was not kept: reading what is missing fails, so that nobody takes the rest for the whole."""

    def __init__(self, kept: BinaryIO) -> None:
        super().__init__()
        self._kept = kept

    def read(self, size: int | None = -1, /) -> bytes:
        data = self._kept.read(-1 if size is None else size)
        if size is None or size < 0 or len(data) < size:
            raise OSError("the rest of the body was not kept")
        return data

    def readline(self, size: int | None = -1, /) -> bytes:
        line = self._kept.readline(-1 if size is None else size)
        if not line.endswith(b"\n") and (size is None or size < 0 or len(line) < size):
            raise OSError("the rest of the body was not kept")
        return line


class BodyBuffer(OverflowableBuffer):
    """Keeps up to `limit_bytes` of a body, in memory while it is small and else in a file that has no name.

    What comes after is thrown away and makes it `is_cut`. `disk_failed` says that the file could not be written.
    """

    def __init__(self, memory_bytes: int, limit_bytes: int) -> None:
        super().__init__(memory_bytes)
        self.limit_bytes = limit_bytes
        self.is_cut = False
        self.disk_failed = False

    def append(self, data: bytes) -> None:
        if self.disk_failed or self.is_cut:
            return
        if len(self) + len(data) > self.limit_bytes:
            self.is_cut = True
            return
        try:
            super().append(data)
        except OSError:
            self.disk_failed = True


class RequestParser(HTTPRequestParser):
    """A request while it arrives. `limits` are those of its server (`web_server.RequestLimits`)."""

    buffer: BodyBuffer | None = None
    error: Error | None = None
    is_admitted = False

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.body_rcv is not None:
            self.buffer = BodyBuffer(self.adj.inbuf_overflow, FREE_BODY_BYTES)
            self.body_rcv.buf = self.buffer

    @property
    def announced_bytes(self) -> int:
        """How large the body is going to be; UNKNOWN_BYTES when it comes in chunks."""
        return UNKNOWN_BYTES if self.chunked else self.content_length

    @property
    def needs_admission(self) -> bool:
        """Whether its body is larger than is taken from whoever sends one."""
        if self.buffer is None or self.is_admitted or self.error:
            return False
        return self.chunked or self.content_length > FREE_BODY_BYTES

    def admit(self, max_upload_bytes: int) -> None:
        """Take the body as a whole, if it is no larger than the portal takes."""
        self.is_admitted = True
        max_bytes = max_upload_bytes + FORM_OVERHEAD_BYTES
        is_too_large = self.announced_bytes > max_bytes
        if self.buffer is not None:
            self.buffer.limit_bytes = KEPT_BYTES if is_too_large else max_bytes

    def refuse(self) -> None:
        """Go on with what is there of the body, and read no more from this connection."""
        if self.buffer is not None:
            self.buffer.is_cut = True
        self.completed = True
        self.headers["CONNECTION"] = "close"

    def received(self, data: bytes) -> int:
        consumed = int(super().received(data))
        if self.buffer is not None and self.buffer.disk_failed and not self.error:
            self.error = DiskFullError("The disk is full.")
            self.completed = True
        return consumed

    @property
    def is_cut(self) -> bool:
        return self.buffer is not None and self.buffer.is_cut

    def get_body_stream(self) -> Any:
        stream = super().get_body_stream()
        if not self.is_cut:
            return stream
        # Not the length of what was kept: whoever reads must come to the cut.
        missing = max(self.content_length, self.body_bytes_received, len(self.buffer or b"") + 1)
        self.headers["CONTENT_LENGTH"] = str(missing)
        return CutBody(stream)
