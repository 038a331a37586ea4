"""What is done in the process in which a file is read: `guarded_reading` asks for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from imports.children.answering import Task, TaskRefusedError
from imports.files import opening
from imports.files.file_refusals import FileRefusedError
from imports.files.reading import Reading, ReadingLimits, ReadingOptions
from imports.files.staging import Watched, preview, stage, unwatched

# A process that is forked from one that has the readers of all formats need not load its own.
opening.load_readers()


def stage_as_asked(
    request: dict[str, Any], progress: Callable[[int], None], watched: Watched = unwatched
) -> Reading:
    """Stage the file of a request that `guarded_reading.stage_request` has made."""
    return stage(
        Path(request["source"]),
        Path(request["target"]),
        ReadingOptions(**request["options"]),
        ReadingLimits(**request["limits"]),
        progress,
        Path(request["excerpt"]) if request["excerpt"] else None,
        watched,
    )


def _stage(request: dict[str, Any], progress: Callable[[int], None]) -> dict[str, Any]:
    return stage_as_asked(request, progress).to_dict()


def _preview(request: dict[str, Any], progress: Callable[[int], None]) -> dict[str, Any]:
    shown = preview(
        Path(request["source"]),
        Path(request["folder"]),
        ReadingOptions(**request["options"]),
        ReadingLimits(**request["limits"]),
    )
    return shown.to_dict()


def or_refused(task: Task) -> Task:
    """`task`, whose refusals of files reach who asked."""

    def run(request: dict[str, Any], progress: Callable[[int], None]) -> Any:
        try:
            return task(request, progress)
        except FileRefusedError as error:
            raise TaskRefusedError(error.reason.to_json()) from None

    return run


TASKS: dict[str, Task] = {"stage": or_refused(_stage), "preview": or_refused(_preview)}
