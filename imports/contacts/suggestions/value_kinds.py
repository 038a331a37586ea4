"""What values can be: how many of a column's fit each kind, every different value being asked once.

A kind is asked only about values that a cheap pattern does not rule out for it.
"""

import re

import polars as pl

from imports.contacts.lengths import CELL_LIMITS
from imports.contacts.values.booleans import NO, YES, clean_boolean
from imports.contacts.values.cells import Cleaner
from imports.contacts.values.countries import read_region
from imports.contacts.values.dates import WITHOUT_YEAR
from imports.contacts.values.emails import clean_email
from imports.contacts.values.numbers import DECIMAL_MARKS, clean_number, number_shape
from imports.contacts.values.statuses import is_no, is_not_mailable, is_status, is_withdrawn, is_yes

VALUE, TIMES = pl.col("value"), pl.col("times")
"""The columns of a frame of values: a trimmed and filled one, and how often it comes."""

_PHONE_LIKE = r"^(?:p:)?['’`+(0-9０-９＋][0-9０-９\s().\-/+·'’‐‑–]{5,24}(?:\s*(?:x|ext\.?|#)\s*[0-9]{1,6})?$"
_PHONE_ALONE = r"^(?:p:)?['’`]?(?:\+|0|\()[0-9\s().\-/·‐‑–]{7,22}$"
_URL = r"^(?i:https?://|www\.)[^\s/]+\.\S+$"
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_HEX = "[0-9A-Fa-f]{1,4}"
_HEX_GROUPS = rf"(?:{_HEX}(?::{_HEX}){{0,6}})?"
_IP_ADDRESS = rf"^(?:{_OCTET}(?:\.{_OCTET}){{3}}|{_HEX}(?::{_HEX}){{7}}|{_HEX_GROUPS}::{_HEX_GROUPS})$"

# "#1001", "SO-1001", "2024/17": the number of something, and no word.
_CODE = r"^[^\p{L}]+$|^#?\s?[A-Z]{0,5}[-_/. ]?[0-9]{3,}(?:[-_/.][A-Z0-9]+)*$"

_SHAPES = {
    "code": _CODE,
    "phone": _PHONE_LIKE,
    "date_without_year": WITHOUT_YEAR,
    "url": _URL,
    "ip_address": _IP_ADDRESS,
}
"""The kinds that a pattern alone decides."""

# Longer ones are of no kind.
_MAX_CHARS = max(limit.max_chars for limit in CELL_LIMITS.values() if limit)

_MAX_STATUSES, _MAX_STATUS_BYTES = 2_000, 80

_NEVER_IN_COUNTRIES = "[0-9@]"
_NEVER_IN_BOOLEANS = "[2-9@]"
# Normalised letters can take up to three times the bytes.
_MAX_BOOLEAN_BYTES = 3 * max(len(word.encode()) for word in YES | NO)

# Whole numbers are the same with either mark. A fraction that is no group of thousands is of its mark alone.
_WHOLE = "^-?[1-9][0-9]{0,14}$"
_FRACTION = {
    mark: rf"^-?(?:0|[1-9][0-9]{{0,14}})[{mark}](?:[0-9]{{1,2}}|[0-9]{{4,9}})$" for mark in DECIMAL_MARKS
}
_NEVER_IN_NUMBERS = "[@:/_]"
# Not ASCII are signs and digits that numbers are cleaned of first.
_NOT_ASCII = r"[^\x00-\x7f]"
_NUMBER = "|".join(f"(?:{re.sub('[(][?]P<[a-z]+>', '(?:', number_shape(mark))})" for mark in DECIMAL_MARKS)


def count_kinds(values: pl.DataFrame) -> dict[str, int]:
    """How often values of each kind come. `number_differs` counts those that both decimal marks would do for,
    with different numbers."""
    values = values.filter(VALUE.str.len_chars() <= _MAX_CHARS)
    wordy = values.filter(~VALUE.str.contains(_NEVER_IN_BOOLEANS))
    return {
        **values.select(**{kind: _times(VALUE.str.contains(shape)) for kind, shape in _SHAPES.items()}).row(
            0, named=True
        ),
        "phone_alone": _count(values, VALUE.str.contains(_PHONE_ALONE)),
        "email": _count_values(values.filter(VALUE.str.contains("@", literal=True)), clean_email),
        "country": _count(
            wordy.filter(~VALUE.str.contains(_NEVER_IN_COUNTRIES)), read_region(VALUE).is_not_null()
        ),
        "boolean": _count_values(wordy.filter(VALUE.str.len_bytes() <= _MAX_BOOLEAN_BYTES), clean_boolean),
        **_count_numbers(values),
        **_count_statuses(values),
    }


def _count_statuses(values: pl.DataFrame) -> dict[str, int]:
    """How often words for subscriptions come; none where there are too many different values for statuses."""
    words = values.filter(VALUE.str.len_bytes() <= _MAX_STATUS_BYTES)
    if values.height > _MAX_STATUSES:
        words = words.clear()
    kinds = {
        "status": is_status(VALUE),
        "not_mailable": is_not_mailable(VALUE),
        "withdrawn": is_withdrawn(VALUE),
        "yes": is_yes(VALUE),
        "no": is_no(VALUE),
    }
    return {kind: _count(words, fits) for kind, fits in kinds.items()}


def _count_numbers(values: pl.DataFrame) -> dict[str, int]:
    likely = values.filter(~VALUE.str.contains(_NEVER_IN_NUMBERS))
    whole, point, comma = likely.select(
        whole=VALUE.str.contains(_WHOLE),
        point=VALUE.str.contains(_FRACTION["."]),
        comma=VALUE.str.contains(_FRACTION[","]),
    )
    counted = likely.select(whole=_times(whole), point=_times(point), comma=_times(comma)).row(0)
    others = likely.filter(~(whole | point | comma))
    numbers = others.filter(_can_be_number()).select(
        TIMES, point=_value(clean_number(VALUE, ".")), comma=_value(clean_number(VALUE, ","))
    )
    by_point, by_comma = pl.col("point"), pl.col("comma")
    rest = numbers.select(
        point=_times(by_point.is_not_null()),
        comma=_times(by_comma.is_not_null()),
        differs=_times(by_point != by_comma),
    ).row(0)
    return {
        "number_point": counted[0] + counted[1] + rest[0],
        "number_comma": counted[0] + counted[2] + rest[1],
        "number_differs": rest[2],
    }


def _can_be_number() -> pl.Expr:
    """False only for what is a number with neither decimal mark."""
    bare = VALUE.str.strip_prefix("'")
    return bare.str.contains(_NUMBER) | VALUE.str.contains(_NOT_ASCII)


def _count(values: pl.DataFrame, fits: pl.Expr) -> int:
    return int(values.select(_times(fits)).item()) if values.height else 0


def _count_values(values: pl.DataFrame, cleaner: Cleaner) -> int:
    return _count(values, _value(cleaner(VALUE)).is_not_null())


def _times(fits: pl.Expr | pl.Series) -> pl.Expr:
    return TIMES.filter(fits).sum()


def _value(answer: pl.Expr) -> pl.Expr:
    return answer.struct.field("value")
