"""What Dotdigital knows, as this code base names it.

What belongs to a contact or to the account's owner is kept out of `repr`, so that a value that ends up in a
log line or a traceback shows ids and counts only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from imports.fates import EntryKind

DATA_FIELD_TYPES = ("String", "Numeric", "Date", "Boolean")


@dataclass(frozen=True)
class AccountInfo:
    """The account that the API user belongs to.

    `api_endpoint` is what the account says its own address is, unchecked; "" when it does not say.
    `properties` holds everything the account told about itself, as text, by the vendor's names.
    """

    id: int | None
    name: str
    api_endpoint: str
    locale: str = ""
    time_zone: str = ""
    properties: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class DataField:
    """A contact data field. `type` is one of `DATA_FIELD_TYPES`."""

    name: str
    type: str
    visibility: str


@dataclass(frozen=True)
class ContactList:
    """A list of contacts (in older parts of the API, an address book). `contacts` is its size, if told."""

    id: int
    name: str
    visibility: str
    contacts: int | None


@dataclass(frozen=True)
class Preference:
    """A marketing preference a contact can opt in to. `category` is its category's name, if it has one."""

    id: int
    name: str
    category: str | None


@dataclass(frozen=True, slots=True)
class FailureReason:
    """Why a contact, or a part of it, was not imported. Codes are an open set; their letter case varies."""

    code: str
    description: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """What a report says of one contact: that it was created, updated, or that all or a part of it failed.

    `contact_id` is always there for the first two; a failed entry that has one is about a part of a contact that
    is among the created or updated as well. `identifiers` maps names to values as the service spells them; those
    that are null are left out. `reasons` are those of a failure.
    """

    kind: EntryKind
    contact_id: int | None
    identifiers: Mapping[str, object] = field(repr=False)
    reasons: tuple[FailureReason, ...] = ()


@dataclass(frozen=True)
class ImportSummary:
    """The service's own totals, None where it told none. They need not add up to the contacts sent."""

    new_contacts: int | None = None
    updated_contacts: int | None = None
    globally_suppressed: int | None = None
    invalid_entries: int | None = None
    duplicate_identifiers: int | None = None


@dataclass(frozen=True, slots=True)
class AccountContact:
    """A contact as the account has it, in the vendor's names and values.

    `identifiers` are those it has. `channels` is by the channel's name in small letters. `lists` are the numbers of
    those it is on, `opted_in` of the preferences it is opted in to; None where they were not asked for. `updated` is
    None where it could not be read.
    """

    id: int
    status: str
    updated: datetime | None
    identifiers: Mapping[str, str] = field(repr=False)
    data_fields: Mapping[str, Any] = field(repr=False)
    channels: Mapping[str, Mapping[str, Any]] = field(repr=False)
    lists: tuple[int, ...] | None = field(repr=False)
    opted_in: tuple[int, ...] | None = field(repr=False)


@dataclass(frozen=True)
class ContactPage:
    """Some contacts of an account. `marker` leads to the next page; "" on the last."""

    contacts: list[AccountContact] = field(repr=False)
    marker: str = field(repr=False)


@dataclass(frozen=True)
class ContactQuery:
    """Which contacts are asked for, and what of them: names of data fields and of further sets. `modified_since` is
    aware; None for all contacts."""

    data_fields: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    modified_since: datetime | None = None


@dataclass(frozen=True)
class DeletionStatus:
    """How far a deletion of contacts is: whether it `is_over`, and if so whether it went through. Counts are None where
    they were not told. `deleted_ids` and `failed_ids` are contacts that were named by their number."""

    name: str
    is_over: bool
    is_finished: bool
    requested: int | None
    deleted: int | None
    unknown: int | None
    invalid: int | None
    deleted_ids: tuple[int, ...] = field(repr=False)
    failed_ids: tuple[int, ...] = field(repr=False)


@dataclass(frozen=True)
class ErrorDetail:
    """One item of a refused request, and what is wrong with it."""

    item: str = field(repr=False)
    description: str = field(repr=False)
