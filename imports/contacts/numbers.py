"""Numbers: both decimal conventions, thousands separators and currencies; exact, never through a float."""

from typing import Literal

import polars as pl

from imports.contacts.cells import cleaned, in_steps, trim, unguard

MAX_INTEGER_DIGITS = 18
MAX_FRACTION_DIGITS = 9
"""Most digits before and after the decimal mark (help centre, "Creating and deleting contact data
fields")."""

DecimalMark = Literal[".", ","]
DECIMAL_MARKS: tuple[DecimalMark, ...] = (".", ",")

CURRENCY_WORDS = (
    *(
        "EUR",
        "USD",
        "GBP",
        "CHF",
        "SEK",
        "NOK",
        "DKK",
        "ISK",
        "PLN",
        "CZK",
        "HUF",
        "RON",
        "BGN",
        "TRY",
        "UAH",
    ),
    *("AUD", "CAD", "NZD", "SGD", "HKD", "JPY", "CNY", "KRW", "INR", "ZAR", "BRL", "MXN", "AED", "ILS"),
    *(
        "US\\$",
        "A\\$",
        "AU\\$",
        "C\\$",
        "CA\\$",
        "NZ\\$",
        "R\\$",
        "kr\\.?",
        "zł",
        "Kč",
        "Ft",
        "Fr\\.",
        "SFr\\.?",
    ),
)

_CURRENCY = rf"(?:\p{{Sc}}|(?i:{'|'.join(CURRENCY_WORDS)}))"
_SPACE = r"[ \x{a0}\x{2009}\x{202f}]"
# In the convention with a decimal point a group may have two digits: India writes 12,34,567.
_GROUPS = {".": r"(?:,[0-9]{2,3})*,[0-9]{3}", ",": r"(?:\.[0-9]{3})+"}
_SCIENTIFIC = r"^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$"


def _shape(decimal: DecimalMark) -> str:
    integer = rf"[0-9]{{1,3}}(?:{_GROUPS[decimal]}|(?:['’][0-9]{{3}})+|(?:{_SPACE}[0-9]{{3}})+)|[0-9]+"
    fraction = rf"[{decimal}](?P<fraction>[0-9]*)"
    sign = r"[+-]?"
    return (
        rf"^(?P<open>\()?(?P<before>{sign}){_SPACE}*(?:{_CURRENCY})?{_SPACE}*(?P<after>{sign})"
        rf"(?:(?P<integer>{integer})(?:{fraction})?|[{decimal}](?P<bare>[0-9]+))"
        rf"{_SPACE}*(?:{_CURRENCY})?(?P<close>\))?$"
    )


_SHAPES = {decimal: _shape(decimal) for decimal in DECIMAL_MARKS}


def clean_number(cells: pl.Expr, decimal: DecimalMark = ".") -> pl.Expr:
    """A numeric data field's value as the text of a JSON number, such as `-1250.5`.

    `decimal` is the mark between whole and fraction; the other one may part thousands. Brackets mean a
    negative number, as in accounts. More than `MAX_FRACTION_DIGITS` are rounded, with a note: they are the
    dust of a spreadsheet's arithmetic.
    """
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
        .when(is_rounded)
        .then(pl.lit("number_rounded"))
    )
    integer = part("integer").fill_null("").str.replace_all("[^0-9]", "").str.strip_chars_start("0")
    return in_steps(
        cells,
        {"trimmed": trim(pl.col("cell"))},
        {"number": unguard(trimmed).str.replace_all("−", "-", literal=True)},
        {"parts": number.str.extract_groups(_SHAPES[decimal])},
        {
            "has_brackets": part("open").is_not_null(),
            "signs": part("before").fill_null("") + part("after").fill_null(""),
            "integer": integer,
            "fraction": pl.coalesce(part("fraction"), part("bare"), pl.lit("")).str.strip_chars_end("0"),
        },
        {
            "is_number": (part("integer").is_not_null() | part("bare").is_not_null())
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
