"""Suggests what each column is: by its name first, by what its values look like second, with a reason for
each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from imports.contacts.mapping import ColumnMapping, Mapping, RegionColumn
from imports.contacts.profiles import ColumnProfile
from imports.contacts.synonyms import FIRST_FIELDS, find_concept, find_qualified_concept, header_key
from imports.contacts.targets import EMAIL, IDENTIFIERS, MOBILE_NUMBER, Target, TargetCatalogue

SAME_NAME = "It has the same name."
KNOWN_NAME = "It is a known name for this."
QUALIFIED_NAME = "Its name contains a known name for this."
LOOKS_LIKE = {
    EMAIL.name: "Its values look like e-mail addresses.",
    MOBILE_NUMBER.name: "Its values look like phone numbers.",
}
EMPTY = "The column is empty."
NOT_RECOGNISED = "Neither its name nor its values say what it is."
NO_DATA_FIELD = "The account has no data field for this."
TAKEN = "Another column fits better."
UNFIT = {
    "email": "Its name fits, but its values are not e-mail addresses.",
    "mobileNumber": "Its name fits, but its values are not phone numbers.",
    "Numeric": "Its name fits, but its values are not numbers.",
    "Boolean": "Its name fits, but its values are not words for yes and no.",
    "Date": "Its name fits, but its values are not dates of one format.",
}
WITHOUT_YEAR = "Its name fits, but its dates have no year."
AMBIGUOUS_DATE = "Its dates can be read in more than one way: choose which."
AMBIGUOUS_NUMBER = "Its numbers can be read with either decimal mark: choose which."

_SAME, _KNOWN, _PHONE, _QUALIFIED, _LOOKS = 1.0, 0.95, 0.85, 0.7, 0.5
_REGION_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class ColumnSuggestion:
    """What one column seems to be, in the words of `reason`. `confidence` runs from 0 to 1.

    `target` is None when it should not be imported. With `needs_choice` it is not in the suggested mapping
    until a person has chosen one of `date_formats`, or a decimal mark.
    """

    column: str
    target: str | None
    reason: str
    confidence: float = 0.0
    needs_choice: bool = False
    date_formats: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON-safe values."""
        return {
            "column": self.column,
            "target": self.target,
            "reason": self.reason,
            "confidence": self.confidence,
            "needs_choice": self.needs_choice,
            "date_formats": list(self.date_formats),
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A mapping that can be used as it is, and the reasons for each of its columns, in the file's order."""

    mapping: Mapping
    columns: tuple[ColumnSuggestion, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A column that could be a target, and why; `obstacle` keeps it from being one, unless it is a choice to
    make."""

    profile: ColumnProfile
    target: Target
    reason: str
    confidence: float
    rank: int

    @property
    def needs_choice(self) -> bool:
        return self.obstacle in (AMBIGUOUS_DATE, AMBIGUOUS_NUMBER)

    @property
    def obstacle(self) -> str | None:
        profile, kind = self.profile, self.target.type
        if kind == "email":
            return None if profile.is_mostly("email", 0.5) else UNFIT[kind]
        if kind == "mobileNumber":
            return None if profile.is_mostly("phone", 0.5) else UNFIT[kind]
        if kind == "Boolean":
            return None if profile.is_mostly("boolean") else UNFIT[kind]
        if kind == "Numeric":
            is_number = profile.is_mostly("number_point") or profile.is_mostly("number_comma")
            return UNFIT[kind] if not is_number else None if profile.decimal else AMBIGUOUS_NUMBER
        if kind == "Date":
            if profile.date_formats:
                return AMBIGUOUS_DATE if len(profile.date_formats) > 1 else None
            return WITHOUT_YEAR if profile.looks_like == "date_without_year" else UNFIT[kind]
        return None


def suggest_mapping(
    profiles: Sequence[ColumnProfile], catalogue: TargetCatalogue, *, default_region: str | None = None
) -> Suggestion:
    """Suggest a mapping for a file's columns into an account.

    No target is suggested twice: of the columns that could be one, the most certain and then the fullest is.
    A column that goes without it is offered its next best target.
    """
    candidates = sorted(
        (candidate for profile in profiles for candidate in _candidates(profile, catalogue)),
        key=lambda one: (one.obstacle is not None, -one.confidence, one.rank, -one.profile.filled),
    )
    chosen: dict[str, _Candidate] = {}
    obstacles: dict[str, str] = {}
    taken: set[str] = set()
    for candidate in candidates:
        column = candidate.profile.column
        if column in chosen:
            continue
        if candidate.target.name in taken:
            obstacles.setdefault(column, TAKEN)
        elif candidate.obstacle and not candidate.needs_choice:
            obstacles[column] = candidate.obstacle
        else:
            chosen[column] = candidate
            taken.add(candidate.target.name)
    suggestions = tuple(_explain(profile, chosen.get(profile.column), obstacles) for profile in profiles)
    columns = tuple(
        _column_mapping(chosen[profile.column], profiles, default_region)
        for profile in profiles
        if profile.column in chosen and not chosen[profile.column].needs_choice
    )
    has_email = any(column.target == EMAIL.name for column in columns)
    has_mobile = any(column.target == MOBILE_NUMBER.name for column in columns)
    match = MOBILE_NUMBER if has_mobile and not has_email else EMAIL
    return Suggestion(Mapping(match.key, columns), suggestions)


def _candidates(profile: ColumnProfile, catalogue: TargetCatalogue) -> Iterator[_Candidate]:
    """Everything the column could be by its name; failing that, by its values."""
    if not profile.filled:
        return
    key, concept = header_key(profile.column), find_concept(profile.column)
    qualified = None if concept else find_qualified_concept(profile.column)
    found = False
    for target in catalogue.column_targets:
        is_phone = (concept or qualified) == "phone"
        if target.part != IDENTIFIERS and header_key(target.key) == key:
            yield _Candidate(profile, target, SAME_NAME, _SAME, 0)
            found = True
        elif concept and _stands_for(target, concept):
            confidence = _PHONE if is_phone and target == MOBILE_NUMBER else _KNOWN
            yield _Candidate(profile, target, KNOWN_NAME, confidence, _rank(target, concept))
            found = True
        elif qualified and _stands_for(target, qualified):
            yield _Candidate(
                profile, target, QUALIFIED_NAME, _QUALIFIED - 0.1 * is_phone, _rank(target, qualified)
            )
            found = True
    if found:
        return
    if profile.looks_like == "email":
        yield _Candidate(profile, EMAIL, LOOKS_LIKE[EMAIL.name], _LOOKS, 0)
    elif profile.looks_like == "phone":
        yield _Candidate(profile, MOBILE_NUMBER, LOOKS_LIKE[MOBILE_NUMBER.name], _LOOKS, 0)


_IDENTIFIER_CONCEPTS = {EMAIL.name: ("email",), MOBILE_NUMBER.name: ("mobile", "phone")}


def _stands_for(target: Target, concept: str) -> bool:
    if target.part == IDENTIFIERS:
        return concept in _IDENTIFIER_CONCEPTS[target.name]
    return find_concept(target.key) == concept


def _rank(target: Target, concept: str) -> int:
    """Identifiers before data fields, and of those the usual ones first."""
    first = FIRST_FIELDS.get(concept, ())
    if target.part == IDENTIFIERS:
        return -1
    return first.index(target.key.upper()) if target.key.upper() in first else len(first)


def _explain(
    profile: ColumnProfile, candidate: _Candidate | None, obstacles: dict[str, str]
) -> ColumnSuggestion:
    if candidate is None:
        is_known = find_concept(profile.column) or find_qualified_concept(profile.column)
        unmatched = NO_DATA_FIELD if is_known else NOT_RECOGNISED
        reason = obstacles.get(profile.column, unmatched) if profile.filled else EMPTY
        return ColumnSuggestion(profile.column, None, reason, date_formats=profile.date_formats)
    return ColumnSuggestion(
        profile.column,
        candidate.target.name,
        candidate.obstacle or candidate.reason,
        candidate.confidence,
        candidate.needs_choice,
        profile.date_formats,
    )


def _column_mapping(
    candidate: _Candidate, profiles: Sequence[ColumnProfile], default_region: str | None
) -> ColumnMapping:
    profile, target = candidate.profile, candidate.target
    country = _country_column(profile, profiles) if target.type == "mobileNumber" else None
    return ColumnMapping(
        column=profile.column,
        target=target.name,
        region=RegionColumn(country)
        if country
        else default_region
        if target.type == "mobileNumber"
        else None,
        format=profile.date_formats[0] if target.type == "Date" else None,
        decimal=profile.decimal if target.type == "Numeric" else None,
    )


def _country_column(phone: ColumnProfile, profiles: Sequence[ColumnProfile]) -> str | None:
    """The column that says which country the phone numbers are in: the fullest, of equals the one plainly
    named."""
    found = [
        profile
        for profile in profiles
        if profile is not phone
        and profile.is_mostly("country", _REGION_SHARE)
        and "country" in (find_concept(profile.column), find_qualified_concept(profile.column))
    ]
    best = max(
        found, key=lambda one: (one.fits["country"], find_concept(one.column) is not None), default=None
    )
    return best.column if best else None
