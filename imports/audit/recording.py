"""The one way in which something is recorded for evidence: who did what, when, from where, on what.

`record` writes in the transaction of the act: what is not recorded has not happened, and the other way round.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from imports.audit.actions import AUDIT_ACTIONS
from imports.audit.lanes import append
from imports.audit.subjects import Subject, subject_of
from portal.requester import Requester, current_requester, requester_of, this_process

if TYPE_CHECKING:
    from portal.models import User

NAME_MAX_CHARS, DETAIL_MAX_CHARS = 150, 500
HIDDEN_CATEGORIES = frozenset({"Cc", "Cs"})


def record(
    action: str,
    *,
    by: User | None,
    request: HttpRequest | None = None,
    on: Model | Subject | None = None,
    **details: Any,
) -> int:
    """Record that `by`, or the portal where that is None, has done `action`, a code of AUDIT_ACTIONS. The event's id.

    `request`: where it came from, if that is not the request that is being answered anyway. `details` are codes,
    counts, yes and no; of settings what was and is; lists and mappings of such. Never contact data and never a secret.
    Raises ValueError for another action, TypeError for details that two databases would not give back alike.
    """
    if action not in AUDIT_ACTIONS:
        raise ValueError(f"no action of the audit log: {action}")
    subject, requester = subject_of(on), _requester(by, request)
    return append(
        {
            "at": timezone.now(),
            "action": action,
            "actor_id": by.pk if by else None,
            "actor_name": _text(by.get_username(), NAME_MAX_CHARS) if by else "",
            "address": requester.address,
            "agent": requester.agent,
            "kind": subject.kind,
            "object_id": subject.object_id,
            "object_name": _text(subject.object_name, NAME_MAX_CHARS),
            "account_id": subject.account_id,
            "details": {name: _detail(value) for name, value in details.items()},
        }
    )


def _requester(by: User | None, request: HttpRequest | None) -> Requester:
    """Where an act came from. What the portal does by itself while it answers somebody did not come from them."""
    if request is not None:
        return requester_of(request)
    current = current_requester()
    return current if by is not None or current.is_command else this_process()


def _detail(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _text(value, DETAIL_MAX_CHARS)
    if isinstance(value, list | tuple):
        return [_detail(one) for one in value]
    if isinstance(value, dict):
        return {_text(str(name), DETAIL_MAX_CHARS): _detail(one) for name, one in value.items()}
    raise TypeError(f"details of the audit log hold no {type(value).__name__}")


def _text(text: str, longest: int) -> str:
    """`text` without what one of the databases would not take, at most so long."""
    return "".join(c for c in text if unicodedata.category(c) not in HIDDEN_CATEGORIES)[:longest]
