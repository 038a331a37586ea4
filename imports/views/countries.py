"""Countries by their English names, for choosing from."""

from functools import cache

from phonenumbers import SUPPORTED_REGIONS
from phonenumbers.geodata.locale import LOCALE_DATA


@cache
def country_choices() -> tuple[tuple[str, str], ...]:
    """(ISO 3166 code, name) of every country that phone numbers can be read in, by name."""
    named = ((code, _english_name(code)) for code in SUPPORTED_REGIONS)
    return tuple(sorted(((code, name) for code, name in named if name), key=lambda choice: choice[1]))


def _english_name(code: str) -> str:
    names = LOCALE_DATA.get(code, {})
    name = names.get("en", "")
    # An asterisk refers to the language in which the name is spelt the same.
    return names.get(name[1:], "") if name.startswith("*") else name
