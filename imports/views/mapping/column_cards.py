"""What the mapping page shows of each column."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from imports.contacts.mapping import LEAVE_OUT_KEY
from imports.contacts.suggestions.profiles import ColumnProfile
from imports.contacts.suggestions.withdrawals import count_refusals
from imports.contacts.targets import CHANNEL_PROPERTIES
from imports.contacts.value_types.text_types import TEXT
from imports.models import UploadJob
from imports.views.formatting import percent
from imports.views.mapping.column_form import MAX_TARGETS, ColumnFacts, Slot
from imports.views.mapping.column_settings import (
    ColumnSetting,
    further_settings,
    has_further_settings,
    reading_settings,
)
from imports.views.mapping.column_states import ColumnState
from imports.views.mapping.column_values import (
    VALUES_PER_COLUMN,
    ValueTable,
    column_samples,
    count_values,
    value_table,
)
from imports.views.mapping.mapping_actions import NAME_FIELDS, can_split
from imports.views.mapping.mapping_form import PostedMapping
from imports.views.mapping.option_lists import SettingsContext
from imports.views.mapping.target_choices import NEW_DATA_FIELD, AccountChoices, TargetChoice
from imports.views.mapping.target_options import TargetOptions

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
    """One column of the file: what is in it, what it becomes, why, and how its values are read.

    `is_open`: more of it is shown than a line. `is_found` says whether what was asked of the list finds it.
    """

    index: int
    name: str
    state: ColumnState
    is_open: bool
    is_found: bool
    filled: int
    rows: int
    percent: str
    samples: Sequence[str]
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
            count_refusals(ColumnProfile.from_dict(profile)),
            profile["filled"],
            profile["fits"],
        )
        for profile in job.profiles
    ]


def column_cards(
    job: UploadJob,
    shown: PostedMapping,
    account_choices: AccountChoices,
    states: Sequence[ColumnState],
    *,
    opened: Container[int],
    found: Container[int],
    new_errors: Mapping[str, str],
    targets: TargetOptions,
    only: Container[int] | None = None,
) -> list[ColumnCard]:
    """A card for each column of `job`, in the file's order, or for those at the places `only`.

    `opened` are the places of those that are shown open, `found` of those that were asked for. `new_errors` say why a
    data field was not created.
    """
    examples, facts = column_samples(job), shown.columns
    samples = [values[:VALUES_PER_COLUMN] for values in examples]
    reasons = {entry["column"]: entry for entry in job.suggestions}
    builder = _SlotBuilder(job, account_choices, targets, new_errors)
    taken = {slot.target.lower() for slots in shown.slots for slot in slots}
    cards = []
    for index, (fact, profile, slots) in enumerate(zip(facts, job.profiles, shown.slots, strict=True)):
        if only is not None and index not in only:
            continue
        reason = reasons.get(fact.name, {})
        mapped = [slot.target for slot in slots if slot.is_mapped]
        splits = (
            _looks_like_full_names(samples[index])
            and can_split(account_choices)
            and not any(target.lower() in taken for target in NAME_FIELDS.values())
        )
        is_at_work = any(slot.is_more_open or slot.is_values_open for slot in slots)
        cards.append(
            ColumnCard(
                index=index,
                name=fact.name,
                state=states[index],
                is_open=index in opened or splits or is_at_work,
                is_found=index in found,
                filled=profile["filled"],
                rows=profile["rows"],
                percent=percent(profile["filled"], profile["rows"]),
                samples=samples[index],
                offered=_offered(reason, mapped, taken, account_choices),
                slots=[builder.card(slot, index, fact, examples[index], profile) for slot in slots],
                can_split=splits,
                can_add=bool(mapped) and len(slots) < MAX_TARGETS,
                withdrawn=0 if _says_subscription(mapped) else fact.withdrawn,
                is_left_out=fact.name in shown.mapping.get(LEAVE_OUT_KEY, ()),
            )
        )
    return cards


class _SlotBuilder:
    """Makes the cards of slots; what all of them share is made once."""

    def __init__(
        self,
        job: UploadJob,
        account_choices: AccountChoices,
        targets: TargetOptions,
        new_errors: Mapping[str, str],
    ) -> None:
        self._job, self._account_choices, self._targets, self._new_errors = (
            job,
            account_choices,
            targets,
            new_errors,
        )
        self._context = SettingsContext(job.columns, job.account.phone_region)

    def card(
        self, slot: Slot, index: int, fact: ColumnFacts, examples: Sequence[str], profile: Mapping[str, Any]
    ) -> SlotCard:
        samples = examples[:VALUES_PER_COLUMN]
        target_choice = self._account_choices.find(slot.target) if slot.is_mapped else None
        return SlotCard(
            key=slot.key,
            target=slot.target,
            target_options=self._targets.of(slot, target_choice),
            settings=reading_settings(slot, target_choice, fact, samples, self._context, examples)
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
            if slot.target == NEW_DATA_FIELD and self._targets.may_create
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
