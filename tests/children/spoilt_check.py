"""A check whose cleaner of dates loses every value."""

from collections.abc import Callable
from typing import Any

import polars as pl

from imports.children.answering import Task
from imports.contacts import check_process
from imports.contacts.value_types.date_type import DATE
from imports.contacts.values.cells import answer


def _check(request: dict[str, Any], progress: Callable[[int], None]) -> object:
    # Not before: the process that this one is forked from has others.
    DATE.clean = lambda cells, _: answer(pl.when(cells == "").then(cells))  # type: ignore[method-assign]
    return check_process.TASKS["check"](request, progress)


TASKS: dict[str, Task] = {"check": _check}
