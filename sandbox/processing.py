"""An import: its contacts checked, matched, merged and reported, all in one transaction.

Contacts are taken in their order. An identifier that an earlier contact of the same call was imported with,
or that belongs to another stored contact, makes the contact a duplicate: the first copy wins. Refused
contacts claim nothing. An e-mail address or mobile number is needed to create a contact.
"""

import sqlite3
from collections import Counter, defaultdict
from itertools import islice

from sandbox import account
from sandbox.checks import CheckedContact, check_contact
from sandbox.contacts import Key, documents_of, next_contact_id, owners_of, save_contacts
from sandbox.failures import Reason, reason
from sandbox.identifiers import CONTACT_ID, EMAIL, MOBILE_NUMBER
from sandbox.merging import Document, merge_contact, new_document
from sandbox.reports import ImportReport
from sandbox.shapes import ImportCall

# Contacts whose stored documents are held in memory at once.
SLICE_CONTACTS = 10_000


def process_call(connection: sqlite3.Connection, call: ImportCall, now: str) -> ImportReport:
    """Import the contacts of `call` inside the caller's transaction; `now` is a UTC text."""
    vocabulary = account.vocabulary_of(connection)
    report = ImportReport()
    claimed: set[Key] = set()
    contacts = iter(call.contacts)
    while candidates := [check_contact(contact, vocabulary) for contact in islice(contacts, SLICE_CONTACTS)]:
        touched = _Touched(connection, candidates)
        for candidate in candidates:
            touched.import_candidate(candidate, call.merge_option, claimed, report, now)
        touched.save()
    return report


class _RefusedError(Exception):
    """The candidate cannot be imported."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why.code)
        self.reason = why


class _Touched:
    """The stored contacts that some candidates may touch, and what they change on them."""

    def __init__(self, connection: sqlite3.Connection, candidates: list[CheckedContact]) -> None:
        self._connection = connection
        self._owners = _owners_of_candidates(connection, candidates)
        matched = {owner for candidate in candidates if (owner := self._owner(candidate)) is not None}
        self._documents = documents_of(connection, matched)
        self._next_id = next_contact_id(connection)
        self._changed: dict[int, Document] = {}
        self._changed_keys: dict[Key, int | None] = {}
        self._joined: Counter[int] = Counter()

    def import_candidate(
        self, candidate: CheckedContact, merge_option: str, claimed: set[Key], report: ImportReport, now: str
    ) -> None:
        """Merge one candidate and report what became of it; `claimed` are the keys imported so far."""
        if candidate.faults:
            report.add_refused(candidate, candidate.faults)
            return
        keys = list(candidate.keys.items())
        try:
            contact_id = self._matched_id(candidate)
            self._check_duplicates(keys, contact_id, claimed)
            if contact_id is None:
                _check_creatable(candidate)
        except _RefusedError as error:
            report.add_refused(candidate, [error.reason])
            return
        is_new = contact_id is None
        document = self._new_document(now) if contact_id is None else self._documents[contact_id]
        claimed.update(keys)
        self._merge(document, candidate, merge_option, now)
        report.add_imported(candidate, document, is_new)

    def save(self) -> None:
        save_contacts(self._connection, self._changed, self._changed_keys)
        account.add_members(self._connection, self._joined)

    def _owner(self, candidate: CheckedContact) -> int | None:
        if candidate.match_identifier == CONTACT_ID:
            return candidate.contact_id
        key = candidate.keys.get(candidate.match_identifier)
        return None if key is None else self._owners.get((candidate.match_identifier, key))

    def _matched_id(self, candidate: CheckedContact) -> int | None:
        """The id of the stored contact to update, or None to create one."""
        contact_id = self._owner(candidate)
        if candidate.contact_id is None:
            return contact_id
        if candidate.contact_id != contact_id:
            raise _RefusedError(
                reason("InvalidContactId", "The contactId belongs to another contact or to none")
            )
        if contact_id not in self._documents:
            raise _RefusedError(reason("InvalidContactId", "No contact has this contactId"))
        return contact_id

    def _check_duplicates(self, keys: list[Key], contact_id: int | None, claimed: set[Key]) -> None:
        for key in keys:
            if key in claimed or self._owners.get(key, contact_id) not in (contact_id, None):
                raise _RefusedError(reason("Duplicate", key[0]))

    def _new_document(self, now: str) -> Document:
        document = new_document(self._next_id, now)
        self._documents[self._next_id] = document
        self._next_id += 1
        return document

    def _merge(self, document: Document, candidate: CheckedContact, merge_option: str, now: str) -> None:
        contact_id = document["contactId"]
        changes = merge_contact(document, candidate, merge_option, now)
        self._changed[contact_id] = document
        self._joined.update(changes.joined)
        for key in changes.lost:
            self._owners[key] = self._changed_keys[key] = None
        for key in changes.gained:
            self._owners[key] = self._changed_keys[key] = contact_id


def _owners_of_candidates(
    connection: sqlite3.Connection, candidates: list[CheckedContact]
) -> dict[Key, int | None]:
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for candidate in candidates:
        for name, key in candidate.keys.items():
            wanted[name].add(key)
    owners: dict[Key, int | None] = {}
    for name, keys in wanted.items():
        owners.update(owners_of(connection, name, sorted(keys)))
    return owners


def _check_creatable(candidate: CheckedContact) -> None:
    if EMAIL not in candidate.values and MOBILE_NUMBER not in candidate.values:
        raise _RefusedError(
            reason("NoValidIdentifiers", "A new contact needs an e-mail address or a mobile number")
        )
