"""What each column of a file could be, why, how surely, and what speaks against it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from imports.contacts.suggestions.profiles import CODE, ColumnProfile
from imports.contacts.suggestions.suggestion_reasons import (
    KNOWN_NAME,
    LOOKS_LIKE_EMAIL,
    LOOKS_LIKE_PHONE,
    NOT_WORDS,
    OWN_NAME,
    QUALIFIED_NAME,
    SAME_NAME,
)
from imports.contacts.targets import (
    CHANNEL_PROPERTY_TARGETS,
    DATA_FIELDS,
    EMAIL,
    IDENTIFIERS,
    MOBILE_NUMBER,
    PREFERENCES,
    Target,
    TargetCatalogue,
    consent_target,
)
from imports.contacts.value_types.identifier_types import CUSTOM_IDENTIFIER
from imports.contacts.value_types.value_type import Obstacle
from imports.languages.concepts import (
    Near,
    concepts_of,
    find_near,
    header_key,
    names_both,
    names_other,
    preference_name,
    qualified_concepts_of,
    words_of,
)
from imports.messages import Message

SAME, KNOWN, SECOND, QUALIFIED, NEARLY, LOOKS = 1.0, 0.95, 0.8, 0.7, 0.6, 0.5
"""How sure each kind of reason makes, 0 to 1."""

_LESS_FOR_PHONE = 0.1
"""A phone number need not be a mobile number."""

_WORDS = frozenset(NOT_WORDS)
_NOT_AN_ADDRESS = frozenset({"email", "url", "date", "ip_address"})
NEVER: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("first_name", "middle_name", "last_name", "full_name", "company", "city", "country"), _WORDS
    ),
    **dict.fromkeys(("job_title", "department"), _WORDS),
    **dict.fromkeys(("salutation", "gender", "language"), frozenset({"email", "phone", "url", "date"})),
    **dict.fromkeys(("address", "address2", "postcode", "region"), _NOT_AN_ADDRESS),
    "website": frozenset({"email", "phone", "number", "date"}),
}
"""Concept -> what its values do not look like, whatever the type of the data field."""

_CODES = CODE.least_share
"""The share of codes among a column's values from which on they are none of words."""


def contradiction(concept: str | None, profile: ColumnProfile) -> Message | None:
    """What the values of a column say against its being `concept`; None where they say nothing."""
    never = NEVER.get(concept or "", frozenset())
    if profile.looks_like in never:
        return NOT_WORDS[profile.looks_like]
    if CODE.name in never and profile.is_mostly(CODE.name, _CODES):
        return NOT_WORDS[CODE.name]
    return None


FIRST_FIELDS: dict[str, tuple[str, ...]] = {
    "spend": ("SPEND", "TOTAL_SPENT", "LIFETIME_VALUE"),
}
"""Of the data fields that are one concept, those to try first."""

IDENTIFIER_CONCEPTS: dict[str, tuple[Target, ...]] = {
    "email": (EMAIL,),
    "mobile": (MOBILE_NUMBER,),
    "phone": (MOBILE_NUMBER,),
}

# By their words, not their letters: Outlook's "E-mail Type" is something else.
OWN_COLUMNS: dict[tuple[str, ...], Target] = {
    words: target
    for target in CHANNEL_PROPERTY_TARGETS
    for words in {
        "email.optInType": (("opt", "in", "type"), ("optin", "type"), ("optintype",)),
        "email.emailType": (("email", "type"), ("emailtype",)),
    }.get(target.key, ())
}
"""Dotdigital's own names of columns with channel properties."""

CONSENT_COLUMNS: dict[str, Target] = {
    key: consent_target(part)
    for key, part in {
        "consenttext": "text",
        "consentdatetime": "dateTimeConsented",
        "consenturl": "url",
        "consentip": "ipAddress",
        "consentuseragent": "userAgent",
    }.items()
}
"""Dotdigital's own names of columns with consent (help centre 8198706)."""


@dataclass(frozen=True, slots=True)
class ColumnName:
    """What a column's name means: `concepts`, the usual one first, and how it was understood.

    `near` is the name that it is a slip away from, `qualifiers` the number of words around a known name; neither
    means that it is a known name.
    """

    concepts: tuple[str, ...] = ()
    near: str | None = None
    qualifiers: int = 0

    @classmethod
    def of(cls, header: str) -> "ColumnName":
        if concepts := concepts_of(header):
            return cls(concepts)
        concepts, qualifiers = qualified_concepts_of(header)
        if concepts:
            return cls(concepts, qualifiers=qualifiers)
        if names_both(header) and not names_other(header):
            return cls(("full_name",))
        near = find_near(header)
        return cls(concepts_of(near), near=near) if near else cls()

    @property
    def confidence(self) -> float:
        return NEARLY if self.near else QUALIFIED if self.qualifiers else KNOWN

    @property
    def reason(self) -> Message:
        if self.near:
            return Message("nearly_known_name", {"name": self.near})
        return QUALIFIED_NAME if self.qualifiers else KNOWN_NAME


def read_names(profiles: Sequence[ColumnProfile]) -> list[ColumnName]:
    """What the columns' names mean beside one another.

    `Name` beside a first name is a last name, else a full name. `Title` before a name is a salutation, unless
    another column is, and elsewhere a job title.
    """
    names = [ColumnName.of(profile.column) for profile in profiles]
    held = [name for name, profile in zip(names, profiles, strict=True) if profile.filled]
    sole = {name.concepts[0] for name in held if len(name.concepts) == 1}
    is_last_name = "first_name" in sole and "last_name" not in sole
    settled = []
    for place, name in enumerate(names):
        meant = name.concepts
        if set(meant) == {"full_name", "last_name"}:
            meant = ("last_name",) if is_last_name else ("full_name",)
        elif set(meant) == {"salutation", "job_title"}:
            following = names[place + 1].concepts if place + 1 < len(names) else ()
            is_salutation = "salutation" not in sole and not _NAMES.isdisjoint(following)
            meant = ("salutation",) if is_salutation else ("job_title",)
        settled.append(replace(name, concepts=meant))
    return settled


_NAMES = frozenset({"first_name", "middle_name", "last_name", "full_name"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that could be a target, and why; `obstacle` keeps it from being one, unless it is a choice to
    make."""

    profile: ColumnProfile
    target: Target
    reason: Message
    confidence: float
    rank: int = 0
    concept: str | None = None
    against: Message | None = None
    """Why it is not the contact's, from what the other columns are."""

    @property
    def needs_choice(self) -> bool:
        return not self.against and self._unfit is not None and self._unfit.needs_choice

    @property
    def obstacle(self) -> Message | None:
        if self.against:
            return self.against
        if self.target.type.unfit is None:
            return contradiction(self.concept, self.profile)
        return Message(self._unfit.code) if self._unfit else None

    @property
    def _unfit(self) -> Obstacle | None:
        return self.target.type.obstacle(self.profile)


class AccountNames:
    """The targets of an account by what they are called."""

    def __init__(self, catalogue: TargetCatalogue) -> None:
        self._by_key: dict[str, list[Target]] = defaultdict(list)
        self._by_concept: dict[str, list[Target]] = defaultdict(list)
        self._preferences: dict[str, list[Target]] = defaultdict(list)
        for concept, identifiers in IDENTIFIER_CONCEPTS.items():
            self._by_concept[concept].extend(identifiers)
        for target in catalogue.column_targets:
            if target.part == DATA_FIELDS or target.type == CUSTOM_IDENTIFIER:
                self._by_key[header_key(target.key)].append(target)
            if target.part == DATA_FIELDS:
                for concept in concepts_of(target.key):
                    self._by_concept[concept].append(target)
            elif target.part == PREFERENCES:
                self._preferences[header_key(target.label)].append(target)
        named = [target.key for targets in self._by_key.values() for target in targets]
        self._near = Near(iter(named))

    def named(self, header: str) -> list[Target]:
        """The data fields and custom identifiers of this name."""
        return self._by_key.get(header_key(header), [])

    def nearly_named(self, header: str) -> list[Target]:
        """Those whose name this is a slip away from."""
        near = self._near.find(header)
        return self.named(near) if near else []

    def standing_for(self, concept: str) -> list[Target]:
        """The identifiers and data fields that are a concept."""
        return self._by_concept.get(concept, [])

    def preferences(self, name: str) -> list[Target]:
        """The preferences of this name, in any letter case."""
        return self._preferences.get(header_key(name), [])

    def preferences_standing_for(self, concept: str) -> list[Target]:
        """The preferences whose name stands for a concept."""
        return [
            target
            for targets in self._preferences.values()
            for target in targets
            if concept in concepts_of(target.label)
        ]


def find_candidates(profile: ColumnProfile, name: ColumnName, account: AccountNames) -> Iterator[Candidate]:
    """Everything the column could be by its name; where that comes to nothing, by its values.

    Of consent and subscription, only what Dotdigital's own column names say: whoever else names a column so has
    not said what it means. A consent record is not among it, because it takes several columns.
    """
    if not profile.filled:
        return
    fits = False
    for candidate in _by_name(profile, name, account):
        fits = fits or candidate.obstacle is None or candidate.needs_choice
        yield candidate
    if fits or names_other(profile.column):
        return
    if profile.looks_like == "email":
        yield Candidate(profile, EMAIL, LOOKS_LIKE_EMAIL, LOOKS)
    elif profile.looks_like == "phone" and not name.concepts:
        yield Candidate(profile, MOBILE_NUMBER, LOOKS_LIKE_PHONE, LOOKS)


def _by_name(profile: ColumnProfile, name: ColumnName, account: AccountNames) -> Iterator[Candidate]:
    header = profile.column
    preference = preference_name(header)
    if preference is not None:
        found = account.preferences(preference)
        if len(found) == 1:
            yield Candidate(profile, found[0], OWN_NAME, SAME)
        return
    if own := OWN_COLUMNS.get(words_of(header)):
        yield Candidate(profile, own, OWN_NAME, SAME, rank=-1)
    same = account.named(header)
    concept = next(iter(name.concepts), None)
    for target in same:
        yield Candidate(profile, target, SAME_NAME, SAME, concept=concept)
    for place, meaning in enumerate(name.concepts):
        for target in account.standing_for(meaning):
            if target not in same:
                yield Candidate(
                    profile,
                    target,
                    name.reason,
                    _confidence(name, place, target),
                    _rank(target, meaning, name),
                    meaning,
                )
    if not same and not name.concepts:
        for target in account.nearly_named(header):
            yield Candidate(profile, target, Message("nearly_same_name", {"name": target.label}), NEARLY)


def _confidence(name: ColumnName, place: int, target: Target) -> float:
    """That of the name; an address by one of its names is as sure as a data field by its own."""
    if target == EMAIL and name.confidence == KNOWN:
        return SAME
    least = min(name.confidence, SECOND) if place else name.confidence
    is_phone = target == MOBILE_NUMBER and name.concepts[place] == "phone"
    return round(least - _LESS_FOR_PHONE * is_phone, 2)


def _rank(target: Target, concept: str, name: ColumnName) -> int:
    """Identifiers before data fields, and of those the usual ones first; a name with fewer words around it first."""
    first = FIRST_FIELDS.get(concept, ())
    place = first.index(target.key.upper()) if target.key.upper() in first else len(first)
    return name.qualifiers + (-1 if target.part == IDENTIFIERS else place)
