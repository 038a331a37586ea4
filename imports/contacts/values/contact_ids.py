"""Identifiers that are neither an e-mail address nor a phone number: Dotdigital's own, and an account's."""

import polars as pl

from imports.contacts.values.cells import cleaned, trim, unguard
from imports.contacts.values.texts import clean_text
from imports.contacts.values.ways import in_steps, plain_first

MAX_CONTACT_ID = 2**63 - 1
"""`contactId` is an integer from 0; 64 bits are what it is read into."""

MAX_CUSTOM_IDENTIFIER_CHARS = 256
"""Longest value of a custom identifier (`POST /contacts/v3`, "Custom identifiers")."""

_PLAIN_ID = "^(?:0|[1-9][0-9]{0,17})$"
_SCIENTIFIC = r"(?i)^[0-9]+(?:[.,][0-9]+)?e\+?[0-9]+$"
_SPREADSHEETS_SCIENTIFIC = r"^[0-9](?:[.,][0-9]+)?E\+[0-9]+$"
_DECIMALS = r"^([0-9]+)[.,]0{1,2}$"
# A single group of zeros may be decimals.
_GROUPED = r"^[0-9]{1,3}(?:(?:,[0-9]{3}){2,}|(?:\.[0-9]{3}){2,}|(?:['’\s][0-9]{3})+)$"
_ONE_GROUP = r"^[1-9][0-9]{0,2}[.,][0-9]{3}$"


def clean_contact_id(cells: pl.Expr) -> pl.Expr:
    """The identifier `contactId`: a whole number from 0 to `MAX_CONTACT_ID`.

    A spreadsheet's apostrophe, decimals that are zero (`123.0`) and marks between thousands are removed with a
    note, where nothing else can be meant: `1,000` and `1.000` may be one with three decimals.
    """
    return plain_first(cells, pl.col("cell").str.contains(_PLAIN_ID), _clean_id)


def _clean_id(cells: pl.Expr) -> pl.Expr:
    cell, trimmed, bare, digits = map(pl.col, ("cell", "trimmed", "bare", "digits"))
    is_grouped = bare.str.contains(_GROUPED) | (bare.str.contains(_ONE_GROUP) & ~bare.str.ends_with("000"))
    value = digits.cast(pl.UInt64, strict=False)
    is_id = digits.str.contains("^[0-9]+$") & (value <= MAX_CONTACT_ID)
    code = (
        pl.when(bare.str.contains(_SCIENTIFIC))
        .then(pl.lit("contact_id_scientific"))
        .when(~is_id.fill_null(value=False))
        .then(pl.lit("contact_id_invalid"))
        .when(digits != trimmed)
        .then(pl.lit("contact_id_repaired"))
        .when(trimmed != cell)
        .then(pl.lit("spaces_trimmed"))
    )
    return in_steps(
        cells,
        {"trimmed": trim(cell)},
        {"bare": unguard(trimmed)},
        {
            "digits": pl.when(is_grouped)
            .then(bare.str.replace_all("[^0-9]", ""))
            .otherwise(bare.str.replace(_DECIMALS, "${1}"))
        },
        {"answer": cleaned(trimmed, pl.when(is_id).then(value.cast(pl.String)), code)},
    )


def clean_custom_identifier(cells: pl.Expr) -> pl.Expr:
    """An account's own identifier: a text of 1 to `MAX_CUSTOM_IDENTIFIER_CHARS` characters.

    Words that stand for no value are no identifiers: all contacts that have one would become the same. So it
    is with numbers that a spreadsheet shortened.
    """
    text, value = pl.col("text").struct.field, pl.col("value")
    is_shortened = value.str.contains(_SPREADSHEETS_SCIENTIFIC)
    is_too_long = value.str.len_chars() > MAX_CUSTOM_IDENTIFIER_CHARS
    code = (
        pl.when(is_too_long)
        .then(pl.lit("custom_identifier_too_long"))
        .when(is_shortened)
        .then(pl.lit("custom_identifier_scientific"))
        .otherwise(text("code"))
    )
    return in_steps(
        cells,
        {"text": clean_text(pl.col("cell"), None)},
        {"value": text("value")},
        {"answer": cleaned(value.fill_null(""), pl.when(~is_too_long & ~is_shortened).then(value), code)},
        {"answer": pl.when(value.is_null()).then(pl.col("text")).otherwise("answer")},
    )
