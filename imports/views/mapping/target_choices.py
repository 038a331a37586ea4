"""What a column or a constant can be on the mapping page, in words for choosing from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext, gettext_noop

from imports.contacts.targets import (
    CHANNEL_PROPERTY_TARGETS,
    CONSENT_PARTS,
    CONSENT_RECORDS,
    DATA_FIELDS,
    LISTS,
    LISTS_TARGET,
    MATCH_IDENTIFIER_TARGET,
    MAX_CONSENT_RECORDS,
    PREFERENCES,
    Target,
    TargetCatalogue,
    consent_target,
)
from imports.contacts.value_types.value_type import ValueType

NEW_DATA_FIELD = "new:dataField"
"""What a target select says when a data field that does not exist yet is wanted."""

RECORD_WORDS = (
    "",
    gettext_noop("Consent"),
    gettext_noop("Second consent"),
    gettext_noop("Third consent"),
    gettext_noop("Fourth consent"),
    gettext_noop("Fifth consent"),
)
"""What a consent record is called, by its number, in English and marked."""


@dataclass(frozen=True)
class TargetChoice:
    """A target that a column can be given. `value_type` says which settings its values need.

    `label` is for choosing from, `name` for the middle of a sentence; `help` is as that of a `Target`.
    """

    target: str
    part: str
    label: str
    name: str
    value_type: ValueType
    help: str


def _choice_of(target: Target) -> TargetChoice:
    label = target.label
    if target.part == DATA_FIELDS:
        label = f"{target.label} ({gettext(target.type.words)})"
    elif target.part == LISTS:
        label = gettext("Add to the lists named in this column")
    elif target.part == CONSENT_RECORDS and target.consent_record > 1:
        label = consent_target(target.consent_part).label
    return TargetChoice(target.name, target.part, label, target.label, target.type, target.help)


class AccountChoices:
    """The targets and lists of an account, from its catalogue as the portal keeps it."""

    def __init__(self, catalogue: dict[str, Any]) -> None:
        self.catalogue = TargetCatalogue.from_account(
            data_fields=((entry["name"], entry["type"]) for entry in _by_name(catalogue, "data_fields")),
            lists=((entry["id"], entry["name"]) for entry in _by_name(catalogue, "lists")),
            preferences=((entry["id"], entry["name"]) for entry in catalogue.get("preferences", [])),
            custom_identifiers=catalogue.get("custom_identifiers", []),
        )
        self._choices: dict[str, TargetChoice | None] = {}

    @cached_property
    def identifiers(self) -> list[TargetChoice]:
        return [_choice_of(target) for target in self.catalogue.identifiers]

    @cached_property
    def data_fields(self) -> list[TargetChoice]:
        return self._found(f"{DATA_FIELDS}.{field.name}" for field in self.catalogue.data_fields)

    @cached_property
    def channel_properties(self) -> list[TargetChoice]:
        return [_choice_of(target) for target in CHANNEL_PROPERTY_TARGETS]

    @cached_property
    def preferences(self) -> list[TargetChoice]:
        return self._found(f"{PREFERENCES}.{entry.id}" for entry in self.catalogue.preferences)

    def consent_parts(self, record: int) -> list[TargetChoice]:
        """The five parts of the consent record with this number, 1 to 5."""
        return [_choice_of(consent_target(part, record)) for part in CONSENT_PARTS]

    def groups(self, records: int = 1) -> list[tuple[str, Sequence[TargetChoice]]]:
        """The targets under the headings they are offered with, with this many consent records."""
        consents = [
            (gettext(RECORD_WORDS[record]), self.consent_parts(record))
            for record in range(1, min(records, MAX_CONSENT_RECORDS) + 1)
        ]
        groups: list[tuple[str, Sequence[TargetChoice]]] = [
            (gettext("Identifiers"), self.identifiers),
            (gettext("Data fields"), self.data_fields),
            (gettext("Subscription"), self.channel_properties),
            (gettext("Preferences"), self.preferences),
            (gettext("Lists"), [_choice_of(LISTS_TARGET)]),
            *consents,
            (gettext("Matching"), [_choice_of(MATCH_IDENTIFIER_TARGET)]),
        ]
        return [(heading, account_choices) for heading, account_choices in groups if account_choices]

    @cached_property
    def lists(self) -> list[tuple[int, str]]:
        """(id, name) of the account's lists, by name."""
        return [(entry.id, entry.name) for entry in self.catalogue.lists]

    def find(self, target: str) -> TargetChoice | None:
        """The choice of `target`, in whatever letter case; None for what the account does not have."""
        if target not in self._choices:
            found = self.catalogue.find(target)
            self._choices[target] = _choice_of(found) if found else None
        return self._choices[target]

    def _found(self, targets: Iterable[str]) -> list[TargetChoice]:
        return [target_choice for target in targets if (target_choice := self.find(target))]

    def name_of(self, target: str) -> str:
        """What people call `target`."""
        target_choice = self.find(target)
        return target_choice.name if target_choice else target.rpartition(".")[2]

    def list_names(self, list_ids: Iterable[int]) -> list[str]:
        """The names of lists; the number of one that the account no longer has."""
        names = dict(self.lists)
        return [names.get(list_id) or gettext("list {id}").format(id=list_id) for list_id in list_ids]


def _by_name(catalogue: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return sorted(catalogue.get(key, []), key=lambda entry: entry["name"].lower())
