"""The portal's keys, each for one purpose: none is ever used for two.

A purpose may have a setting of its own. Where it has none, its keys are derived from those of ENCRYPTION_KEY, one from
each (HKDF with SHA-256 and a label of the purpose's own, RFC 5869), so that one master key is enough to start with.
Derived ones are believed also where there is a setting: it can be given later, and nothing that is there becomes
unreadable by it. The newest of a purpose is used from now on, all of them for what is there.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_ID_CHARS = 8
DERIVED_BYTES = 32


class UnknownKeyError(Exception):
    """Something was made with a key that the portal no longer has."""


@dataclass(frozen=True)
class Purpose:
    """What a key is for: the label that it is derived and named by, and the setting (a list, the newest first) that
    gives keys of its own."""

    label: str
    setting: str


AUDIT = Purpose("audit", "AUDIT_KEYS")
"""Audit events are chained with these (`audit/chain.py`)."""
DIGESTS = Purpose("digest", "DIGEST_KEYS")
"""What identifies people is digested with these."""
FILES = Purpose("file", "FILE_KEYS")
"""Keys of stored files are derived from these (`storage/sealed_stream.py`)."""


@dataclass(frozen=True)
class Key:
    """A key, and the id by which what was made with it names it; the id tells nothing of the key."""

    id: str
    secret: bytes = field(repr=False)


def keys_for(purpose: Purpose) -> tuple[Key, ...]:
    """All keys of `purpose`, the newest first."""
    own = tuple(getattr(settings, purpose.setting))
    return _keys(purpose.label, own, tuple(settings.ENCRYPTION_KEYS))


def newest_key(purpose: Purpose) -> Key:
    """The key that is used for `purpose` from now on."""
    return keys_for(purpose)[0]


def find_key(purpose: Purpose, key_id: str) -> Key:
    """The key of `purpose` that goes by `key_id`. Raises UnknownKeyError."""
    for key in keys_for(purpose):
        if key.id == key_id:
            return key
    raise UnknownKeyError(key_id)


def derived_ids(purpose: Purpose) -> tuple[str, ...]:
    """The ids of the keys of `purpose` that come of ENCRYPTION_KEY, in its order."""
    return tuple(key.id for key in _keys(purpose.label, (), tuple(settings.ENCRYPTION_KEYS)))


@lru_cache(maxsize=32)
def _keys(label: str, own: tuple[str, ...], masters: tuple[str, ...]) -> tuple[Key, ...]:
    return tuple(_key(label, text) for text in (*own, *(_derived(label, master) for master in masters)))


def _key(label: str, text: str) -> Key:
    named = hashlib.sha256(f"{label}-key-id:{text}".encode()).hexdigest()
    return Key(named[:KEY_ID_CHARS], text.encode())


def _derived(label: str, master: str) -> str:
    info = f"import portal: {label} key".encode()
    made = HKDF(SHA256(), DERIVED_BYTES, salt=None, info=info).derive(base64.urlsafe_b64decode(master))
    return base64.urlsafe_b64encode(made).decode()
