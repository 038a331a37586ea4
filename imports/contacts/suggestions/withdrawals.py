"""Columns that say who is not to be mailed: by their words, and by a name that asks for it."""

from collections.abc import Sequence
from typing import NamedTuple

from imports.contacts.mapping import Mapping
from imports.contacts.suggestions.profiles import ColumnProfile
from imports.contacts.targets import CHANNEL_PROPERTIES
from imports.contacts.value_types.value_type import MOSTLY
from imports.languages.concepts import find_concept, find_qualified_concept, words_of

_OTHER_CHANNELS = frozenset(
    {"sms", "mms", "whatsapp", "call", "calls", "phone", "text", "push", "anruf", "fax"}
)
_OTHER_CONCEPTS = frozenset({"sms_status", "whatsapp_status", "lists", "tags"})


class Withdrawals(NamedTuple):
    """How many cells of a column are of people who are not to be mailed."""

    column: str
    cells: int


def count_withdrawn(profile: ColumnProfile) -> int:
    """How many cells of a column say for certain that somebody is not to be mailed.

    A word such as `cancelled` counts under a name of subscriptions alone, and a yes under one that asks who has left.
    That somebody has not agreed (`Accepts marketing: no`) is for a person to judge.
    """
    fits, concepts = profile.fits, _concepts(profile)
    if not profile.filled or not concepts.isdisjoint(_OTHER_CONCEPTS) or _is_other_channel(profile):
        return 0
    if "opt_out" in concepts:
        return (
            profile.filled - fits.get("no", 0)
            if profile.looks_like == "date"
            else fits.get("yes", 0) + fits.get("not_mailable", 0)
        )
    if "email_status" in concepts:
        return fits.get("not_mailable", 0)
    is_status = fits.get("status", 0) >= MOSTLY * profile.filled
    return fits.get("not_mailable", 0) if is_status and fits.get("withdrawn", 0) else 0


def count_refusals(profile: ColumnProfile) -> int:
    """The same, with those who answered no to being mailed."""
    is_asked = "email_status" in _concepts(profile) and not _is_other_channel(profile)
    return count_withdrawn(profile) + (profile.fits.get("no", 0) if is_asked else 0)


def unused_withdrawals(profiles: Sequence[ColumnProfile], mapping: Mapping) -> list[Withdrawals]:
    """The columns of people who are not to be mailed of which a mapping makes nothing."""
    used = {column.column for column in mapping.columns if column.target.startswith(f"{CHANNEL_PROPERTIES}.")}
    used |= set(mapping.leave_out_unsubscribed)
    found = (Withdrawals(profile.column, count_refusals(profile)) for profile in profiles)
    return [one for one in found if one.cells and one.column not in used]


def _concepts(profile: ColumnProfile) -> frozenset[str | None]:
    return frozenset({find_concept(profile.column), find_qualified_concept(profile.column)})


def _is_other_channel(profile: ColumnProfile) -> bool:
    return not _OTHER_CHANNELS.isdisjoint(words_of(profile.column))
