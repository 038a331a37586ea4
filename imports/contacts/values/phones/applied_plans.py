"""Which country's plan a number was held against, and what said so: kept with the reason of one that cannot be used.

"number 49"                      the code of its own with which the number begins
"account DE", "mapping DE"       the account's country, the one that a person chose for the column
"column DE\\tCountry\\tGermany"    another cell of the row: its column and what it says
"""

import re
from functools import cache

import phonenumbers
import polars as pl

from imports.contacts.values.phones.plans import ASCII, country_codes
from imports.contacts.values.phones.repairs import bare_digits, repair
from imports.locale_forms import country_name
from imports.messages import column_label, gettext, gettext_noop

JUDGED_BY_PLAN = frozenset({"phone_too_short", "phone_too_long", "phone_invalid", "phone_plus_missing"})
"""What is said of numbers that a country's plan does not have."""

NUMBER, ACCOUNT, MAPPING, COLUMN = "number", "account", "mapping", "column"

_SOURCES = {
    NUMBER: gettext_noop("{country} (+{code}, the number’s own code)"),
    ACCOUNT: gettext_noop("{country} (+{code}, the account’s country)"),
    MAPPING: gettext_noop("{country} (+{code}, the country chosen for this column)"),
    COLUMN: gettext_noop("{country} (+{code}, from {column} “{cell}”)"),
}
_UNKNOWN = gettext_noop("its country")
_ALONE, _AMONG_OTHERS = gettext_noop("{country} (+{code})"), gettext_noop("{country} and others")
_NON_GEOGRAPHIC = gettext_noop("international services")


def region_from_column(region: pl.Expr, column: str, cell: pl.Expr) -> pl.Expr:
    """What says the region of a number, where a cell of its row does; null where that names none."""
    return pl.concat_str(pl.lit(f"{COLUMN} "), region, pl.lit(f"\t{column}\t"), cell)


def region_from(source: str, region: str | None) -> pl.Expr:
    """What says the region of all numbers: ACCOUNT or MAPPING; null where there is none."""
    return pl.lit(f"{source} {region}" if region else None, pl.String)


def applied_plan(cell: pl.Expr, region: pl.Expr, source: pl.Expr) -> pl.Expr:
    """Which plan the numbers in cells were held against; null where their code is that of no country.

    `region` is as `clean_phone` takes it, `source` what says it: `region_from` or `region_from_column`.
    """
    return pl.struct(text=cell, region=region, source=source).map_batches(_applied, return_dtype=pl.String)


def plan_words(told: str) -> str:
    """What `applied_plan` gave, for people; of a number in E.164 its country."""
    source, _, rest = told.partition(" ")
    if source.startswith("+"):
        code = re.match(country_codes(), source[1:])
        return _words(_ALONE, code[1]) if code else gettext(_UNKNOWN)
    if source not in _SOURCES:
        return gettext(_UNKNOWN)
    if source == NUMBER:
        return _words(_SOURCES[source], rest)
    region, *from_cell = rest.split("\t", 2)
    column, cell = from_cell if len(from_cell) == 2 else ("", "")
    return gettext(_SOURCES[source]).format(
        country=country_name(region),
        code=phonenumbers.country_code_for_region(region),
        column=column_label(column),
        cell=cell,
    )


def plan_key(number: pl.Expr) -> pl.Expr:
    """As much of a number in E.164 as `plan_words` needs."""
    return pl.concat_str(pl.lit("+"), number.str.strip_prefix("+").str.extract(country_codes(), 1))


def _applied(cells: pl.Series) -> pl.Series:
    frame = cells.struct.unnest()
    numbers = repair(frame.with_row_index("order")).select(
        "order",
        "region",
        "source",
        plus=pl.col("bare").str.starts_with("+"),
        digits=bare_digits(pl.col("bare")),
    )
    parts = [_of_region(part) for part in numbers.partition_by("region")]
    return pl.concat(parts).sort("order")["told"] if parts else pl.Series("told", [], dtype=pl.String)


def _of_region(numbers: pl.DataFrame) -> pl.DataFrame:
    """`order` and `told` of numbers of one region."""
    digits, source = pl.col("digits"), pl.col("source")
    abroad = _dialled_abroad(numbers["region"].item(0))
    rest = digits.str.replace(f"{ASCII}^(?:{abroad})", "") if abroad else digits
    coded = pl.when(pl.col("plus") | source.is_null()).then(digits).when(rest != digits).then(rest)
    own = pl.concat_str(pl.lit(f"{NUMBER} "), coded.str.extract(country_codes(), 1))
    return numbers.select("order", told=pl.when(coded.is_null()).then(source).otherwise(own))


@cache
def _dialled_abroad(region: str | None) -> str:
    """A regular expression for what is dialled in a region before the code of another country; "" for none."""
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region) if region else None
    return (plan.international_prefix or "") if plan else ""


def _words(text: str, code: str) -> str:
    """`text` about a country code, which may be that of several countries."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[int(code)]
    if phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY in regions:
        country = gettext(_NON_GEOGRAPHIC)
    else:
        country = country_name(regions[0])
        if len(regions) > 1:
            country = gettext(_AMONG_OTHERS).format(country=country)
    return gettext(text).format(country=country, code=code)
