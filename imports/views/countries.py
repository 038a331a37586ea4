"""Countries by their English names, for choosing from."""

from functools import cache

from django_countries.data import COUNTRIES
from phonenumbers import SUPPORTED_REGIONS


@cache
def country_choices() -> tuple[tuple[str, str], ...]:
    """(ISO 3166 code, name) of every country that phone numbers can be read in, by name."""
    named = ((code, str(COUNTRIES[code])) for code in SUPPORTED_REGIONS if code in COUNTRIES)
    return tuple(sorted(named, key=lambda choice: choice[1]))
