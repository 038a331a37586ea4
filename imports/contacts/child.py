"""The process in which a file is checked: `python -m imports.contacts.child`, started by `guarded`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from imports.children.answering import Task, TaskRefusedError, serve


def _check(request: dict[str, Any], progress: Callable[[int], None]) -> dict[str, Any]:
    # Imported once memory is limited: what the libraries set aside counts too.
    from imports.contacts.balance import UnaccountedCellsError
    from imports.contacts.checking import check
    from imports.contacts.mapping import Mapping
    from imports.contacts.targets import TargetCatalogue

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


if __name__ == "__main__":
    serve(TASKS)
