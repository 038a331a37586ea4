"""Appends audit events: each to a lane that no other transaction holds, so that no writer waits for another.

On PostgreSQL a transaction takes any free lane and holds it until it ends; where all are held, it begins a new one. So
there are as many lanes as there ever were writers at the same moment. SQLite has one writer at a time, and one lane.

A lane that is not as the portal left it is not written to any more: it stays for `verify_audit` to find.

The statements are written out: by way of models they would take twice the time, and whoever acts waits for them.
"""

import logging
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from imports.audit.chain import LINKED, is_same, mac_of_event, newest_key, seal_of_head
from imports.keyring import UnknownKeyError
from imports.transactions import unit_of_work

logger = logging.getLogger(__name__)

POSTGRESQL, SQLITE = "postgresql", "sqlite"
COLUMNS = (*LINKED, "mac")

# Nothing may lie beyond the end of a lane: what does was not written here, and would stand in the way of what is.
_LANE_AFTER = """
    FROM imports_auditlane l
    WHERE l.number > %s AND NOT EXISTS (
        SELECT 1 FROM imports_auditevent e WHERE e.lane = l.number AND e.position > l.count
    )
    ORDER BY l.number LIMIT 1
"""
_FIELDS = "l.number, l.count, l.last_id, l.mac, l.key, l.seal"
_NEXT_ID = {
    POSTGRESQL: "nextval(pg_get_serial_sequence('imports_auditevent', 'id'))",
    SQLITE: """max(
        COALESCE((SELECT MAX(id) FROM imports_auditevent), 0),
        COALESCE((SELECT MAX(last_id) FROM imports_auditlane), 0)
    ) + 1""",
}
_FREE_LANE = {
    POSTGRESQL: f"""
        SELECT free.*, {_NEXT_ID[POSTGRESQL]}
        FROM (SELECT {_FIELDS} {_LANE_AFTER} FOR UPDATE OF l SKIP LOCKED) free
    """,  # noqa: S608 - of the constants above
    SQLITE: f"SELECT {_FIELDS}, {_NEXT_ID[SQLITE]} {_LANE_AFTER}",
}
_NEW_LANE = """
    INSERT INTO imports_auditlane (count, last_id, mac, key, seal) VALUES (0, 0, '', '', '') RETURNING number
"""
_INSERT = f"INSERT INTO imports_auditevent ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"  # noqa: S608
_UPDATE = (
    "UPDATE imports_auditlane SET count = %s, last_id = %s, mac = %s, key = %s, seal = %s WHERE number = %s"
)


@dataclass(frozen=True, slots=True)
class LaneEnd:
    """A lane as it is held: how far it goes, and the id that its next event is to have."""

    number: int
    count: int
    mac: str
    next_id: int


def append(fields: dict[str, Any]) -> int:
    """Write the event with these fields, all but those of the chain, within the present transaction or one of its own.
    The id of the event."""
    with nullcontext() if connection.in_atomic_block else unit_of_work(), connection.cursor() as cursor:
        end = _free_lane(cursor)
        key, position = newest_key(), end.count + 1
        event = {**fields, "key": key, "lane": end.number, "position": position, "id": end.next_id}
        event["mac"] = mac = mac_of_event(event, end.mac)
        seal = seal_of_head(key, end.number, position, end.next_id, mac)
        event["at"] = connection.ops.adapt_datetimefield_value(event["at"])
        event["details"] = connection.ops.adapt_json_value(event["details"], None)
        values: list[Any] = [event[name] for name in COLUMNS]
        head: list[Any] = [position, end.next_id, mac, key, seal, end.number]
        if connection.vendor == POSTGRESQL:  # in one go: each statement is a way to the server and back
            cursor.execute(f"WITH head AS ({_UPDATE}) {_INSERT}", [*head, *values])
        else:
            cursor.execute(_UPDATE, head)
            cursor.execute(_INSERT, values)
    return end.next_id


def _free_lane(cursor: CursorWrapper) -> LaneEnd:
    """The first lane that no other transaction holds, or a new one; held until this transaction ends."""
    after = 0
    while True:
        cursor.execute(_FREE_LANE[connection.vendor], [after])
        found = cursor.fetchone()
        if found is None:
            break
        number, count, last_id, mac, key, seal, next_id = found
        if _is_sealed(key, seal, number, count, last_id, mac):
            return LaneEnd(number, count, mac, next_id)
        logger.error("audit lane=%s is not as the portal left it; it is left for verify_audit", number)
        after = number
    cursor.execute(f"SELECT {_NEXT_ID[connection.vendor]}")
    next_id = cursor.fetchone()[0]
    cursor.execute(_NEW_LANE)
    return LaneEnd(cursor.fetchone()[0], 0, "", next_id)


def _is_sealed(key: str, seal: str, number: int, count: int, last_id: int, mac: str) -> bool:
    try:
        return is_same(seal, seal_of_head(key, number, count, last_id, mac))
    except UnknownKeyError:
        # Of a key that has been taken out of use: the events after it begin a lane of their own.
        return False
