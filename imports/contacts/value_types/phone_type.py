"""Mobile numbers, which are read by the country that their row or their file is from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from imports.contacts.mapping import RegionColumn
from imports.contacts.value_types.phone_regions import country_column, likely_region
from imports.contacts.value_types.type_settings import Setting, SettingWidget
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
from imports.contacts.values.countries import read_region
from imports.contacts.values.phones import clean_international, clean_phone
from imports.messages import gettext_noop

if TYPE_CHECKING:
    from imports.contacts.suggestions.profiles import ColumnProfile

_PHONE_LIKE = r"^(?:p:)?['’`+(0-9０-９＋][0-9０-９\s().\-/+·'’‐‑–]{5,24}(?:\s*(?:x|ext\.?|#)\s*[0-9]{1,6})?$"
_PHONE_ALONE = r"^(?:p:)?['’`]?(?:\+|0|\()[0-9\s().\-/·‐‑–]{7,22}$"
_NEVER_IN_COUNTRIES = "[0-9@]"


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
    reads_row = True
    format_code = "phone_formatted"
    settings = (
        Setting(
            "region",
            "region",
            gettext_noop("Numbers without a country code are from"),
            SettingWidget.COUNTRY,
        ),
    )
    kinds = (
        ValueKind("phone", _PHONE_LIKE),
        ValueKind(
            "phone_alone",
            _PHONE_ALONE,
            looks_like="phone",
            holds=gettext_noop("phone numbers"),
            telling=20,
            not_words=gettext_noop("Its name fits, but its values are phone numbers."),
        ),
        ValueKind("country", looks_like="country", holds=gettext_noop("countries"), telling=40),
    )
    evidence = ("phone", HALF)
    unfit = Obstacle("unfit_phone", gettext_noop("Its name fits, but its values are not phone numbers."))

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        if rules.is_international:
            return clean_international(cells)
        region = pl.lit(None, pl.String) if rules.region is None else rules.region
        return clean_phone(cells, region, rules.region_is_sure)

    def count(self, values: pl.DataFrame) -> dict[str, int]:
        likely = values.filter(~VALUE.str.contains(_NEVER_IN_COUNTRIES))
        return {"country": count_fitting(likely, read_region(VALUE).is_not_null())}

    def suggested_settings(
        self, profile: ColumnProfile, profiles: Sequence[ColumnProfile], default_region: str | None
    ) -> dict[str, Any]:
        country = country_column(profile, profiles)
        return {"region": RegionColumn(country) if country else likely_region(profile, default_region)}


MOBILE_NUMBER_TYPE = MobileNumber()
