"""What a column or a constant can be sent as: the identifiers, and what the account has.

Targets are strings of one namespace (see `Mapping`). A part that is not imported yet has its prefix in
`RESERVED_PREFIXES`, so that a mapping that names it is told so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

ValueType = Literal["email", "mobileNumber", "String", "Numeric", "Date", "Boolean", "lists"]

DATA_FIELD_TYPES = ("String", "Numeric", "Date", "Boolean")
"""The types of data fields (`GET /v2/data-fields`)."""

IDENTIFIERS, DATA_FIELDS, LISTS = "identifiers", "dataFields", "lists"

RESERVED_PREFIXES = ("channelProperties.", "preferences.", "consentRecords.", "identifiers.")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a value goes: `part` of the contact, under `key`, as a value of `type`.

    `name` is the whole target as a mapping writes it, `label` what a person calls it.
    """

    name: str
    part: str
    key: str
    type: ValueType
    label: str


class DataField(NamedTuple):
    """A data field of the account; `type` is one of `DATA_FIELD_TYPES`."""

    name: str
    type: str


class ContactList(NamedTuple):
    id: int
    name: str


class Preference(NamedTuple):
    id: int
    name: str


EMAIL = Target("identifiers.email", IDENTIFIERS, "email", "email", "E-mail address")
MOBILE_NUMBER = Target(
    "identifiers.mobileNumber", IDENTIFIERS, "mobileNumber", "mobileNumber", "Mobile number"
)
IDENTIFIER_TARGETS = {target.key: target for target in (EMAIL, MOBILE_NUMBER)}
LISTS_TARGET = Target("lists", LISTS, "lists", "lists", "Lists")


@dataclass(frozen=True, slots=True)
class TargetCatalogue:
    """Everything a mapping into one account can name."""

    data_fields: tuple[DataField, ...] = ()
    lists: tuple[ContactList, ...] = ()
    preferences: tuple[Preference, ...] = ()

    @classmethod
    def from_account(
        cls,
        data_fields: Iterable[tuple[str, str]] = (),
        lists: Iterable[tuple[int, str]] = (),
        preferences: Iterable[tuple[int, str]] = (),
    ) -> Self:
        """The catalogue of an account with these data fields (name, type), lists and preferences (id, name).

        Data fields of a type that is not known are not offered.
        """
        return cls(
            tuple(DataField(name, kind) for name, kind in data_fields if kind in DATA_FIELD_TYPES),
            tuple(ContactList(*entry) for entry in lists),
            tuple(Preference(*entry) for entry in preferences),
        )

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON-safe values; `from_dict` is its inverse."""
        return {
            "data_fields": [list(field) for field in self.data_fields],
            "lists": [list(entry) for entry in self.lists],
            "preferences": [list(entry) for entry in self.preferences],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The catalogue that `to_dict` gave."""
        return cls.from_account(
            **{name: [tuple(entry) for entry in entries] for name, entries in values.items()}
        )

    @property
    def column_targets(self) -> tuple[Target, ...]:
        """What a column can be, in the order in which to offer it."""
        return (*IDENTIFIER_TARGETS.values(), *map(_field_target, self.data_fields))

    def find(self, name: str) -> Target | None:
        """The target of this name. Data fields are found in any letter case, as Dotdigital finds them."""
        if name == LISTS_TARGET.name:
            return LISTS_TARGET
        part, _, key = name.partition(".")
        if part == IDENTIFIERS:
            return IDENTIFIER_TARGETS.get(key)
        if part == DATA_FIELDS:
            return next(
                (_field_target(field) for field in self.data_fields if field.name.lower() == key.lower()),
                None,
            )
        return None

    def has_list(self, list_id: int) -> bool:
        return any(entry.id == list_id for entry in self.lists)


def _field_target(field: DataField) -> Target:
    kind: ValueType = field.type  # type: ignore[assignment]  # from_account lets nothing else in
    return Target(f"{DATA_FIELDS}.{field.name}", DATA_FIELDS, field.name, kind, field.name)


def is_reserved(name: str) -> bool:
    """Whether the target is a part of a contact that is not imported yet."""
    return name.startswith(RESERVED_PREFIXES)
