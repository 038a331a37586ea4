"""What a column would do to who is subscribed, as far as its values tell before the check."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import ngettext

from imports.contacts.mapping import LEAVE_OUT_KEY
from imports.contacts.targets import DATA_FIELDS, EMAIL_STATUS, LISTS, PREFERENCES
from imports.contacts.values.statuses import SUBSCRIBED
from imports.locale_forms import number
from imports.views.formatting import quoted
from imports.views.mapping.column_form import ColumnFacts, Slot
from imports.views.mapping.target_choices import TargetChoice


def subscribes_new_contacts(mapping: Mapping[str, Any]) -> bool:
    """Whether a mapping leaves it to Dotdigital, or tells it, to subscribe contacts to e-mail, whatever a column says
    that is no subscription."""
    by_column = any(entry["target"] == EMAIL_STATUS.name for entry in mapping.get("columns", []))
    said = [entry["value"] for entry in mapping.get("constants", []) if entry["target"] == EMAIL_STATUS.name]
    return not by_column and all(value == SUBSCRIBED for value in said)


def column_effects(
    fact: ColumnFacts,
    found: Sequence[tuple[Slot, TargetChoice | None]],
    mapping: Mapping[str, Any],
) -> list[str]:
    """Whom the column would subscribe, in sentences: `found` is what it is imported as, of all that `mapping` says."""
    imported = [(slot, target_choice) for slot, target_choice in found if target_choice is not None]
    return [
        *(words for slot, target_choice in imported for words in _subscribed(fact, slot, target_choice)),
        *_against_their_will(fact, [target_choice.part for _, target_choice in imported], mapping),
    ]


def _subscribed(fact: ColumnFacts, slot: Slot, target_choice: TargetChoice) -> Iterator[str]:
    yes = fact.fits.get("yes", 0)
    # What a person has set words to mean is not counted here.
    if target_choice.part == PREFERENCES and yes and not slot.entry.get("values"):
        yield ngettext(
            "{count} person would be subscribed to {name}.",
            "{count} people would be subscribed to {name}.",
            yes,
        ).format(count=number(yes), name=quoted(target_choice.name))
    elif target_choice.part == LISTS and fact.filled:
        yield ngettext(
            "{count} person would be added to the lists that are named here.",
            "{count} people would be added to the lists that are named here.",
            fact.filled,
        ).format(count=number(fact.filled))


def _against_their_will(fact: ColumnFacts, parts: Sequence[str], mapping: Mapping[str, Any]) -> Iterator[str]:
    is_left_out = fact.name in mapping.get(LEAVE_OUT_KEY, ())
    is_no_subscription = not {DATA_FIELDS, PREFERENCES}.isdisjoint(parts)
    if fact.withdrawn and is_no_subscription and not is_left_out and subscribes_new_contacts(mapping):
        yield ngettext(
            "{count} person is unsubscribed, bounced or says no here. Dotdigital subscribes new contacts all the same.",
            "{count} people are unsubscribed, bounced or say no here. Dotdigital subscribes new contacts all the same.",
            fact.withdrawn,
        ).format(count=number(fact.withdrawn))
