"""The inside of a process that `asking.ask_child` has started; `serve` is all that it does.

At the other end of its channel, a socket, is who asked. One line of JSON comes in, the request, and lines of JSON go
out: `{"progress": rows}` any number of times, then one of `{"result": …}`, `{"refusal": {…}}`,
`{"out_of_memory": true}`, `{"fault": {…}}`. A fault names the kind of exception and the places it passed through; never
its text, which may quote a cell.
"""

import json
import os
import re
import resource
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, TextIO

from imports.children.processes import die_with_parent

Task = Callable[[dict[str, Any], Callable[[int], None]], Any]
"""What is done for a request: given it, and whom to tell how many rows are done. The result is JSON-safe."""


class TaskRefusedError(Exception):
    """What a task raises when it says no; `values`, which are JSON-safe, reach who asked."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(*values)
        self.values = values


def take_input() -> socket.socket:
    """The socket that this process was given as its input, in whose place there is nothing now."""
    taken = socket.socket(fileno=os.dup(sys.stdin.fileno()))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)
    return taken


def serve(channel: socket.socket, module: str, parent: int) -> NoReturn:
    """Answer the request that comes by `channel`, by the one of the TASKS of `module` that it names, and end.

    `parent` is the id of the process that has started this one, which does not outlive it.
    """
    die_with_parent()
    if os.getppid() == parent:
        with channel, channel.makefile("r", encoding="utf-8") as requests:
            asked = requests.readline()
            if asked.endswith("\n"):  # otherwise who asked is gone, or wants nothing any more
                answers = channel.makefile("w", encoding="utf-8")
                request = json.loads(asked)
                _limit_memory(request["max_memory_bytes"])
                answer(module, request, answers)
                answers.flush()
    # Nothing is left to tidy, and taking down a full heap in good order would take time.
    os._exit(0)


def answer(module: str, request: dict[str, Any], answers: TextIO) -> None:
    """Carry out `request` and write what came of it to `answers`."""
    try:
        # Where it has not been imported before, only now that memory is limited.
        tasks: Mapping[str, Task] = import_module(module).TASKS
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
    """Asks the system to give this process no more than `max_bytes` of private memory (`setrlimit(2)`).

    What it has taken over from a template counts, as much as if it had loaded all that itself.
    """
    resource.setrlimit(resource.RLIMIT_DATA, (max_bytes, max_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
