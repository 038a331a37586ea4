"""Mobile numbers, which are read by the country that their row or their file is from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from imports.contacts.value_types.phone_regions import COUNTRY_SHARE, country_column, likely_region
from imports.contacts.value_types.type_settings import FromColumn, Setting, SettingValue, SettingWidget
from imports.contacts.value_types.value_type import (
    HALF,
    VALUE,
    CellRules,
    JsonForm,
    Obstacle,
    ValueKind,
    ValueType,
    cell_limit,
    count_fitting,
)
from imports.contacts.values.countries import REGIONS, read_region
from imports.contacts.values.phones import (
    ACCOUNT,
    JUDGED_BY_PLAN,
    MAPPING,
    applied_plan,
    clean_international,
    clean_phone,
    region_from,
    region_from_column,
)
from imports.messages import Wording, gettext_noop

if TYPE_CHECKING:
    from imports.contacts.suggestions.profiles import ColumnProfile

_PHONE_LIKE = r"^(?:p:)?['’`+(0-9０-９＋][0-9０-９\s().\-/+·'’‐‑–]{5,24}(?:\s*(?:x|ext\.?|#)\s*[0-9]{1,6})?$"
_PHONE_ALONE = r"^(?:p:)?['’`]?(?:\+|0|\()[0-9\s().\-/·‐‑–]{7,22}$"
_NEVER_IN_COUNTRIES = "[0-9@]"

INTERNATIONAL = "international"
"""In the place of a country: every number begins with its country code."""


def _known_region(given: SettingValue) -> SettingValue:
    if isinstance(given, FromColumn) or given == INTERNATIONAL:
        return given
    if given.upper() not in REGIONS:
        raise ValueError
    return given.upper()


REGION = Setting[SettingValue | None](
    "region",
    gettext_noop("Numbers without a country code are from"),
    default=None,
    widget=SettingWidget.COUNTRY,
    read=_known_region,
    unfit=Wording(
        gettext_noop("{name} is not the code of a country."),
        gettext_noop("Use a two-letter code such as GB."),
    ),
    takes_column=True,
)


class MobileNumber(ValueType):
    """The identifier `mobileNumber`."""

    name = "mobileNumber"
    json_form = JsonForm.PLAIN
    # E.164 has 15 digits; `phonenumbers` reads at most so many characters.
    limit = cell_limit(
        250,
        "phone_cell_too_long",
        gettext_noop("Phone numbers in cells that are too long"),
        gettext_noop("The cell is longer than 250 characters, so it holds more than one phone number."),
    )
    knows_marks = True
    format_code = "phone_formatted"
    codes_with_detail = JUDGED_BY_PLAN
    settings = (REGION,)
    kinds = (
        ValueKind("phone", _PHONE_LIKE, least_share=HALF),
        ValueKind(
            "phone_alone",
            _PHONE_ALONE,
            looks_like="phone",
            holds=gettext_noop("phone numbers"),
            telling=20,
            not_words=gettext_noop("Its name fits, but its values are phone numbers."),
        ),
        ValueKind(
            "country",
            looks_like="country",
            holds=gettext_noop("countries"),
            telling=40,
            least_share=COUNTRY_SHARE,
        ),
    )
    evidence = ("phone", HALF)
    unfit = Obstacle(
        "unfit_phone", gettext_noop("Its name fits, but too many of its values are not phone numbers.")
    )

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        region = rules.of(REGION)
        if region == INTERNATIONAL:
            return clean_international(cells)
        if isinstance(region, FromColumn):
            said = read_region(rules.cells_of(region))
            return clean_phone(cells, said.fill_null(_literal(rules.default_region)), said.is_not_null())
        return clean_phone(cells, _literal(region or rules.default_region), pl.lit(region is not None))

    def detail(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        region, default = rules.of(REGION), rules.default_region
        if region == INTERNATIONAL:
            return applied_plan(cells, pl.lit(INTERNATIONAL), _literal(None))
        if isinstance(region, FromColumn):
            cell = rules.cells_of(region)
            said = read_region(cell)
            source = pl.coalesce(region_from_column(said, region.column, cell), region_from(ACCOUNT, default))
            return applied_plan(cells, said.fill_null(_literal(default)), source)
        source = region_from(MAPPING, region) if region else region_from(ACCOUNT, default)
        return applied_plan(cells, _literal(region or default), source)

    def count(self, values: pl.DataFrame) -> dict[str, int]:
        likely = values.filter(~VALUE.str.contains(_NEVER_IN_COUNTRIES))
        return {"country": count_fitting(likely, read_region(VALUE).is_not_null())}

    def suggested_settings(
        self, profile: ColumnProfile, profiles: Sequence[ColumnProfile], default_region: str | None
    ) -> dict[str, SettingValue]:
        country = country_column(profile, profiles)
        region = FromColumn(country) if country else likely_region(profile, default_region)
        return {REGION.key: region} if region else {}


def _literal(region: str | None) -> pl.Expr:
    return pl.lit(region, pl.String)


MOBILE_NUMBER_TYPE = MobileNumber()
