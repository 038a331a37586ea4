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
from django.utils.translation import gettext

from imports.contacts.mapping import LEAVE_OUT_KEY
from imports.contacts.policies import FILE_POLICIES, MATCHING, MATCHING_OWN_HELP, Policy, PolicyOption
from imports.contacts.targets import IDENTIFIERS
from imports.views.mapping.column_form import (
    ColumnFacts,
    MappingJson,
    Slot,
    read_column,
    read_leave_out,
    slots_of,
)
from imports.views.mapping.constants_form import Constants, constants_of, lists_of, read_constants
from imports.views.mapping.target_choices import AccountChoices

__all__ = [
    "MappingJson",
    "PostedMapping",
    "RulesForm",
    "chosen_answer",
    "chosen_answers",
    "lists_of",
    "read_mapping",
    "rules_of",
]


@dataclass(frozen=True)
class WordedChoice:
    """A choice with what it means."""

    value: str
    label: str
    hint: str


def answers_to(policy: Policy[PolicyOption], account_choices: AccountChoices) -> tuple[WordedChoice, ...]:
    """The answers to a rule; contacts can be matched by the account's own identifiers too."""
    answers = tuple(
        WordedChoice(option.value, gettext(option.label), gettext(option.help)) for option in policy
    )
    if policy is not MATCHING:
        return answers
    own = (name for name in account_choices.catalogue.custom_identifiers if name not in policy.values)
    return (
        *answers,
        *(WordedChoice(name, name, gettext(MATCHING_OWN_HELP).format(name=name)) for name in own),
    )


def chosen_answer(
    policy: Policy[PolicyOption], mapping: MappingJson, account_choices: AccountChoices
) -> WordedChoice:
    """The answer to a rule that a mapping has."""
    answers = answers_to(policy, account_choices)
    return next((one for one in answers if one.value == mapping.get(policy.key)), answers[0])


def chosen_answers(mapping: MappingJson, account_choices: AccountChoices) -> list[tuple[str, WordedChoice]]:
    """The question of every rule, and the answer that a mapping has."""
    return [
        (gettext(policy.question), chosen_answer(policy, mapping, account_choices))
        for policy in FILE_POLICIES
    ]


class RulesForm(forms.Form):
    """The rules for the whole file: a field for each policy, under its key."""

    def __init__(self, *args: Any, account_choices: AccountChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._answers = {policy.key: answers_to(policy, account_choices) for policy in FILE_POLICIES}
        for policy in FILE_POLICIES:
            self.fields[policy.key] = forms.ChoiceField(
                label=gettext(policy.question),
                choices=[(answer.value, answer.label) for answer in self._answers[policy.key]],
            )

    @property
    def rules(self) -> list[tuple[forms.BoundField, tuple[WordedChoice, ...], str]]:
        """Field, answers and the answer that is chosen."""
        return [(self[key], answers, self[key].value()) for key, answers in self._answers.items()]


def rules_of(mapping: MappingJson) -> dict[str, str]:
    """The rules of a mapping as initial values of the form."""
    return {policy.key: mapping.get(policy.key) or policy.default for policy in FILE_POLICIES}


@dataclass(frozen=True)
class PostedMapping:
    """What the form says: the mapping it makes, and what the page shows for it; `columns` are those of the file."""

    columns: Sequence[ColumnFacts]
    mapping: MappingJson
    rules: RulesForm
    slots: list[list[Slot]]
    constants: Constants

    @property
    def column_errors(self) -> dict[str, str]:
        """What has yet to be chosen, by the key of its slot."""
        return {
            slot.key: gettext(slot.missing.missing) for slots in self.slots for slot in slots if slot.missing
        }

    @property
    def is_valid(self) -> bool:
        return not self.column_errors and self.rules.is_valid()


def shown_mapping(
    mapping: MappingJson, columns: Sequence[ColumnFacts], account_choices: AccountChoices
) -> PostedMapping:
    """What the page shows for a mapping; `read_mapping` of that gives the mapping back."""
    return PostedMapping(
        columns,
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
    return PostedMapping(columns, mapping, rules, slots, shown)


def match_target(mapping: MappingJson) -> str:
    """The target that a column must have for contacts to be found."""
    return f"{IDENTIFIERS}.{mapping.get(MATCHING.key) or MATCHING.default}"
