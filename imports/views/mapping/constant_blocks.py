"""What the mapping page shows of values that are the same for every contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop

from imports.contacts.targets import MAX_CONSENT_RECORDS
from imports.contacts.value_types.text_types import TEXT
from imports.views.mapping.constants_form import ConsentSource, Constants, FieldRow, consent_sources
from imports.views.mapping.mapping_form import MappingJson, PostedMapping
from imports.views.mapping.option_lists import option_list, with_chosen
from imports.views.mapping.target_choices import RECORD_WORDS, AccountChoices, TargetChoice
from imports.views.mapping.typed_fields import TypedField, field_of

NOT_SAID = gettext_noop("Do not set it")


@dataclass(frozen=True)
class ConstantField:
    """A field for the same value for every contact. `column` is the column that says it row by row instead."""

    name: str
    label: str
    field: TypedField
    hint: str = ""
    column: str = ""


@dataclass(frozen=True)
class FieldRowCard:
    """A row of the table of data fields: which one, and its value in a field of its type."""

    number: int
    target: str
    options: SafeString
    kind: str
    value: ConstantField


@dataclass(frozen=True)
class ConsentBlock:
    """A consent record: its fields, and for one that is begun, where each part comes from."""

    number: int
    heading: str
    fields: Sequence[ConstantField]
    sources: Sequence[ConsentSource] = field(default=())

    @property
    def lacking(self) -> int:
        return sum(not source.words for source in self.sources)


@dataclass(frozen=True)
class ListChoice:
    id: int
    name: str
    is_chosen: bool


@dataclass(frozen=True)
class ConstantBlocks:
    """The whole section."""

    lists: Sequence[ListChoice]
    subscription: Sequence[ConstantField]
    resubscription: Sequence[ConstantField]
    preferences: Sequence[ConstantField]
    consents: Sequence[ConsentBlock]
    rows: Sequence[FieldRowCard]
    can_add_record: bool

    @property
    def begun_consents(self) -> list[ConsentBlock]:
        return [block for block in self.consents if block.sources]

    @property
    def has_resubscription(self) -> bool:
        return any(one.field.text for one in self.resubscription)


def constant_blocks(shown: PostedMapping, account_choices: AccountChoices) -> ConstantBlocks:
    """The section as `shown` has it."""
    constants, columns = shown.constants, _columns_by_target(shown.mapping, account_choices)

    def fields(targets: Sequence[TargetChoice]) -> list[ConstantField]:
        return [
            _constant_field(target_choice, constants, columns, account_choices) for target_choice in targets
        ]

    resubscription = [
        target_choice
        for target_choice in account_choices.channel_properties
        if "resubscribeOptions" in target_choice.target
    ]
    subscription = [
        target_choice
        for target_choice in account_choices.channel_properties
        if target_choice not in resubscription
    ]
    sources = consent_sources(shown.mapping, account_choices)
    records = max([constants.records, *sources])
    return ConstantBlocks(
        lists=_list_choices(constants, account_choices),
        subscription=fields(subscription),
        resubscription=fields(resubscription),
        preferences=fields(account_choices.preferences),
        consents=[
            ConsentBlock(
                record,
                gettext(RECORD_WORDS[record]),
                fields(account_choices.consent_parts(record)),
                sources.get(record, ()),
            )
            for record in range(1, records + 1)
        ],
        rows=_rows([*constants.rows, FieldRow("")], account_choices),
        can_add_record=bool(sources) and records < MAX_CONSENT_RECORDS,
    )


def _columns_by_target(mapping: MappingJson, account_choices: AccountChoices) -> dict[str, str]:
    return {
        target_choice.target: entry["column"]
        for entry in mapping.get("columns", [])
        if (target_choice := account_choices.find(entry["target"]))
    }


def _constant_field(
    target_choice: TargetChoice,
    constants: Constants,
    columns: dict[str, str],
    account_choices: AccountChoices,
) -> ConstantField:
    shown = field_of(constants.value_of(target_choice.target), target_choice.value_type, account_choices)
    if shown.choices:
        shown = TypedField(shown.widget, shown.text, [("", gettext(NOT_SAID)), *shown.choices])
    return ConstantField(
        f"constant-{target_choice.target}",
        target_choice.label,
        shown,
        gettext(target_choice.help),
        columns.get(target_choice.target, ""),
    )


def _list_choices(constants: Constants, account_choices: AccountChoices) -> list[ListChoice]:
    chosen = set(constants.lists)
    known = dict(account_choices.lists)
    gone = [
        (list_id, gettext("List {id} (not in the account)").format(id=list_id))
        for list_id in constants.lists
        if list_id not in known
    ]
    return [ListChoice(list_id, name, list_id in chosen) for list_id, name in (*gone, *account_choices.lists)]


def _rows(rows: Sequence[FieldRow], account_choices: AccountChoices) -> list[FieldRowCard]:
    choices = [(target_choice.target, target_choice.label) for target_choice in account_choices.data_fields]
    cards = []
    for number, row in enumerate(rows):
        target_choice = account_choices.find(row.target) if row.target else None
        target = target_choice.target if target_choice else row.target
        value_type = target_choice.value_type if target_choice else TEXT
        kind = value_type.name if target_choice else ""
        shown = field_of(row.value, value_type, account_choices)
        if shown.choices:
            shown = TypedField(shown.widget, shown.text, [("", gettext("Choose")), *shown.choices])
        options = option_list(with_chosen((("", gettext("Choose a data field")), *choices), target), target)
        value = ConstantField(f"field_value-{number}", gettext("Value"), shown)
        cards.append(FieldRowCard(number, target, options, kind, value))
    return cards
