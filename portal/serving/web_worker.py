"""A process of gunicorn that serves by waitress: `worker_class` of gunicorn.conf.py."""

from __future__ import annotations

import os
import socket
import tempfile
import time
from types import FrameType
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from portal.serving.web_server import (
    PatientServer,
    PatientTcpServer,
    PatientUnixServer,
    RequestLimits,
    room_for_connections,
    settings_for_waitress,
    without_bodies_for_head,
)

LOOK_EVERY_SECONDS = 1.0


class PatientWorker(Worker):
    """Reads and answers for all connections in this thread; `threads` others run the portal."""

    servers: list[PatientServer]

    def run(self) -> None:
        # The application is loaded, and with it the settings.
        from django.conf import settings

        # Bodies in the making lie where uploads do: in the data folder, and not in a /tmp that may be memory.
        tempfile.tempdir = str(settings.UPLOAD_TEMP_DIR)
        limits = RequestLimits(max_upload_bytes=settings.UPLOAD_MAX_BYTES, connections=room_for_connections())
        adjustments = Adjustments(
            **settings_for_waitress(is_behind_proxy=settings.SECURE_PROXY_SSL_HEADER is not None)
        )
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(self.cfg.threads)
        self.connections: dict[int, Any] = {}
        self.servers = [self._listen(one.sock, adjustments, dispatcher, limits) for one in self.sockets]
        while self.alive and os.getppid() == self.ppid:
            self._look()
        self._finish(dispatcher)

    def _listen(
        self,
        listener: socket.socket,
        adjustments: Adjustments,
        dispatcher: ThreadedTaskDispatcher,
        limits: RequestLimits,
    ) -> PatientServer:
        kind = PatientUnixServer if listener.family == socket.AF_UNIX else PatientTcpServer
        server: PatientServer = kind(
            without_bodies_for_head(self.wsgi),
            self.connections,
            _sock=listener,
            dispatcher=dispatcher,
            adj=adjustments,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )
        server.limits = limits
        return server

    def _look(self) -> None:
        wasyncore.loop(LOOK_EVERY_SECONDS, use_poll=True, map=self.connections, count=1)
        self.notify()

    def _finish(self, dispatcher: ThreadedTaskDispatcher) -> None:
        """Answer what has arrived, as far as there is time, and take nothing more."""
        deadline = time.monotonic() + self.cfg.graceful_timeout
        for server in self.servers:
            server.accepting = False  # type: ignore[attr-defined]
            server.del_channel()  # type: ignore[attr-defined]
        while time.monotonic() < deadline and any(server.is_busy for server in self.servers):
            self._look()
        dispatcher.shutdown(timeout=max(0.0, deadline - time.monotonic()))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        for server in getattr(self, "servers", []):
            server.pull_trigger()
