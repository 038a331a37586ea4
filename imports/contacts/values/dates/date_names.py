"""Months and weekdays by name, in the languages of the files that people have.

A word of `MONTHS` means one month whatever its language, which a test holds; so no column needs to be told
its language.
"""

import re
import unicodedata

import polars as pl
from babel import Locale

from imports.languages.known_languages import LANGUAGES

_LOCALES = (*LANGUAGES, "de_AT")

OTHER_MONTHS = {"mrz": 3, "maerz": 3, "sept": 9}
"""Spellings that spreadsheets write and CLDR does not have."""

_MARKS = r"\p{M}"
_WITHOUT_MARKS = {"ł": "l", "Ł": "L"}
_WIDTHS = ("abbreviated", "wide")


def _fold(name: str) -> str:
    """A name in lower case, without accents and without the dot of an abbreviation."""
    for letter, plain in _WITHOUT_MARKS.items():
        name = name.replace(letter, plain)
    letters = unicodedata.normalize("NFKD", name.rstrip(".").lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def month_meanings() -> dict[str, set[int]]:
    """Every folded name, and the months that it means in one language or another: 1 to 12."""
    meanings: dict[str, set[int]] = {}
    for language in _LOCALES:
        for widths in Locale.parse(language).months.values():
            for width in _WIDTHS:
                for number, name in widths[width].items():
                    meanings.setdefault(_fold(name), set()).add(number)
    for name, number in OTHER_MONTHS.items():
        meanings.setdefault(name, set()).add(number)
    return meanings


MONTHS: dict[str, int] = {
    name: min(numbers) for name, numbers in month_meanings().items() if len(numbers) == 1
}
"""A month's folded name -> its number. Polish names are there in the genitive, which dates have, as well."""

_WEEKDAY_NAMES = {
    spelling
    for language in _LOCALES
    for widths in Locale.parse(language).days.values()
    for width in _WIDTHS
    for name in widths[width].values()
    for spelling in (name.rstrip(".").lower(), _fold(name))
}

MONTH_SHAPE = r"[^\x00-\x40\[\\\]^_`{|}~\x{a0}]{3,12}\.?"
"""What the name of a month looks like: letters."""

WEEKDAY_BEFORE = (
    rf"^(?i:{'|'.join(map(re.escape, sorted(_WEEKDAY_NAMES, key=len, reverse=True)))})\.?,?[ \x{{a0}}]+"
)
"""Any weekday's name, in front of a date."""


def read_month(name: pl.Expr) -> pl.Expr:
    """The numbers, as text of two digits, of months by name; null for other words."""
    plain = name.str.strip_chars_end(".").str.replace_many(_WITHOUT_MARKS).str.normalize("NFKD")
    numbers = {word: f"{number:02}" for word, number in MONTHS.items()}
    folded = plain.str.replace_all(_MARKS, "").str.to_lowercase()
    return folded.replace_strict(numbers, default=None, return_dtype=pl.String)
