"""What Dotdigital knows, as this code base names it.

What belongs to a contact or to the account's owner is kept out of `repr`, so that a value that ends up in a
log line or a traceback shows ids and counts only.
"""

from dataclasses import dataclass, field

from imports.dotdigital.statuses import ImportState, import_state

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


@dataclass(frozen=True)
class ContactReference:
    """A contact that an import created or updated.

    `identifiers` maps names to values as the service spells them; null ones are left out.
    """

    contact_id: int
    identifiers: dict[str, object] = field(repr=False)


@dataclass(frozen=True)
class FailureReason:
    """Why a contact, or a part of it, was not imported. Codes are an open set; their letter case varies."""

    code: str
    description: str = field(repr=False)


@dataclass(frozen=True)
class ImportFailure:
    """A contact that was refused, or one of which a part was refused.

    In the second case `contact_id` is set, and the contact is listed as created or updated too.
    """

    match_identifier: str
    identifiers: dict[str, object] = field(repr=False)
    reasons: tuple[FailureReason, ...]
    contact_id: int | None = None


@dataclass(frozen=True)
class ImportSummary:
    """The service's own totals, None where it told none. They need not add up to the contacts sent."""

    new_contacts: int | None = None
    updated_contacts: int | None = None
    globally_suppressed: int | None = None
    invalid_entries: int | None = None
    duplicate_identifiers: int | None = None


@dataclass(frozen=True)
class ImportStatus:
    """How far an import has come, and its report once it is over.

    There are no row numbers in a report: entries are joined to rows by their identifiers. One contact can be
    among `created` or `updated` and among `failures` as well.
    """

    import_id: str
    status: str
    summary: ImportSummary | None = None
    created: tuple[ContactReference, ...] = field(default=(), repr=False)
    updated: tuple[ContactReference, ...] = field(default=(), repr=False)
    failures: tuple[ImportFailure, ...] = field(default=(), repr=False)

    @property
    def state(self) -> ImportState:
        """What the status means, and the words for it."""
        return import_state(self.status)

    @property
    def is_terminal(self) -> bool:
        """Whether the status will not change any more."""
        return self.state.is_terminal

    @property
    def is_finished(self) -> bool:
        """Whether the import went through, so that its report says what became of each contact."""
        return self.state.is_finished


@dataclass(frozen=True)
class ErrorDetail:
    """One item of a refused request, and what is wrong with it."""

    item: str = field(repr=False)
    description: str = field(repr=False)
