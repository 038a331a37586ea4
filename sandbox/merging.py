"""What an incoming contact changes on a stored one.

The merge option governs data fields and identifiers:

    overwrite            the incoming value replaces; a blank one clears the data field
    overwriteIfNotEmpty  a blank incoming value leaves the stored one alone
    overwriteIfEmpty     only what is blank on the contact is filled

A blank value is `null` or the empty text; an identifier is never cleared. Subscription, lists, preferences and
consent are not values to fill in: lists are added to, preferences set, consent records appended, and channel
properties set under every option.
"""

from typing import Any, TypedDict

from sandbox.checks import Candidate
from sandbox.identifiers import EMAIL, MOBILE_NUMBER, identifier_key
from sandbox.shapes import Json
from sandbox.values import Value


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


def merge_contact(document: Document, candidate: Candidate, merge_option: str, now: str) -> list[int]:
    """Merge `candidate` into `document`, in place; returns the ids of the lists the contact newly joined."""
    _merge_identifiers(document["identifiers"], candidate.values, merge_option)
    _merge_data_fields(document["dataFields"], candidate.data_fields, merge_option)
    _merge_channels(document, candidate.channels)
    if candidate.preferences:
        choices = {choice["id"]: choice["isOptedIn"] for choice in document["preferences"]}
        choices.update(candidate.preferences)
        document["preferences"] = [{"id": number, "isOptedIn": chosen} for number, chosen in choices.items()]
    document["consentRecords"].extend(candidate.consent_records)
    joined = [number for number in dict.fromkeys(candidate.lists) if number not in document["lists"]]
    document["lists"].extend(joined)
    document["updated"] = now
    return joined


def _merge_identifiers(stored: dict[str, str], incoming: dict[str, str], merge_option: str) -> None:
    if merge_option == "overwriteIfEmpty":
        incoming = {name: value for name, value in incoming.items() if name not in stored}
    stored.update(incoming)


def _merge_data_fields(stored: dict[str, Value], incoming: dict[str, Value], merge_option: str) -> None:
    for name, value in incoming.items():
        if value is None:
            if merge_option == "overwrite":
                stored.pop(name, None)
        elif merge_option != "overwriteIfEmpty" or name not in stored:
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
        elif given.get("optInType") == "verifiedDouble" and properties.get("status", "subscribed") == "subscribed":
            properties["status"] = "pendingOptIn"
    if EMAIL in document["identifiers"]:
        email = stored.setdefault("email", {})
        email.setdefault("status", "subscribed")
        email.setdefault("emailType", "html")
        email.setdefault("optInType", "unknown")
    if MOBILE_NUMBER in document["identifiers"]:
        stored.setdefault("sms", {}).setdefault("status", "subscribed")


def document_keys(document: Document) -> dict[str, str]:
    """What the contact is matched by: identifier name to key."""
    return {name: identifier_key(name, value) for name, value in document["identifiers"].items()}
