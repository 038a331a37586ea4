"""Audit events as others take them: one JSON object each."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from imports.models import AuditEvent

READ_AT_ONCE = 2_000


def events_since(since: datetime | None) -> Iterator[AuditEvent]:
    """The events from `since` on, or all of them, in the order of their ids."""
    events = AuditEvent.objects.order_by("pk")
    if since is not None:
        events = events.filter(at__gte=since)
    return events.iterator(chunk_size=READ_AT_ONCE)


def as_json(event: AuditEvent) -> str:
    """`event` on one line, with all that its MAC is over."""
    return json.dumps(as_dict(event), ensure_ascii=False, sort_keys=False, separators=(",", ":"))


def as_dict(event: AuditEvent) -> dict[str, Any]:
    """`event` as docs/commands.md has it."""
    return {
        "id": event.pk,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": event.action,
        "who": {"id": event.actor_id, "name": event.actor_name},
        "from": {"address": event.address, "agent": event.agent},
        "on": {"kind": event.kind, "id": event.object_id, "name": event.object_name},
        "account": event.account_id,
        "details": event.details,
        "chain": {"lane": event.lane, "position": event.position, "key": event.key, "mac": event.mac},
    }
