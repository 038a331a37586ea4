"""What people and programs call the parts of a contact: concepts, and what each is called, a module per language.

A concept's names stand for it both in files and among an account's data fields, which can be called in the
account's own language. Case, signs, spaces and accents make no difference (`words`). To teach another
language, write its module and add it to `LANGUAGES`.

    HEADERS      what each concept is called
    QUALIFIERS   words around a name that say which of several it is (`Billing City`), or only ask for it
                 (`What is your city?`)
    OTHERS       words that make a name that of another thing or of another person (`Owner`, `Contract number`)
    PREFERENCE   Dotdigital's word for a preference, with which its column names begin (help centre 8198839)
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from imports.languages.known_languages import LANGUAGES
from imports.languages.name_order import LAST_FIRST, name_order, surnames_named
from imports.languages.person_words import BUYER, person_of
from imports.languages.words import MAX_NAME_CHARS, header_key, spellings_of, words_of

__all__ = [
    "BUYER",
    "LANGUAGES",
    "Near",
    "concepts_of",
    "find_concept",
    "find_near",
    "find_qualified_concept",
    "header_key",
    "headers",
    "names_both",
    "names_opt_out",
    "names_other",
    "person_of",
    "preference_name",
    "qualified_concepts_of",
    "surnames_first",
    "surnames_named",
    "words_of",
]

SLIPS = ((9, 2), (6, 1))
"""How far a header may be from a name: from how many letters on, how many may be missing, added, wrong or
swapped. Shorter names must be right, and so must every first letter and every digit."""

_FARTHEST = max(slips for _, slips in SLIPS)

_MAX_QUALIFIERS = 4


def _split(names: str) -> tuple[str, ...]:
    return tuple(spelling for name in names.split(", ") for spelling in spellings_of(name))


@cache
def headers() -> dict[str, dict[str, tuple[str, ...]]]:
    """Language -> concept -> what it is called."""
    return {
        language: {concept: _split(names) for concept, names in module.HEADERS.items()}
        for language, module in LANGUAGES.items()
    }


def preference_name(header: str) -> str | None:
    """The preference that Dotdigital's own column name `Preference:Category>Name` names, in any of its languages."""
    word, colon, rest = header.partition(":")
    if not colon or header_key(word) not in {header_key(module.PREFERENCE) for module in LANGUAGES.values()}:
        return None
    return rest.rpartition(">")[2].strip()


class Near:
    """Names, to be found by what is nearly one of them."""

    def __init__(self, names: Iterator[str]) -> None:
        self._names: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
        for name in names:
            key = header_key(name)
            if key and _most_slips(key):
                self._names[key[0], len(key)].setdefault(key, name)

    def find(self, header: str) -> str | None:
        """The name that `header` is a slip of the pen away from, if it is by `SLIPS`: the nearest.

        Not when every word of the header is a word of some name, as in `Order amount`: then it is no slip. Nor when
        it has a word that makes it the name of another thing (`Contract number` is no `Contact number`).
        """
        return self.find_words(words_of(header))

    def find_words(self, words: tuple[str, ...]) -> str | None:
        """The same for the words of a header."""
        key = "".join(words)
        if not key or all(word in _index().words for word in words):
            return None
        near: list[tuple[int, str]] = []
        for length in range(len(key) - _FARTHEST, len(key) + _FARTHEST + 1):
            for name_key, name in self._names.get((key[0], length), {}).items():
                most = _most_slips(name_key)
                slips = OSA.distance(key, name_key, score_cutoff=most)
                if slips <= most and _digits(key) == _digits(name_key) and not _is_other(words, name):
                    near.append((slips, name))
        return min(near)[1] if near else None


def concepts_of(header: str) -> tuple[str, ...]:
    """The concepts that a header, or the name of a data field, stands for by itself; the usual one first."""
    return _index().concepts.get(header_key(header), ())


def find_concept(header: str) -> str | None:
    """The usual one of those concepts."""
    return next(iter(concepts_of(header)), None)


def qualified_concepts_of(header: str) -> tuple[tuple[str, ...], int]:
    """The concepts that a header stands for without its qualifiers, and how many of those it has.

    `Default Address Phone` is a phone. As few are left out as will do. `Company / Organisation` is what both are.
    """
    if len(header) > MAX_NAME_CHARS:
        return (), 0
    first, *others = (concepts_of(part) for part in re.split("[/|]", header))
    if first and others and all(other == first for other in others):
        return first, 1
    # What is too long to be a name once the rest is left out is not looked at: there may be millions of it.
    longest = _index().max_qualifier
    most = _index().max_words + _MAX_QUALIFIERS * longest
    forms = {words for words in (words_of(header),) if len(words) <= most}
    for count in range(1, _MAX_QUALIFIERS + 1):
        most -= longest
        forms = {rest for words in forms for rest in _without_qualifier(words) if 0 < len(rest) <= most}
        for rest in sorted(forms, key=lambda words: (-len(words), words)):
            if concepts := _index().concepts.get("".join(rest)):
                return concepts, count
    return (), 0


def find_qualified_concept(header: str) -> str | None:
    """The usual one of those concepts."""
    return next(iter(qualified_concepts_of(header)[0]), None)


def find_near(header: str) -> str | None:
    """The name in any language that `header` is a slip of the pen away from."""
    return _near().find(header)


def names_other(header: str) -> bool:
    """Whether the name says that it is of another thing, or of another person than the contact."""
    return not _index().others.isdisjoint(words_of(header))


def surnames_first(header: str) -> int:
    """How many surnames usually come before the first name in a column of this name; 0 where it does not say that any
    does."""
    return surnames_named(header) if name_order(header, concepts_of) == LAST_FIRST else 0


def names_both(header: str) -> bool:
    """Whether the header names a first and a last name, one after the other."""
    return name_order(header, concepts_of) is not None


def names_opt_out(header: str) -> bool:
    """Whether a column of this name says who has left, so that a yes in it is a no to being mailed."""
    return "opt_out" in (find_concept(header), find_qualified_concept(header))


def _without_qualifier(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for size in range(1, min(_index().max_qualifier, len(words) - 1) + 1):
        if words[:size] in _index().qualifiers:
            yield words[size:]
        if words[-size:] in _index().qualifiers:
            yield words[:-size]
    for place, word in enumerate(words):
        if len(word) == 1 and word.isdigit():
            yield words[:place] + words[place + 1 :]


def _most_slips(key: str) -> int:
    return next((slips for letters, slips in SLIPS if len(key) >= letters), 0)


def _digits(key: str) -> str:
    return "".join(letter for letter in key if letter.isdigit())


def _is_other(words: tuple[str, ...], name: str) -> bool:
    return not _index().others.isdisjoint(set(words) - set(words_of(name)))


class _Index(NamedTuple):
    """The names of all languages, by what is looked for in them."""

    concepts: Mapping[str, tuple[str, ...]]
    """By their keys, what names stand for; the usual one first."""
    words: frozenset[str]
    max_words: int
    """How many words the longest name has."""
    qualifiers: frozenset[tuple[str, ...]]
    max_qualifier: int
    """How many words the longest qualifier has."""
    others: frozenset[str]


@cache
def _index() -> _Index:
    concepts: dict[str, dict[str, None]] = defaultdict(dict)
    for concept, name in _named():
        concepts[header_key(name)][concept] = None
    names = [words_of(name) for _, name in _named()]
    qualifiers = frozenset(
        words_of(qualifier) for module in LANGUAGES.values() for qualifier in _split(module.QUALIFIERS)
    )
    return _Index(
        concepts={key: tuple(found) for key, found in concepts.items()},
        words=frozenset(word for words in names for word in words),
        max_words=max(map(len, names)),
        qualifiers=qualifiers,
        max_qualifier=max(map(len, qualifiers)),
        others=frozenset(
            word for module in LANGUAGES.values() for name in _split(module.OTHERS) for word in words_of(name)
        ),
    )


def _named() -> Iterator[tuple[str, str]]:
    for names_of in headers().values():
        for concept, names in names_of.items():
            for name in names:
                yield concept, name


@cache
def _near() -> Near:
    return Near(name for _, name in _named())
