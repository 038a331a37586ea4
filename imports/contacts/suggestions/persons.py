"""Keeps the columns of one person apart from those of another: a contact is not made of a buyer's address and a
recipient's name.

The contact is the person whose e-mail address the row has, else whose mobile number. Columns that name no person are
the contact's. Where the address names none either, the contact is the buyer, or the only person there is.
"""

from collections.abc import Sequence
from dataclasses import replace

from imports.contacts.suggestions.candidates import (
    Candidate,
    ColumnName,
    contradiction,
)
from imports.contacts.suggestions.profiles import ColumnProfile
from imports.contacts.targets import EMAIL, MOBILE_NUMBER
from imports.languages.concepts import BUYER, person_of
from imports.messages import Message

NAMES = frozenset({"first_name", "last_name", "full_name"})
PERSONAL = NAMES | {
    *("email", "mobile", "phone", "salutation", "gender", "birthday", "company"),
    *("address", "address2", "postcode", "city", "region", "country"),
}
"""Concepts that are somebody's own."""

_MUCH_EMPTIER = 0.5


class Persons:
    """Which columns of a file are the contact's."""

    def __init__(
        self, profiles: Sequence[ColumnProfile], names: Sequence[ColumnName], candidates: Sequence[Candidate]
    ) -> None:
        self._person = {
            profile.column: person_of(profile.column)
            for profile, name in zip(profiles, names, strict=True)
            if not PERSONAL.isdisjoint(name.concepts)
        }
        self._found_by = self._identifying(candidates)
        self._allowed = self._contacts()
        self._named = self._whose_names(profiles, names)

    def against(self, column: str) -> Message | None:
        """Why a column is not the contact's; None where it is, or where nothing tells."""
        if self._found_by is None or self._person.get(column) in self._allowed:
            return None
        return Message("other_person", {"column": self._found_by})

    def settle(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates with what speaks against them, in such order that the person whose names are used is the one
        whose other columns are: the billing name goes with the billing phone."""
        told = [replace(one, against=self.against(one.profile.column)) for one in candidates]
        if self._named is None:
            return told
        own = [
            one
            for one in told
            if one.obstacle is None and self._person.get(one.profile.column) == self._named
        ]
        return [self._behind(one, [rival for rival in own if rival.target == one.target]) for one in told]

    def _identifying(self, candidates: Sequence[Candidate]) -> str | None:
        for target in (EMAIL, MOBILE_NUMBER):
            able = [one for one in candidates if one.target == target and one.obstacle is None]
            if able:
                return min(able, key=self._likeliest).profile.column
        return None

    def _likeliest(self, candidate: Candidate) -> tuple[bool, bool, float, int, int]:
        """The contact's own column goes before the buyer's, and that before those of others."""
        person = self._person.get(candidate.profile.column)
        return (
            person not in (None, BUYER),
            person is not None,
            -candidate.confidence,
            candidate.rank,
            -candidate.profile.filled,
        )

    def _contacts(self) -> frozenset[str | None]:
        found = self._person.get(self._found_by) if self._found_by else None
        named = {person for person in self._person.values() if person is not None}
        if found is not None:
            return frozenset({None, found})
        return frozenset({None, *(named if len(named) == 1 else {BUYER})})

    def _whose_names(self, profiles: Sequence[ColumnProfile], names: Sequence[ColumnName]) -> str | None:
        """The person of the names, where only columns that name the person hold any."""
        holders = {
            self._person.get(profile.column)
            for profile, name in zip(profiles, names, strict=True)
            if name.concepts[:1]
            and name.concepts[0] in NAMES
            and profile.filled
            and contradiction(name.concepts[0], profile) is None
            and self.against(profile.column) is None
        }
        return None if None in holders else next(iter(holders), None)

    def _behind(self, candidate: Candidate, rivals: Sequence[Candidate]) -> Candidate:
        """A column that names nobody goes behind one of the person's own, unless that is much emptier."""
        is_second = (
            candidate.profile.column in self._person
            and self._person[candidate.profile.column] is None
            and candidate.target != EMAIL
            and any(one.profile.filled >= _MUCH_EMPTIER * candidate.profile.filled for one in rivals)
        )
        if not is_second:
            return candidate
        least = min(one.confidence for one in rivals)
        return replace(candidate, confidence=min(candidate.confidence, round(least - 0.01, 2)))
