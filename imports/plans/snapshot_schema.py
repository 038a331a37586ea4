"""A snapshot: contacts of an account as they were when they were read, as a Parquet table.

One row a contact, each contact once, in no order that may be relied on.

contact_id          Dotdigital's number of the contact; never null
status              the contact's overall status, as the API words it; `deleted` and `binned` are contacts in the bin
modified            when Dotdigital says that the contact was last changed (`updated`), in UTC
email               identifiers, as the API spells them; null where the contact has none
mobile_number
identifier:<name>   an identifier of the account's own, each of them
data:<NAME>         a data field, each that was asked for, its name in capitals; null where it is empty
status:email        status and kind of opt-in of a channel, as the API words them (an open set); null where the contact
status:sms          is not on that channel
optin:email
lists               numbers of the lists that the contact is on, whatever its status there
preferences         numbers of the preferences that the contact is opted in to; left out are those that it is opted out
                    of or was never asked about

A data field's value is the API's text where that gave text, and otherwise its JSON: `12.5`, `true`. Which of the two
it was is told by the field's type, not by the table. Lists and preferences are null when they were not asked for, and
empty when there are none. Facts: the contract of `GET /contacts/v3`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from imports.tables import Schema

CONTACT_ID, STATUS, MODIFIED = "contact_id", "status", "modified"
EMAIL, MOBILE_NUMBER = "email", "mobile_number"
EMAIL_STATUS, SMS_STATUS, EMAIL_OPT_IN = "status:email", "status:sms", "optin:email"
LISTS, PREFERENCES = "lists", "preferences"

TIME = pl.Datetime("us", "UTC")
NUMBERS = pl.List(pl.Int64)

_BUILT_IN = {"email": EMAIL, "mobileNumber": MOBILE_NUMBER, "contactId": CONTACT_ID}


@dataclass(frozen=True)
class SnapshotScope:
    """What of each contact a snapshot has: the names of the account's own identifiers, of data fields, and whether the
    contact's lists and preferences were asked for."""

    own_identifiers: tuple[str, ...] = ()
    data_fields: tuple[str, ...] = ()
    with_lists: bool = False
    with_preferences: bool = False

    def covers(self, other: "SnapshotScope") -> bool:
        """Whether a snapshot of this scope has all that one of the `other` has."""
        return (
            set(snapshot_schema(other)) <= set(snapshot_schema(self))
            and self.with_lists >= other.with_lists
            and self.with_preferences >= other.with_preferences
        )


def identifier_column(name: str) -> str:
    """The column of an identifier, by the name that a mapping has for it: `email`, `mobileNumber`, `contactId`, or one
    of the account's own."""
    return _BUILT_IN.get(name) or f"identifier:{name}"


def data_column(name: str) -> str:
    """The column of a data field. Dotdigital does not tell its fields apart by letter case."""
    return f"data:{name.upper()}"


def snapshot_schema(scope: SnapshotScope) -> Schema:
    """The columns of a snapshot of this scope, with their types."""
    texts: Iterable[str] = (
        EMAIL,
        MOBILE_NUMBER,
        *map(identifier_column, scope.own_identifiers),
        *map(data_column, scope.data_fields),
        EMAIL_STATUS,
        SMS_STATUS,
        EMAIL_OPT_IN,
    )
    return {
        CONTACT_ID: pl.Int64(),
        STATUS: pl.String(),
        MODIFIED: TIME,
        **{name: pl.String() for name in texts},
        LISTS: NUMBERS,
        PREFERENCES: NUMBERS,
    }
