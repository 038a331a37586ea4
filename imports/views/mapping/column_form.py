"""One column on the mapping page: its targets and their settings, from a mapping's JSON to fields and back.

Each target of a column is a slot with a key: `3` for the first of the column at place 3, `3_1` for the next. The
fields of a slot are named by kind and key, such as `target-3` and `format-3_1`. What a cell means stands in
`word-3-0`, `meaning-3-0` and `nothing-3-0`, and so on with 1, 2, 3.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from imports.contacts.policies import DEFAULT_SEPARATOR
from imports.contacts.targets import CHANNEL_PROPERTIES, DATA_FIELDS
from imports.contacts.value_types.type_settings import (
    BLANK_SETTING,
    PLACEHOLDER_SETTING,
    Setting,
    SettingWidget,
)
from imports.views.mapping.target_choices import (
    NEW_DATA_FIELD,
    AccountChoices,
    TargetChoice,
)
from imports.views.mapping.typed_fields import NOTHING, choices_of, read_value

MappingJson = dict[str, Any]
Entry = dict[str, Any]

MAX_TARGETS = 6
"""Most targets of one column on the page."""

COLUMN_PREFIX, NAME_PREFIX = "column:", "name:"
OTHER = "other"
"""What a setting says whose value is in a field of its own, such as `other_format`."""
NEW_FIELD_PARTS = ("new_name", "new_type", "new_visibility", "new_default")


@dataclass(frozen=True)
class ColumnFacts:
    """What staging learnt about a column: the date formats that fit it, its decimal mark, if that is certain, how
    many of its cells are of people who are not to be mailed, how many are `filled`, and how many are of each kind."""

    name: str
    date_formats: tuple[str, ...]
    decimal: str | None
    withdrawn: int = 0
    filled: int = 0
    fits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Slot:
    """One target of a column. `entry` is as in the mapping's JSON, with the target "" while there is none.

    `missing` is the setting that has yet to be chosen. `new_field` is what was typed for a data field that is
    to be created.
    """

    key: str
    entry: Entry
    missing: Setting[Any] | None = None
    is_more_open: bool = False
    is_values_open: bool = False
    new_field: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        return str(self.entry["target"])

    @property
    def is_mapped(self) -> bool:
        return self.target not in {"", NEW_DATA_FIELD}


def slot_key(index: int, place: int) -> str:
    return f"{index}_{place}" if place else str(index)


def column_of_key(key: str) -> int | None:
    """The place in the file of the column that a slot belongs to."""
    index = key.partition("_")[0]
    return int(index) if index.isdecimal() else None


def slots_of(mapping: MappingJson, index: int, column: str) -> list[Slot]:
    """The slots of a column as a mapping has them; an empty one for a column that is not imported."""
    entries = [entry for entry in mapping.get("columns", []) if entry["column"] == column]
    return [
        Slot(slot_key(index, place), entry)
        for place, entry in enumerate(entries or [{"column": column, "target": ""}])
    ]


def posted_keys(data: QueryDict, index: int) -> list[str]:
    """The keys of the slots of a column that were posted."""
    keys = (slot_key(index, place) for place in range(MAX_TARGETS))
    return [key for key in keys if f"target-{key}" in data]


def read_column(
    data: QueryDict,
    index: int,
    column: ColumnFacts,
    names: Sequence[str],
    account_choices: AccountChoices,
    current: MappingJson,
) -> list[Slot]:
    """The slots of a column as they were posted."""
    before = {
        entry["target"]: entry for entry in current.get("columns", []) if entry["column"] == column.name
    }
    slots = []
    for key in posted_keys(data, index) or [slot_key(index, 0)]:
        target = data.get(f"target-{key}", "")
        posted = _Posted(data, key, names, account_choices)
        settings, missing = posted.settings(column, target, before.get(target, {}))
        slots.append(
            Slot(
                key,
                {"column": column.name, "target": target, **settings},
                missing,
                is_more_open=f"more-{key}" in data,
                is_values_open=f"values-{key}" in data,
                new_field={part: data.get(f"{part}-{key}", "") for part in NEW_FIELD_PARTS},
            )
        )
    return slots


def read_leave_out(data: QueryDict, index: int, slots: Sequence[Slot], *, is_left_out: bool) -> bool:
    """Whether a column leaves out the rows of people who are not to be mailed. A column that is imported as a
    subscription sends them with their status. `is_left_out` is what the mapping says that the page was made from."""
    if any(slot.target.startswith(f"{CHANNEL_PROPERTIES}.") for slot in slots):
        return False
    if f"leave-out-shown-{index}" in data:
        return f"leave-out-{index}" in data
    return is_left_out


def only_reading(setting: Setting[Any], column: ColumnFacts) -> str:
    """The one way in which the column's values can be read, if there is one and no other; else ""."""
    fitting = setting.readings.fitting(column) if setting.readings else ()
    return fitting[0] if len(fitting) == 1 else ""


def further_settings_of(target_choice: TargetChoice) -> list[Setting[Any]]:
    """The settings of a target that few columns need."""
    clearing = [BLANK_SETTING] if target_choice.part == DATA_FIELDS else []
    return [*target_choice.value_type.further_settings, *clearing, PLACEHOLDER_SETTING]


@dataclass(frozen=True)
class _Posted:
    """The posted fields of one slot."""

    data: QueryDict
    key: str
    names: Sequence[str]
    account_choices: AccountChoices

    def get(self, kind: str) -> str:
        return str(self.data.get(f"{kind}-{self.key}", ""))

    def settings(self, column: ColumnFacts, target: str, before: Entry) -> tuple[Entry, Setting[Any] | None]:
        """How the column's values are read, and what has yet to be chosen of that."""
        target_choice = self.account_choices.find(target) if target else None
        if target_choice is None:
            return {}, None
        asked = [*target_choice.value_type.settings, *further_settings_of(target_choice)]
        read = [(setting, _READERS[setting.widget](self, setting, column)) for setting in asked]
        missing = next((setting for setting, value in read if setting.missing and not value), None)
        values = self.meanings(target_choice, before.get("values") or {}) or None
        given = {"values": values, **{setting.key: value for setting, value in read}}
        return {key: value for key, value in given.items() if value not in ("", None)}, missing

    def word(self, setting: Setting[Any], _column: ColumnFacts) -> str:
        return self.get(setting.field)

    def reading(self, setting: Setting[Any], column: ColumnFacts) -> str:
        chosen = self.get(setting.field)
        if chosen == OTHER:
            chosen = self.get(f"{OTHER}_{setting.field}")
        return chosen or only_reading(setting, column)

    def country(self, setting: Setting[Any], _column: ColumnFacts) -> str | dict[str, str] | None:
        text = self.get(setting.field)
        name = self.column_named(text)
        if name is not None:
            return {"column": name}
        return None if text.startswith((COLUMN_PREFIX, NAME_PREFIX)) else text or None

    def columns(self, setting: Setting[Any], _column: ColumnFacts) -> dict[str, Any] | None:
        columns = [self.column_named(text) for text in self.data.getlist(f"{setting.field}-{self.key}")]
        known = [name for name in columns if name is not None]
        separator = self.data.get(f"separator-{self.key}", DEFAULT_SEPARATOR)
        return {"columns": known, "separator": separator} if known else None

    def column_named(self, text: str) -> str | None:
        """The column that an option names; the inverse of `column_value`."""
        if text.startswith(NAME_PREFIX):
            return text.removeprefix(NAME_PREFIX)
        place = text.removeprefix(COLUMN_PREFIX) if text.startswith(COLUMN_PREFIX) else ""
        return self.names[int(place)] if place.isdecimal() and int(place) < len(self.names) else None

    def meanings(self, target_choice: TargetChoice, before: Mapping[str, Any]) -> dict[str, Any]:
        """What cells stand for, by word."""
        if self.get("kind") not in {"", target_choice.value_type.name}:
            return {}
        is_choice = bool(choices_of(target_choice.value_type, self.account_choices))
        meanings: dict[str, Any] = {}
        for word, text, is_nothing in self.translations():
            if is_nothing or (is_choice and text == NOTHING):
                meanings[word] = None
            elif text:
                value = read_value(text, target_choice.value_type, self.account_choices, before.get(word))
                meanings |= {} if value is None else {word: value}
        return meanings

    def translations(self) -> Iterator[tuple[str, str, bool]]:
        """(word, what was entered for it, whether it stands for nothing)."""
        number = 0
        while (written := self.data.get(f"word-{self.key}-{number}")) is not None:
            try:
                word = json.loads(written)
            except ValueError:
                word = written
            yield (
                str(word),
                str(self.data.get(f"meaning-{self.key}-{number}", "")),
                f"nothing-{self.key}-{number}" in self.data,
            )
            number += 1


_READERS: dict[SettingWidget, Callable[[_Posted, Setting[Any], ColumnFacts], Any]] = {
    SettingWidget.CHOICE: _Posted.word,
    SettingWidget.READING: _Posted.reading,
    SettingWidget.COUNTRY: _Posted.country,
    SettingWidget.ZONE: _Posted.word,
    SettingWidget.COLUMNS: _Posted.columns,
}


def column_value(column: str, names: Sequence[str]) -> str:
    """The option that names a column of the file, or one that the file does not have."""
    return f"{COLUMN_PREFIX}{names.index(column)}" if column in names else f"{NAME_PREFIX}{column}"


def region_value(region: str | dict[str, str] | None, names: Sequence[str]) -> str:
    """What the field of a phone column's country says for `region` of a mapping; the inverse of reading it."""
    return column_value(region["column"], names) if isinstance(region, dict) else region or ""
