"""What is done in the process in which an upload is read: its columns are profiled while its rows are staged.
`profiled_reading` asks for it."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from imports.children.answering import Task
from imports.contacts.suggestions.profiles import Profiler
from imports.contacts.values.countries import localized_names
from imports.files.reading_process import or_refused, stage_as_asked

# Nearly every file has words that may be countries: a process that is forked from one that has their names need not
# load them.
localized_names()

_PACKED = (b"PK", b"\x1f\x8b", b"BZh", b"\xfd7z", b"(\xb5/\xfd", b"7z", b"\xd0\xcf\x11\xe0")
"""How files begin whose bytes are not those of their text: archives and workbooks."""

_PIECE_BYTES = 1 << 22


def _stage(request: dict[str, Any], progress: Callable[[int], None]) -> dict[str, Any]:
    with Profiler(max_rows(Path(request["source"]))) as profiler:
        reading = stage_as_asked(request, progress, profiler.watched)
        profiles = profiler.profiles(Path(request["target"]), reading.columns)
    # Samples go to who asked, and no further: they are contact data.
    told = [profile.to_dict() | {"samples": profile.samples} for profile in profiles]
    return {"reading": reading.to_dict(), "profiles": told}


def max_rows(source: Path) -> float:
    """A number of rows that the file does not exceed: that of its line ends. Infinity where it has none to count."""
    with source.open("rb") as file:
        beginning = file.read(max(map(len, _PACKED)))
        if not beginning or beginning.startswith(_PACKED):
            return math.inf
        file.seek(0)
        ends = 1
        while piece := file.read(_PIECE_BYTES):
            ends += piece.count(b"\n") + piece.count(b"\r") - piece.count(b"\r\n")
    return ends


TASKS: dict[str, Task] = {"stage": or_refused(_stage)}
