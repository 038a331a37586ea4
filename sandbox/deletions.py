"""Deletions of contacts: queued, carried out in their order, and asked about.

As with imports, one is over some seconds after it was accepted, and not before it has been carried out. How many may
run at once is not published; here it is MAX_ACTIVE_DELETIONS. Whoever imports a deleted contact again creates another:
that it comes back from the bin is documented for single contacts alone.
"""

import json
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from sandbox import account
from sandbox.contacts import bin_contacts, documents_of, owners_of
from sandbox.error_answers import CallRefusedError, v3_refusal
from sandbox.identifiers import CONTACT_ID, identifier_key, kept_identifier
from sandbox.store import Store

MAX_ACTIVE_DELETIONS = 5
MAX_CONTACTS = 5_000

ContactKey = dict[str, Any]


class Deletions:
    """Takes calls in and answers questions about them."""

    def __init__(
        self,
        store: Store,
        seconds_per_deletion: float,
        on_accepted: Callable[[], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._seconds = seconds_per_deletion
        self._on_accepted = on_accepted
        self._clock = clock

    def accept(self, body: bytes) -> str:
        """Queue the deletion in `body` and return its id; raises CallRefusedError."""
        keys = _read_keys(body)
        delete_id = str(uuid4())
        with self._store.writing() as connection:
            now = self._clock()
            active = connection.execute(
                "SELECT count(*) FROM deletions WHERE result IS NULL OR due > ?", (now,)
            ).fetchone()[0]
            if active >= MAX_ACTIVE_DELETIONS:
                raise v3_refusal(
                    HTTPStatus.TOO_MANY_REQUESTS,
                    "tooManyBulkDeleteJobs",
                    "Too many deletions are being processed for this account; wait for one to finish",
                )
            connection.execute(
                "INSERT INTO deletions (delete_id, due, keys) VALUES (?, ?, ?)",
                (delete_id, now + self._seconds, json.dumps(keys)),
            )
        self._on_accepted()
        return delete_id

    def status(self, delete_id: str) -> dict[str, Any]:
        """The status call's answer; raises CallRefusedError."""
        try:
            canonical_id = str(UUID(delete_id))
        except ValueError:
            raise _refused("invalidDeleteId", "The id value is invalid") from None
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT due, result FROM deletions WHERE delete_id = ?", (canonical_id,)
            ).fetchone()
        if row is None:
            raise v3_refusal(HTTPStatus.NOT_FOUND, "importNotFound", "The deletion could not be found")
        due, result = row
        if result is None:
            return {"deleteId": canonical_id, "status": "NotStarted"}
        if due > self._clock():
            return {"deleteId": canonical_id, "status": "NotFinished"}
        return {"deleteId": canonical_id, "status": "Finished", **json.loads(result)}

    def process_next(self) -> bool:
        """Carry out the oldest deletion that waits; False when there is none."""
        with self._store.writing() as connection:
            row = connection.execute(
                "SELECT sequence, keys FROM deletions WHERE result IS NULL ORDER BY sequence LIMIT 1"
            ).fetchone()
            if row is None:
                return False
            sequence, keys = row
            result = _delete(connection, json.loads(keys))
            connection.execute(
                "UPDATE deletions SET result = ? WHERE sequence = ?", (json.dumps(result), sequence)
            )
        return True


def _delete(connection: sqlite3.Connection, keys: list[ContactKey]) -> dict[str, Any]:
    known = account.vocabulary_of(connection).identifiers
    deleted: list[ContactKey] = []
    failures: list[dict[str, Any]] = []
    left: Counter[int] = Counter()
    unknown = invalid = 0
    for key in keys:
        ((name, value),) = key.items()
        if name not in known or (name == CONTACT_ID and not re.fullmatch("[0-9]{1,18}", str(value))):
            invalid += 1
            failures.append(_failure(key, "InvalidMatchIdentifier", "No contact can be named so"))
            continue
        documents = documents_of(connection, _owner(connection, name, value))
        if not documents:
            unknown += 1
            failures.append(_failure(key, "InvalidContact", "No contact has this identifier"))
            continue
        for document in documents.values():
            left.update(dict.fromkeys(document["lists"], -1))
        bin_contacts(connection, documents)
        deleted.append(key)
    account.add_members(connection, left)
    summary = {
        "requestedContacts": len(keys),
        "deletedContacts": len(deleted),
        "unknownContacts": unknown,
        "invalidEntries": invalid,
    }
    return {"summary": summary, "deleted": deleted, "failures": failures}


def _owner(connection: sqlite3.Connection, name: str, value: Any) -> list[int]:
    if name == CONTACT_ID:
        return [int(value)]
    key = identifier_key(name, kept_identifier(name, str(value)))
    return list(owners_of(connection, name, [key]).values())


def _failure(key: ContactKey, code: str, description: str) -> dict[str, Any]:
    return {"identifier": key, "failures": [{"failureCode": code, "description": description}]}


def _read_keys(body: bytes) -> list[ContactKey]:
    try:
        content = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise _refused("badJson", "The request body is not well-formed JSON") from None
    if not isinstance(content, list):
        raise _refused("badRequest", "The request body must be an array")
    if not content:
        raise _refused("noContactsSpecified", "The array has no contact")
    if len(content) > MAX_CONTACTS:
        raise _refused("badRequest", f"The array has more than {MAX_CONTACTS} contacts")
    if not all(map(_is_key, content)):
        raise _refused("badRequest", "A contact is named by exactly one identifier")
    return content


def _is_key(key: Any) -> bool:
    if not isinstance(key, dict) or len(key) != 1:
        return False
    ((name, value),) = key.items()
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number if name == CONTACT_ID else isinstance(value, str)


def _refused(code: str, description: str) -> CallRefusedError:
    return v3_refusal(HTTPStatus.BAD_REQUEST, code, description)
