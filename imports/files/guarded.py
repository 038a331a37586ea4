"""Reads files in a process of their own, with limits on memory and time, so that none can harm the server.

A file that makes its reader run out of either, or brings it down, ends as a FileRefusedError like any other that
cannot be read; whoever asked goes on. The process knows nothing of the portal's secrets: it is given no
environment but what running needs, and dies with the process that started it.
"""

import errno
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from imports.files.reading import DEFAULT_LIMITS, NO_OPTIONS, Limits, Preview, Reading, ReadingOptions
from imports.files.refusals import FileRefusedError, refusal

_ROOT = Path(__file__).resolve().parents[2]
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "POLARS_MAX_THREADS", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
# What is nobody's fault and passes: no room, or a disk that fails.
DISK_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE})


@dataclass(frozen=True, slots=True)
class ReaderLimits:
    """What the process may take: bytes of private memory, and seconds from its start to its end."""

    max_memory_bytes: int = 4_000_000_000
    max_seconds: float = 900.0


class ReaderFaultError(Exception):
    """The reader has a fault: it raised what it should not. The text is the kind of exception and its places."""


def stage_guarded(
    source: Path,
    target: Path,
    options: ReadingOptions = NO_OPTIONS,
    limits: Limits = DEFAULT_LIMITS,
    progress: Callable[[int], None] | None = None,
    excerpt: Path | None = None,
    reader_limits: ReaderLimits = ReaderLimits(),
) -> Reading:
    """`staging.stage` in a process of its own. Raises FileRefusedError, OSError when the disk has
    no room or fails, or ReaderFaultError for a fault of ours."""
    request = {
        "task": "stage",
        "source": str(source.absolute()),
        "target": str(target.absolute()),
        "excerpt": str(excerpt.absolute()) if excerpt else None,
        **_settings(options, limits, reader_limits),
    }
    return Reading.from_dict(_ask(request, reader_limits, progress))


def preview_guarded(
    source: Path,
    folder: Path,
    options: ReadingOptions = NO_OPTIONS,
    limits: Limits = DEFAULT_LIMITS,
    reader_limits: ReaderLimits = ReaderLimits(),
) -> Preview:
    """`staging.preview` in a process of its own. Raises what `stage_guarded` raises."""
    request = {
        "task": "preview",
        "source": str(source.absolute()),
        "folder": str(folder.absolute()),
        **_settings(options, limits, reader_limits),
    }
    return Preview.from_dict(_ask(request, reader_limits, None))


def _settings(options: ReadingOptions, limits: Limits, reader_limits: ReaderLimits) -> dict[str, Any]:
    return {
        "options": asdict(options),
        "limits": asdict(limits),
        "max_memory_bytes": reader_limits.max_memory_bytes,
        "parent": os.getpid(),
    }


def _ask(
    request: dict[str, Any], reader_limits: ReaderLimits, progress: Callable[[int], None] | None
) -> dict[str, Any]:
    """What a reader answers to `request`."""
    with _reader() as process, _killed_after(process, reader_limits.max_seconds) as is_late:
        _tell(process, request)
        for line in process.stdout or ():
            if not line.endswith(b"\n"):
                break  # It died while it spoke.
            kind, value = next(iter(json.loads(line).items()))
            if kind == "progress":
                if progress:
                    progress(value)
            elif kind == "result":
                return value
            elif kind == "refusal":
                raise FileRefusedError(**value)
            elif value["errno"] in DISK_ERRNOS:
                raise OSError(value["errno"], errno.errorcode[value["errno"]])
            else:
                raise ReaderFaultError(f"{value['kind']} at {' < '.join(reversed(value['places']))}")
        if is_late.is_set():
            raise refusal("reader_out_of_time", seconds=reader_limits.max_seconds)
        raise refusal("reader_defeated")


def _tell(process: subprocess.Popen[bytes], request: dict[str, Any]) -> None:
    # A reader that died at once gives no answer, and that is noticed where answers are awaited.
    with suppress(BrokenPipeError), process.stdin or nullcontext() as requests:
        if requests:
            requests.write(json.dumps(request).encode())


@contextmanager
def _reader() -> Iterator[subprocess.Popen[bytes]]:
    """A reader that waits for its request; it does not outlive the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "imports.files.child"],
        cwd=_ROOT,
        env={name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A library that gives up says why, and may quote a cell.
        stderr=subprocess.DEVNULL,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def _killed_after(process: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
    """Kills `process` when the block takes longer than `seconds`; the event tells that it did."""
    is_late = threading.Event()

    def kill() -> None:
        is_late.set()
        process.kill()

    timer = threading.Timer(seconds, kill)
    timer.daemon = True
    timer.start()
    try:
        yield is_late
    finally:
        timer.cancel()
