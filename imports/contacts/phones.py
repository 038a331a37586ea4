"""Phone numbers to E.164, by the numbering plans in `phonenumbers`. What is damaged is repaired or refused,
not guessed.

The region of a number without a country code is that of its row's country, else that of the file.
`read_phone` is the one place that decides about a number; it is asked once for every distinct number and
region.
"""

import re
from typing import NamedTuple

import phonenumbers
import polars as pl
from phonenumbers import NumberParseException, ValidationResult

from imports.contacts.cells import CLEANED, INVISIBLE, PLACEHOLDERS, SPACES

_PLAIN_SPACES = str.maketrans(SPACES, " " * len(SPACES), INVISIBLE)
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+")
_DECIMAL_TAIL = re.compile(r"(\+?\d{6,})[.,]0+")
_WRAPPING = re.compile(r"(?:tel:|[\"'‘’`´])\s*(.*?)[\"'‘’`´]?", re.IGNORECASE | re.DOTALL)
_EXTENSION = re.compile(
    r"(.*\d[\s)]*?)\s*(?:,\s*)?(?:extension|ext\.?|x|#|durchwahl|dw\.?)[\s.:]*\d{1,7}", re.IGNORECASE
)
_INTERNATIONAL_PREFIX = re.compile(r"\+?\s*00\s*(?=[1-9(])")
_NUMBER = re.compile(r"\+?[\d\s().\-/·‐‑‒–—―−~]+", re.ASCII)

_PARSE_FAILURES = {
    NumberParseException.INVALID_COUNTRY_CODE: "phone_country_code",
    NumberParseException.NOT_A_NUMBER: "phone_not_a_number",
    NumberParseException.TOO_SHORT_AFTER_IDD: "phone_too_short",
    NumberParseException.TOO_SHORT_NSN: "phone_too_short",
    NumberParseException.TOO_LONG: "phone_too_long",
}
_IMPOSSIBLE = {
    ValidationResult.TOO_SHORT: "phone_too_short",
    ValidationResult.TOO_LONG: "phone_too_long",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "phone_too_short",
    ValidationResult.INVALID_COUNTRY_CODE: "phone_country_code",
}


class PhoneReading(NamedTuple):
    """A cell's number in E.164 with its plus sign, or None; and what was done to it, or why it cannot be
    used."""

    number: str | None
    code: str | None


def clean_phone(cell: pl.Expr, region: pl.Expr) -> pl.Expr:
    """The identifier `mobileNumber`. `region` gives two-letter codes, null where it is not known.

    Spaces, brackets and dashes come and go without a note: no digit changes.
    """
    return pl.struct(text=cell, region=region).map_batches(_read_series, return_dtype=CLEANED)


def _read_series(pairs: pl.Series) -> pl.Series:
    frame = pairs.struct.unnest()
    distinct = frame.unique()
    readings = [read_phone(text, region) for text, region in distinct.iter_rows()]
    answers = distinct.with_columns(
        value=pl.Series([reading.number for reading in readings], dtype=pl.String),
        code=pl.Series([reading.code for reading in readings], dtype=pl.String),
        doubt=pl.lit(None, pl.String),
    )
    read = frame.join(answers, on=["text", "region"], how="left", nulls_equal=True, maintain_order="left")
    return read.select(pl.struct("value", "code", "doubt")).to_series()


def read_phone(text: str, region: str | None) -> PhoneReading:
    """Read one cell. `region` is a two-letter code; None takes only numbers that begin with `+` or `00`."""
    trimmed = text.translate(_PLAIN_SPACES).strip()
    if not trimmed:
        return PhoneReading(None, None)
    if trimmed.lower() in PLACEHOLDERS:
        return PhoneReading(None, "placeholder")
    bare, note = _repair(trimmed)
    if _SCIENTIFIC.fullmatch(bare):
        return PhoneReading(None, "phone_scientific")
    if not _NUMBER.fullmatch(bare):
        return PhoneReading(None, "phone_not_a_number")
    if region is None and not bare.startswith("+"):
        return PhoneReading(None, "phone_region_missing")
    number, refusal = _parse(bare, region)
    return PhoneReading(None, refusal) if number is None else PhoneReading(number, note)


def _repair(trimmed: str) -> tuple[str, str | None]:
    """The number without its damage, and the code of the first that was found."""
    notes = []
    bare = _ascii_digits(trimmed)
    if bare != trimmed:
        notes.append("phone_digits_converted")
    if wrapped := _WRAPPING.fullmatch(bare):
        bare = wrapped[1].strip()
        notes.append("phone_unwrapped")
    if decimal := _DECIMAL_TAIL.fullmatch(bare):
        bare = decimal[1]
        notes.append("phone_decimals_removed")
    if extended := _EXTENSION.fullmatch(bare):
        bare = extended[1].strip()
        notes.append("phone_extension_dropped")
    if prefix := _INTERNATIONAL_PREFIX.match(bare):
        bare = "+" + bare[prefix.end() :]
        notes.append("phone_prefix_replaced")
    return bare, next(iter(notes), None)


def _ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(
        str(int(character)) if character.isdecimal() else "+" if character == "＋" else character
        for character in text
    )


def _parse(bare: str, region: str | None) -> tuple[str | None, str | None]:
    try:
        number = phonenumbers.parse(bare, region)
    except NumberParseException as failure:
        return None, _PARSE_FAILURES[failure.error_type]
    if phonenumbers.is_valid_number(number):
        return f"+{number.country_code}{phonenumbers.national_significant_number(number)}", None
    possible = phonenumbers.is_possible_number_with_reason(number)
    return None, _IMPOSSIBLE.get(possible, "phone_invalid")
