"""Checks files in a process of their own, with limits on memory and time, so that no cell can harm the server or keep
a worker from showing that it is alive.

A file whose check runs out of either, or is brought down, ends as a CheckDefeatedError, which says so to a person.
"""

from collections.abc import Callable

from imports.children.asking import (
    DEFAULT_LIMITS,
    ChildDefeatedError,
    ChildLimits,
    ChildOutOfMemoryError,
    ChildOutOfTimeError,
    ChildRefusedError,
    ask_child,
)
from imports.contacts.balance import UnaccountedCellsError
from imports.contacts.check_request import CheckRequest
from imports.contacts.preflight import CheckSummary

CheckLimits = ChildLimits
MODULE = "imports.contacts.check_process"

REMEDY = (
    "Split the file into smaller ones and import them one after another. If a small file ends like this too, look for "
    "cells that are far too long below the row named here, and tell your administrator the number of this job."
)
_SENTENCES: tuple[tuple[type[ChildDefeatedError], str, str], ...] = (
    (
        ChildOutOfTimeError,
        "check_out_of_time",
        "Checking the file took longer than {seconds:,.0f} seconds and was stopped, after {rows:,} rows were done.",
    ),
    (
        ChildOutOfMemoryError,
        "check_out_of_memory",
        "Checking the file needs more memory than it may have; {rows:,} rows were done before that.",
    ),
    (
        ChildDefeatedError,
        "check_defeated",
        "Checking the file broke off without an answer, after {rows:,} rows were done.",
    ),
)


class CheckDefeatedError(Exception):
    """A file that could not be checked with what a check may take: code, and sentence and remedy for people."""

    def __init__(self, code: str, sentence: str, remedy: str = REMEDY) -> None:
        super().__init__(code)
        self.code, self.sentence, self.remedy = code, sentence, remedy


def check_guarded(
    request: CheckRequest,
    progress: Callable[[int], None] | None = None,
    limits: CheckLimits = DEFAULT_LIMITS,
) -> CheckSummary:
    """`checking.check` in a process of its own. `progress` is called every second, and ends the check by raising.

    Raises CheckDefeatedError, UnaccountedCellsError, OSError when the disk has no room or fails, or ChildFaultError
    for another fault of ours.
    """
    try:
        answer = ask_child(MODULE, {"task": "check", **request.to_dict()}, limits, progress)
    except ChildRefusedError as error:
        raise UnaccountedCellsError(**error.values) from None
    except ChildDefeatedError as error:
        code, sentence = next((code, words) for kind, code, words in _SENTENCES if isinstance(error, kind))
        raise CheckDefeatedError(code, sentence.format(seconds=limits.max_seconds, rows=error.rows)) from None
    return CheckSummary.from_dict(answer)
