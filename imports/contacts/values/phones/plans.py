"""What the numbering plans say of a region and of a country code."""

from collections.abc import Iterable
from functools import cache

import phonenumbers
import polars as pl

ASCII = "(?-u)"
"""Begins regular expressions in which \\d is 0 to 9 and nothing else: they are made many times as fast."""


def region_facts(regions: Iterable[str]) -> pl.DataFrame:
    """Of each region, its country code (`own_code`), the digits dialled before a number inside it (`trunk`,
    null for none), whether people leave them out (`trunk_optional`), and whether abroad is dialled with
    something else than 00 (`dials_otherwise`). A region that is not known has no country code."""
    schema = {
        "region": pl.String,
        "own_code": pl.String,
        "trunk": pl.String,
        "trunk_optional": pl.Boolean,
        "dials_otherwise": pl.Boolean,
    }
    return pl.DataFrame([_facts(region) for region in regions], schema=schema, orient="row")


@cache
def _facts(region: str) -> tuple[str, str | None, str | None, bool, bool]:
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if plan is None:
        return region, None, None, False, False
    optional = any(form.national_prefix_optional_when_formatting for form in plan.number_format)
    abroad = plan.international_prefix != "00"
    return region, str(plan.country_code), plan.national_prefix, optional, abroad


@cache
def country_codes() -> str:
    """A regular expression whose first group is the country code that digits begin with; no code begins another."""
    return f"^({'|'.join(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))})"


@cache
def international_digits() -> str:
    """A regular expression for digits that a + could be missing from: a country code, and as many digits
    more as numbers of that country can have."""
    codes = [
        f"{code}(?:{'|'.join(f'[0-9]{{{length}}}' for length in sorted(lengths))})"
        for code, lengths in _lengths().items()
    ]
    return f"{ASCII}^(?:{'|'.join(codes)})$"


def _lengths() -> dict[int, set[int]]:
    lengths: dict[int, set[int]] = {}
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        for region in regions:
            plan = _plan_of(code, region)
            if plan is not None and plan.general_desc is not None:
                lengths.setdefault(code, set()).update(plan.general_desc.possible_length)
    return lengths


@cache
def valid_nationals(code: str) -> str:
    """A regular expression that every valid national number of a country code matches, and few others do."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code), ())
    patterns = [
        kind.national_number_pattern
        for region in regions
        if (plan := _plan_of(int(code), region)) is not None
        for kind in (getattr(plan, name) for name in _KINDS)
        if kind is not None and kind.national_number_pattern
    ]
    # Kinds and regions of a code have many patterns in common.
    return f"{ASCII}^(?:{'|'.join(dict.fromkeys(patterns))})$" if patterns else "^$"


@cache
def length_check(code: str, length: int) -> int:
    """What `phonenumbers` says of national numbers of a length: a `ValidationResult`."""
    some = phonenumbers.PhoneNumber(country_code=int(code), national_number=int("1" * length))
    possible: int = phonenumbers.is_possible_number_with_reason(some)
    return possible


def _plan_of(code: int, region: str) -> phonenumbers.PhoneMetadata | None:
    if region == "001":
        return phonenumbers.PhoneMetadata.metadata_for_nongeo_region(code)
    return phonenumbers.PhoneMetadata.metadata_for_region(region)


_KINDS = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip"),
    *("pager", "uan", "voicemail"),
)
"""The kinds of numbers of a plan; a valid number is of one of them."""
