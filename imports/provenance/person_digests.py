"""Keyed digests of identifiers: who has the key finds a person that they know already, and nobody reads one off.

HMAC-SHA-256 (RFC 2104), of which the first 128 bits are kept, under `keyring.DIGESTS`. Without the key an address
cannot be tried out against them, as it could against plain hashes.
"""

import hmac
from typing import Any

from imports import keyring
from imports.keyring import Key
from imports.provenance.person_identifiers import IdentifierKind, PersonIdentifier

DIGEST_BYTES = 16

_PREFIXES = {str(kind): f"{kind}:".encode() for kind in IdentifierKind}


def digest_of(identifier: PersonIdentifier, key: Key) -> bytes:
    """The digest of `identifier`, DIGEST_BYTES long."""
    return digest_of_text(str(identifier.kind), identifier.value, key.secret)


def digest_of_text(kind: str, value: str, secret: bytes) -> bytes:
    """The same of an identifier that is in the form that is compared."""
    return hmac.digest(secret, _PREFIXES[kind] + value.encode(), "sha256")[:DIGEST_BYTES]


def named_in_log(identifier: PersonIdentifier) -> dict[str, Any]:
    """How the audit log names what was looked for: kind, digest in hexadecimal, and the id of its key."""
    key = keyring.newest_key(keyring.DIGESTS)
    return {"identifier": str(identifier.kind), "digest": digest_of(identifier, key).hex(), "key": key.id}
