"""A line between a browser and a server, that can be cut for real."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

BLOCK_BYTES = 16_384


class Line:
    """Carries connections to a server at `host` and `port`, until it is cut.

    `sent_bytes` is what the browser has sent over it in all.
    """

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._is_cut = False
        self._room: int | None = None
        self._word: bytes | None = None
        self._holds = False
        self._released = threading.Event()
        self._listener = socket.create_server((host, 0))
        self.sent_bytes = 0
        self.url = f"http://{host}:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break all connections, and every new one."""
        with self._lock:
            self._is_cut = True
            self._room = self._word = None
            broken, self._open = self._open, set()
        for one in broken:
            _close(one)

    def cut_after(self, count: int) -> None:
        """Cut the line once the browser has sent `count` more bytes."""
        self._room = count

    def cut_at(self, word: bytes) -> None:
        """Cut the line once the browser sends `word`, which the server does not get."""
        self._word = word

    def hold_after(self, count: int) -> None:
        """Have the connection over which the browser sends its byte number `count` from now wait for `mend`."""
        self._released = threading.Event()
        self._room, self._holds = count, True

    def mend(self) -> None:
        with self._lock:
            self._is_cut = False
        self._released.set()

    def close(self) -> None:
        _close(self._listener)
        self.cut()
        self._released.set()

    def _accept(self) -> None:
        while True:
            try:
                browser = self._listener.accept()[0]
            except OSError:
                return
            if self._is_cut:
                _close(browser)
                continue
            server = socket.create_connection(self._server)
            with self._lock:
                self._open |= {browser, server}
            threading.Thread(target=self._carry, args=(browser, server, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, browser, False), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, is_browser: bool) -> None:
        with suppress(OSError):
            while data := source.recv(BLOCK_BYTES):
                if is_browser:
                    self._look_at(data)
                target.sendall(data)
        for one in (source, target):
            _close(one)
        with self._lock:
            self._open -= {source, target}

    def _look_at(self, data: bytes) -> None:
        self.sent_bytes += len(data)
        if self._word is not None and self._word in data:
            self.cut()
        if self._room is None:
            return
        self._room -= len(data)
        if self._room > 0:
            return
        self._room = None
        if self._holds:
            self._holds = False
            self._released.wait()
        else:
            self.cut()


def _close(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
