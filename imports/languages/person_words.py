"""Of which person a column speaks: an order has a buyer and a recipient, a ticket a buyer and a guest."""

from imports.languages.known_languages import words_in_all
from imports.languages.words import words_of

BUYER, RECIPIENT, GUEST = "buyer", "recipient", "guest"

# Of a header that names several, the first counts.
_STEMS = {person: tuple(set(words_in_all("PERSONS", person))) for person in (GUEST, RECIPIENT, BUYER)}


def person_of(header: str) -> str | None:
    """The person that a header names; None where it names none, as `Email` does, or `Home Phone`."""
    words = words_of(header)
    return next(
        (person for person, stems in _STEMS.items() if any(word.startswith(stems) for word in words)), None
    )
