"""Cleans a column of text into the values that are sent, as expressions over the column.

A cleaner returns two expressions: the value (null: nothing to send) and a code of `problems` (null: nothing to say).
A value with a code was changed; no value with a code was refused, or, for a placeholder, read as blank.
"""

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from imports.contacts.dates import to_utc_text
from imports.contacts.words import NO_WORDS, PLACEHOLDERS, YES_WORDS

TEXT_MAX_CHARS = 1_000
NUMBER_MAX_INTEGER_DIGITS = 18
NUMBER_MAX_FRACTION_DIGITS = 9
EMAIL_MAX_BYTES = 254  # RFC 5321 4.5.3.1.3, less the angle brackets
EMAIL_LOCAL_MAX_BYTES = 64  # RFC 5321 4.5.3.1.1

# Zero-width characters, soft hyphen, direction marks and the byte order mark; none of them is part of a value.
INVISIBLE = r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
CURRENCY = r"[\p{Sc}]|\b(?:EUR|USD|GBP|CHF|PLN|SEK|NOK|DKK|CAD|AUD|JPY)\b"
ATOM = r"[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?"
TOP_LABEL = r"(?:\p{L}[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])"
EMAIL = rf"^{ATOM}(?:\.{ATOM})*@(?:{LABEL}\.)+{TOP_LABEL}$"


class Cleaned(NamedTuple):
    """Two expressions over a column: the value to send, and the code of what there is to say about it."""

    value: pl.Expr
    code: pl.Expr


def is_blank(column: pl.Expr) -> pl.Expr:
    return column.str.strip_chars() == ""


def is_placeholder(column: pl.Expr) -> pl.Expr:
    """Words that people and programs write where there is nothing."""
    return column.str.strip_chars().str.to_lowercase().is_in(sorted(PLACEHOLDERS))


def clean_text(column: pl.Expr) -> Cleaned:
    """Text: trimmed, without control characters, at most 1,000 characters."""
    visible = column.str.replace_all(CONTROL, "")
    trimmed = visible.str.strip_chars()
    too_long = trimmed.str.len_chars() > TEXT_MAX_CHARS
    return Cleaned(
        value=pl.when((trimmed != "") & ~too_long).then(trimmed),
        code=pl.when(trimmed == "")
        .then(None)
        .when(too_long)
        .then(pl.lit("text_too_long"))
        .when(visible != column)
        .then(pl.lit("text_control_characters"))
        .when(trimmed != column)
        .then(pl.lit("spaces_trimmed")),
    )


def clean_email(column: pl.Expr) -> Cleaned:
    """An e-mail address as typed, freed of what came with it: brackets, `mailto:`, punctuation, invisible characters."""
    bare = (
        column.str.replace_all(INVISIBLE, "")
        .str.replace_all(CONTROL, "")
        .str.strip_chars()
        .str.replace(r"^[^<>]*<([^<>]+)>[\s.,;]*$", "$1")
        .str.replace(r"(?i)^mailto:\s*", "")
        .str.replace(r"^[\s'\"“”‘’(\[]+", "")
        .str.replace(r"[\s.,;:'\"“”‘’)\]]+$", "")
    )
    local_bytes = bare.str.split("@").list.first().str.len_bytes()
    valid = (
        bare.str.contains(EMAIL)
        & (bare.str.len_bytes() <= EMAIL_MAX_BYTES)
        & (local_bytes <= EMAIL_LOCAL_MAX_BYTES)
    )
    return _with_blanks(
        column,
        value=pl.when(valid).then(bare),
        code=pl.when(~valid)
        .then(pl.lit("email_invalid"))
        .when(bare != column)
        .then(pl.lit("email_repaired")),
    )


def clean_number(column: pl.Expr, decimal: str) -> Cleaned:
    """A number as JSON writes it, digit for digit; `decimal` is the column's decimal mark."""
    thousands = r"\." if decimal == "," else ","
    mark = "," if decimal == "," else r"\."
    bare = column.str.replace_all(CURRENCY, "").str.replace_all(r"[\s\u00a0\u202f'’]", "")
    shape = rf"^[+-]?(?:\d{{1,3}}(?:{thousands}\d{{3}})+|\d+)(?:{mark}\d+)?$"
    plain = (
        bare.str.replace_all(thousands, "")
        .str.replace(mark, ".")
        .str.replace(r"^\+", "")
        .str.replace(r"^(-?)0+(\d)", "${1}${2}")
    )
    fits = plain.str.contains(
        rf"^-?\d{{1,{NUMBER_MAX_INTEGER_DIGITS}}}(?:\.\d{{1,{NUMBER_MAX_FRACTION_DIGITS}}})?$"
    )
    shaped = bare.str.contains(shape)
    return _with_blanks(
        column,
        value=pl.when(shaped & fits).then(plain),
        code=pl.when(~shaped).then(pl.lit("number_invalid")).when(~fits).then(pl.lit("number_too_long")),
    )


def clean_date(column: pl.Expr, date_format: str | None) -> Cleaned:
    """A date in `date_format` (see `dates`) as ISO 8601 UTC."""
    value = to_utc_text(column.str.strip_chars(), date_format)
    return _with_blanks(column, value=value, code=pl.when(value.is_null()).then(pl.lit("date_invalid")))


def clean_boolean(column: pl.Expr, values: Mapping[str, bool]) -> Cleaned:
    """`true` or `false`, by the mapping's own words first and the known words of each language second."""
    word = column.str.strip_chars()
    known = {**dict.fromkeys(YES_WORDS, "true"), **dict.fromkeys(NO_WORDS, "false")}
    own = {text.strip(): "true" if meaning else "false" for text, meaning in values.items()}
    meaning = pl.coalesce(
        word.replace_strict(own, default=None, return_dtype=pl.String) if own else pl.lit(None, pl.String),
        word.str.to_lowercase().replace_strict(known, default=None, return_dtype=pl.String),
    )
    return _with_blanks(column, value=meaning, code=pl.when(meaning.is_null()).then(pl.lit("boolean_invalid")))


def _with_blanks(column: pl.Expr, value: pl.Expr, code: pl.Expr) -> Cleaned:
    """Blank cells have neither value nor code; a placeholder that is no value is read as blank, and said so."""
    blank, placeholder = is_blank(column), is_placeholder(column) & value.is_null()
    return Cleaned(
        value=pl.when(~blank).then(value),
        code=pl.when(blank).then(None).when(placeholder).then(pl.lit("placeholder")).otherwise(code),
    )
