"""What the mapping page shows of each column."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop

from imports.contacts.mapping import LEAVE_OUT_KEY
from imports.contacts.suggestions.profiles import ColumnProfile
from imports.contacts.suggestions.suggestion_reasons import CATALOGUE, REMEMBERED
from imports.contacts.suggestions.withdrawals import count_withdrawn
from imports.contacts.targets import CHANNEL_PROPERTIES
from imports.contacts.value_types.text_types import TEXT
from imports.messages import Message
from imports.models import UploadJob
from imports.views.formatting import Sureness, percent, sureness
from imports.views.mapping.column_form import MAX_TARGETS, ColumnFacts, Slot
from imports.views.mapping.column_settings import (
    ColumnSetting,
    further_settings,
    has_further_settings,
    reading_settings,
)
from imports.views.mapping.column_values import ValueTable, column_samples, count_values, value_table
from imports.views.mapping.constants_form import records_used
from imports.views.mapping.mapping_actions import NAME_FIELDS, can_split
from imports.views.mapping.mapping_form import PostedMapping
from imports.views.mapping.option_lists import SettingsContext, option_list, plain_options
from imports.views.mapping.target_choices import NEW_DATA_FIELD, AccountChoices, TargetChoice

CHOSEN_HERE, LEFT_OUT_HERE = gettext_noop("Chosen by a person."), gettext_noop("Left out by a person.")
MAX_FIELD_NAME_CHARS = 20


@dataclass(frozen=True)
class NewField:
    """The fields for a data field that is to be created, as they were typed, and what was wrong with them."""

    name: str
    type: str
    visibility: str
    default: str
    error: str


@dataclass(frozen=True)
class SlotCard:
    """One target of a column with its settings; `further` is None while they are folded away."""

    key: str
    target: str
    target_options: SafeString
    settings: Sequence[ColumnSetting]
    further: Sequence[ColumnSetting] | None
    values: ValueTable | None
    is_mapped: bool
    new_field: NewField | None

    @property
    def has_more(self) -> bool:
        return self.further is not None or self.values is not None


@dataclass(frozen=True)
class SuggestedTarget:
    """A target that the column may be, for a person to say so."""

    target: str
    label: str


@dataclass(frozen=True)
class ColumnCard:
    """One column of the file: what is in it, what it becomes, why, and how its values are read."""

    index: int
    name: str
    filled: int
    rows: int
    percent: str
    samples: Sequence[str]
    why: str
    sureness: Sureness | None
    offered: SuggestedTarget | None
    slots: Sequence[SlotCard]
    can_split: bool
    can_add: bool
    withdrawn: int
    is_left_out: bool


def column_facts(job: UploadJob) -> list[ColumnFacts]:
    """What the form needs to know of each column of `job`."""
    return [
        ColumnFacts(
            profile["column"],
            tuple(profile["date_formats"]),
            profile["decimal"],
            count_withdrawn(ColumnProfile.from_dict(profile)),
        )
        for profile in job.profiles
    ]


def column_cards(
    job: UploadJob,
    shown: PostedMapping,
    account_choices: AccountChoices,
    *,
    may_create: bool,
    new_errors: Mapping[str, str],
    only: Container[int] | None = None,
) -> list[ColumnCard]:
    """A card for each column of `job`, in the file's order, or for those at the places `only`.

    `new_errors` say why a data field was not created.
    """
    samples, facts = column_samples(job), column_facts(job)
    reasons = {entry["column"]: entry for entry in job.suggestions}
    builder = _SlotBuilder(job, shown, account_choices, may_create, new_errors)
    taken = {slot.target.lower() for slots in shown.slots for slot in slots}
    cards = []
    for index, (fact, profile, slots) in enumerate(zip(facts, job.profiles, shown.slots, strict=True)):
        if only is not None and index not in only:
            continue
        reason = reasons.get(fact.name, {})
        targets = [slot.target for slot in slots if slot.is_mapped]
        why, how_sure = _why(reason, targets)
        cards.append(
            ColumnCard(
                index=index,
                name=fact.name,
                filled=profile["filled"],
                rows=profile["rows"],
                percent=percent(profile["filled"], profile["rows"]),
                samples=samples[index],
                why=why,
                sureness=how_sure,
                offered=_offered(reason, targets, taken, account_choices),
                slots=[builder.card(slot, index, fact, samples[index], profile) for slot in slots],
                can_split=_looks_like_full_names(samples[index])
                and can_split(account_choices)
                and not any(target.lower() in taken for target in NAME_FIELDS.values()),
                can_add=bool(targets) and len(slots) < MAX_TARGETS,
                withdrawn=0 if _says_subscription(targets) else fact.withdrawn,
                is_left_out=fact.name in shown.mapping.get(LEAVE_OUT_KEY, ()),
            )
        )
    return cards


class _SlotBuilder:
    """Makes the cards of slots; what all of them share is made once."""

    def __init__(
        self,
        job: UploadJob,
        shown: PostedMapping,
        account_choices: AccountChoices,
        may_create: bool,
        new_errors: Mapping[str, str],
    ) -> None:
        self._job, self._account_choices, self._may_create, self._new_errors = (
            job,
            account_choices,
            may_create,
            new_errors,
        )
        self._context = SettingsContext(job.columns, job.account.phone_region)
        self._options = _target_options(account_choices, _records_shown(shown, account_choices), may_create)

    def card(
        self, slot: Slot, index: int, fact: ColumnFacts, samples: Sequence[str], profile: Mapping[str, Any]
    ) -> SlotCard:
        target_choice = self._account_choices.find(slot.target) if slot.is_mapped else None
        return SlotCard(
            key=slot.key,
            target=slot.target,
            target_options=_chosen(self._options, target_choice.target if target_choice else slot.target),
            settings=reading_settings(slot, target_choice, fact, samples, self._context)
            if target_choice
            else [],
            further=further_settings(
                slot, target_choice, fact, samples, profile.get("placeholders") or {}, self._context
            )
            if target_choice and (slot.is_more_open or has_further_settings(slot, target_choice))
            else None,
            values=self._values(slot, target_choice, index),
            is_mapped=slot.is_mapped,
            new_field=self._new_field(slot, fact.name)
            if slot.target == NEW_DATA_FIELD and self._may_create
            else None,
        )

    def _values(self, slot: Slot, target_choice: TargetChoice | None, index: int) -> ValueTable | None:
        if target_choice is None or not (slot.is_values_open or slot.entry.get("values")):
            return None
        counts = count_values(self._job, index) if slot.is_values_open else None
        return value_table(slot, target_choice, self._account_choices, counts)

    def _new_field(self, slot: Slot, column: str) -> NewField:
        typed = slot.new_field
        return NewField(
            name=typed.get("new_name") or field_name_for(column),
            type=typed.get("new_type") or TEXT.name,
            visibility=typed.get("new_visibility") or "Private",
            default=typed.get("new_default", ""),
            error=self._new_errors.get(slot.key, ""),
        )


def _says_subscription(targets: Sequence[str]) -> bool:
    return any(target.startswith(f"{CHANNEL_PROPERTIES}.") for target in targets)


def field_name_for(column: str) -> str:
    """A name for a data field, made from that of a column: only what such names may have."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in column.upper())
    return "_".join(part for part in kept.split("_") if part)[:MAX_FIELD_NAME_CHARS].rstrip("_")


def _records_shown(shown: PostedMapping, account_choices: AccountChoices) -> int:
    """How many consent records can be chosen: those in use, and those that the page was asked for."""
    return max(records_used(shown.mapping, account_choices), shown.constants.records)


def _why(reason: Mapping[str, Any], targets: Sequence[str]) -> tuple[str, Sureness | None]:
    """Why the column is what it is, and how sure that is; nobody doubts what a person has chosen."""
    suggested = [target.lower() for target in reason.get("targets") or [reason.get("target")] if target]
    if [target.lower() for target in targets] != suggested:
        return gettext(CHOSEN_HERE if targets else LEFT_OUT_HERE), None
    why = Message.from_json(reason.get("reason", {}))
    if why == REMEMBERED:
        return CATALOGUE.sentence(why), None
    confidence = reason.get("confidence", 0.0) if suggested else 0.0
    return CATALOGUE.sentence(why), sureness(confidence) if confidence else None


def _offered(
    reason: Mapping[str, Any], targets: Sequence[str], taken: set[str], account_choices: AccountChoices
) -> SuggestedTarget | None:
    target = reason.get("offered")
    target_choice = account_choices.find(target) if target else None
    if target_choice is None or targets or target_choice.target.lower() in taken:
        return None
    return SuggestedTarget(target_choice.target, target_choice.name)


def _looks_like_full_names(samples: Sequence[str]) -> bool:
    """Whether most of the samples are two to four words of letters."""
    named = [
        2 <= len(words) <= 4
        and all(word.strip(",.").replace("-", "").replace("'", "").isalpha() for word in words)
        for words in map(str.split, samples)
    ]
    return bool(named) and sum(named) * 2 > len(named)


def _target_options(account_choices: AccountChoices, records: int, may_create: bool) -> SafeString:
    groups = format_html_join(
        "",
        '<optgroup label="{}">{}</optgroup>',
        (
            (heading, plain_options([(one.target, one.label) for one in group]))
            for heading, group in account_choices.groups(records)
        ),
    )
    new = [(NEW_DATA_FIELD, gettext("New data field …"))] if may_create else []
    first = plain_options([("", gettext("Do not import")), *new])
    return format_html("{}{}", first, groups)


def _chosen(options: SafeString, value: str) -> SafeString:
    """`options` with the one of `value` chosen; a value that is not among them is added, so that it is not lost."""
    mark = f'<option value="{conditional_escape(value)}"'
    if mark in options:
        # The options are safe, and so is the attribute.
        return mark_safe(options.replace(mark, f"{mark} selected", 1))  # noqa: S308
    shown = value.partition(".")[2] or value
    label = gettext("{name} (not in the account)").format(name=shown)
    return format_html("{}{}", options, option_list([(value, label)], value))
