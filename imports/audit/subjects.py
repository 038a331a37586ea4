"""What acts are recorded of: jobs, accounts and people as the audit log names them.

A name is kept only where it is nobody's contact data. File names can be personal ("Anna Example, application.csv") and
the log is kept when the file is long gone, so an import is named by its number and its account alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Subject:
    """What was acted on: its kind, its number and, where that is no one's contact data, its name; and the account that
    it belongs to."""

    kind: str = ""
    object_id: str = ""
    object_name: str = ""
    account_id: int | None = None


def _nameless(instance: Any) -> str:
    return ""


_NAMES: dict[str, Callable[[Any], str]] = {
    "user": lambda person: person.get_username(),
    "group": lambda group: group.name,
    "dotdigitalaccount": lambda account: account.name,
    "namedmapping": lambda named: named.name,
    "membership": lambda membership: membership.user.get_username(),
    "groupmembership": lambda membership: membership.group.name,
}


def subject_of(on: Model | Subject | None) -> Subject:
    """How the log names `on`."""
    if on is None:
        return Subject()
    if isinstance(on, Subject):
        return on
    kind = on._meta.model_name or ""
    is_account = kind == "dotdigitalaccount"
    return Subject(
        kind=kind,
        object_id="" if on.pk is None else str(on.pk),
        object_name=_NAMES.get(kind, _nameless)(on),
        account_id=on.pk if is_account else getattr(on, "account_id", None),
    )
