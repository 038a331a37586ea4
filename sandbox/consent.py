"""Consent records: five required keys, no others."""

import re
from datetime import datetime
from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_pton
from typing import Any

_matches_uri = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+").fullmatch

KEYS = frozenset({"text", "dateTimeConsented", "url", "ipAddress", "userAgent"})


def is_consent_record(record: dict[str, Any]) -> bool:
    """Whether the record can be stored. A time without a zone is tolerated and means UTC."""
    if record.keys() != KEYS or not all(isinstance(value, str) and value for value in record.values()):
        return False
    return _are_valid(record["dateTimeConsented"], record["ipAddress"], record["url"])


# The contacts of one form often share all three.
@lru_cache(maxsize=4096)
def _are_valid(moment: str, address: str, url: str) -> bool:
    try:
        datetime.fromisoformat(moment)
        inet_pton(AF_INET6 if ":" in address else AF_INET, address)
    except (ValueError, OSError):
        return False
    return moment[10:11] in ("T", "t") and _matches_uri(url) is not None
