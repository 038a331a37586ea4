"""The side of a process that `asking.ask_child` starts: `python -m MODULE`, whose main is `serve`.

It takes one request as JSON on its standard input and answers with lines of JSON on its standard output:
`{"progress": rows}` any number of times, then one of `{"result": …}`, `{"refusal": {…}}`, `{"out_of_memory": true}`,
`{"fault": {…}}`. A fault names the kind of exception and the places it passed through; never its text, which may quote
a cell.
"""

import json
import os
import re
import resource
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from imports import leash

Task = Callable[[dict[str, Any], Callable[[int], None]], Any]
"""What is done for a request: given it, and whom to tell how many rows are done. The result is JSON-safe."""


class TaskRefusedError(Exception):
    """What a task raises when it says no; `values`, which are JSON-safe, reach who asked."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(*values)
        self.values = values


def serve(tasks: Mapping[str, Task]) -> None:
    """Answer the request on standard input by the one of `tasks` that it names, and end the process."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # Whatever a library prints must not be taken for an answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    request = json.load(sys.stdin)
    leash.die_with_parent()
    if os.getppid() != request["parent"]:
        os._exit(1)
    _limit_memory(request["max_memory_bytes"])
    answer(tasks, request, answers)
    answers.flush()
    # Nothing is left to tidy, and taking down a full heap in good order would take time.
    os._exit(0)


def answer(tasks: Mapping[str, Task], request: dict[str, Any], answers: TextIO) -> None:
    """Carry out `request` and write what came of it to `answers`."""
    try:
        result = tasks[request["task"]](request, lambda rows: _write(answers, "progress", rows))
    except TaskRefusedError as error:
        _write(answers, "refusal", error.values)
    except MemoryError:
        _write(answers, "out_of_memory", True)
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


def _write(answers: TextIO, kind: str, value: object) -> None:
    # ASCII alone, because a name may hold half a surrogate pair.
    answers.write(json.dumps({kind: value}) + "\n")
    answers.flush()


def _limit_memory(max_bytes: int) -> None:
    """Asks the system to give this process no more than `max_bytes` of private memory (`setrlimit(2)`)."""
    resource.setrlimit(resource.RLIMIT_DATA, (max_bytes, max_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
