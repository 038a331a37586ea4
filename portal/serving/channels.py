"""One connection: a request that arrives in time is handed to a thread, and its answer is sent as it is taken."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from imports.storage.uploads import BODY_CUT_KEY
from portal.serving.admission import is_signed_in
from portal.serving.request_bodies import RequestParser

if TYPE_CHECKING:
    from portal.serving.web_server import RequestLimits

FLUSH_BYTES = 1_000_000
"""What one connection is sent before the others have their turn."""

READ_AHEAD_BYTES = 256_000


class RequestTask(WSGITask):
    """A request in a thread of the portal."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        if self.request.is_cut:
            environ[BODY_CUT_KEY] = True
        return environ


class Admission:
    """Asks, in a thread of the portal, whether the sender of a large body may send it."""

    def __init__(self, channel: Channel, request: RequestParser) -> None:
        self._channel = channel
        self._request = request

    def service(self) -> None:
        may_send = False
        try:
            may_send = is_signed_in(self._request.headers.get("COOKIE", ""))
        finally:
            self._channel.decide(self._request, may_send)

    def cancel(self) -> None:
        self._channel.cancel()


class Channel(HTTPChannel):
    """A connection of a `web_server.PatientServer`."""

    task_class = RequestTask
    parser_class = RequestParser
    request: RequestParser | None
    sendbuf_len: int

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Files are read this much at a time; a socket's buffer can be many times what it takes.
        self.sendbuf_len = min(self.sendbuf_len, READ_AHEAD_BYTES)
        self.is_being_admitted = False
        self.waits_since = self.creation_time
        self._may_flush = FLUSH_BYTES

    def readable(self) -> bool:
        return not self.is_being_admitted and bool(super().readable())

    def received(self, data: bytes) -> bool:
        if self.request is None and not self.requests:
            self.waits_since = time.time()
        is_taken = bool(super().received(data))
        with self.requests_lock:
            request = self.request
            if request is None or not request.headers_finished or not request.needs_admission:
                return is_taken
            self.is_being_admitted = True
        self.server.add_task(Admission(self, request))
        return is_taken

    def decide(self, request: RequestParser, may_send: bool) -> None:
        """Go on with a large body, or answer without it. Called in a thread of the portal."""
        with self.requests_lock:
            if may_send:
                request.admit(self.server.limits.max_upload_bytes)
            elif self.request is request:
                request.refuse()
                self.request = None
                self.requests.append(request)
                self.server.add_task(self)
            self.last_activity = time.time()
            self.is_being_admitted = False
        self.server.pull_trigger()

    def service(self) -> None:
        super().service()
        self.waits_since = time.time()

    def handle_write(self) -> None:
        self._may_flush = FLUSH_BYTES
        super().handle_write()

    def send(self, data: bytes, do_close: bool = True) -> int:
        if self._may_flush <= 0:
            return 0
        sent = int(super().send(data, do_close=do_close) or 0)
        self._may_flush -= sent
        return sent

    @property
    def is_served(self) -> bool:
        """Whether a thread of the portal is at it, or is going to be."""
        return bool(self.requests) or self.is_being_admitted

    def is_late(self, now: float, limits: RequestLimits) -> bool:
        """Whether what is waited for should have come by now."""
        if self.is_served:
            return False
        if self.total_outbufs_len:
            return now - self.last_activity > limits.stalled_seconds
        if self.request is None:
            longest = limits.header_seconds if not self._has_answered else limits.idle_seconds
            return now - self.waits_since > longest
        if not self.request.headers_finished:
            return now - self.waits_since > limits.header_seconds
        if not self.request.is_admitted and now - self.waits_since > limits.small_body_seconds:
            return True
        return now - self.last_activity > limits.stalled_seconds

    @property
    def _has_answered(self) -> bool:
        return self.waits_since > self.creation_time

    @property
    def dispensability(self) -> tuple[int, float]:
        """For an order in which connections are given up when there are too many, the first one first.

        Those between two requests; those whose request has not come to its end, the oldest first; those that take an
        answer, or send a file that they may send. Those that a thread is at are not given up.
        """
        if self.request is not None and self.request.is_admitted:
            return 3, self.last_activity
        if self.total_outbufs_len:
            return 2, self.last_activity
        return (1 if self.request is not None or not self._has_answered else 0), self.waits_since
