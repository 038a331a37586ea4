"""What is done in the process in which a file is checked: `guarded_check` asks for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from phonenumbers import PhoneMetadata

from imports.children.answering import Task, TaskRefusedError
from imports.contacts.balance import UnaccountedCellsError
from imports.contacts.checking import check
from imports.contacts.mapping import Mapping
from imports.contacts.targets import TargetCatalogue

# All numbering plans, which every check wants: a process that is forked from one that has them need not read them.
PhoneMetadata.load_all()


def _check(request: dict[str, Any], progress: Callable[[int], None]) -> dict[str, Any]:
    try:
        summary = check(
            Path(request["staged"]),
            tuple(request["columns"]),
            Mapping.from_json(request["mapping"]),
            TargetCatalogue.from_account(**request["catalogue"]),
            Path(request["prepared"]),
            Path(request["issues"]),
            default_region=request["default_region"],
            excluded_rows=request["excluded_rows"],
            progress=progress,
        )
    except UnaccountedCellsError as error:
        raise TaskRefusedError({"column": error.column, "place": error.place}) from None
    return summary.to_dict()


TASKS: dict[str, Task] = {"check": _check}
