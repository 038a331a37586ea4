"""Numbers, lists, and names of countries and places, as the language of whoever reads them has them (Unicode's CLDR).

The one place for what stands inside of sentences: "1,234", "a, b and c", "Germany". Where Django runs, the
language is that of the page (`ImportsConfig.ready`); elsewhere British English.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.numbers import format_decimal

DEFAULT_LANGUAGE = "en-GB"

_language: Callable[[], str | None] = lambda: DEFAULT_LANGUAGE  # noqa: E731


def use_language(language: Callable[[], str | None]) -> None:
    """Have what is written from now on written in the language that this gives, an IETF tag."""
    global _language  # set once, by whoever composes the process
    _language = language


@lru_cache(maxsize=64)
def _parsed(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(DEFAULT_LANGUAGE, sep="-")


def reader_locale() -> Locale:
    """The locale of whoever reads; that of a language CLDR does not have is the default one."""
    return _parsed(_language() or DEFAULT_LANGUAGE)


def number(count: float) -> str:
    """A number with its thousands marked: 1,234 or 1.234."""
    return str(format_decimal(count, locale=reader_locale()))


def listed(items: Iterable[str]) -> str:
    """All of `items` in one phrase: a, b and c; "" for none."""
    return str(format_list(list(items), locale=reader_locale()))


def one_of(items: Iterable[str]) -> str:
    """A choice of `items` in one phrase: a, b or c; "" for none."""
    return str(format_list(list(items), style="or", locale=reader_locale()))


def country_name(code: str) -> str:
    """The name of a country by its ISO 3166 code; the code of one that CLDR does not name."""
    return str(reader_locale().territories.get(code, code))


def zone_place(zone: str) -> str:
    """The place that a time zone is called by: “Wien” for Europe/Vienna, or as in its id where CLDR has no other."""
    city = reader_locale().time_zones.get(zone, {}).get("city")
    return str(city) if city else zone.partition("/")[2].replace("_", " ")
