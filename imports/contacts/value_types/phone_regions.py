"""Where the country of a file's phone numbers comes from: a column of the file, or the language of its headers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from imports.contacts.values.phones import read_phone
from imports.languages.concepts import find_concept, find_qualified_concept, headers
from imports.languages.words import header_key

if TYPE_CHECKING:
    from imports.contacts.suggestions.profiles import ColumnProfile

REGIONS_OF_LANGUAGE: dict[str, tuple[str, ...]] = {
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CH"),
    "es": ("ES", "MX"),
    "it": ("IT", "CH"),
    "nl": ("NL", "BE"),
    "pl": ("PL",),
    "pt": ("PT", "BR"),
}
"""The countries in which a language's headers are most used, the likeliest first. English says nothing."""

_MOST = 0.8
COUNTRY_SHARE = 0.8


def country_column(phone: ColumnProfile, profiles: Sequence[ColumnProfile]) -> str | None:
    """The column that says which country the phone numbers are in: the fullest, of equals the one plainly
    named."""
    found = [
        profile
        for profile in profiles
        if profile is not phone
        and profile.is_mostly("country", COUNTRY_SHARE)
        and "country" in (find_concept(profile.column), find_qualified_concept(profile.column))
    ]
    best = max(
        found, key=lambda one: (one.fits["country"], find_concept(one.column) is not None), default=None
    )
    return best.column if best else None


def likely_region(phone: ColumnProfile, default_region: str | None) -> str | None:
    """The region to suggest for a column of phone numbers: `default_region`, unless hardly any of the column's
    samples is a number there and nearly all are in a country where its header is at home."""
    bare = [sample for sample in phone.samples if not sample.lstrip("('").startswith(("+", "00"))]
    if not bare or (default_region and _share(bare, default_region) > 1 - _MOST):
        return default_region
    candidates = (region for language in _languages(phone.column) for region in REGIONS_OF_LANGUAGE[language])
    return next((region for region in candidates if _share(bare, region) >= _MOST), default_region)


def _share(samples: Sequence[str], region: str) -> float:
    valid = sum(read_phone(sample, region, region_is_sure=True).number is not None for sample in samples)
    return valid / len(samples)


def _languages(header: str) -> list[str]:
    key = header_key(header)
    return [language for language in REGIONS_OF_LANGUAGE if key in _keys(language)]


@cache
def _keys(language: str) -> frozenset[str]:
    concepts = headers()[language]
    names = (name for concept in ("mobile", "phone") for name in concepts.get(concept, ()))
    return frozenset(map(header_key, names))
