"""Values with what tells a person hidden: enough stays to see their kind, and whether they were read rightly."""

import unicodedata

HIDDEN = "•"
SHOWN_DIGITS = 2
"""How many digits are shown, at the end of a value."""


def masked(value: str) -> str:
    """`value` with all but the first letter of each word, and all but the last SHOWN_DIGITS digits, hidden. What is
    neither letter nor digit stays: `ada@example.com` becomes `a••@e••••••.c••`.

    Of a value of that many digits at most, all are hidden, and of a word of one letter that letter.
    """
    digits = sum(_is_digit(one) for one in value)
    shown_from = digits - SHOWN_DIGITS if digits > 2 * SHOWN_DIGITS else digits
    found, seen, in_word = [], 0, False
    for place, one in enumerate(value):
        if _is_digit(one):
            found.append(one if seen >= shown_from else HIDDEN)
            seen += 1
            in_word = False
        elif _is_letter(one):
            is_long = _is_letter(value[place + 1 : place + 2])
            found.append(one if not in_word and is_long else HIDDEN)
            in_word = True
        else:
            found.append(one)
            in_word = False
    return "".join(found)


def _is_digit(one: str) -> bool:
    return one.isnumeric()


def _is_letter(one: str) -> bool:
    """Marks that belong to a letter, and symbols of writing that are neither, are taken for letters."""
    return bool(one) and unicodedata.category(one)[0] in "LMC"
