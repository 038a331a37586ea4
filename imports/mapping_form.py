"""The mapping page's form: from a mapping's JSON to fields, and from what was posted to a mapping's JSON.

A column has the fields `target-i`, `region-i`, `format-i` and `decimal-i`, with its place in the file as `i`. Only
shape is checked here; whether the mapping can be used is for `contacts.mapping.validate` to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from imports.offers import DATE_TYPE, NUMBER_TYPE, PHONE_TYPE, AccountOffers

MappingJson = dict[str, Any]

LISTS = "lists"
REGION_COLUMN_PREFIX = "column:"
SETTING_MISSING = {
    "format": "Choose how the dates in this column are written.",
    "decimal": "Choose how the numbers in this column are written.",
}


@dataclass(frozen=True)
class ColumnFacts:
    """What staging learnt about a column: the date formats that fit it, and its decimal mark, if that is certain."""

    name: str
    date_formats: tuple[str, ...]
    decimal: str | None


@dataclass(frozen=True)
class WordedChoice:
    """A choice with what it means. `short` says it in the middle of a sentence."""

    value: str
    label: str
    hint: str


RULES: dict[str, tuple[str, tuple[WordedChoice, ...]]] = {
    "matchIdentifier": (
        "Match contacts by",
        (
            WordedChoice(
                "email", "E-mail address", "A row belongs to the contact with the same e-mail address."
            ),
            WordedChoice(
                "mobileNumber", "Mobile number", "A row belongs to the contact with the same mobile number."
            ),
        ),
    ),
    "mergeOption": (
        "When a contact exists already",
        (
            WordedChoice("overwrite", "The file wins", "What the file says replaces what Dotdigital has."),
            WordedChoice(
                "overwriteIfNotEmpty",
                "The file wins where it says something",
                "As above, but nothing empty ever replaces what Dotdigital has.",
            ),
            WordedChoice(
                "overwriteIfEmpty",
                "Dotdigital wins",
                "Only fields that are still empty in Dotdigital are filled.",
            ),
        ),
    ),
    "blankCells": (
        "Blank cells",
        (
            WordedChoice(
                "leave", "Change nothing", "A blank cell sends nothing, so what Dotdigital has stays."
            ),
            WordedChoice(
                "clear", "Clear the field", "A blank cell erases what Dotdigital has in that field."
            ),
        ),
    ),
    "duplicates": (
        "The same contact in several rows",
        (
            WordedChoice("keepLast", "Keep the last row", "The row furthest down stands for the others."),
            WordedChoice("keepFirst", "Keep the first row", "The row furthest up stands for the others."),
            WordedChoice("reject", "Leave all of them out", "None of these rows is imported."),
        ),
    ),
    "invalidValues": (
        "Values that cannot be used",
        (
            WordedChoice("leaveOut", "Leave out the value", "The rest of its row is imported."),
            WordedChoice("reject", "Leave out the row", "Nothing of that row is imported."),
        ),
    ),
}
"""The rules for the whole file: key of the mapping's JSON, question, answers. The first answer is the default."""


class RulesForm(forms.Form):
    """The rules for the whole file, and the lists that every contact is added to."""

    matchIdentifier = forms.ChoiceField()
    mergeOption = forms.ChoiceField()
    blankCells = forms.ChoiceField()
    duplicates = forms.ChoiceField()
    invalidValues = forms.ChoiceField()
    lists = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, offers: AccountOffers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, (question, choices) in RULES.items():
            self.fields[key].label = question
            self.fields[key].choices = [(choice.value, choice.label) for choice in choices]  # type: ignore[attr-defined]
        self.fields[LISTS].choices = offers.lists  # type: ignore[attr-defined]

    @property
    def rules(self) -> list[tuple[forms.BoundField, tuple[WordedChoice, ...], str]]:
        """Field, answers and the answer that is chosen."""
        return [(self[key], choices, self[key].value()) for key, (_, choices) in RULES.items()]

    @property
    def chosen_lists(self) -> set[str]:
        return {str(list_id) for list_id in self[LISTS].value() or []}


def rules_of(mapping: MappingJson) -> dict[str, Any]:
    """The rules of a mapping as initial values of the form."""
    rules = {key: mapping.get(key) or choices[0].value for key, (_, choices) in RULES.items()}
    return {**rules, LISTS: lists_of(mapping)}


def lists_of(mapping: MappingJson) -> list[int]:
    """The ids of the lists that a mapping adds every contact to."""
    return [
        entry
        for constant in mapping.get("constants", [])
        if constant["target"] == LISTS
        for entry in constant["value"]
    ]


@dataclass
class PostedMapping:
    """What was posted: the mapping it makes, the form of its rules, and what is missing, by the column's place."""

    mapping: MappingJson
    rules: RulesForm
    column_errors: dict[int, str]

    @property
    def is_valid(self) -> bool:
        return not self.column_errors and self.rules.is_valid()


def read_mapping(
    data: QueryDict, current: MappingJson, columns: Sequence[ColumnFacts], offers: AccountOffers
) -> PostedMapping:
    """The mapping that the form says. What the form does not show is taken over from `current`."""
    rules = RulesForm(data, offers=offers)
    rules.is_valid()
    names = [column.name for column in columns]
    errors: dict[int, str] = {}
    mapped = []
    for index, column in enumerate(columns):
        if target := data.get(f"target-{index}"):
            settings = _settings(data, index, column, target, names, offers)
            for missing in (kind for kind, value in settings.items() if value == ""):
                errors[index] = SETTING_MISSING[missing]
            mapped.append({**_hidden_settings(current, column.name, target), **_given(settings)})
    chosen = {key: value for key, value in rules.cleaned_data.items() if key != LISTS}
    constants = [constant for constant in current.get("constants", []) if constant["target"] != LISTS]
    if lists := rules.cleaned_data.get(LISTS):
        constants.append({"target": LISTS, "value": lists})
    mapping = {**rules_of(current), **chosen, "columns": mapped, "constants": constants}
    mapping.pop(LISTS, None)
    return PostedMapping(mapping, rules, errors)


def _hidden_settings(current: MappingJson, column: str, target: str) -> dict[str, Any]:
    """What `current` says of the column beyond what the page lets people change."""
    for entry in current.get("columns", []):
        if entry["column"] == column and entry["target"] == target:
            return {key: value for key, value in entry.items() if key not in {"region", "format", "decimal"}}
    return {"column": column, "target": target}


def _settings(
    data: QueryDict, index: int, column: ColumnFacts, target: str, names: Sequence[str], offers: AccountOffers
) -> dict[str, Any]:
    """How the column's values are read; "" for what has yet to be chosen."""
    offer = offers.find(target)
    value_type = offer.value_type if offer else ""
    if value_type == PHONE_TYPE:
        return {"region": _read_region(data.get(f"region-{index}", ""), names)}
    if value_type == NUMBER_TYPE:
        return {"decimal": data.get(f"decimal-{index}") or column.decimal or ""}
    if value_type == DATE_TYPE:
        return {"format": data.get(f"format-{index}") or only_format(column) or ""}
    return {}


def _given(settings: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if value}


def only_format(column: ColumnFacts) -> str | None:
    """The one date format that fits the column's values, if there is one and no other."""
    return column.date_formats[0] if len(column.date_formats) == 1 else None


def _read_region(text: str, names: Sequence[str]) -> str | dict[str, str] | None:
    if not text.startswith(REGION_COLUMN_PREFIX):
        return text or None
    place = text.removeprefix(REGION_COLUMN_PREFIX)
    return {"column": names[int(place)]} if place.isdecimal() and int(place) < len(names) else None


def region_value(region: str | dict[str, str] | None, names: Sequence[str]) -> str:
    """What the field of a phone column's country says for `region` of a mapping; the inverse of reading it."""
    if isinstance(region, dict):
        return f"{REGION_COLUMN_PREFIX}{names.index(region['column'])}" if region["column"] in names else ""
    return region or ""
