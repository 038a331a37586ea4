"""The cleaner of each type of target, and the values that a mapping itself holds: constants and
translations."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from imports.contacts.lengths import CELL_LIMITS, CellLimit
from imports.contacts.targets import MAX_LISTS, Target, TargetCatalogue, ValueType
from imports.contacts.values import choices
from imports.contacts.values.booleans import clean_boolean
from imports.contacts.values.cells import Cleaner, trim
from imports.contacts.values.contact_ids import clean_contact_id, clean_custom_identifier
from imports.contacts.values.dates import ISO_8601, clean_date
from imports.contacts.values.emails import clean_email
from imports.contacts.values.ip_addresses import clean_ip_address
from imports.contacts.values.lists import clean_lists
from imports.contacts.values.lost_letters import lost_letters, refuse_lost_letters
from imports.contacts.values.numbers import DecimalMark, clean_number
from imports.contacts.values.phones import clean_international, clean_phone
from imports.contacts.values.statuses import clean_email_status, clean_mobile_status
from imports.contacts.values.texts import clean_text
from imports.contacts.values.ways import Sight, refused_at_sight
from imports.contacts.values.web_addresses import clean_url


@dataclass(frozen=True)
class CellRules:
    """How the cells of one column are read, beyond their type. What a type does not need is not looked at."""

    catalogue: TargetCatalogue = field(default_factory=TargetCatalogue)
    date_format: str = ISO_8601
    zone: str | None = None
    decimal: DecimalMark = "."
    region: pl.Expr | None = None
    region_is_sure: pl.Expr | None = None
    is_international: bool = False
    most_lists: int = MAX_LISTS


def _clean_phone(cells: pl.Expr, rules: CellRules) -> pl.Expr:
    if rules.is_international:
        return clean_international(cells)
    region = pl.lit(None, pl.String) if rules.region is None else rules.region
    return clean_phone(cells, region, rules.region_is_sure)


def _clean_match_identifier(cells: pl.Expr, rules: CellRules) -> pl.Expr:
    own = {name: (name,) for name in rules.catalogue.custom_identifiers}
    return choices.clean_choice(cells, {**own, **choices.MATCH_IDENTIFIER})


def _clean_url(cells: pl.Expr) -> pl.Expr:
    # A lost letter would be written as three bytes that nobody sees it in.
    return refused_at_sight(cells, lost_letters, clean_url)


CLEANERS: dict[ValueType, Callable[[pl.Expr, CellRules], pl.Expr]] = {
    "email": lambda cells, _: clean_email(cells),
    "mobileNumber": _clean_phone,
    "contactId": lambda cells, _: clean_contact_id(cells),
    "customIdentifier": lambda cells, _: clean_custom_identifier(cells),
    "String": lambda cells, _: clean_text(cells),
    "LongText": lambda cells, _: clean_text(cells, None),
    "Numeric": lambda cells, rules: clean_number(cells, rules.decimal),
    "Date": lambda cells, rules: clean_date(cells, rules.date_format, rules.zone),
    "Boolean": lambda cells, _: clean_boolean(cells),
    "url": lambda cells, _: _clean_url(cells),
    "ipAddress": lambda cells, _: clean_ip_address(cells),
    "emailStatus": lambda cells, _: clean_email_status(cells),
    "mobileStatus": lambda cells, _: clean_mobile_status(cells),
    "emailType": lambda cells, _: choices.clean_choice(cells, choices.EMAIL_TYPE),
    "optInType": lambda cells, _: choices.clean_choice(cells, choices.OPT_IN_TYPE),
    "locale": lambda cells, _: choices.clean_choice(cells, choices.LOCALE),
    "matchIdentifier": _clean_match_identifier,
    "lists": lambda cells, rules: clean_lists(cells, rules.catalogue, rules.most_lists),
}

_JSON_TYPES: dict[ValueType, tuple[type, ...]] = {
    "Numeric": (int, float, str),
    "Boolean": (bool,),
    "contactId": (int, str),
    "lists": (int, list),
}
"""What a mapping's JSON may hold for a value of each type that is not text. Numbers may be text, where a float is
not exact."""


def cleaner_of(value_type: ValueType, rules: CellRules) -> Cleaner:
    """The cleaner for cells of a type; those longer than any value of it are refused before it is asked."""
    limit = CELL_LIMITS[value_type]

    def clean(cells: pl.Expr) -> pl.Expr:
        return refuse_lost_letters(CLEANERS[value_type](cells, rules))

    return clean if limit is None else lambda cells: refused_at_sight(cells, _longer_than(limit), clean)


def _longer_than(limit: CellLimit) -> Sight:
    def find(cells: pl.Series) -> pl.Series | None:
        # Bytes are counted faster than characters, and are never fewer; hardly any column has such cells.
        if not (cells.str.len_bytes() > limit.max_chars).any():
            return None
        is_too_long = trim(pl.lit(cells)).str.len_chars() > limit.max_chars
        return pl.select(pl.when(is_too_long).then(pl.lit(limit.code))).to_series()

    return find


def clean_typed(value: Any, target: Target, catalogue: TargetCatalogue) -> str | None:
    """A mapping's own value in the form in which it is sent, or None when `target` cannot have it."""
    if not _is_of_type(value, target.type):
        return None
    cleaner = cleaner_of(target.type, CellRules(catalogue))
    cells = pl.DataFrame({"cell": [value_text(value)]}, schema={"cell": pl.String})
    read = cells.select(cleaner(pl.col("cell")).alias("answer")).item()
    # What has to be repaired was not meant so: nobody sees the receipt of a constant.
    value_sent: str | None = read["value"] if read["code"] is None else None
    return value_sent


def _is_of_type(value: Any, value_type: ValueType) -> bool:
    kinds = _JSON_TYPES.get(value_type, (str,))
    if isinstance(value, bool) and bool not in kinds:
        return False
    if isinstance(value, list):
        return list in kinds and all(type(one) is int for one in value)
    return isinstance(value, kinds)


def value_text(value: Any) -> str:
    """A mapping's own value as a cell would have it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return format(Decimal(str(value)), "f")
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value)
