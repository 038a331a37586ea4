"""No file is touched and nobody is called while a transaction is open: held for every test of the suite.

A transaction may hold the only write lock that there is, and a storage or a Dotdigital that is slow would hold up all.
What pytest-django opens around a test does not count. Processes that a test starts are not watched; the same steps are
run in the tests' own process by others.
"""

import functools
import importlib
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

WATCHED: dict[str, tuple[str, ...]] = {
    # Dotdigital, Redis and S3, at the last place that all calls go through.
    "requests.adapters:HTTPAdapter": ("send",),
    "redis.connection:AbstractConnection": ("send_packed_command",),
    "botocore.httpsession:URLLib3Session": ("send",),
    "subprocess:Popen": ("__init__",),
    # Files: the storage, the portal's own ways to them, and the tables.
    "django.core.files.storage:FileSystemStorage": (
        "_open",
        "_save",
        "delete",
        "exists",
        "get_modified_time",
        "listdir",
        "size",
    ),
    "imports.storage.artefacts": ("_own_path", "work_folder"),
    "polars": ("read_parquet", "scan_parquet"),
    "polars:LazyFrame": ("collect", "sink_parquet"),
    "polars:DataFrame": ("write_parquet",),
}


class CallInTransactionError(AssertionError):
    """A file or network call was made inside a transaction."""


def is_in_transaction() -> bool:
    """Whether this thread has opened a transaction, other than the one that a test is wrapped in."""
    return any(
        not getattr(block, "_from_testcase", False)
        for connection in connections.all(initialized_only=True)
        for block in connection.atomic_blocks
    )


def watch(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Refuse such calls from now on. What was refused is added to the list, since a step may survive it."""
    refused: list[str] = []
    for place, names in WATCHED.items():
        module, _, owner = place.partition(":")
        target = importlib.import_module(module)
        target = getattr(target, owner) if owner else target
        for name in names:
            monkeypatch.setattr(target, name, _watched(getattr(target, name), f"{place}.{name}", refused))
    return refused


def _watched(function: Callable[..., Any], name: str, refused: list[str]) -> Callable[..., Any]:
    @functools.wraps(function)
    def watched(*args: Any, **options: Any) -> Any:
        if is_in_transaction():
            refused.append(name + "\n" + "".join(traceback.format_stack(limit=12)))
            raise CallInTransactionError(name)
        return function(*args, **options)

    return watched
