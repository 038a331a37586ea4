"""Which of the two names comes first in a column of whole names, as far as its header says so."""

from collections.abc import Callable

from imports.languages.words import words_of

_BETWEEN = frozenset({"and", "et", "y", "e", "en", "i", "und", "o", "comma"})
_TWO_SURNAMES = frozenset({"apellidos", "apelidos", "sobrenomes"})
_GIVEN = frozenset({"given", "forename", "forenames"})
"""First names beside a surname, and hardly by themselves."""

LAST_FIRST, FIRST_LAST = "lastFirst", "firstLast"

_MAX_WORDS = 8


def name_order(header: str, concepts_of: Callable[[str], tuple[str, ...]]) -> str | None:
    """`lastFirst` or `firstLast` where the header names both, one after the other, as `Nom Prénom` does; else None."""
    words = tuple(word for word in words_of(header) if word not in _BETWEEN)[:_MAX_WORDS]
    for start in range(len(words)):
        for middle in range(start + 1, len(words)):
            for end in range(middle + 1, len(words) + 1):
                one, other = " ".join(words[start:middle]), " ".join(words[middle:end])
                if _is_last(one, concepts_of, is_alone=start > 0) and _is_first(other, concepts_of):
                    return LAST_FIRST
                if _is_first(one, concepts_of) and _is_last(other, concepts_of, is_alone=True):
                    return FIRST_LAST
    return None


def surnames_named(header: str) -> int:
    """How many surnames the header speaks of: `apellidos` are two."""
    return 1 if _TWO_SURNAMES.isdisjoint(words_of(header)) else 2


def _is_last(name: str, concepts_of: Callable[[str], tuple[str, ...]], *, is_alone: bool) -> bool:
    """A word such as `Name` is a last name only where nothing stands before it: `First Name` is one name."""
    concepts = concepts_of(name)
    return "last_name" in concepts and not (is_alone and "full_name" in concepts)


def _is_first(name: str, concepts_of: Callable[[str], tuple[str, ...]]) -> bool:
    return name in _GIVEN or concepts_of(name)[:1] == ("first_name",)
