"""Suggests what each column is: by its name first, by what its values look like second, with a reason for
each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from imports.contacts.mapping import ColumnMapping, Mapping
from imports.contacts.suggestions.candidates import (
    CONSENT_COLUMNS,
    SAME,
    AccountNames,
    Candidate,
    ColumnName,
    contradiction,
    find_candidates,
    read_names,
)
from imports.contacts.suggestions.hints import find_hint
from imports.contacts.suggestions.persons import NAMES, Persons
from imports.contacts.suggestions.profiles import ColumnProfile
from imports.contacts.suggestions.suggestion_reasons import (
    CATALOGUE,
    CONSENT_INCOMPLETE,
    EMPTY,
    NO_DATA_FIELD,
    NO_PREFERENCE,
    NOT_RECOGNISED,
    OWN_NAME,
    TAKEN,
)
from imports.contacts.suggestions.withdrawals import count_withdrawn
from imports.contacts.targets import (
    CONTACT_ID,
    DATA_FIELDS,
    EMAIL,
    EMAIL_STATUS,
    Target,
    TargetCatalogue,
)
from imports.languages.concepts import (
    header_key,
    preference_name,
    surnames_first,
)
from imports.messages import Message

_SPLIT = 0.85


@dataclass(frozen=True, slots=True)
class ColumnSuggestion:
    """What one column seems to be, and why: `reason` is a message of `suggestion_reasons`. `confidence` runs from
    0 to 1.

    `targets` is empty when it should not be imported, and has two for a full name that is to be split. With
    `needs_choice` it is not in the suggested mapping until a person has chosen one of `date_formats`, or a
    decimal mark. `offered` is a target that it may be but only a person can say so, as where its name fits and its
    values do not: it is never in the mapping.
    """

    column: str
    targets: tuple[str, ...]
    reason: Message
    confidence: float = 0.0
    needs_choice: bool = False
    date_formats: tuple[str, ...] = ()
    offered: str | None = None

    @property
    def target(self) -> str | None:
        """The first of the targets."""
        return next(iter(self.targets), None)

    @property
    def words(self) -> str:
        """Why, in words."""
        return CATALOGUE.sentence(self.reason)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON-safe values."""
        return {
            "column": self.column,
            "target": self.target,
            "targets": list(self.targets),
            "reason": self.reason.to_json(),
            "confidence": self.confidence,
            "needs_choice": self.needs_choice,
            "date_formats": list(self.date_formats),
            "offered": self.offered,
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A mapping that can be used as it is, and the reasons for each of its columns, in the file's order."""

    mapping: Mapping
    columns: tuple[ColumnSuggestion, ...]


@dataclass(frozen=True, slots=True)
class _Split:
    """A column of full names, and the data fields for their two parts."""

    first: Target
    last: Target
    confidence: float


def suggest_mapping(
    profiles: Sequence[ColumnProfile], catalogue: TargetCatalogue, *, default_region: str | None = None
) -> Suggestion:
    """Suggest a mapping for a file's columns into an account.

    No target is suggested twice: of the columns that could be one, the most certain and then the fullest is.
    A column that goes without it is offered its next best target. Consent and subscription are suggested by
    Dotdigital's own column names alone, and else only offered (`hints`).
    """
    account = AccountNames(catalogue)
    names = read_names(profiles)
    found = [
        candidate
        for profile, name in zip(profiles, names, strict=True)
        for candidate in find_candidates(profile, name, account)
    ]
    persons = Persons(profiles, names, found)
    chosen, obstacles, unfit = _choose([*persons.settle(found), *_consent_record(profiles)])
    splits = _split_names(profiles, names, account, chosen, persons)
    obstacles |= _against_names(profiles, names, persons)
    for column in splits:
        chosen.pop(column, None)
    suggestions = tuple(
        _explain(
            profile,
            name,
            account,
            chosen.get(profile.column),
            splits.get(profile.column),
            obstacles,
            None if persons.against(profile.column) else unfit.get(profile.column),
        )
        for profile, name in zip(profiles, names, strict=True)
    )
    columns = tuple(
        mapped
        for profile in profiles
        for mapped in _column_mappings(profile, chosen, splits, profiles, default_region)
    )
    left_out = tuple(
        profile.column for profile in profiles if profile.column not in chosen and count_withdrawn(profile)
    )
    mapping = Mapping(_match_identifier(columns, catalogue), columns, leave_out_unsubscribed=left_out)
    return Suggestion(mapping, suggestions)


def _choose(
    candidates: Iterable[Candidate],
) -> tuple[dict[str, Candidate], dict[str, Message], dict[str, Target]]:
    """The candidate of each column that has one; what speaks against the others; and of these, by column, the targets
    that their values alone keep them from, and that no other column is."""
    chosen: dict[str, Candidate] = {}
    obstacles: dict[str, Message] = {}
    unfit: dict[str, Target] = {}
    taken: set[str] = set()
    ranked = sorted(
        candidates, key=lambda one: (one.obstacle is not None, -one.confidence, one.rank, -one.profile.filled)
    )
    for candidate in ranked:
        column = candidate.profile.column
        if column in chosen:
            continue
        if candidate.obstacle and not candidate.needs_choice:
            if column not in unfit:
                obstacles[column] = candidate.obstacle
            if not candidate.against and candidate.target.name not in taken:
                unfit.setdefault(column, candidate.target)
        elif candidate.target.name in taken:
            obstacles.setdefault(column, TAKEN)
        else:
            chosen[column] = candidate
            taken.add(candidate.target.name)
    unfit = {column: target for column, target in unfit.items() if column not in chosen}
    return chosen, obstacles, unfit


def _consent_record(profiles: Sequence[ColumnProfile]) -> list[Candidate]:
    """The five parts of a consent record under Dotdigital's own names; none when not all of them can be used."""
    by_key = {header_key(profile.column): profile for profile in profiles if profile.filled}
    parts = [
        Candidate(by_key[key], target, OWN_NAME, SAME, rank=-1)
        for key, target in CONSENT_COLUMNS.items()
        if key in by_key
    ]
    is_whole = len(parts) == len(CONSENT_COLUMNS) and not any(part.obstacle for part in parts)
    return parts if is_whole else []


def _split_names(
    profiles: Sequence[ColumnProfile],
    names: Sequence[ColumnName],
    account: AccountNames,
    chosen: dict[str, Candidate],
    persons: Persons,
) -> dict[str, _Split]:
    """The column of full names to split: only one, and only when no column has first or last names.

    A data field of the very same name as the column comes first.
    """
    taken = {candidate.target.name for candidate in chosen.values()}
    first, last = (_text_field(account, concept) for concept in ("first_name", "last_name"))
    if first is None or last is None or not taken.isdisjoint({first.name, last.name}):
        return {}
    full = [
        (name.confidence, profile.filled, profile.column)
        for profile, name in zip(profiles, names, strict=True)
        if profile.looks_like == "text"
        and name.concepts[:1] == ("full_name",)
        and contradiction("full_name", profile) is None
        and persons.against(profile.column) is None
        and not (profile.column in chosen and chosen[profile.column].confidence == SAME)
    ]
    if not full:
        return {}
    confidence, _, column = max(full, key=lambda one: one[:2])
    return {column: _Split(first, last, min(confidence, _SPLIT))}


def _against_names(
    profiles: Sequence[ColumnProfile], names: Sequence[ColumnName], persons: Persons
) -> dict[str, Message]:
    """What speaks against columns of names, whether or not the account has a field for them."""
    against = {
        profile.column: contradiction(name.concepts[0], profile) or persons.against(profile.column)
        for profile, name in zip(profiles, names, strict=True)
        if name.concepts and name.concepts[0] in NAMES and profile.filled
    }
    return {column: reason for column, reason in against.items() if reason}


def _text_field(account: AccountNames, concept: str) -> Target | None:
    fields = (target for target in account.standing_for(concept) if target.part == DATA_FIELDS)
    return next((target for target in fields if target.type.is_text), None)


def _explain(
    profile: ColumnProfile,
    name: ColumnName,
    account: AccountNames,
    candidate: Candidate | None,
    split: _Split | None,
    obstacles: dict[str, Message],
    unfit: Target | None,
) -> ColumnSuggestion:
    column, formats = profile.column, profile.date_formats
    if split:
        code = "split_surname_first" if surnames_first(column) else "split_name"
        reason = Message(code, {"first": split.first.label, "last": split.last.label})
        return ColumnSuggestion(column, (split.first.name, split.last.name), reason, split.confidence)
    if candidate:
        return ColumnSuggestion(
            column,
            (candidate.target.name,),
            candidate.obstacle or candidate.reason,
            candidate.confidence,
            candidate.needs_choice,
            formats,
        )
    reason, offered = _why_not(profile, name, account, obstacles.get(column), unfit)
    return ColumnSuggestion(column, (), reason, date_formats=formats, offered=offered)


def _why_not(
    profile: ColumnProfile,
    name: ColumnName,
    account: AccountNames,
    obstacle: Message | None,
    unfit: Target | None,
) -> tuple[Message, str | None]:
    """Why a column has no target, and the target that a person might choose."""
    if not profile.filled:
        return EMPTY, None
    if obstacle and obstacle != TAKEN:
        return obstacle, unfit.name if unfit else None
    if part := CONSENT_COLUMNS.get(header_key(profile.column)):
        return CONSENT_INCOMPLETE, part.name
    if preference_name(profile.column) is not None:
        return obstacle or NO_PREFERENCE, None
    withdrawn = count_withdrawn(profile)
    if hint := find_hint(profile.column, name.concepts, account):
        target = hint.target.name if hint.target else None
        return _withdrawn(withdrawn) if withdrawn else hint.reason, target
    if withdrawn:
        return _withdrawn(withdrawn), EMAIL_STATUS.name
    return obstacle or (NO_DATA_FIELD if name.concepts else NOT_RECOGNISED), None


def _withdrawn(count: int) -> Message:
    return Message("withdrawn", {"count": count})


def _column_mappings(
    profile: ColumnProfile,
    chosen: dict[str, Candidate],
    splits: dict[str, _Split],
    profiles: Sequence[ColumnProfile],
    default_region: str | None,
) -> tuple[ColumnMapping, ...]:
    """What the suggested mapping says of a column: nothing, as long as a person has to choose."""
    column, candidate = profile.column, chosen.get(profile.column)
    if split := splits.get(column):
        return (
            ColumnMapping(column, split.first.name, part="firstName"),
            ColumnMapping(column, split.last.name, part="lastName"),
        )
    if candidate is None or candidate.needs_choice:
        return ()
    target = candidate.target
    settings = target.type.suggested_settings(profile, profiles, default_region)
    return (ColumnMapping(column, target.name, settings),)


def _match_identifier(columns: Sequence[ColumnMapping], catalogue: TargetCatalogue) -> str:
    """What contacts are best matched by: the first of the account's identifiers that a column holds."""
    mapped = {column.target for column in columns}
    held = (target for target in catalogue.identifiers if target.name in mapped and target != CONTACT_ID)
    return next(held, EMAIL).key
