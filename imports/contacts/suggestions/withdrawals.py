"""Columns that say who is not to be mailed: by their words, and by a name that asks for it."""

from collections.abc import Sequence
from typing import NamedTuple

from imports.contacts.mapping import Mapping
from imports.contacts.suggestions.profiles import ColumnProfile
from imports.contacts.targets import CHANNEL_PROPERTIES, DATA_FIELDS, PREFERENCES
from imports.contacts.value_types.value_type import MOSTLY
from imports.languages.mail_questions import asks_for_mail, concepts_named, names_other_channel

_OTHER_CONCEPTS = frozenset({"sms_status", "whatsapp_status", "lists", "tags"})


class Withdrawals(NamedTuple):
    """How many cells of a column are of people who are not to be mailed."""

    column: str
    cells: int


def count_withdrawn(profile: ColumnProfile) -> int:
    """How many cells of a column say that somebody is not to be mailed, where it is certain that some do.

    A word such as `cancelled` counts under a name of subscriptions alone, and a yes under one that asks who has left.
    Where everybody is asked and nobody has left (`Accepts marketing: no`), it is for a person to judge.
    """
    if not _may_say_so(profile):
        return 0
    fits, concepts = profile.fits, concepts_named(profile.column)
    if not concepts.isdisjoint(_OTHER_CONCEPTS) or names_other_channel(profile.column):
        return 0
    if "opt_out" in concepts:
        return (
            profile.filled - fits.get("no", 0)
            if profile.looks_like == "date"
            else fits.get("yes", 0) + fits.get("not_mailable", 0)
        )
    withdrawn = fits.get("not_mailable", 0)
    if asks_for_mail(profile.column):
        return withdrawn and withdrawn + fits.get("no", 0)
    is_status = fits.get("status", 0) >= MOSTLY * profile.filled
    return withdrawn if is_status and fits.get("withdrawn", 0) else 0


def count_refusals(profile: ColumnProfile) -> int:
    """The same, and where nobody has left, how many answered no to being mailed."""
    refused = profile.fits.get("no", 0)
    return count_withdrawn(profile) or (refused if refused and asks_for_mail(profile.column) else 0)


def _may_say_so(profile: ColumnProfile) -> bool:
    """Whether there are cells of a kind that counts, so that the name of the column is worth reading."""
    is_date = profile.filled > 0 and profile.looks_like == "date"
    return is_date or any(profile.fits.get(kind) for kind in ("yes", "no", "not_mailable"))


def unused_withdrawals(profiles: Sequence[ColumnProfile], mapping: Mapping) -> list[Withdrawals]:
    """The columns of people who are not to be mailed of which a mapping makes nothing.

    A data field or a preference is no subscription. But where the name asks for mail, the people of either are counted
    by the check (`Preflight.refused`).
    """
    used = set(mapping.leave_out_unsubscribed)
    for column in mapping.columns:
        part = column.target.partition(".")[0]
        is_counted = part in {DATA_FIELDS, PREFERENCES} and asks_for_mail(column.column)
        if part == CHANNEL_PROPERTIES or is_counted:
            used.add(column.column)
    found = (Withdrawals(profile.column, count_refusals(profile)) for profile in profiles)
    return [one for one in found if one.cells and one.column not in used]
