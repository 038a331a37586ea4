"""The cleaner of each type of target, and the values that a mapping itself holds: constants and
translations."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl

from imports.contacts.booleans import clean_boolean
from imports.contacts.cells import Cleaner
from imports.contacts.dates import ISO_8601, clean_date
from imports.contacts.emails import clean_email
from imports.contacts.numbers import DecimalMark, clean_number
from imports.contacts.phones import clean_phone
from imports.contacts.targets import ValueType
from imports.contacts.texts import clean_text

JSON_TYPES: dict[ValueType, tuple[type, ...]] = {
    "String": (str,),
    "Numeric": (int, float, str),
    "Date": (str,),
    "Boolean": (bool,),
    "email": (str,),
    "mobileNumber": (str,),
}
"""What a mapping's JSON may hold for a value of each type. Numbers may be text, where a float is not
exact."""


def cleaner_of(
    value_type: ValueType,
    *,
    date_format: str = ISO_8601,
    decimal: DecimalMark = ".",
    region: pl.Expr | None = None,
) -> Cleaner:
    """The cleaner for cells of a type. What it does not need is not looked at."""
    cleaners: dict[ValueType, Callable[[pl.Expr], pl.Expr]] = {
        "email": clean_email,
        "mobileNumber": lambda cell: clean_phone(cell, pl.lit(None, pl.String) if region is None else region),
        "String": clean_text,
        "Numeric": lambda cell: clean_number(cell, decimal),
        "Date": lambda cell: clean_date(cell, date_format),
        "Boolean": clean_boolean,
    }
    return cleaners[value_type]


def clean_typed(value: Any, value_type: ValueType) -> str | None:
    """A mapping's own value in the form in which it is sent, or None when it does not fit the type."""
    if not is_of_type(value, value_type):
        return None
    answer = pl.DataFrame({"cell": [value_text(value)]}, schema={"cell": pl.String}).select(
        cleaner_of(value_type)(pl.col("cell")).alias("answer")
    )
    cleaned: str | None = answer.item()["value"]
    return cleaned


def is_of_type(value: Any, value_type: ValueType) -> bool:
    """Whether a value of a mapping's JSON can stand for a value of the type."""
    if isinstance(value, bool) and bool not in JSON_TYPES[value_type]:
        return False
    return isinstance(value, JSON_TYPES[value_type])


def value_text(value: Any) -> str:
    """A mapping's own value as a cell would have it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return format(Decimal(str(value)), "f")
    return str(value)
