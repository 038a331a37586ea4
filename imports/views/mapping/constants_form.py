"""What is the same for every contact: from a mapping's constants to fields and back.

Lists are the checkboxes `lists`. Subscription, preferences and consent have a field each, named `constant-` and the
target. Data fields stand in rows: `field-0` with the target and `field_value-0` with the value, and so on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from imports.contacts.targets import CONSENT_RECORDS, MAX_CONSENT_RECORDS, consent_target
from imports.contacts.value_types.text_types import TEXT
from imports.messages import column_label
from imports.views.mapping.target_choices import AccountChoices, TargetChoice
from imports.views.mapping.typed_fields import read_value

MappingJson = dict[str, Any]
ConstantJson = dict[str, Any]

LISTS = "lists"
RECORDS = "records"
"""The hidden field that says how many consent records the page shows."""


@dataclass(frozen=True)
class FieldRow:
    """A row of the page's table of data fields. `target` is "" in one that is yet to be filled in."""

    target: str
    value: Any = None


@dataclass(frozen=True)
class Constants:
    """The constants of the page, by target, the rows of its data fields, and the lists that are ticked."""

    values: dict[str, Any]
    rows: tuple[FieldRow, ...]
    lists: tuple[int, ...]
    records: int

    def value_of(self, target: str) -> Any:
        return self.values.get(target)


def constants_of(mapping: MappingJson, account_choices: AccountChoices) -> Constants:
    """The constants of a mapping as the page shows them."""
    lists = lists_of(mapping)
    values = {
        _spelt(entry["target"], account_choices): entry["value"]
        for entry in mapping.get("constants", [])
        if entry["target"] != LISTS
    }
    named = {target_choice.target for target_choice in _named(account_choices)}
    rows = tuple(FieldRow(target, value) for target, value in values.items() if target not in named)
    return Constants(values, rows, tuple(lists), records_used(mapping, account_choices))


def read_constants(
    data: QueryDict, account_choices: AccountChoices, current: MappingJson
) -> tuple[list[ConstantJson], Constants]:
    """The constants that were posted, and what the page shows for them."""
    before = constants_of(current, account_choices)
    values = {}
    for target_choice in _named(account_choices):
        text = data.get(f"constant-{target_choice.target}", "")
        value = read_value(
            text, target_choice.value_type, account_choices, before.value_of(target_choice.target)
        )
        if value is not None:
            values[target_choice.target] = value
    rows = list(_read_rows(data, account_choices, before))
    values |= {row.target: row.value for row in rows if row.target and row.value is not None}
    ticked = [int(one) for one in data.getlist(LISTS) if one.isdecimal()]
    # In the order that the mapping had them in: the page has its own.
    lists = tuple(sorted(ticked, key=lambda one: _place(one, before.lists)))
    records = data.get(RECORDS, "")
    shown = Constants(
        values, tuple(rows), lists, min(int(records), MAX_CONSENT_RECORDS) if records.isdecimal() else 1
    )
    everything = {**values, **({LISTS: list(lists)} if lists else {})}
    known = [_spelt(entry["target"], account_choices) for entry in current.get("constants", [])]
    ordered = sorted(everything, key=lambda target: _place(target, known))
    return [{"target": target, "value": everything[target]} for target in ordered], shown


def _place(one: object, known: Sequence[object]) -> int:
    """Where `one` stands in `known`; what is new stands behind."""
    return known.index(one) if one in known else len(known)


def _read_rows(data: QueryDict, account_choices: AccountChoices, before: Constants) -> Iterator[FieldRow]:
    number = 0
    while (target := data.get(f"field-{number}")) is not None:
        target_choice = account_choices.find(target)
        text = data.get(f"field_value-{number}", "")
        value_type = target_choice.value_type if target_choice else TEXT
        kind = target_choice.value_type.name if target_choice else ""
        if data.get(f"field_kind-{number}", kind) != kind:
            text = ""  # it was meant for another data field
        if target:
            yield FieldRow(target, read_value(text, value_type, account_choices, before.value_of(target)))
        number += 1


def _named(account_choices: AccountChoices) -> Iterator[TargetChoice]:
    """The targets that have a field of their own."""
    yield from account_choices.channel_properties
    yield from account_choices.preferences
    for record in range(1, MAX_CONSENT_RECORDS + 1):
        yield from account_choices.consent_parts(record)


def _spelt(target: str, account_choices: AccountChoices) -> str:
    """`target` in the letter case of the account."""
    target_choice = account_choices.find(target)
    return target_choice.target if target_choice else target


def lists_of(mapping: MappingJson) -> list[int]:
    """The ids of the lists that a mapping adds every contact to."""
    return [
        entry
        for constant in mapping.get("constants", [])
        if constant["target"] == LISTS
        for entry in constant["value"]
    ]


def records_used(mapping: MappingJson, account_choices: AccountChoices) -> int:
    """How many consent records the page has to show for a mapping: at least one."""
    targets = (
        account_choices.catalogue.find(entry["target"])
        for entry in (*mapping.get("columns", []), *mapping.get("constants", []))
    )
    return max([1, *(target.consent_record for target in targets if target)])


@dataclass(frozen=True)
class ConsentSource:
    """A part of a consent record, and where it comes from; "" when nothing says it yet."""

    label: str
    words: str


def consent_sources(mapping: MappingJson, account_choices: AccountChoices) -> dict[int, list[ConsentSource]]:
    """For every consent record that a mapping begins, its five parts with their sources."""
    sources: dict[str, str] = {}
    for entry in mapping.get("constants", []):
        sources[_spelt(entry["target"], account_choices)] = gettext("the same for every contact")
    for entry in mapping.get("columns", []):
        sources[_spelt(entry["target"], account_choices)] = gettext("column “{column}”").format(
            column=column_label(entry["column"])
        )
    begun = {
        target.consent_record
        for name in sources
        if name.startswith(f"{CONSENT_RECORDS}.") and (target := account_choices.catalogue.find(name))
    }
    return {
        record: [
            ConsentSource(
                consent_target(target_choice.target.rpartition(".")[2]).label,
                sources.get(target_choice.target, ""),
            )
            for target_choice in account_choices.consent_parts(record)
        ]
        for record in sorted(begun)
    }
