"""Transactions whose rollback is seen in memory too: an instance never says what the database does not.

Every transaction of the portal is a `unit_of_work`, so that whatever ends one, a commit that fails included, sets
back what `assign` has set within it.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import models, transaction

Undo = Callable[[], None]

_MISSING = object()


class _Current(threading.local):
    undo: list[Undo] | None = None


_current = _Current()


@contextmanager
def unit_of_work() -> Iterator[None]:
    """A transaction, or a savepoint within one. When it is rolled back, so are the instances that were assigned to.

    No file and no network call belongs in it: it may hold the only write lock there is.
    """
    outer, own = _current.undo, list[Undo]()
    _current.undo = own
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for undo in reversed(own):
            undo()
        raise
    else:
        if outer is not None:
            outer.extend(own)
    finally:
        _current.undo = outer


def assign(instance: models.Model, changes: Mapping[str, Any]) -> None:
    """Set `changes` on `instance`, as they were written within the present unit of work."""
    if _current.undo is not None:
        before = {name: instance.__dict__.get(name, _MISSING) for name in changes}
        _current.undo.append(partial(_restore, instance, before))
    for name, value in changes.items():
        setattr(instance, name, value)


def _restore(instance: models.Model, before: Mapping[str, Any]) -> None:
    for name, value in before.items():
        if value is _MISSING:  # it had not been loaded
            instance.__dict__.pop(name, None)
        else:
            setattr(instance, name, value)
