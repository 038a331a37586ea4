"""Reads files in a process of their own, with limits on memory and time, so that none can harm the server.

A file that makes its reader run out of either, or brings it down, ends as a FileRefusedError like any other that
cannot be read; whoever asked goes on.
"""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from imports.children.asking import (
    ChildDefeatedError,
    ChildFaultError,
    ChildLimits,
    ChildOutOfMemoryError,
    ChildOutOfTimeError,
    ChildRefusedError,
    ask_child,
)
from imports.files.file_refusals import FileRefusedError, refusal
from imports.files.reading import DEFAULT_LIMITS, NO_OPTIONS, Preview, Reading, ReadingLimits, ReadingOptions
from imports.messages import Message

ReaderLimits = ChildLimits
ReaderFaultError = ChildFaultError
DEFAULT_READER_LIMITS = ReaderLimits()
MODULE = "imports.files.reading_process"


def stage_guarded(
    source: Path,
    target: Path,
    options: ReadingOptions = NO_OPTIONS,
    limits: ReadingLimits = DEFAULT_LIMITS,
    progress: Callable[[int], None] | None = None,
    excerpt: Path | None = None,
    reader_limits: ReaderLimits = DEFAULT_READER_LIMITS,
) -> Reading:
    """`staging.stage` in a process of its own. Raises FileRefusedError, OSError when the disk has
    no room or fails, or ReaderFaultError for a fault of ours."""
    request = stage_request(source, target, options, limits, excerpt)
    return Reading.from_dict(ask_reader(request, reader_limits, progress))


def stage_request(
    source: Path, target: Path, options: ReadingOptions, limits: ReadingLimits, excerpt: Path | None
) -> dict[str, Any]:
    """What a process is asked that stages a file; see `staging.stage`."""
    return {
        "task": "stage",
        "source": str(source.absolute()),
        "target": str(target.absolute()),
        "excerpt": str(excerpt.absolute()) if excerpt else None,
        "options": asdict(options),
        "limits": asdict(limits),
    }


def preview_guarded(
    source: Path,
    folder: Path,
    options: ReadingOptions = NO_OPTIONS,
    limits: ReadingLimits = DEFAULT_LIMITS,
    reader_limits: ReaderLimits = DEFAULT_READER_LIMITS,
) -> Preview:
    """`staging.preview` in a process of its own. Raises what `stage_guarded` raises."""
    request = {
        "task": "preview",
        "source": str(source.absolute()),
        "folder": str(folder.absolute()),
        "options": asdict(options),
        "limits": asdict(limits),
    }
    return Preview.from_dict(ask_reader(request, reader_limits, None))


def ask_reader(
    request: dict[str, Any],
    reader_limits: ReaderLimits,
    progress: Callable[[int], None] | None,
    module: str = MODULE,
) -> dict[str, Any]:
    """What a process of `module` that reads files answers to `request`. Raises what `stage_guarded` raises."""
    try:
        answer: dict[str, Any] = ask_child(module, request, reader_limits, progress)
    except ChildRefusedError as error:
        raise FileRefusedError(Message.from_json(error.values)) from None
    except ChildOutOfTimeError:
        raise refusal("reader_out_of_time", seconds=reader_limits.max_seconds) from None
    except ChildOutOfMemoryError:
        raise refusal("reader_out_of_memory") from None
    except ChildDefeatedError:
        raise refusal("reader_defeated") from None
    return answer
