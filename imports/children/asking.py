"""Has work done in a process of its own, with limits on memory and time, so that no file can harm the server.

Whatever makes such a process run out of either, or brings it down, ends as a `ChildDefeatedError`; whoever asked goes
on. The process knows nothing of the portal's secrets: it is given no environment but what running needs, and dies with
the process that started it. What it does is in its module, whose TASKS name it; `starting` says where it comes from.
"""

import errno
import json
import math
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from imports.children.starting import started

_PIECE_BYTES = 65_536
# What is nobody's fault and passes: no room, or a disk that fails.
DISK_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE})

LOOK_EVERY_SECONDS = 1.0
"""How often `progress` is called while there is no news."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """What the process may take: bytes of private memory, and seconds from its start to its end."""

    max_memory_bytes: int = 4_000_000_000
    max_seconds: float = 900.0


DEFAULT_LIMITS = ChildLimits()


class ChildDefeatedError(Exception):
    """The process ended without an answer. `rows` is how far it had come."""

    def __init__(self, rows: int = 0) -> None:
        super().__init__(rows)
        self.rows = rows


class ChildOutOfTimeError(ChildDefeatedError):
    """It took longer than it may, and was ended."""


class ChildOutOfMemoryError(ChildDefeatedError):
    """It wanted more memory than it may have."""


class ChildRefusedError(Exception):
    """The task said no: `values` are what it said, see `answering.TaskRefusedError`."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(*values)
        self.values = values


class ChildFaultError(Exception):
    """It has a fault: it raised what it should not. The text is the kind of exception and its places."""


def ask_child(
    module: str, request: dict[str, Any], limits: ChildLimits, progress: Progress | None = None
) -> Any:
    """What a new process answers to `request`, which is JSON-safe and names one of the TASKS of `module`: its `task`.

    `progress` is told how many rows are done, and the same again every `LOOK_EVERY_SECONDS` while nothing is heard;
    what it raises ends the process. Raises ChildDefeatedError, ChildRefusedError, ChildFaultError, or OSError when the
    disk has no room or fails.
    """
    waiting = _Waiting(limits, progress)
    with started(module, waiting.until_readable) as child:
        waiting.tell(child.channel, {**request, "max_memory_bytes": limits.max_memory_bytes})
        for line in waiting.lines(child.channel):
            kind, value = next(iter(json.loads(line).items()))
            if kind == "progress":
                waiting.rows = value
                waiting.look()
            elif kind == "result":
                return value
            elif kind == "refusal":
                raise ChildRefusedError(value)
            elif kind == "out_of_memory":
                raise ChildOutOfMemoryError(waiting.rows)
            elif value["errno"] in DISK_ERRNOS:
                raise OSError(value["errno"], errno.errorcode[value["errno"]])
            else:
                raise ChildFaultError(f"{value['kind']} at {' < '.join(reversed(value['places']))}")
        raise ChildDefeatedError(waiting.rows)


class _Waiting:
    """Waits for a process as long as its time lasts. All it does raises ChildOutOfTimeError when that is over."""

    def __init__(self, limits: ChildLimits, progress: Progress | None) -> None:
        self.rows = 0
        self._deadline = time.monotonic() + limits.max_seconds
        self._progress = progress

    def look(self) -> None:
        if self._progress:
            self._progress(self.rows)

    def until_readable(self, channel: socket.socket, seconds: float = math.inf) -> bool:
        """Whether `channel` can be read within `seconds`; `progress` is told now and then until it can."""
        until = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(channel, selectors.EVENT_READ)
            while not selector.select(min(self._left(), LOOK_EVERY_SECONDS)):
                self.look()
                if time.monotonic() > until:
                    return False
        return True

    def tell(self, channel: socket.socket, request: dict[str, Any]) -> None:
        """Send `request`, which may be longer than what is taken at once."""
        channel.settimeout(self._left())
        try:
            channel.sendall(json.dumps(request).encode() + b"\n")
        except TimeoutError:
            raise ChildOutOfTimeError(self.rows) from None
        except (BrokenPipeError, ConnectionResetError):
            # A process that died at once gives no answer, and that is noticed where answers are awaited.
            return

    def lines(self, channel: socket.socket) -> Iterator[bytes]:
        """The lines that come by `channel`, without one that the process died over."""
        begun: list[bytes] = []
        while self.until_readable(channel):
            try:
                data = channel.recv(_PIECE_BYTES)
            except ConnectionResetError:  # it died before it had read all
                return
            if not data:
                return
            first, *others = data.split(b"\n")
            begun.append(first)
            for other in others:
                yield b"".join(begun)
                begun = [other]

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise ChildOutOfTimeError(self.rows)
        return left
