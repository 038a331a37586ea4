"""Consent records: five required keys, no others."""

from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

KEYS = frozenset({"text", "dateTimeConsented", "url", "ipAddress", "userAgent"})


def is_consent_record(record: dict[str, Any]) -> bool:
    """Whether the record can be stored. A time without a zone is tolerated and means UTC."""
    if record.keys() != KEYS or not all(isinstance(value, str) and value for value in record.values()):
        return False
    moment = record["dateTimeConsented"]
    try:
        datetime.fromisoformat(moment)
        ip_address(record["ipAddress"])
        address = urlsplit(record["url"])
    except ValueError:
        return False
    has_time = moment[10:11] in ("T", "t")
    return has_time and bool(address.scheme) and bool(address.netloc or address.path)
