"""Where each column stands on the mapping page: whether it is imported, and whether a person should look at it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from imports.contacts.suggestions.suggestion_reasons import CATALOGUE, REMEMBERED
from imports.messages import Message, column_label
from imports.models import UploadJob
from imports.states import Look
from imports.views.formatting import Sureness, sureness
from imports.views.mapping.column_effects import column_effects
from imports.views.mapping.column_form import ColumnFacts, Slot, further_settings_of, only_reading
from imports.views.mapping.mapping_form import PostedMapping
from imports.views.mapping.target_choices import NEW_DATA_FIELD, AccountChoices, TargetChoice

CHOSEN_HERE, LEFT_OUT_HERE = gettext_noop("Chosen by a person."), gettext_noop("Left out by a person.")
MAX_OPEN_UNMAPPED = 10
"""So many columns that are not imported are shown open; more of them are folded, for the page to stay short."""

ALL, LOOK, UNMAPPED, MAPPED = "", "look", "unmapped", "mapped"
FILTER_WORDS: dict[str, Promise] = {
    ALL: gettext_lazy("All"),
    LOOK: gettext_lazy("Please look"),
    UNMAPPED: gettext_lazy("Not imported"),
    MAPPED: gettext_lazy("Imported"),
}
"""What can be asked for, in the order of the page."""


@dataclass(frozen=True)
class ColumnState:
    """`becomes` is what the column is imported as, in words; `why` says why, and `sureness` how sure that is.

    `is_offered`: it may be something that a person has to say. `is_settled`: it stays as it is remembered, or as a
    person has chosen. `effects` says whom it would subscribe: what does is for a person to look at, however sure it is.
    """

    name: str
    becomes: str
    why: str
    sureness: Sureness | None
    is_mapped: bool
    needs_look: bool
    is_settled: bool
    is_remembered: bool
    is_filled: bool
    effects: Sequence[str] = ()

    @property
    def words(self) -> str:
        """The filters that it is found by."""
        return f"{MAPPED if self.is_mapped else UNMAPPED}{f' {LOOK}' if self.needs_look else ''}"


def column_states(
    job: UploadJob,
    shown: PostedMapping,
    account_choices: AccountChoices,
    wrong: Container[str],
) -> list[ColumnState]:
    """The state of each column of `job`; `wrong` are the keys of slots that a mapping is refused for."""
    reasons = {entry["column"]: entry for entry in job.suggestions}
    changed = {
        change[key] for change in job.drift if not change.get("is_quiet") for key in ("column", "other")
    }
    return [
        _state(
            fact,
            slots,
            [account_choices.find(slot.target) if slot.is_mapped else None for slot in slots],
            reasons.get(fact.name, {}),
            shown.mapping,
            is_wrong=any(slot.key in wrong for slot in slots),
            has_changed=fact.name in changed,
            is_filled=bool(profile["filled"]),
        )
        for fact, profile, slots in zip(shown.columns, job.profiles, shown.slots, strict=True)
    ]


def _state(
    fact: ColumnFacts,
    slots: Sequence[Slot],
    choices: Sequence[TargetChoice | None],
    reason: Mapping[str, Any],
    mapping: Mapping[str, Any],
    *,
    is_wrong: bool,
    has_changed: bool,
    is_filled: bool,
) -> ColumnState:
    targets = [slot.target for slot in slots if slot.is_mapped]
    why, how_sure, is_persons = _why(reason, targets)
    effects = column_effects(fact, list(zip(slots, choices, strict=True)), mapping)
    if how_sure and effects:
        how_sure = sureness(0)
    is_remembered = not is_persons and Message.from_json(reason.get("reason", {})) == REMEMBERED
    is_open_question = not is_persons and (
        has_changed
        or (how_sure is not None and how_sure.look != Look.GOOD)
        or bool(reason.get("offered") and not targets)
    )
    found_of = list(zip(slots, choices, strict=True))
    is_unsaid = any(_is_unsaid(slot, found, fact) if found else slot.target for slot, found in found_of)
    becomes = [found.label if found else _unknown(slot.target) for slot, found in found_of if slot.target]
    return ColumnState(
        name=fact.name,
        becomes=", ".join(becomes) or gettext("Do not import"),
        why=why,
        sureness=how_sure,
        is_mapped=bool(targets),
        needs_look=is_wrong or is_unsaid or is_open_question,
        is_settled=is_persons or is_remembered,
        is_remembered=is_remembered,
        is_filled=is_filled,
        effects=effects,
    )


def _is_unsaid(slot: Slot, target_choice: TargetChoice, fact: ColumnFacts) -> bool:
    """Whether the values cannot be read before somebody has said how."""
    asked = [*target_choice.value_type.settings, *further_settings_of(target_choice)]
    return any(
        setting.missing and not slot.entry.get(setting.key) and not only_reading(setting, fact)
        for setting in asked
    )


def _unknown(target: str) -> str:
    return gettext("New data field …") if target == NEW_DATA_FIELD else target.partition(".")[2] or target


def _why(reason: Mapping[str, Any], targets: Sequence[str]) -> tuple[str, Sureness | None, bool]:
    """Why the column is what it is, how sure that is, and whether a person chose it, which nobody doubts."""
    suggested = [target.lower() for target in reason.get("targets") or [reason.get("target")] if target]
    if [target.lower() for target in targets] != suggested:
        return gettext(CHOSEN_HERE if targets else LEFT_OUT_HERE), None, True
    why = Message.from_json(reason.get("reason", {}))
    if why == REMEMBERED:
        return CATALOGUE.sentence(why), None, False
    confidence = reason.get("confidence", 0.0) if suggested else 0.0
    return CATALOGUE.sentence(why), sureness(confidence) if confidence else None, False


@dataclass(frozen=True)
class Filter:
    """One thing that columns can be filtered by, and how many columns it finds."""

    value: str
    words: Promise
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class ColumnFilter:
    """What is asked of the list of columns: a filter, and a part of a column's name."""

    chosen: str = ALL
    text: str = ""

    @classmethod
    def of(cls, asked: QueryDict) -> ColumnFilter:
        """What `asked`, of an address or a form, says; all columns where it says nothing that is known."""
        chosen = asked.get("filter", ALL)
        return cls(chosen if chosen in FILTER_WORDS else ALL, asked.get("find", "").strip())

    def finds(self, state: ColumnState) -> bool:
        is_of_filter = self.chosen == ALL or self.chosen in state.words.split()
        looked_through = f"{column_label(state.name)} {state.becomes}".casefold()
        return is_of_filter and self.text.casefold() in looked_through

    def shown(self, states: Sequence[ColumnState]) -> list[Filter]:
        """Every filter, with how many of the columns it finds."""
        return [
            Filter(
                value, words, sum(ColumnFilter(value).finds(state) for state in states), value == self.chosen
            )
            for value, words in FILTER_WORDS.items()
        ]


def open_places(states: Sequence[ColumnState], *, is_posted: bool) -> set[int]:
    """The places of columns that are shown open: what needs a look; what a person is at; what is not imported, as
    long as that is few."""
    unmapped = sum(not state.is_mapped for state in states)
    return {
        place
        for place, state in enumerate(states)
        if state.needs_look
        or (is_posted and state.is_settled and not state.is_remembered)
        or (
            not state.is_mapped and not state.is_settled and state.is_filled and unmapped <= MAX_OPEN_UNMAPPED
        )
    }
