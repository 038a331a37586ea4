"""Checks files in a process of their own, with limits on memory and time, so that no cell can harm the server or keep
a worker from showing that it is alive.

A file whose check runs out of either, or is brought down, ends as a CheckDefeatedError, which says so to a person.
"""

from collections.abc import Callable
from typing import Any

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
from imports.messages import Catalogue, Message, WordedError, Wording, gettext_noop

CheckLimits = ChildLimits
MODULE = "imports.contacts.check_process"

_REMEDY = gettext_noop(
    "Split the file into smaller ones and import them one after another. If a small file ends like this "
    "too, look for cells that are far too long below the row named here, and tell your administrator the "
    "number of this job."
)
FAILURES: dict[str, Wording] = {
    "check_out_of_time": Wording(
        gettext_noop(
            "Checking the file took longer than {seconds:,.0f} seconds and was stopped, after {rows:,} "
            "rows were done."
        ),
        _REMEDY,
    ),
    "check_out_of_memory": Wording(
        gettext_noop(
            "Checking the file needs more memory than it may have; {rows:,} rows were done before that."
        ),
        _REMEDY,
    ),
    "check_defeated": Wording(
        gettext_noop("Checking the file broke off without an answer, after {rows:,} rows were done."),
        _REMEDY,
    ),
}
CATALOGUE = Catalogue(FAILURES)
"""Why a file could not be checked."""

_CODES: tuple[tuple[type[ChildDefeatedError], str], ...] = (
    (ChildOutOfTimeError, "check_out_of_time"),
    (ChildOutOfMemoryError, "check_out_of_memory"),
    (ChildDefeatedError, "check_defeated"),
)


class CheckDefeatedError(WordedError):
    """A file that could not be checked with what a check may take."""

    catalogue = CATALOGUE


def check_guarded(
    request: CheckRequest,
    progress: Callable[[int], None] | None = None,
    limits: CheckLimits = DEFAULT_LIMITS,
) -> CheckSummary:
    """`checking.check` in a process of its own. `progress` is called every second, and ends the check by raising.

    Raises CheckDefeatedError, UnaccountedCellsError, OSError when the disk has no room or fails, or ChildFaultError
    for another fault of ours.
    """
    return CheckSummary.from_dict(ask_checker("check", request, {}, limits, progress))


def ask_checker(
    task: str,
    request: CheckRequest,
    more: dict[str, Any],
    limits: CheckLimits,
    progress: Callable[[int], None] | None = None,
) -> Any:
    """What the process answers to a task of `check_process`, with `more` beside the request. Raises as
    `check_guarded`."""
    try:
        return ask_child(MODULE, {"task": task, **request.to_dict(), **more}, limits, progress)
    except ChildRefusedError as error:
        raise UnaccountedCellsError(**error.values) from None
    except ChildDefeatedError as error:
        code = next(code for kind, code in _CODES if isinstance(error, kind))
        details = {"seconds": limits.max_seconds, "rows": error.rows}
        raise CheckDefeatedError(Message(code, details)) from None
