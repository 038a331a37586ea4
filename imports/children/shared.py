"""The template that this process uses, and all that fork from it later: each holds the other end of its control.

The template ends when none of them is left. It is started when it is first wanted, and one that is gone is replaced.
"""

import os
import select
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from imports.children import processes

MAX_START = 60.0
"""Seconds until a child has shown up. A template that takes longer is given up, and not the request."""

UntilReadable = Callable[[socket.socket, float], bool]
"""Waits for so many seconds at most until a socket can be read; says whether it can. It may raise instead."""


class NoTemplateError(Exception):
    """No process could be forked from a template."""


@dataclass(frozen=True, slots=True)
class ForkedChild:
    """A child of the template's; `process` and `lifeline` are descriptors."""

    channel: socket.socket
    process: int
    lifeline: int

    def end(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.process, signal.SIGKILL)
        ended = select.poll()
        ended.register(self.process, select.POLLIN)
        ended.poll()
        self.channel.close()
        os.close(self.process)
        os.close(self.lifeline)


class _Held:
    """A template as far as this process holds it."""

    def __init__(self) -> None:
        self.environment = processes.environment()
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control.settimeout(MAX_START)
        with theirs:
            # A group of its own: who ends the group of a worker lets the process that is at work finish it.
            self.process = processes.new_python("imports.children.template", channel=theirs, process_group=0)

    @property
    def is_fit(self) -> bool:
        """Whether it is there, and what it gives to its children is what they are to have."""
        gone = select.poll()
        gone.register(self.control, 0)
        return not gone.poll(0) and self.environment == processes.environment()


class SharedTemplate:
    """Forks children from a template, for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._left: list[subprocess.Popen[bytes]] = []

    def have(self) -> None:
        """Have a template, which is shared with processes that fork from this one. Raises OSError."""
        with self._lock:
            self._fit()

    def fork(self, module: str, until_readable: UntilReadable) -> ForkedChild:
        """A new child for a request to `module`. Raises NoTemplateError, OSError, and what `until_readable` does."""
        channel, theirs = socket.socketpair()
        broken, lifeline = os.pipe()
        try:
            with theirs, self._lock:
                held = self._fit()
                socket.send_fds(held.control, [module.encode()], [theirs.fileno(), broken])
            if not until_readable(channel, MAX_START):
                self._give_up(held)
                raise NoTemplateError
            told, descriptors, _, _ = socket.recv_fds(channel, 1, 1)
            if not told or not descriptors:
                raise NoTemplateError
        except BaseException:
            # One that comes too late finds its lifeline broken, and nobody who has a request.
            channel.close()
            os.close(lifeline)
            raise
        finally:
            os.close(broken)
        return ForkedChild(channel, descriptors[0], lifeline)

    def after_fork(self) -> None:
        """In a process that has just been forked, in which no other thread is left to give the lock back."""
        self._lock = threading.Lock()

    def _fit(self) -> _Held:
        if self._held and not self._held.is_fit:
            self._leave(self._held)
        if self._held is None:
            self._held = _Held()
        return self._held

    def _give_up(self, held: _Held) -> None:
        with self._lock:
            if held is self._held:
                self._leave(held)

    def _leave(self, held: _Held) -> None:
        """It ends when all others leave it, too."""
        held.control.close()
        self._held = None
        self._left = [process for process in (*self._left, held.process) if process.poll() is None]


SHARED = SharedTemplate()
os.register_at_fork(after_in_child=SHARED.after_fork)
