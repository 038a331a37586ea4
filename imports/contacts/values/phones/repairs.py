"""What spreadsheets, address books and web pages do to the characters of a number, undone; numbers of a plan that was
replaced get their new form, where it follows from the old one for certain.
"""

import unicodedata

import polars as pl

from imports.contacts.values.cells import INVISIBLE, SPACES, trim
from imports.languages.value_words import EXTENSION_WORDS

_PLAIN = r"^[+(]{0,2}[0-9][0-9 ().\-]*[0-9]$"
"""Nothing but digits and what groups them. What begins with 00 or ends in `.0` is looked at all the same."""
_NOT_PLAIN = r"^\+?00|\.0+$"

_BREAKS = r"\s*[\n\r\x0b\x0c\x{85}\x{2028}\x{2029}]+\s*"
_BLANKS = "[" + "".join(f"\\x{{{ord(character):x}}}" for character in SPACES) + "]"
_INVISIBLES = "[" + "".join(f"\\x{{{ord(character):x}}}" for character in INVISIBLE) + "]"
_DASHES = r"[·•/‐‑‒–—―−~_]"

_OTHER_DIGIT = r"[\p{Nd}--0-9]"
_SIGNS = {"＋": "+", "﹢": "+", "（": "(", "）": ")", "－": "-", "．": "."}

_QUOTES = "\"'‘’‚‛“”„‟`´«»"
_BEFORE = rf"^(?:(?i:tel|callto|sms|p):(?://)?|[={_QUOTES}]|\s)+"
_AFTER = rf"[{_QUOTES}\s;,.:]+$"

_DECIMALS = r"^(\+?\d{4,})[.,]0{1,2}$"
_SCIENTIFIC = r"^[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+$"
_SCIENTIFIC_PARTS = r"^\+?([1-9])[.,](\d+)[eE]\+?(\d{1,2})$"
_EXTENSION = rf"^(.*\d[\s)]*?)\s*[,;]?\s*{EXTENSION_WORDS}[\s.:]*\d{{1,7}}$"
_ABROAD = r"^\+?\s*\(?00[\s.\-]*([1-9(].*)$"
_ONE_NUMBER = r"^\+?[0-9 ().\-]*[0-9][0-9 ().\-]*$"

_FILLED = r"[\s().\-]*"
_SEVERAL = "|".join(
    (
        rf"(?:\d{_FILLED}){{8}}[/\\](?:[\s+(]*\d){{6}}",
        rf"(?:\d{_FILLED}){{6}}(?:[,;|&\n]|(?i:\b(?:or|and|oder|und|ou|et|o|y|e|of|lub|i)\b))[\s+(]*(?:\d{_FILLED}){{6}}",
        r"\d\s*/\s*\d{1,3}$",
        rf"\d{_FILLED}\+{_FILLED}\d",
    )
)

# Mexico dialled a 1 between its country code and a mobile number until 2019; the ten digits behind it are the number as
# it is now. Of no other country is this so sure: whether Argentina's 9 is missing, which digit Brazil put in front, and
# which two Ivory Coast did, depends on what kind of number it was.
_MEXICO, _OLD_START, _OLD_MEXICAN = "MX", "521", "^521[0-9]{10}$"
_GROUPING = r"[ ().\-]"


def repair(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of `text` and `region`, with these added:

    trimmed: the text without spaces at its ends
    bare: the number, with + in place of 00; what is not one number has a `refusal`
    dialled: the number with its 00, where `bare` has + in its place
    note: what was repaired, by the code of the first repair
    """
    nothing = pl.lit(None, pl.String)
    trimmed = frame.with_columns(trimmed=trim(pl.col("text")))
    plain = pl.col("trimmed").str.contains(_PLAIN) & ~pl.col("trimmed").str.contains(_NOT_PLAIN)
    marked = trimmed.with_row_index("place").with_columns(plain=plain)
    as_they_are = marked.filter("plain").with_columns(
        bare=pl.col("trimmed"), dialled=nothing, note=nothing, refusal=nothing
    )
    if as_they_are.height == marked.height:
        return renumber(as_they_are.drop("place", "plain"))
    repaired = _repair(marked.filter(~pl.col("plain"))).select(as_they_are.columns)
    return renumber(pl.concat([as_they_are, repaired]).sort("place").drop("place", "plain"))


def _repair(frame: pl.DataFrame) -> pl.DataFrame:
    seen, ascii_digits, unwrapped, whole = map(pl.col, ("seen", "ascii_digits", "unwrapped", "whole"))
    undecimal, alone = pl.col("undecimal"), pl.col("alone")
    digits, mantissa, exponent = pl.col("first_digit"), pl.col("mantissa"), pl.col("exponent")
    has_all = (mantissa.str.strip_chars_end("0").str.len_chars() <= exponent) & (
        exponent <= mantissa.str.len_chars()
    )
    steps: tuple[dict[str, pl.Expr], ...] = (
        {
            "seen": pl.col("trimmed")
            .str.replace_all(_BREAKS, "\n")
            .str.replace_all(_INVISIBLES, "")
            .str.replace_all(rf"[{_BLANKS[1:-1]}--\n]", " ")
            .str.strip_chars()
        },
        {"ascii_digits": seen.map_batches(_in_ascii, return_dtype=pl.String)},
        {"unwrapped": ascii_digits.str.replace(_BEFORE, "").str.replace(_AFTER, "")},
        {
            "first_digit": unwrapped.str.extract(_SCIENTIFIC_PARTS, 1),
            "mantissa": unwrapped.str.extract(_SCIENTIFIC_PARTS, 2),
            "exponent": unwrapped.str.extract(_SCIENTIFIC_PARTS, 3).cast(pl.UInt32),
        },
        {
            "whole": pl.when(has_all.fill_null(value=False))
            .then(digits + mantissa.str.slice(0, exponent))
            .otherwise(unwrapped)
        },
        {"undecimal": whole.str.replace(_DECIMALS, "${1}")},
        {"alone": undecimal.str.replace(_EXTENSION, "${1}").str.strip_chars()},
        {"grouped": alone.str.replace_all(_DASHES, "-").str.replace_all("\n", " ")},
        {"bare": pl.col("grouped").str.replace(_ABROAD, "+${1}")},
    )
    for step in steps:
        frame = frame.with_columns(**step)
    return frame.with_columns(
        dialled=pl.when(pl.col("bare") != pl.col("grouped")).then(pl.col("grouped").str.strip_prefix("+")),
        note=_first(
            (ascii_digits != seen, "phone_digits_converted"),
            (unwrapped != ascii_digits, "phone_unwrapped"),
            (whole != unwrapped, "phone_scientific_restored"),
            (undecimal != whole, "phone_decimals_removed"),
            (alone != undecimal, "phone_extension_dropped"),
            (pl.col("bare") != pl.col("grouped"), "phone_prefix_replaced"),
        ),
        refusal=_first(
            (whole.str.contains(_SCIENTIFIC), "phone_scientific"),
            (alone.str.contains(_SEVERAL), "phone_several"),
            (~pl.col("bare").str.contains(_ONE_NUMBER), "phone_not_a_number"),
        ),
    )


def _first(*cases: tuple[pl.Expr, str]) -> pl.Expr:
    """The code of the first case that holds."""
    return pl.coalesce(pl.when(holds).then(pl.lit(code)) for holds, code in cases)


def _in_ascii(texts: pl.Series) -> pl.Series:
    """Every other script's digits and the full-width signs, as ASCII has them."""
    is_other = texts.str.contains(_OTHER_DIGIT)
    found = texts.filter(is_other).str.extract_all(_OTHER_DIGIT).explode().drop_nulls().unique()
    digits = {digit: str(unicodedata.decimal(digit)) for digit in found if digit.isdecimal()}
    return texts.str.replace_many(_SIGNS | digits)


def bare_digits(bare: pl.Expr) -> pl.Expr:
    """The digits of numbers that are `bare`."""
    return bare.str.strip_prefix("+").str.replace_all(_GROUPING, "")


def is_renumbered(bare: pl.Expr, region: pl.Expr) -> pl.Expr:
    """Whether a number, with its plus or in a region where it can have lost it, is of a plan that was replaced."""
    return are_renumbered(bare_digits(bare), bare.str.starts_with("+"), region)


def are_renumbered(digits: pl.Expr, plus: pl.Expr, region: pl.Expr) -> pl.Expr:
    """The same of a number's digits and of whether it has a plus."""
    says_country = plus | region.is_in([_MEXICO, "international"]).fill_null(value=False)
    return says_country & digits.str.starts_with(_OLD_START) & digits.str.contains(_OLD_MEXICAN)


def renumber(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of `bare`, `note` and `region` with such numbers in their new form, with a note."""
    bare = pl.col("bare")
    plus = pl.when(bare.str.starts_with("+")).then(pl.lit("+")).otherwise(pl.lit(""))
    found = frame.with_columns(renumbered=is_renumbered(bare, pl.col("region")))
    return found.with_columns(
        bare=pl.when("renumbered")
        .then(pl.concat_str(plus, pl.lit("52"), bare_digits(bare).str.slice(3)))
        .otherwise(bare),
        # Of several repairs the one is told that changes digits.
        note=pl.when("renumbered").then(pl.lit("phone_renumbered")).otherwise("note"),
    ).drop("renumbered")
