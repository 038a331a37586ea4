"""What an incoming contact changes on a stored one.

The merge option governs data fields and identifiers (`merge_options`). A blank value is `null` or the empty text; an
identifier is never cleared. The rest is the same under every option: lists are added to, preferences and channel
properties set, consent records appended.
"""

from typing import Any, NamedTuple, TypedDict

from sandbox.checks import CheckedContact
from sandbox.field_values import Value
from sandbox.identifiers import EMAIL, MOBILE_NUMBER, identifier_key
from sandbox.merge_options import MERGE_OPTIONS, MergeRule
from sandbox.shapes import Json


class Document(TypedDict):
    """A stored contact, as it is kept and shown."""

    contactId: int
    identifiers: dict[str, str]
    dataFields: dict[str, Value]
    channelProperties: dict[str, dict[str, str]]
    lists: list[int]
    preferences: list[dict[str, Any]]
    consentRecords: list[Json]
    created: str
    updated: str


def new_document(contact_id: int, now: str) -> Document:
    return {
        "contactId": contact_id,
        "identifiers": {},
        "dataFields": {},
        "channelProperties": {},
        "lists": [],
        "preferences": [],
        "consentRecords": [],
        "created": now,
        "updated": now,
    }


class Changes(NamedTuple):
    """What else has to follow a merge: keys lost and gained, as (identifier, key), and lists newly joined."""

    lost: list[tuple[str, str]]
    gained: list[tuple[str, str]]
    joined: list[int]


def merge_contact(document: Document, candidate: CheckedContact, merge_option: str, now: str) -> Changes:
    """Merge `candidate` into `document`, in place."""
    option = MERGE_OPTIONS[merge_option]
    lost, gained = _merge_identifiers(document["identifiers"], candidate, option)
    _merge_data_fields(document["dataFields"], candidate.data_fields, option)
    _merge_channels(document, candidate.channels)
    if candidate.preferences:
        choices = {choice["id"]: choice["isOptedIn"] for choice in document["preferences"]}
        choices.update(candidate.preferences)
        document["preferences"] = [{"id": number, "isOptedIn": chosen} for number, chosen in choices.items()]
    document["consentRecords"].extend(candidate.consent_records)
    joined = [number for number in dict.fromkeys(candidate.lists) if number not in document["lists"]]
    document["lists"].extend(joined)
    document["updated"] = now
    return Changes(lost, gained, joined)


def _merge_identifiers(
    stored: dict[str, str], candidate: CheckedContact, option: MergeRule
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Returns the keys lost and the keys gained."""
    lost, gained = [], []
    for name, value in candidate.values.items():
        before = stored.get(name)
        if before == value or (before is not None and not option.replaces):
            continue
        stored[name] = value
        key = candidate.keys[name]
        if before is None:
            gained.append((name, key))
        elif (key_before := identifier_key(name, before)) != key:
            lost.append((name, key_before))
            gained.append((name, key))
    return lost, gained


def _merge_data_fields(stored: dict[str, Value], incoming: dict[str, Value], option: MergeRule) -> None:
    for name, value in incoming.items():
        if value is None:
            if option.clears:
                stored.pop(name, None)
        elif option.replaces or name not in stored:
            stored[name] = value


def _merge_channels(document: Document, incoming: dict[str, dict[str, str]]) -> None:
    """Set what was given; a channel that the contact has just got begins with the account's defaults.

    A suppressed channel stays suppressed. `verifiedDouble` waits for a confirmation that nobody gives here.
    """
    stored = document["channelProperties"]
    for channel, given in incoming.items():
        properties = stored.setdefault(channel, {})
        was = properties.get("status")
        properties.update(given)
        if was == "suppressed":
            properties["status"] = was
        elif (
            given.get("optInType") == "verifiedDouble"
            and properties.get("status", "subscribed") == "subscribed"
        ):
            properties["status"] = "pendingOptIn"
    if EMAIL in document["identifiers"]:
        email = stored.setdefault("email", {})
        email.setdefault("status", "subscribed")
        email.setdefault("emailType", "html")
        email.setdefault("optInType", "unknown")
    if MOBILE_NUMBER in document["identifiers"]:
        stored.setdefault("sms", {}).setdefault("status", "subscribed")
