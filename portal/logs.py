"""How the portal writes its log: one line a record, without the values that a traceback would show.

Exception texts can quote a cell, an address or a statement's parameters. The log keeps the kind of the exception and
where it was raised, which is what finding a fault needs, and never its text.
"""

import logging
import re
import traceback
from types import TracebackType
from typing import Literal

ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | Literal[False]
)


def describe_exception(error: BaseException) -> str:
    """The kind of `error` and of what caused it, with the places they were raised at; no values."""
    kinds = []
    link: BaseException | None = error
    while link is not None:
        frames = traceback.extract_tb(link.__traceback__)
        where = " < ".join(
            f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno} {f.name}" for f in reversed(frames[-6:])
        )
        kinds.append(f"{type(link).__name__} at {where or 'unknown place'}")
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "; caused by ".join(kinds)


# What ends a line in some viewer of logs, and what it or a terminal would obey: a record may hold a path that a
# stranger asked for.
_BREAKS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class LineFormatter(logging.Formatter):
    """`2026-04-03T10:15:00 INFO imports.jobs.stage: job=… staged rows=500`"""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")

    def formatException(self, ei: ExceptionInfo) -> str:
        return describe_exception(ei[1]) if ei and ei[1] is not None else ""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have cached the full traceback here
        return _CONTROLS.sub("?", _BREAKS.sub(" | ", super().format(record)))
