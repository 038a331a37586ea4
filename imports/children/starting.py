"""Starts the processes that `asking` asks: forked from a template where that can be had, otherwise on their own.

A new Python that imports Polars and all that a check needs takes more than a second before the first row. A template
(a fork server, `template`) has done that once, and forks within some milliseconds.
"""

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from imports.children import processes
from imports.children.processes import Child
from imports.children.shared import SHARED, NoTemplateError, UntilReadable

logger = logging.getLogger(__name__)


def _has_pidfd() -> bool:
    """Whether there are descriptors of processes here, by which children of a template are ended."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return True


HAS_TEMPLATES = sys.platform == "linux" and _has_pidfd()


@dataclass(frozen=True, slots=True)
class SpawnedChild:
    """A process that was started for one request, and imports what it needs itself."""

    channel: socket.socket
    process: subprocess.Popen[bytes]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.channel.close()


@contextmanager
def started(module: str, until_readable: UntilReadable) -> Iterator[Child]:
    """A process for a request to `module`; it does not outlive the block."""
    child = _forked(module, until_readable) or _spawned(module)
    try:
        yield child
    finally:
        child.end()


def share_template() -> None:
    """Have a template that the processes which fork from this one share. Without one they manage, too."""
    if HAS_TEMPLATES:
        try:
            SHARED.have()
        except OSError as error:
            logger.warning("no template could be started: %s", type(error).__name__)


def _forked(module: str, until_readable: UntilReadable) -> Child | None:
    if not HAS_TEMPLATES:
        return None
    try:
        return SHARED.fork(module, until_readable)
    except (NoTemplateError, OSError) as error:
        logger.warning("%s: forked from no template: %s", module, type(error).__name__)
        return None


def _spawned(module: str) -> Child:
    channel, theirs = socket.socketpair()
    with theirs:
        process = processes.new_python("imports.children", module, str(os.getpid()), channel=theirs)
    return SpawnedChild(channel, process)
