"""What is done in the process in which a file is checked: `guarded_check` asks for it."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from phonenumbers import PhoneMetadata

from imports.children.answering import Task, TaskRefusedError
from imports.contacts.balance import UnaccountedCellsError
from imports.contacts.check_request import CheckRequest
from imports.contacts.checking import check
from imports.contacts.row_recheck import WholeCheck, recheck
from imports.contacts.setting_trials import settings_offered

# All numbering plans, which every check wants: a process that is forked from one that has them need not read them.
PhoneMetadata.load_all()


def _check(request: dict[str, Any], progress: Callable[[int], None]) -> dict[str, Any]:
    try:
        summary = check(CheckRequest.from_dict(request), progress)
    except UnaccountedCellsError as error:
        raise TaskRefusedError({"column": error.column, "place": error.place}) from None
    return summary.to_dict()


def _recheck(request: dict[str, Any], progress: Callable[[int], None]) -> dict[str, Any]:
    last = WholeCheck(*map(Path, request["last"]))
    try:
        found = recheck(CheckRequest.from_dict(request), last, request["rows"], request["touched"])
    except UnaccountedCellsError as error:
        raise TaskRefusedError({"column": error.column, "place": error.place}) from None
    return found.to_dict()


def _try_settings(request: dict[str, Any], progress: Callable[[int], None]) -> list[dict[str, Any]]:
    offers = settings_offered(CheckRequest.from_dict(request), request["code"], request["column"])
    return [asdict(offer) for offer in offers]


TASKS: dict[str, Task] = {"check": _check, "recheck": _recheck, "try_settings": _try_settings}
