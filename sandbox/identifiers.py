"""Identifiers: what is valid, the form that is kept, and the key by which two of them are the same.

E-mail addresses match whatever their letter case, mobile numbers with or without a leading plus sign, custom
identifiers exactly. Mobile numbers are kept without the plus sign.
"""

import re

from sandbox import seed

CONTACT_ID = "contactId"
EMAIL = "email"
MOBILE_NUMBER = "mobileNumber"
MAX_EMAIL_CHARS = 254
MAX_CUSTOM_CHARS = 256

_LOCAL_PART = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_DOMAIN = (
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?:[A-Za-z]{2,63}|[Xx][Nn]--[A-Za-z0-9-]{1,59})"
)
_matches_address = re.compile(f"{_LOCAL_PART}@{_DOMAIN}").fullmatch
_matches_local_part = re.compile(_LOCAL_PART).fullmatch
_matches_mobile_number = re.compile(r"\+?[1-9][0-9]{6,14}").fullmatch


def email_fault(address: str) -> str | None:
    """The failure code of a malformed or barred address, or None."""
    if len(address) > MAX_EMAIL_CHARS:
        return "InvalidEmail"
    if not _matches_address(address):
        local_part, at, domain = address.partition("@")
        only_domain = at and domain and "@" not in domain and _matches_local_part(local_part)
        return "InvalidDomain" if only_domain else "InvalidEmail"
    lowered = address.lower()
    domain = lowered.rpartition("@")[2]
    if domain == seed.SUPPRESSED_EMAIL_DOMAIN or lowered in seed.SUPPRESSED_EMAILS:
        return "GloballySuppressed"
    return "SuppressedByDomain" if domain == seed.BLOCKED_EMAIL_DOMAIN else None


def mobile_number_fault(number: str) -> str | None:
    """The failure code of a number that is not E.164 or is barred, or None."""
    if not _matches_mobile_number(number):
        return "InvalidPhoneNumber"
    return "GloballySuppressed" if number.removeprefix("+") in seed.SUPPRESSED_MOBILE_NUMBERS else None


def custom_identifier_fault(value: str) -> str | None:
    return None if 1 <= len(value) <= MAX_CUSTOM_CHARS and value.isprintable() else "ApiSchemaViolation"


def kept_identifier(name: str, value: str) -> str:
    """The form in which a valid identifier is kept."""
    return value.removeprefix("+") if name == MOBILE_NUMBER else value


def identifier_key(name: str, value: str) -> str:
    """The key of an identifier in its kept form: equal keys mean the same identifier."""
    return value.lower() if name == EMAIL else value
