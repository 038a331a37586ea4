"""The process in which a file is read: `python -m imports.files.child`, started by `guarded`.

It takes one request as JSON on its standard input and answers with lines of JSON on its standard output:
`{"progress": rows}` any number of times, then one of `{"result": …}`, `{"refusal": {…}}`, `{"fault": {…}}`.
A fault names the kind of exception and the places it passed through; never its text, which may quote a cell.
"""

import json
import os
import re
import resource
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from imports import leash
from imports.files.reading import Limits, ReadingOptions
from imports.files.refusals import FileRefusedError, refusal


def main() -> None:
    """Answer the request on standard input."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # Whatever a library prints must not be taken for an answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    request = json.load(sys.stdin)
    leash.die_with_parent()
    if os.getppid() != request["parent"]:
        os._exit(1)
    _limit_memory(request["max_memory_bytes"])
    answer(request, answers)
    answers.flush()
    # Nothing is left to tidy, and taking down a full heap in good order would take time.
    os._exit(0)


def answer(request: dict[str, Any], answers: TextIO) -> None:
    """Carry out `request` and write what came of it to `answers`."""
    try:
        result = TASKS[request["task"]](request, _reporter(answers))
    except FileRefusedError as error:
        _write(answers, "refusal", error.to_dict())
    except MemoryError:
        _write(answers, "refusal", refusal("reader_out_of_memory").to_dict())
    except Exception as error:
        places = [
            f"{Path(frame.filename).name}:{frame.lineno}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        _write(answers, "fault", {"kind": type(error).__name__, "places": places, "errno": _errno(error)})
    else:
        _write(answers, "result", result)


def _errno(error: Exception) -> int | None:
    """The system's number for what the disk could not do, which libraries in Rust tell in their text alone."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    told = (
        re.search(r"\(os error (\d+)\)", str(error)) if type(error).__module__.startswith("polars") else None
    )
    return int(told[1]) if told else None


def _stage(request: dict[str, Any], progress: Callable[[int], None]) -> dict[str, Any]:
    # Imported once memory is limited: what the libraries set aside counts too.
    from imports.files.staging import stage

    reading = stage(
        Path(request["source"]),
        Path(request["target"]),
        ReadingOptions(**request["options"]),
        Limits(**request["limits"]),
        progress,
        Path(request["excerpt"]) if request["excerpt"] else None,
    )
    return reading.to_dict()


def _preview(request: dict[str, Any], progress: Callable[[int], None]) -> dict[str, Any]:
    from imports.files.staging import preview

    shown = preview(
        Path(request["source"]),
        Path(request["folder"]),
        ReadingOptions(**request["options"]),
        Limits(**request["limits"]),
    )
    return shown.to_dict()


TASKS: dict[str, Callable[[dict[str, Any], Callable[[int], None]], dict[str, Any]]] = {
    "stage": _stage,
    "preview": _preview,
}


def _reporter(answers: TextIO) -> Callable[[int], None]:
    return lambda rows: _write(answers, "progress", rows)


def _write(answers: TextIO, kind: str, value: object) -> None:
    # ASCII alone, because a name may hold half a surrogate pair.
    answers.write(json.dumps({kind: value}) + "\n")
    answers.flush()


def _limit_memory(max_bytes: int) -> None:
    """Asks the system to give this process no more than `max_bytes` of private memory (`setrlimit(2)`)."""
    resource.setrlimit(resource.RLIMIT_DATA, (max_bytes, max_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
