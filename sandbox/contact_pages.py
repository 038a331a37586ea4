"""Reading contacts: `GET /contacts/v3` page by page, and one contact by an identifier.

Pages ascend by contactId; a marker is the last id of the page before, so an account that changes in between loses no
contact that was there all the time. What the contract leaves open is done so: data fields asked for by name that are
empty, or that the account does not have, come as `null`; there are no segments.
"""

import base64
import binascii
import re
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, NamedTuple

from sandbox import account
from sandbox.contacts import document_of_key, documents_after, documents_of
from sandbox.error_answers import CallRefusedError, v3_refusal
from sandbox.field_values import utc_text_of
from sandbox.identifiers import CONTACT_ID, EMAIL, MOBILE_NUMBER, identifier_key, kept_identifier
from sandbox.merging import Document

MAX_LIMIT = 5_000
ALL_FIELDS = "[[ALL]]"
SETS = frozenset({"channelProperties", "lists", "preferences", "consentRecords"})
PARAMETERS = frozenset(
    {"data-fields", "include", "~created", "~modified", "~listId", "~segmentId", "limit", "marker"}
)
Json = dict[str, Any]

_matches_filter = re.compile(r"gte::(.+)").fullmatch
_matches_number = re.compile(r"[0-9]{1,9}").fullmatch


class PageQuery(NamedTuple):
    """What a call asks for. `fields` None are all; `since` is the member that a time is held against, and the time."""

    fields: tuple[str, ...] | None
    sets: frozenset[str]
    since: tuple[str, str] | None
    list_id: int | None
    limit: int
    after: int


def read_query(query: Mapping[str, str]) -> PageQuery:
    """Raises CallRefusedError for what the contract does not have."""
    if unknown := query.keys() - PARAMETERS:
        raise _refused("badRequest", f"There is no parameter {min(unknown)}")
    if "~created" in query and "~modified" in query:
        raise _refused("invalidFilter", "The filters created and modified do not go together")
    if "~segmentId" in query:
        raise _refused("invalidFilter", "The account has no such segment")
    named = tuple(name.upper() for name in query.get("data-fields", "").split("|") if name)
    sets = frozenset(name for name in query.get("include", "").split("|") if name)
    if not sets <= SETS:
        raise _refused("badRequest", f"The include field takes {', '.join(sorted(SETS))} only")
    limit = _number(query.get("limit", str(MAX_LIMIT)), "limit")
    if not 1 <= limit <= MAX_LIMIT:
        raise _refused("badRequest", f"The limit is a number from 1 to {MAX_LIMIT}")
    return PageQuery(
        fields=None if named == (ALL_FIELDS,) else named,
        sets=sets,
        since=_since(query),
        list_id=_number(query["~listId"], "~listId") if "~listId" in query else None,
        limit=limit,
        after=_read_marker(query["marker"]) if "marker" in query else 0,
    )


def contact_page(connection: sqlite3.Connection, query: PageQuery, fault: str = "") -> Json:
    """The page of `query`, or what a fault switch makes of it: one that is shorter than asked, that begins with the
    last contact of the page before again, or that leaves its first contact out."""
    limit = max(query.limit // 2, 1) if fault == "shortPage" else query.limit
    found = documents_after(connection, query.after, query.since, query.list_id, limit + 1)
    page, is_more = found[:limit], len(found) > limit
    marker = _marker(page[-1]["contactId"]) if page and is_more else ""
    if fault == "repeatedContacts":
        page = [*documents_of(connection, [query.after]).values(), *page]
    if fault == "skippedContacts":
        page = page[1:]
    shown = _Shown(connection)
    items = [shown.contact(document, query.fields, query.sets) for document in page]
    links: Json = {"self": _link(_marker(query.after)), "first": _link("")}
    if marker:
        links["next"] = _link(marker)
    return {"_items": items, "_links": links}


def one_contact(connection: sqlite3.Connection, name: str, value: str) -> Json:
    """The contact that has this value of the identifier `name`, with everything."""
    if name not in account.vocabulary_of(connection).identifiers:
        raise _refused("invalidId", "The identifier is not one of the account's")
    if name == CONTACT_ID:
        if not re.fullmatch("[0-9]{1,18}", value):
            raise _refused("invalidId", "The id value is invalid")
        document = documents_of(connection, [int(value)]).get(int(value))
    else:
        document = document_of_key(connection, name, identifier_key(name, kept_identifier(name, value)))
    if document is None:
        raise v3_refusal(HTTPStatus.NOT_FOUND, "contactNotFound", "The contact could not be found")
    return _Shown(connection).contact(document, None, SETS)


class _Shown:
    """Contacts as the API words them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._lists = account.list_names(connection)
        self._preferences = account.preference_names()

    def contact(self, document: Document, fields: tuple[str, ...] | None, sets: frozenset[str]) -> Json:
        shown: Json = {
            "contactId": document["contactId"],
            "status": _overall_status(document),
            "created": document["created"],
            "updated": document["updated"],
            "identifiers": document["identifiers"],
        }
        stored = document["dataFields"]
        if fields is None:
            shown["dataFields"] = stored
        elif fields:
            shown["dataFields"] = {name: stored.get(name) for name in fields}
        further = {
            "channelProperties": lambda: _channels(document),
            "lists": lambda: [
                {"id": number, "name": self._lists.get(number, ""), "status": "subscribed"}
                for number in document["lists"]
            ],
            "preferences": lambda: [
                {**choice, **dict.fromkeys(("publicName", "privateName"), self._preferences[choice["id"]])}
                for choice in document["preferences"]
            ],
            "consentRecords": lambda: document["consentRecords"],
        }
        return shown | {name: make() for name, make in further.items() if name in sets}


def _channels(document: Document) -> Json:
    """Answers write the types of e-mails in capitals, and have a country code."""
    channels: Json = {name: dict(properties) for name, properties in document["channelProperties"].items()}
    if email := channels.get("email"):
        kind = email.get("emailType", "html")
        email["emailType"] = kind[:1].upper() + kind[1:]
        email.setdefault("optInType", "unknown")
        email.setdefault("status", "subscribed")
    if sms := channels.get("sms"):
        sms.setdefault("countryCode", "")
    return channels


def _overall_status(document: Document) -> str:
    channels = document["channelProperties"]
    of_email, of_sms = channels.get("email", {}).get("status"), channels.get("sms", {}).get("status")
    if EMAIL in document["identifiers"] and of_email:
        return of_email
    return of_sms if MOBILE_NUMBER in document["identifiers"] and of_sms else "noSubscription"


def _since(query: Mapping[str, str]) -> tuple[str, str] | None:
    for parameter, member in (("~created", "created"), ("~modified", "updated")):
        if parameter not in query:
            continue
        try:
            found = _matches_filter(query[parameter])
            moment = datetime.fromisoformat(found[1] if found else "")
            return member, utc_text_of((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
        except (ValueError, OverflowError, OSError):
            raise _refused("invalidFilter", f"The filter {parameter} is gte:: and a time") from None
    return None


def _number(text: str, name: str) -> int:
    if not _matches_number(text):
        raise _refused("badRequest", f"The {name} must be a number")
    return int(text)


def _marker(contact_id: int) -> str:
    return base64.urlsafe_b64encode(f"after {contact_id}".encode()).decode()


def _read_marker(text: str) -> int:
    try:
        found = re.fullmatch(r"after ([0-9]{1,18})", base64.urlsafe_b64decode(text.encode()).decode())
    except (binascii.Error, ValueError):
        found = None
    if found is None:
        raise _refused("badRequest", "The marker is not one of a page before")
    return int(found[1])


def _link(marker: str) -> dict[str, str]:
    return {"marker": marker, "link": f"/contacts/v3?marker={marker}" if marker else "/contacts/v3"}


def _refused(code: str, description: str) -> CallRefusedError:
    return v3_refusal(HTTPStatus.BAD_REQUEST, code, description)
