"""Suggests what each column is: by its name first, by what its values look like second, with a reason for each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from imports.contacts.dates import ISO
from imports.contacts.mapping import ColumnMapping, Mapping, RegionColumn
from imports.contacts.profiles import ColumnProfile
from imports.contacts.synonyms import COUNTRY_HEADERS, rank_of_synonym
from imports.contacts.targets import EMAIL, IDENTIFIERS, MOBILE_NUMBER, Target, TargetCatalogue, ValueType

SAME_NAME, KNOWN_SYNONYM, LOOKS_LIKE = "same name", "known synonym", "looks like it"
NOT_RECOGNISED, TAKEN = "not recognised", "another column fits better"
AMBIGUOUS_DATE, NO_DATE, UNFIT = "date can be read two ways", "not full dates", "values do not fit the field"
EMPTY = "nothing in it"


@dataclass(frozen=True, slots=True)
class ColumnSuggestion:
    """What one column seems to be. `target` is None when it should not be imported; `confidence` runs from 0 to 1.

    `likely_target` is what its name stands for when the values keep it from being suggested.
    """

    column: str
    target: str | None
    reason: str
    confidence: float = 0.0
    likely_target: str | None = None
    date_formats: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A mapping that can be used as it is, and the reasons for each of its columns, in the file's order."""

    mapping: Mapping
    columns: tuple[ColumnSuggestion, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    profile: ColumnProfile
    target: Target
    reason: str
    confidence: float


def suggest_mapping(
    profiles: Sequence[ColumnProfile], catalogue: TargetCatalogue, *, default_region: str | None = None
) -> Suggestion:
    """Suggest a mapping for a file's columns into an account. A target is never suggested twice."""
    candidates = sorted(
        (candidate for profile in profiles for candidate in _candidates(profile, catalogue)),
        key=lambda candidate: -candidate.confidence,
    )
    chosen: dict[str, _Candidate] = {}
    taken: set[str] = set()
    reasons: dict[str, ColumnSuggestion] = {}
    for candidate in candidates:
        column = candidate.profile.column
        if column in chosen:
            continue
        obstacle = _obstacle(candidate)
        if candidate.target.name in taken:
            obstacle = TAKEN
        if obstacle:
            reasons.setdefault(
                column,
                ColumnSuggestion(
                    column, None, obstacle, 0.0, candidate.target.name, candidate.profile.date_formats
                ),
            )
            continue
        chosen[column] = candidate
        taken.add(candidate.target.name)
    country = _country_column(profiles)
    mapped = tuple(
        _column_mapping(chosen[profile.column], country) for profile in profiles if profile.column in chosen
    )
    has_email = any(column.target == EMAIL for column in mapped)
    has_mobile = any(column.target == MOBILE_NUMBER for column in mapped)
    match_identifier = "mobileNumber" if has_mobile and not has_email else "email"
    return Suggestion(
        Mapping(match_identifier=match_identifier, columns=mapped),
        tuple(_explain(profile, chosen.get(profile.column), reasons.get(profile.column)) for profile in profiles),
    )


def normalise_header(header: str) -> str:
    """A header as the tables of synonyms spell it: lower case, underscores and runs of spaces as one space."""
    return re.sub(r"[\s_]+", " ", header).strip().lower()


def _candidates(profile: ColumnProfile, catalogue: TargetCatalogue) -> Iterator[_Candidate]:
    if not profile.filled:
        return
    header = normalise_header(profile.column)
    for target in (*IDENTIFIERS.values(), *catalogue.data_fields.values()):
        key = normalise_header(target.key)
        rank = rank_of_synonym(header, target.name if target.is_identifier else target.key.upper())
        if header == key or header.replace(" ", "") == key.replace(" ", ""):
            yield _Candidate(profile, target, SAME_NAME, 1.0)
        elif rank is not None:
            yield _Candidate(profile, target, KNOWN_SYNONYM, 0.95 - 0.01 * rank)
    if profile.is_mostly(profile.emails):
        yield _Candidate(profile, IDENTIFIERS[EMAIL], LOOKS_LIKE, 0.6)


def _obstacle(candidate: _Candidate) -> str | None:
    """Why the column's values keep it from the target that its name suggests; None if they do not."""
    profile = candidate.profile
    match candidate.target.value_type:
        case ValueType.EMAIL:
            return None if profile.emails * 2 >= profile.filled else UNFIT
        case ValueType.PHONE:
            return None if profile.phones * 2 >= profile.filled else UNFIT
        case ValueType.NUMERIC:
            return None if profile.decimal else UNFIT
        case ValueType.BOOLEAN:
            return None if profile.is_mostly(profile.booleans) else UNFIT
        case ValueType.DATE:
            if not profile.date_formats:
                return NO_DATE
            return AMBIGUOUS_DATE if len(profile.date_formats) > 1 else None
        case ValueType.STRING:
            return None


def _country_column(profiles: Sequence[ColumnProfile]) -> str | None:
    """The column that says which country a row is in."""
    for profile in profiles:
        if normalise_header(profile.column) in COUNTRY_HEADERS and profile.is_mostly(profile.countries):
            return profile.column
    return None


def _column_mapping(candidate: _Candidate, country: str | None) -> ColumnMapping:
    profile, target = candidate.profile, candidate.target
    formats = profile.date_formats
    return ColumnMapping(
        column=profile.column,
        target=target.name,
        region=RegionColumn(country) if target.value_type is ValueType.PHONE and country else None,
        format=formats[0] if target.value_type is ValueType.DATE and formats and formats[0] != ISO else None,
        decimal="," if target.value_type is ValueType.NUMERIC and profile.decimal == "," else None,
    )


def _explain(
    profile: ColumnProfile, candidate: _Candidate | None, obstacle: ColumnSuggestion | None
) -> ColumnSuggestion:
    if candidate:
        return ColumnSuggestion(
            profile.column,
            candidate.target.name,
            candidate.reason,
            candidate.confidence,
            candidate.target.name,
            profile.date_formats,
        )
    if obstacle:
        return obstacle
    return ColumnSuggestion(
        profile.column, None, NOT_RECOGNISED if profile.filled else EMPTY, date_formats=profile.date_formats
    )
