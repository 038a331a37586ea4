"""A snapshot made of what Dotdigital tells: contacts to frames, and tables that were read one after another to one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from imports import tables
from imports.dotdigital.answers import read_text
from imports.dotdigital.types import AccountContact, ContactQuery
from imports.plans.snapshot_schema import (
    CONTACT_ID,
    EMAIL,
    EMAIL_OPT_IN,
    EMAIL_STATUS,
    LISTS,
    MOBILE_NUMBER,
    MODIFIED,
    PREFERENCES,
    SMS_STATUS,
    STATUS,
    SnapshotScope,
    data_column,
    identifier_column,
    snapshot_schema,
)


def query_of(scope: SnapshotScope) -> ContactQuery:
    """What Dotdigital is asked for, for snapshots of this scope: all contacts, and of each no more than is needed."""
    sets = ["channelProperties"]
    if scope.with_lists:
        sets.append("lists")
    if scope.with_preferences:
        sets.append("preferences")
    return ContactQuery(scope.data_fields, tuple(sets))


def snapshot_frame(contacts: Sequence[AccountContact], scope: SnapshotScope) -> pl.DataFrame:
    """The rows of these contacts, in their order."""
    fields = {name.upper(): data_column(name) for name in scope.data_fields}
    identifiers = {
        "email": EMAIL,
        "mobileNumber": MOBILE_NUMBER,
        **{name: identifier_column(name) for name in scope.own_identifiers},
    }
    rows = [_row(contact, scope, identifiers, fields) for contact in contacts]
    return pl.DataFrame(rows, schema=snapshot_schema(scope))


def _row(
    contact: AccountContact, scope: SnapshotScope, identifiers: Mapping[str, str], fields: Mapping[str, str]
) -> dict[str, Any]:
    email, sms = contact.channels.get("email", {}), contact.channels.get("sms", {})
    row: dict[str, Any] = {
        CONTACT_ID: contact.id,
        STATUS: contact.status or None,
        MODIFIED: contact.updated,
        **{column: contact.identifiers.get(name) for name, column in identifiers.items()},
        EMAIL_STATUS: read_text(email.get("status")) or None,
        SMS_STATUS: read_text(sms.get("status")) or None,
        EMAIL_OPT_IN: read_text(email.get("optInType")) or None,
        LISTS: list(contact.lists or ()) if scope.with_lists else None,
        PREFERENCES: list(contact.opted_in or ()) if scope.with_preferences else None,
    }
    for name, value in contact.data_fields.items():
        if column := fields.get(name.upper()):
            row[column] = _value(value)
    return row


def _value(value: Any) -> str | None:
    """A data field's value as text; null and the empty text are both an empty field."""
    if value is None or value == "":
        return None
    # Halves of surrogate pairs, which JSON can hold, fit no table.
    return read_text(value if isinstance(value, str) else json.dumps(value))


def write_newest(parts: Sequence[Path], scope: SnapshotScope, target: Path) -> int:
    """Write one table of `parts`, tables of this scope or a wider one in the order in which they were read: of each
    contact the row that was read last. How many contacts there are.

    In memory are the numbers of all contacts, and one frame.
    """
    tables.write_table(_newest(parts, scope), snapshot_schema(scope), target)
    return tables.row_count(target)


def _newest(parts: Sequence[Path], scope: SnapshotScope) -> Iterator[pl.DataFrame]:
    yield pl.DataFrame(schema=snapshot_schema(scope))
    ids = [tables.scan(part).select(CONTACT_ID).collect()[CONTACT_ID] for part in parts]
    if not ids:
        return
    is_last = pl.concat(ids).is_last_distinct()
    columns, start = list(snapshot_schema(scope)), 0
    for part in parts:
        for frame in tables.iter_frames(part, lambda rows: rows.select(columns)):
            yield frame.filter(is_last.slice(start, len(frame)))
            start += len(frame)
