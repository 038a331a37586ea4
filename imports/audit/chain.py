"""How audit events are linked: each carries a MAC over its own fields and the MAC of the event before it in its lane.

A lane is a chain of its own, so that writers do not wait for one another (docs/adr). Its head says how far it goes, and
is sealed. All MACs are HMAC-SHA-256 under a key that is not in the database (`keyring.AUDIT`): whoever has the database
alone can neither write an event nor take the newest away without its being found. Source: RFC 2104; FIPS 198-1.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from imports import keyring

MAC_CHARS = 64

LINKED = (
    "key",
    "lane",
    "position",
    "id",
    "at",
    "action",
    "actor_id",
    "actor_name",
    "address",
    "agent",
    "kind",
    "object_id",
    "object_name",
    "account_id",
    "details",
)
"""The fields of an event that its MAC is over, in this order: all but the MAC itself."""


def newest_key() -> str:
    """The id of the key that links are made with."""
    return keyring.newest_key(keyring.AUDIT).id


def mac_of_event(fields: Mapping[str, Any], before: str) -> str:
    """The MAC of an event with these LINKED fields that comes after the one with the MAC `before`; "" for the first of
    its lane. Raises UnknownKeyError."""
    return _mac(fields["key"], ["event", before, *(_plain(fields[name]) for name in LINKED)])


def seal_of_head(key: str, lane: int, count: int, last_id: int, mac: str) -> str:
    """The seal of a lane that has `count` events, of which the last has this id and MAC. Raises UnknownKeyError."""
    return _mac(key, ["head", lane, count, last_id, mac])


def is_same(one: str, other: str) -> bool:
    """Whether two MACs are the same, in a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())


def _mac(key: str, parts: Sequence[Any]) -> str:
    secret = keyring.find_key(keyring.AUDIT, key).secret
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def _plain(value: Any) -> Any:
    """`value` as both databases give it back."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value
