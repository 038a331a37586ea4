"""Ties the lanes of the audit log together: an event that names the end of each, and an anchor of it in storage.

A lane by itself cannot tell that it was put back to what it was, with its head of that time. The checkpoint in another
lane tells it; and that the whole database was put back, the anchor, which is not in the database.
"""

import json
import logging
from dataclasses import asdict, dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from imports.audit.actions import CHECKPOINT
from imports.audit.recording import record
from imports.models import AuditEvent, AuditLane
from imports.storage.storage_errors import disk_errors
from imports.transactions import unit_of_work

logger = logging.getLogger(__name__)

ANCHORS, PREFIX, SUFFIX = "portal", "audit-", ".json"


@dataclass(frozen=True)
class Anchor:
    """A checkpoint as storage remembers it."""

    id: int
    lane: int
    position: int
    mac: str


def make_checkpoint() -> bool:
    """Write a checkpoint and its anchor, if anything was recorded since the last. Whether it was."""
    lanes = AuditLane.objects.order_by("number").values_list("number", "count", "mac")
    last = AuditEvent.objects.filter(action=CHECKPOINT).order_by("-id").first()
    ends = {str(number): [count, mac] for number, count, mac in lanes}
    counted = _counted({"lanes": ends})
    if counted == (0 if last is None else 1 + _counted(last.details)):
        if last is not None:
            keep_anchor(last)  # it may not have come to that
        return False
    with unit_of_work():
        number = record(CHECKPOINT, by=None, lanes=ends)
    keep_anchor(AuditEvent.objects.get(pk=number))
    return True


def _counted(details: dict[str, Any]) -> int:
    return sum(count for count, _ in details["lanes"].values())


def keep_anchor(event: AuditEvent) -> None:
    """Have storage remember the checkpoint `event`, and forget those before. Raises StorageUnavailableError.

    What it remembers and the database does not have stays, as the proof that events are gone.
    """
    before = last_anchor()
    if before is not None and not is_kept(before):
        logger.error("audit event=%s of the anchor in storage is not in the database", before.id)
        return
    anchor = Anchor(event.pk, event.lane, event.position, event.mac)
    key = f"{ANCHORS}/{PREFIX}{event.pk:020d}{SUFFIX}"
    with disk_errors():
        stored = _stored_anchors()
        if key not in stored:
            default_storage.save(key, ContentFile(json.dumps(asdict(anchor)).encode()))
        for earlier in stored:
            if earlier < key:
                default_storage.delete(earlier)


def is_kept(anchor: Anchor) -> bool:
    """Whether the database has the checkpoint that storage remembers."""
    return AuditEvent.objects.filter(**asdict(anchor)).exists()


def last_anchor() -> Anchor | None:
    """The newest checkpoint that storage remembers; None while there is none. Raises StorageUnavailableError."""
    with disk_errors():
        stored = _stored_anchors()
        if not stored:
            return None
        with default_storage.open(max(stored)) as file:
            return Anchor(**json.loads(file.read()))


def forget_anchors() -> None:
    """Have storage forget all checkpoints: those of a database that a backup has taken the place of."""
    with disk_errors():
        for key in _stored_anchors():
            default_storage.delete(key)


def _stored_anchors() -> list[str]:
    try:
        names = default_storage.listdir(ANCHORS)[1]
    except FileNotFoundError:
        return []
    return [f"{ANCHORS}/{name}" for name in names if name.startswith(PREFIX) and name.endswith(SUFFIX)]
