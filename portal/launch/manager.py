"""Runs the portal's processes together: one prefixed stream of output, and when one ends, all end.

A thin layer over honcho. It adds what honcho leaves out: quiet output, an end that may be asked for
while processes are still starting, and processes that do not outlive a launcher that was killed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from honcho.manager import SYSTEM_PRINTER_NAME, Manager
from honcho.printer import Message, Printer
from honcho.process import Popen, Process

from imports.children.processes import die_with_parent, end_with_parent


class QuietPrinter(Printer):
    """Shows what the processes say, and of honcho's own lines only that a process has stopped."""

    def write(self, message: Message) -> None:
        if message.name != SYSTEM_PRINTER_NAME or " stopped " in message.data:
            super().write(message)


class PopenDyingWithParent(Popen):
    def __init__(self, command: str, **options: Any) -> None:
        super().__init__(command, preexec_fn=end_with_parent, **options)


class ProcessDyingWithParent(Process):
    """A process whose reader dies with the launcher, and whose command ends with its reader."""

    def __init__(self, command: str, **options: Any) -> None:
        super().__init__(command, **options)
        self._child_ctor = PopenDyingWithParent

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        die_with_parent()
        super().run(events, ignore_signals)


class PortalManager(Manager):
    """Starts every added process, calls `on_started` when all have a pid, and is done when all have ended."""

    def __init__(self, on_started: Callable[[], None]) -> None:
        super().__init__(QuietPrinter())
        self._process_ctor = ProcessDyingWithParent
        self._on_started = on_started
        self._have_started = False
        self._end_is_wanted = False

    @property
    def session_ids(self) -> list[int]:
        """One id for each process started: honcho makes every one the leader of a session of its own."""
        return [entry["pid"] for entry in self._processes.values() if "pid" in entry]

    def terminate(self) -> None:
        # honcho signals by pid and fails on a process that has not reported its own yet.
        if self._have_started:
            super().terminate()
        else:
            self._end_is_wanted = True

    def _all_started(self) -> bool:
        if not self._have_started and super()._all_started():
            self._have_started = True
            self._on_started()
            if self._end_is_wanted:
                self.terminate()
        return self._have_started
