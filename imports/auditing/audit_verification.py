"""Finds the first audit event that is not as it was written, or that is gone, or that the portal did not write.

Writers go on meanwhile: events are only ever added, so a lane is read up to the end that its head names, and what lies
behind is held against the head as it is then.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from imports.audit.actions import CHECKPOINT
from imports.audit.chain import LINKED, is_same, mac_of_event, seal_of_head
from imports.auditing.checkpoints import Anchor
from imports.keyring import UnknownKeyError
from imports.models import AuditEvent, AuditLane

READ_AT_ONCE, CLAIMS_AT_ONCE = 2_000, 500
COLUMNS = (*LINKED, "mac")

CHANGED = "The event was changed, or not written by the portal."
MISSING = "Events are missing here."
MISSING_NEWEST = "The newest events of a lane are missing from here on."
INSERTED = "The event was not written by the portal: it lies beyond the end of its lane."
KEY_GONE = "The event was made with a key that neither AUDIT_KEY nor ENCRYPTION_KEY gives."
HEAD_CHANGED = "The end of the lane was changed before this event, or is gone."
OTHER_THAN_CHECKPOINT = "Events that a later checkpoint names are missing from here on."
OTHER_THAN_ANCHOR = (
    "Events that storage remembers are missing from here on. If an older backup of the database was restored, "
    "run: python manage.py verify_audit --accept-restore"
)

TRIGGERS = {"audit_event_no_update", "audit_event_no_delete"}
"""What the database refuses changes by, on all databases; see the migration that makes them."""


@dataclass(frozen=True)
class ChainBreak:
    """Where the chain does not hold: the id of the first event that is concerned, also where that is gone, and why."""

    event_id: int
    why: str


@dataclass
class VerifiedAudit:
    """What was found: how many events there are, and where the chain does not hold, if anywhere."""

    events: int = 0
    breaks: list[ChainBreak] = field(default_factory=list)

    @property
    def first_break(self) -> ChainBreak | None:
        return min(self.breaks, key=lambda one: one.event_id, default=None)


def verify_events(anchor: Anchor | None = None) -> VerifiedAudit:
    """Hold every event against its MAC, every lane against its head, and all against the checkpoints and `anchor`."""
    found = VerifiedAudit()
    claims: dict[tuple[int, int], str] = {}
    in_events = AuditEvent.objects.order_by().values_list("lane", flat=True).distinct()
    lanes = {*in_events, *AuditLane.objects.values_list("number", flat=True)}
    for number in sorted(lanes):
        _LaneVerifier(number, found, claims).verify()
    _hold_against_claims(found, claims)
    if anchor is not None:
        _hold_against_anchor(found, anchor)
    return found


def missing_triggers() -> set[str]:
    """Those of TRIGGERS that the database does not have, or does not heed."""
    statement = (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'imports_auditevent'::regclass AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'imports_auditevent'"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return TRIGGERS - {name for (name,) in cursor.fetchall()}


class _LaneVerifier:
    """Goes along a lane from its first event to its end."""

    def __init__(self, number: int, found: VerifiedAudit, claims: dict[tuple[int, int], str]) -> None:
        self.number = number
        self.found = found
        self.claims = claims
        self.position, self.last_id, self.mac = 0, 0, ""

    def verify(self) -> None:
        broken = self._first_break()
        self.found.events += AuditEvent.objects.filter(lane=self.number).count()
        if broken is not None:
            self.found.breaks.append(broken)

    def _first_break(self) -> ChainBreak | None:
        while True:
            head = AuditLane.objects.filter(pk=self.number).first()
            count = head.count if head else 0
            for event in _events_of(self.number, self.position, count):
                if broken := self._next(event):
                    return broken
            if broken := self._hold_against_head(head):
                return broken
            beyond = (
                AuditEvent.objects.filter(lane=self.number, position__gt=count).order_by("position").first()
            )
            if beyond is None:
                return None
            # Written meanwhile, or by somebody else: then the head has not moved.
            now = AuditLane.objects.filter(pk=self.number).first()
            if now is None or now.count < beyond.position:
                return ChainBreak(beyond.pk, INSERTED if now else HEAD_CHANGED)

    def _next(self, event: dict[str, Any]) -> ChainBreak | None:
        if event["position"] != self.position + 1:
            missing = event["position"] - self.position - 1
            return ChainBreak(_missing_before(event["id"], missing), MISSING)
        try:
            expected = mac_of_event(event, self.mac)
        except UnknownKeyError:
            return ChainBreak(event["id"], KEY_GONE)
        if not is_same(event["mac"], expected):
            return ChainBreak(event["id"], CHANGED)
        self.position, self.last_id, self.mac = event["position"], event["id"], event["mac"]
        if event["action"] == CHECKPOINT:
            for lane, (count, mac) in event["details"]["lanes"].items():
                self.claims[int(lane), count] = mac
        return None

    def _hold_against_head(self, head: AuditLane | None) -> ChainBreak | None:
        if head is None:
            # Its events lie beyond any end, and are told as such; without events there is no lane.
            return None
        try:
            seal = seal_of_head(head.key, head.number, head.count, head.last_id, head.mac)
        except UnknownKeyError:
            return ChainBreak(head.last_id, KEY_GONE)
        if not is_same(head.seal, seal):
            return ChainBreak(_missing_after(self.last_id), HEAD_CHANGED)
        if self.position < head.count:
            missing = head.count - self.position
            return ChainBreak(_missing_before(head.last_id + 1, missing), MISSING_NEWEST)
        if not is_same(head.mac, self.mac):
            return ChainBreak(self.last_id, HEAD_CHANGED)
        return None


def _events_of(lane: int, after: int, to: int) -> Iterator[dict[str, Any]]:
    """The events of `lane` with positions above `after` and up to `to`, in their order."""
    while after < to:
        events = AuditEvent.objects.filter(lane=lane, position__gt=after, position__lte=to)
        some = list(events.order_by("position").values(*COLUMNS)[:READ_AT_ONCE])
        if not some:
            return
        yield from some
        after = some[-1]["position"]


def _missing_before(before: int, count: int) -> int:
    """The id of the first of `count` events that are missing, of which the last comes next before the id `before`.

    Ids are given one after another, over all lanes. Where a transaction failed one may have been left out, and what is
    told is close by.
    """
    there = AuditEvent.objects.filter(pk__lt=before).order_by("-pk").values_list("pk", flat=True)
    expected = before - 1
    for number in there.iterator(chunk_size=READ_AT_ONCE):
        absent = expected - number
        if absent >= count:
            break
        count, expected = count - absent, number - 1
    return max(expected - count + 1, 1)


def _missing_after(after: int) -> int:
    """The first id above `after` that no event has."""
    there = AuditEvent.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
    expected = after + 1
    for number in there.iterator(chunk_size=READ_AT_ONCE):
        if number != expected:
            break
        expected += 1
    return expected


def _hold_against_claims(found: VerifiedAudit, claims: dict[tuple[int, int], str]) -> None:
    """Every end that a checkpoint names is there, with the MAC that it had."""
    by_lane: dict[int, dict[int, str]] = {}
    for (lane, position), mac in claims.items():
        by_lane.setdefault(lane, {})[position] = mac
    for lane, macs in by_lane.items():
        in_order = sorted(macs)
        for start in range(0, len(in_order), CLAIMS_AT_ONCE):
            positions = in_order[start : start + CLAIMS_AT_ONCE]
            events = AuditEvent.objects.filter(lane=lane, position__in=positions)
            there = dict(events.values_list("position", "mac"))
            gone = next((one for one in positions if there.get(one) != macs[one]), None)
            if gone is not None:
                found.breaks.append(ChainBreak(_first_gone(lane, gone), OTHER_THAN_CHECKPOINT))
                break


def _first_gone(lane: int, position: int) -> int:
    """The id of the event of `lane` at `position`, or of the first that is missing up to there."""
    event = AuditEvent.objects.filter(lane=lane, position__lte=position).order_by("-position").first()
    if event is not None and event.position == position:
        return event.pk
    return _missing_after(event.pk if event else 0)


def _hold_against_anchor(found: VerifiedAudit, anchor: Anchor) -> None:
    event = AuditEvent.objects.filter(pk=anchor.id).first()
    if event is not None:
        if (event.lane, event.position, event.mac) != (anchor.lane, anchor.position, anchor.mac):
            found.breaks.append(ChainBreak(event.pk, OTHER_THAN_ANCHOR))
        return
    before = AuditEvent.objects.filter(pk__lt=anchor.id).order_by("-pk").values_list("pk", flat=True).first()
    found.breaks.append(ChainBreak((before or 0) + 1, OTHER_THAN_ANCHOR))
