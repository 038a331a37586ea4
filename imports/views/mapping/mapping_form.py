"""The mapping page's form: from a mapping's JSON to fields, and from what was posted to a mapping's JSON.

Columns are in `column_form`, what is the same for every contact in `constants_form`; here are the rules for the
whole file. Only shape is checked; whether the mapping can be used is for `contacts.mapping_problems` to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from imports.contacts.mapping import LEAVE_OUT_KEY
from imports.contacts.targets import IDENTIFIERS
from imports.views.mapping.column_form import (
    SETTING_MISSING,
    ColumnFacts,
    MappingJson,
    Slot,
    read_column,
    read_leave_out,
    slots_of,
)
from imports.views.mapping.constants_form import Constants, constants_of, lists_of, read_constants
from imports.views.mapping.target_choices import AccountChoices

__all__ = ["RULES", "MappingJson", "PostedMapping", "RulesForm", "lists_of", "read_mapping", "rules_of"]


@dataclass(frozen=True)
class WordedChoice:
    """A choice with what it means."""

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
            WordedChoice(
                "contactId",
                "Contact ID",
                "A row belongs to the contact that Dotdigital has under this number. New contacts cannot be made so.",
            ),
        ),
    ),
    "mergeOption": (
        "When a contact exists already",
        (
            WordedChoice(
                "overwrite",
                "The file wins",
                "What the file says replaces what Dotdigital has. Fields that the file does not have stay.",
            ),
            WordedChoice(
                "overwriteIfNotEmpty",
                "The file wins where it says something",
                "As above, but nothing empty ever replaces what Dotdigital has.",
            ),
            WordedChoice(
                "overwriteIfEmpty",
                "Dotdigital wins",
                "Only fields that are still empty in Dotdigital are filled. Nothing that is there changes.",
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

MATCH = "matchIdentifier"


def answers_to(rule: str, account_choices: AccountChoices) -> tuple[WordedChoice, ...]:
    """The answers to a rule; contacts can be matched by the account's own identifiers too."""
    answers = RULES[rule][1]
    if rule != MATCH:
        return answers
    usual = {answer.value for answer in answers}
    own = (name for name in account_choices.catalogue.custom_identifiers if name not in usual)
    return (
        *answers,
        *(WordedChoice(name, name, f"A row belongs to the contact with the same {name}.") for name in own),
    )


class RulesForm(forms.Form):
    """The rules for the whole file."""

    matchIdentifier = forms.ChoiceField()
    mergeOption = forms.ChoiceField()
    blankCells = forms.ChoiceField()
    duplicates = forms.ChoiceField()
    invalidValues = forms.ChoiceField()

    def __init__(self, *args: Any, account_choices: AccountChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._answers = {key: answers_to(key, account_choices) for key in RULES}
        for key, (question, _) in RULES.items():
            self.fields[key].label = question
            self.fields[key].choices = [  # type: ignore[attr-defined]
                (answer.value, answer.label) for answer in self._answers[key]
            ]

    @property
    def rules(self) -> list[tuple[forms.BoundField, tuple[WordedChoice, ...], str]]:
        """Field, answers and the answer that is chosen."""
        return [(self[key], answers, self[key].value()) for key, answers in self._answers.items()]


def rules_of(mapping: MappingJson) -> dict[str, str]:
    """The rules of a mapping as initial values of the form."""
    return {key: mapping.get(key) or choices[0].value for key, (_, choices) in RULES.items()}


@dataclass(frozen=True)
class PostedMapping:
    """What the form says: the mapping it makes, and what the page shows for it."""

    mapping: MappingJson
    rules: RulesForm
    slots: list[list[Slot]]
    constants: Constants

    @property
    def column_errors(self) -> dict[str, str]:
        """What has yet to be chosen, by the key of its slot."""
        return {
            slot.key: SETTING_MISSING[slot.missing] for slots in self.slots for slot in slots if slot.missing
        }

    @property
    def is_valid(self) -> bool:
        return not self.column_errors and self.rules.is_valid()


def shown_mapping(
    mapping: MappingJson, columns: Sequence[ColumnFacts], account_choices: AccountChoices
) -> PostedMapping:
    """What the page shows for a mapping; `read_mapping` of that gives the mapping back."""
    return PostedMapping(
        mapping,
        RulesForm(initial=rules_of(mapping), account_choices=account_choices),
        [slots_of(mapping, index, column.name) for index, column in enumerate(columns)],
        constants_of(mapping, account_choices),
    )


def read_mapping(
    data: QueryDict, current: MappingJson, columns: Sequence[ColumnFacts], account_choices: AccountChoices
) -> PostedMapping:
    """The mapping that the form says. `current` is the one that the page was made from."""
    rules = RulesForm(data, account_choices=account_choices)
    rules.is_valid()
    names = [column.name for column in columns]
    slots = [
        read_column(data, index, column, names, account_choices, current)
        for index, column in enumerate(columns)
    ]
    constants, shown = read_constants(data, account_choices, current)
    before = current.get(LEAVE_OUT_KEY) or ()
    left_out = [
        name
        for index, name in enumerate(names)
        if read_leave_out(data, index, slots[index], is_left_out=name in before)
    ]
    mapping = {
        **rules_of(current),
        **rules.cleaned_data,
        **({LEAVE_OUT_KEY: left_out} if left_out else {}),
        "columns": [slot.entry for entries in slots for slot in entries if slot.is_mapped],
        "constants": constants,
    }
    return PostedMapping(mapping, rules, slots, shown)


def match_target(mapping: MappingJson) -> str:
    """The target that a column must have for contacts to be found."""
    return f"{IDENTIFIERS}.{mapping.get(MATCH) or RULES[MATCH][1][0].value}"
