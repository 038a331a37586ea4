"""The columns of a plan, its kinds of rows, and why rows are in conflict.

row, kind, conflict     the row of the file, what it does (`Kind`), and why not what one expects (`RowConflict`; null)
contact_id              the contact that it is matched to; null for none
change:<column>         what becomes of a column of the snapshot (`Change`); null where it stays as it is
was:<column>            the value before and the one after, both null where the column stays as it is
will:<column>
joined                  lists that the contact is not on and would join
opted_in, opted_out     preferences that change; an opt-out of what the contact is not opted in to changes nothing
adds_consent            whether a consent record is added
sends_unseen            whether something is sent that a snapshot does not have, so that nobody can say what it changes
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from imports.plans.snapshot_schema import NUMBERS
from imports.tables import Schema

ACCOUNT_DECIDES = "?"
"""The status of a channel that a contact gets without one being sent: the account's settings say what it will be."""


class Kind(StrEnum):
    """What a row would do to the account."""

    NEW = "new"
    CHANGES = "changes"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"


class Change(StrEnum):
    """What becomes of one value. `PERHAPS_CLEARED`: `null` under a merge option for which it is not documented."""

    FILLED = "filled"
    REPLACED = "replaced"
    CLEARED = "cleared"
    PERHAPS_CLEARED = "perhaps_cleared"


class RowConflict(StrEnum):
    """Why a row does not do what one expects of it, in the order in which they count."""

    CONTACT_ID_UNKNOWN = "contact_id_unknown"
    """No contact has this contact ID: the row will be refused."""
    IN_BIN = "in_bin"
    """The contact has been deleted: whether an import restores it is not documented."""
    SAME_CONTACT = "same_contact"
    """Other rows are matched to the same contact by other identifiers: what stays is what comes last."""
    IDENTIFIER_MOVES = "identifier_moves"
    """An identifier is another contact's, which another row gives a different one: it depends on which comes first."""
    IDENTIFIER_TAKEN = "identifier_taken"
    """An identifier is another contact's: the row will be refused."""
    CANNOT_BE_CREATED = "cannot_be_created"
    """No contact matches, and a new one needs an e-mail address or a mobile number: the row will be refused."""
    EMAIL_SUPPRESSED = "email_suppressed"
    """Data arrives, but the e-mail address stays suppressed."""
    EMAIL_UNSUBSCRIBED = "email_unsubscribed"
    """Data arrives, but the contact stays unsubscribed."""
    EMAIL_UNDELIVERABLE = "email_undeliverable"
    """Data arrives, but Dotdigital does not write to the address: it bounced, complained or is barred."""


APPLIED = (RowConflict.EMAIL_SUPPRESSED, RowConflict.EMAIL_UNSUBSCRIBED, RowConflict.EMAIL_UNDELIVERABLE)
"""The conflicts whose rows change what their columns say all the same; of the others a plan says no changes."""


def plan_schema(columns: Sequence[str]) -> Schema:
    """The columns of a plan that touches these `columns` of a snapshot."""
    return {
        "row": pl.UInt32(),
        "kind": pl.String(),
        "conflict": pl.String(),
        "contact_id": pl.Int64(),
        **{f"{what}:{name}": pl.String() for name in columns for what in ("change", "was", "will")},
        "joined": NUMBERS,
        "opted_in": NUMBERS,
        "opted_out": NUMBERS,
        "adds_consent": pl.Boolean(),
        "sends_unseen": pl.Boolean(),
    }


@dataclass(frozen=True)
class PlanSummary:
    """A plan in numbers: rows of each kind and of each conflict; of each column of the snapshot, and of `lists`,
    `preferences`, how many values change how; and whose e-mail and SMS status would change, by (channel, from, to)."""

    kinds: dict[str, int]
    conflicts: dict[str, int]
    fields: dict[str, dict[str, int]]
    subscriptions: dict[tuple[str, str, str], int]
