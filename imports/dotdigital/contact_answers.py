"""Reading what Dotdigital tells of contacts that it has, and of their deletion, in the way of `answers`.

Source: the vendor's Contacts specification 3.4.3.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from imports.dotdigital.answers import array_of, id_of, integer_of, is_import_id, member, object_of, read_text
from imports.dotdigital.errors import UnreadableAnswerError
from imports.dotdigital.types import AccountContact, ContactPage, DeletionStatus

MAX_MARKER_CHARS = 4_000
DELETION_ENDS = {"finished": True, "failed": False}


def read_contact_page(data: Any) -> ContactPage:
    """A page of contacts, and what leads to the next one."""
    answer = object_of(data, "page")
    items = member(answer, "_items")
    if not isinstance(items, list):
        raise UnreadableAnswerError(code="_items")
    links = object_of(member(answer, "_links"), "_links")
    following = member(links, "next")
    marker = "" if following is None else read_text(member(object_of(following, "next"), "marker"))
    if following is not None and not 0 < len(marker) <= MAX_MARKER_CHARS:
        raise UnreadableAnswerError(code="marker")
    return ContactPage([read_contact(item) for item in items], marker)


def read_contact(data: Any) -> AccountContact:
    """One contact. Sets that were not asked for are None."""
    given = object_of(data, "contact")
    lists, preferences = member(given, "lists"), member(given, "preferences")
    return AccountContact(
        id=id_of(member(given, "contactId"), "contactId"),
        status=read_text(member(given, "status")),
        updated=_time(member(given, "updated")),
        identifiers={
            name: text
            for name, value in object_of(member(given, "identifiers"), "identifiers").items()
            if (text := read_text(value))
        },
        data_fields=_members(given, "dataFields"),
        channels={
            name.lower(): object_of(value, "channelProperties")
            for name, value in _members(given, "channelProperties").items()
            if value is not None
        },
        lists=None if lists is None else _ids(lists, "lists"),
        opted_in=None if preferences is None else _ids(preferences, "preferences", "isOptedIn"),
    )


def read_accepted_deletion(data: Any) -> str:
    """The deletion's id, from the answer to a call that deletes."""
    delete_id = read_text(object_of(data, "delete").get("deleteId")).strip()
    if not is_import_id(delete_id):
        raise UnreadableAnswerError(code="deleteId")
    return delete_id


def read_deletion_status(data: Any) -> DeletionStatus:
    """How far a deletion is. A status that is not known is taken for one under way."""
    answer = object_of(data, "deletion")
    name = read_text(member(answer, "status"))
    if not name:
        raise UnreadableAnswerError(code="status")
    summary = member(answer, "summary")
    counts = {} if summary is None else object_of(summary, "summary")
    deleted = array_of(member(answer, "deleted"), "deleted")
    failures = array_of(member(answer, "failures"), "failures")
    return DeletionStatus(
        name=name,
        is_over=name.lower() in DELETION_ENDS,
        is_finished=DELETION_ENDS.get(name.lower(), False),
        requested=integer_of(member(counts, "requestedContacts")),
        deleted=integer_of(member(counts, "deletedContacts")),
        unknown=integer_of(member(counts, "unknownContacts")),
        invalid=integer_of(member(counts, "invalidEntries")),
        deleted_ids=_contact_ids(deleted),
        failed_ids=_contact_ids([member(object_of(one, "failures"), "identifier") for one in failures]),
    )


def _contact_ids(keys: list[Any]) -> tuple[int, ...]:
    """The numbers of those contacts that are named by them."""
    numbers = (integer_of(member(object_of(key, "identifier"), "contactId")) for key in keys)
    return tuple(number for number in numbers if number is not None)


def _members(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = member(given, name)
    return {} if value is None else object_of(value, name)


def _ids(entries: Any, what: str, wanted: str = "") -> tuple[int, ...]:
    """The ids of these entries; of those that are `wanted` alone, where a member is named that says so."""
    given = [object_of(entry, what) for entry in array_of(entries, what)]
    return tuple(id_of(member(one, "id"), "id") for one in given if not wanted or member(one, wanted) is True)


def _time(value: Any) -> datetime | None:
    """A time without a zone is in UTC. None for one that cannot be read: the contact is there all the same."""
    try:
        moment = datetime.fromisoformat(read_text(value))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
