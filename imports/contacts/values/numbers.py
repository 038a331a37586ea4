"""Numbers: both decimal conventions, thousands separators and currencies; exact, never through a float."""

from typing import Literal

import polars as pl

from imports.contacts.values.cells import cleaned, trim, unguard
from imports.contacts.values.ways import in_steps, once_each, quick_first
from imports.languages.value_words import CURRENCY_WORDS

MAX_INTEGER_DIGITS = 18
MAX_FRACTION_DIGITS = 9
"""Most digits before and after the decimal mark (help centre, "Creating and deleting contact data
fields")."""

DecimalMark = Literal[".", ","]
DECIMAL_MARKS: tuple[DecimalMark, ...] = (".", ",")

_CURRENCY_CODES = (
    "ODE|AED|ARS|AUD|BDT|BGN|BHD|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|EGP|EUR|GBP|GEL|GHS|HKD|HRK|"
    "HUF|IDR|ILS|INR|ISK|JOD|JPY|KES|KRW|KWD|KZT|LKR|MAD|MXN|MYR|NGN|NOK|NZD|OMR|PEN|PHP|PKR|"
    "PLN|QAR|RMB|RON|RSD|RUB|SAR|SEK|SGD|THB|TND|TRY|TWD|UAH|USD|UYU|VND|ZAR"
)
"""ISO 4217: the currencies of most of the world's trade."""


_ZEROS = "\u0660\u06f0\u0966\u09e6\u0e50\uff10"
OTHER_DIGITS: dict[str, str] = {
    chr(ord(zero) + digit): str(digit) for zero in _ZEROS for digit in range(10)
} | {"\uff0e": ".", "\uff0c": ",", "\uff0d": "-", "\uff0b": "+", "\uff05": "%"}
"""Arabic-Indic, Persian, Devanagari, Bengali, Thai and full-width digits, and the signs that come with
them."""

_ARABIC_DECIMAL, _ARABIC_THOUSANDS = "\u066b", "\u066c"

_CURRENCY = rf"(?:\p{{Sc}}|(?i:{'|'.join((_CURRENCY_CODES, *CURRENCY_WORDS))}))"
_SPACE = r"[ \x{a0}\x{2009}\x{202f}]"
# In the convention with a decimal point a group may have two digits: India writes 12,34,567.
_GROUPS = {".": r"(?:(?:,[0-9]{3})+|(?:,[0-9]{2})+,[0-9]{3})", ",": r"(?:\.[0-9]{3})+"}
_SCIENTIFIC = r"^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$"


def _shape(decimal: DecimalMark) -> str:
    groups = rf"(?:{_GROUPS[decimal]}|(?:['’][0-9]{{3}})+|(?:{_SPACE}[0-9]{{3}})+)"
    # Without a decimal mark, 0.500 is half of one in the other convention, and not five hundred.
    integer = rf"[1-9][0-9]{{0,2}}{groups}|[0-9]+"
    padded = rf"(?P<padded>0[0-9]{{0,2}}{groups})[{decimal}](?P<rest>[0-9]+)"
    # A dash in place of the fraction: prices such as 1.250,- or 12.–
    fraction = rf"[{decimal}](?:--?|[–—]|(?P<fraction>[0-9]*))"
    sign = r"[+-]?"
    return (
        rf"^(?:{_CURRENCY}{_SPACE}*)?(?P<open>\()?"
        rf"(?P<before>{sign}){_SPACE}*(?:{_CURRENCY})?{_SPACE}*(?P<after>{sign})"
        rf"(?:(?P<integer>{integer})(?:{fraction})?|{padded}|[{decimal}](?P<bare>[0-9]+))"
        rf"(?P<behind>-?)(?:{_SPACE}*(?:{_CURRENCY}|(?P<percent>[%٪])))?(?P<close>\))?$"
    )


_SHAPES = {decimal: _shape(decimal) for decimal in DECIMAL_MARKS}

# What most columns are full of, and only what the whole way would neither change the sense of nor note.
_QUICK_INTEGER = rf"^(?:0|-?[1-9][0-9]{{0,{MAX_INTEGER_DIGITS - 1}}})$"
_QUICK_DECIMAL = {
    decimal: rf"^(?:0|-?[1-9][0-9]{{0,{MAX_INTEGER_DIGITS - 1}}})[{decimal}][0-9]{{1,{MAX_FRACTION_DIGITS}}}$"
    for decimal in DECIMAL_MARKS
}


def clean_number(cells: pl.Expr, decimal: DecimalMark = ".") -> pl.Expr:
    """A numeric data field's value as the text of a JSON number, such as `-1250.5`.

    `decimal` is the mark between whole and fraction; the other one may part thousands. Brackets, and a minus
    behind, mean a negative number, as in accounts. A percentage is its number, with a note. More than
    `MAX_FRACTION_DIGITS` are rounded, with a note: they are the dust of a spreadsheet's arithmetic.
    """
    return quick_first(
        cells,
        lambda cell: _quick(cell, decimal),
        lambda left: once_each(left, lambda each: _clean_each(each, decimal)),
    )


def number_shape(decimal: DecimalMark) -> str:
    """The pattern that every number with this decimal mark fits, and little else, in ASCII digits."""
    return _SHAPES[decimal]


def _quick(cell: pl.Expr, decimal: DecimalMark) -> pl.Expr:
    with_point = cell if decimal == "." else cell.str.replace(",", ".", literal=True)
    return (
        pl.when(cell.str.contains(_QUICK_DECIMAL[decimal]))
        .then(with_point.str.strip_chars_end("0").str.strip_suffix("."))
        .when(cell.str.contains(_QUICK_INTEGER))
        .then(cell)
    )


def _clean_each(cells: pl.Expr, decimal: DecimalMark) -> pl.Expr:
    trimmed, number, fraction, exact, unsigned = map(
        pl.col, ("trimmed", "number", "fraction", "exact", "unsigned")
    )
    is_number, has_brackets, signs = pl.col("is_number"), pl.col("has_brackets"), pl.col("signs")
    part = pl.col("parts").struct.field
    is_rounded = fraction.str.len_bytes() > MAX_FRACTION_DIGITS
    is_short = unsigned.str.find(".", literal=True).fill_null(unsigned.str.len_bytes()) <= MAX_INTEGER_DIGITS
    minus = (
        pl.when((has_brackets | (signs == "-")) & (unsigned != "0")).then(pl.lit("-")).otherwise(pl.lit(""))
    )
    fits = is_number & is_short.fill_null(value=False)
    code = (
        pl.when(~is_number & number.str.contains(_SCIENTIFIC))
        .then(pl.lit("number_scientific"))
        .when(~is_number)
        .then(pl.lit("number_invalid"))
        .when(~fits)
        .then(pl.lit("number_too_long"))
        .when(part("percent").is_not_null())
        .then(pl.lit("number_percent"))
        .when(is_rounded)
        .then(pl.lit("number_rounded"))
        .when(pl.col("bare") != number)
        .then(pl.lit("number_digits_converted"))
    )
    integer = (
        pl.coalesce(part("integer"), part("padded"), pl.lit(""))
        .str.replace_all("[^0-9]", "")
        .str.strip_chars_start("0")
    )
    marks = {_ARABIC_DECIMAL: decimal, _ARABIC_THOUSANDS: "," if decimal == "." else "."}
    return in_steps(
        cells,
        {"trimmed": trim(pl.col("cell"))},
        {"bare": unguard(trimmed).str.replace_all("−", "-", literal=True)},
        {"number": pl.col("bare").str.replace_many(OTHER_DIGITS | marks)},
        {"parts": number.str.extract_groups(_SHAPES[decimal])},
        {
            "has_brackets": part("open").is_not_null(),
            "signs": pl.concat_str(part("before", "after", "behind").fill_null("")),
            "integer": integer,
            "fraction": pl.coalesce(
                part("fraction"), part("bare"), part("rest"), pl.lit("")
            ).str.strip_chars_end("0"),
        },
        {
            "is_number": pl.any_horizontal(part(name).is_not_null() for name in ("integer", "bare", "padded"))
            & (has_brackets == part("close").is_not_null())
            & (signs.str.len_bytes() + has_brackets.cast(pl.UInt32) <= 1),
            "exact": _unsigned(pl.col("integer"), fraction),
        },
        {"unsigned": pl.when(is_rounded).then(_rounded(exact)).otherwise(exact)},
        {"answer": cleaned(trimmed, pl.when(fits).then(minus + unsigned), code)},
    )


def _unsigned(integer: pl.Expr, fraction: pl.Expr) -> pl.Expr:
    whole = pl.when(integer == "").then(pl.lit("0")).otherwise(integer)
    return whole + pl.when(fraction == "").then(pl.lit("")).otherwise(pl.lit(".") + fraction)


def _rounded(exact: pl.Expr) -> pl.Expr:
    """The number to `MAX_FRACTION_DIGITS`, null when it is too long for that."""
    short = exact.cast(pl.Decimal(38, MAX_FRACTION_DIGITS), strict=False).cast(pl.String)
    return short.str.strip_chars_end("0").str.strip_chars_end(".")
