"""What is done in the process in which a file is checked: `guarded_check` asks for it."""

from collections.abc import Callable
from typing import Any

from phonenumbers import PhoneMetadata

from imports.children.answering import Task, TaskRefusedError
from imports.contacts.balance import UnaccountedCellsError
from imports.contacts.check_request import CheckRequest
from imports.contacts.checking import check

# All numbering plans, which every check wants: a process that is forked from one that has them need not read them.
PhoneMetadata.load_all()


def _check(request: dict[str, Any], progress: Callable[[int], None]) -> dict[str, Any]:
    try:
        summary = check(CheckRequest.from_dict(request), progress)
    except UnaccountedCellsError as error:
        raise TaskRefusedError({"column": error.column, "place": error.place}) from None
    return summary.to_dict()


TASKS: dict[str, Task] = {"check": _check}
