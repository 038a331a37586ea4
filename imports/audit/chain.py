"""How audit events are linked: each carries a MAC over its own fields and the MAC of the event before it in its lane.

A lane is a chain of its own, so that writers do not wait for one another (docs/adr). Its head says how far it goes, and
is sealed. All MACs are HMAC-SHA-256 under AUDIT_KEY, which is not in the database: whoever has the database alone can
neither write an event nor take the newest away without its being found. Source: RFC 2104; FIPS 198-1.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings

KEY_ID_CHARS = 8
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


class UnknownKeyError(Exception):
    """A MAC was made with a key that the portal no longer has."""


@lru_cache(maxsize=8)
def _by_id(keys: tuple[str, ...]) -> dict[str, bytes]:
    return {key_id(key): key.encode() for key in keys}


def key_id(key: str) -> str:
    """By what events name a key: it tells nothing of the key."""
    return hashlib.sha256(b"audit-key-id:" + key.encode()).hexdigest()[:KEY_ID_CHARS]


def newest_key() -> str:
    """The id of the key that links are made with."""
    return key_id(settings.AUDIT_KEYS[0])


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
    known = _by_id(tuple(settings.AUDIT_KEYS))
    if key not in known:
        raise UnknownKeyError(key)
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hmac.new(known[key], text.encode(), hashlib.sha256).hexdigest()


def _plain(value: Any) -> Any:
    """`value` as both databases give it back."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value
