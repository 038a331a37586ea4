"""Text: sent as it stands, but for what no reader could see."""

import polars as pl

from imports.contacts.cells import answer, in_steps, trim

MAX_TEXT_CHARS = 1_000
"""Longest value of a text data field (help centre, "Creating and deleting contact data fields")."""

# All of Unicode's control characters but tab and line ends, and the byte order mark.
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\x{feff}]"
# Spreadsheets put an apostrophe before what would otherwise become a number or a formula. "'t Hooft" keeps
# its own.
_GUARDED = r"^'([+=@-]?[0-9][0-9 .,()/-]{3,})$"


def clean_text(cells: pl.Expr) -> pl.Expr:
    """A text data field's value: no spaces at its ends, no control characters, at most `MAX_TEXT_CHARS`."""
    cell, plain, trimmed, value = map(pl.col, ("cell", "plain", "trimmed", "value"))
    is_too_long = value.str.len_chars() > MAX_TEXT_CHARS
    code = (
        pl.when(value == "")
        .then(None)
        .when(is_too_long)
        .then(pl.lit("text_too_long"))
        .when(plain != cell)
        .then(pl.lit("text_controls_removed"))
        .when(value != trimmed)
        .then(pl.lit("apostrophe_removed"))
        .when(value != cell)
        .then(pl.lit("spaces_trimmed"))
    )
    return in_steps(
        cells,
        {"plain": cell.str.replace_all(_CONTROL, "")},
        {"trimmed": trim(plain)},
        {"value": trimmed.str.replace(_GUARDED, "${1}")},
        {"answer": answer(pl.when((value != "") & ~is_too_long).then(value), code)},
    )
