"""Months and weekdays by name, in the languages of the files that people have.

The name of a month means that one whatever its language, which a test holds; so no column needs to be told its
language. The names are loaded when the first date with one is looked at.
"""

import re
import unicodedata
from functools import cache

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


@cache
def _months() -> dict[str, str]:
    """A month's folded name -> its number, of two digits. Polish names are there in the genitive, which dates have, as
    well."""
    return {name: f"{min(numbers):02}" for name, numbers in month_meanings().items() if len(numbers) == 1}


@cache
def weekday_before() -> str:
    """A pattern of any weekday's name, in front of a date."""
    names = {
        spelling
        for language in _LOCALES
        for widths in Locale.parse(language).days.values()
        for width in _WIDTHS
        for name in widths[width].values()
        for spelling in (name.rstrip(".").lower(), _fold(name))
    }
    any_name = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return rf"^(?i:{any_name})\.?,?[ \x{{a0}}]+"


MONTH_SHAPE = r"[^\x00-\x40\[\\\]^_`{|}~\x{a0}]{3,12}\.?"
"""What the name of a month looks like: letters."""


def read_month(name: pl.Expr) -> pl.Expr:
    """The numbers, as text of two digits, of months by name; null for other words."""
    plain = name.str.strip_chars_end(".").str.replace_many(_WITHOUT_MARKS).str.normalize("NFKD")
    folded = plain.str.replace_all(_MARKS, "").str.to_lowercase()
    return folded.replace_strict(_months(), default=None, return_dtype=pl.String)
