"""The contact store: rows of JSON documents, found by their identifiers.

Ids are given out in sequence, and never again. As long as no contact has been deleted, a position in the list is an
offset of the id.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import cast

from sandbox.identifiers import identifier_key
from sandbox.merging import Document

FIRST_CONTACT_ID = 50_000_001

Key = tuple[str, str]

_encode = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


def owners_of(connection: sqlite3.Connection, name: str, keys: Iterable[str]) -> dict[Key, int]:
    """Which contacts hold these keys of the identifier `name`."""
    rows = connection.execute(
        "SELECT held.key, held.contact_id FROM json_each(?) AS wanted"
        " CROSS JOIN identifiers AS held ON held.name = ? AND held.key = wanted.value",
        (json.dumps(list(keys)), name),
    )
    return {(name, key): contact_id for key, contact_id in rows}


def documents_of(connection: sqlite3.Connection, contact_ids: Iterable[int]) -> dict[int, Document]:
    """The contacts with these ids; ids that nobody has are left out."""
    rows = connection.execute(
        "SELECT held.id, held.document FROM json_each(?) AS wanted"
        " CROSS JOIN contacts AS held ON held.id = wanted.value",
        (json.dumps(sorted(contact_ids)),),
    ).fetchall()
    # Read as one array, which takes two thirds of the time.
    documents = json.loads(f"[{','.join(text for _, text in rows)}]")
    return {
        contact_id: cast(Document, document)
        for (contact_id, _), document in zip(rows, documents, strict=True)
    }


def next_contact_id(connection: sqlite3.Connection) -> int:
    highest = connection.execute(
        "SELECT max(id) FROM (SELECT max(id) AS id FROM contacts UNION SELECT max(id) FROM binned)"
    ).fetchone()[0]
    return FIRST_CONTACT_ID if highest is None else highest + 1


def save_contacts(
    connection: sqlite3.Connection, documents: Mapping[int, Document], keys: Mapping[Key, int | None]
) -> None:
    """Write changed contacts and changed keys; a key of None belongs to nobody any more."""
    connection.executemany(
        "INSERT INTO contacts VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
        ((contact_id, _encode(document)) for contact_id, document in documents.items()),
    )
    connection.executemany(
        "DELETE FROM identifiers WHERE name = ? AND key = ?",
        (key for key, contact_id in keys.items() if contact_id is None),
    )
    connection.executemany(
        "INSERT OR REPLACE INTO identifiers VALUES (?, ?, ?)",
        sorted((*key, contact_id) for key, contact_id in keys.items() if contact_id is not None),
    )


def count_contacts(connection: sqlite3.Connection) -> int:
    return next_contact_id(connection) - FIRST_CONTACT_ID - _count_binned(connection)


def contact_texts(connection: sqlite3.Connection, skip: int, select: int) -> list[str]:
    """The JSON texts of up to `select` contacts after the first `skip`, oldest first."""
    if _count_binned(connection):
        rows = connection.execute(
            "SELECT document FROM contacts ORDER BY id LIMIT ? OFFSET ?", (select, skip)
        )
        return [text for (text,) in rows]
    first = FIRST_CONTACT_ID + skip
    rows = connection.execute(
        "SELECT document FROM contacts WHERE id >= ? AND id < ? ORDER BY id", (first, first + select)
    )
    return [text for (text,) in rows]


def find_contacts(connection: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """The ids of up to `limit` contacts, oldest first, that have `text` in an identifier or as their id."""
    wanted = text.strip().lower().removeprefix("+")
    rows = connection.execute(
        "SELECT contact_id FROM identifiers WHERE instr(lower(key), ?)"
        " UNION SELECT id FROM contacts WHERE id = ? ORDER BY 1 LIMIT ?",
        (wanted, int(wanted) if wanted.isdecimal() and len(wanted) < 19 else -1, limit),
    )
    return [contact_id for (contact_id,) in rows]


def documents_after(
    connection: sqlite3.Connection,
    contact_id: int,
    since: tuple[str, str] | None,
    list_id: int | None,
    limit: int,
) -> list[Document]:
    """Up to `limit` contacts with ids above `contact_id`, ascending. `since` names a member, `created` or `updated`,
    and the time from which on it is to be; `list_id` the list that they are to be on."""
    member, moment = since or ("updated", "")
    rows = connection.execute(
        "SELECT document FROM contacts WHERE id > ? AND document ->> ? >= ?"
        " AND (? IS NULL OR EXISTS (SELECT 1 FROM json_each(document, '$.lists') WHERE value = ?))"
        " ORDER BY id LIMIT ?",
        (contact_id, member, moment, list_id, list_id, limit),
    )
    return [cast(Document, document) for document in json.loads(f"[{','.join(text for (text,) in rows)}]")]


def document_of_key(connection: sqlite3.Connection, name: str, key: str) -> Document | None:
    """The contact that has this key of the identifier `name`."""
    return next(iter(documents_of(connection, owners_of(connection, name, [key]).values()).values()), None)


def bin_contacts(connection: sqlite3.Connection, documents: Mapping[int, Document]) -> None:
    """Delete contacts: their ids are kept, so that nobody else gets them."""
    for contact_id, document in documents.items():
        connection.executemany(
            "DELETE FROM identifiers WHERE name = ? AND key = ?",
            [(name, identifier_key(name, value)) for name, value in document["identifiers"].items()],
        )
        connection.execute("INSERT INTO binned VALUES (?)", (contact_id,))
        connection.execute("DELETE FROM contacts WHERE id = ?", (contact_id,))


def _count_binned(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM binned").fetchone()[0])
