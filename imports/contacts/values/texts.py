"""Text: sent as it stands, but for what no reader could see."""

import polars as pl

from imports.contacts.values.cells import INVISIBLE, SPACES, answer, trim
from imports.contacts.values.ways import in_steps, plain_first

MAX_TEXT_CHARS = 1_000
"""Longest value of a text data field (help centre, "Creating and deleting contact data fields")."""

# All of Unicode's control characters but tab and line ends, and the byte order mark.
_CONTROL_CHARS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\x{feff}"
_CONTROL = f"[{_CONTROL_CHARS}]"
# Spreadsheets put an apostrophe before what would otherwise become a number or a formula. "'t Hooft" keeps
# its own, and so does a decade ("'80s").
_GUARDED = r"(?s)^'+([0-9=+@-].*)$"
_DECADE = r"(?i)^'[0-9]0(?:s|er|ies)?\b[^0-9]*$"
_GUARDS_ALONE = "^'+$"

_EDGE_CHARS = "".join(f"\\x{{{ord(character):x}}}" for character in SPACES + INVISIBLE)
_PLAIN = rf"(?s)^[^'{_EDGE_CHARS}{_CONTROL_CHARS}](?:[^{_CONTROL_CHARS}]*[^{_EDGE_CHARS}{_CONTROL_CHARS}])?$"

# What title case makes of an English genitive or contraction, and of an English ordinal.
_LOWER_AFTER_APOSTROPHE = {letter: rf"(\p{{L}}['’]){letter}\b" for letter in "ST"}
_LOWER_AFTER_DIGIT = {ending: rf"([0-9]){ending}\b" for ending in ("St", "Nd", "Rd", "Th")}


def clean_text(cells: pl.Expr, max_chars: int | None = MAX_TEXT_CHARS) -> pl.Expr:
    """A text without spaces at its ends and without control characters.

    One of more than `max_chars` characters is refused; None is for texts that have no limit, such as those of
    consent records.
    """
    cell, plain, trimmed, value = map(pl.col, ("cell", "plain", "trimmed", "value"))
    unguarded = (
        pl.when(trimmed.str.contains(_DECADE)).then(trimmed).otherwise(trimmed.str.replace(_GUARDED, "${1}"))
    )
    is_too_long = pl.lit(value=False) if max_chars is None else value.str.len_chars() > max_chars
    code = (
        pl.when((value == "") & (trimmed != ""))
        .then(pl.lit("guard_alone"))
        .when((value == "") & (trim(cell) != ""))
        .then(pl.lit("text_controls_alone"))
        .when(value == "")
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

    def clean(others: pl.Expr) -> pl.Expr:
        return in_steps(
            others,
            {"plain": cell.str.replace_all(_CONTROL, "")},
            {"trimmed": trim(plain)},
            {"value": unguarded.str.replace(_GUARDS_ALONE, "")},
            {"answer": answer(pl.when((value != "") & ~is_too_long).then(value), code)},
        )

    is_plain = cell.str.contains(_PLAIN)
    # Bytes are counted faster than characters, and are never fewer.
    return plain_first(
        cells, is_plain if max_chars is None else is_plain & (cell.str.len_bytes() <= max_chars), clean
    )


def lower_case(cells: pl.Expr) -> pl.Expr:
    """The cells in small letters; what was blank stays so."""
    return cells.str.to_lowercase()


def upper_case(cells: pl.Expr) -> pl.Expr:
    """The cells in capitals; what was blank stays so."""
    return cells.str.to_uppercase()


def title_case(cells: pl.Expr) -> pl.Expr:
    """The cells with a capital at the beginning of every word, those after a hyphen or an apostrophe too; what was
    blank stays so.

    `o'neil` becomes `O'Neil`, `jean-luc` `Jean-Luc`. Nothing tells which words are exceptions, so `MCDONALD` becomes
    `Mcdonald`, and `VAN DER BERG` `Van Der Berg`. An English `'s`, `'t` or ordinal (`4th`) stays small.
    """
    # Composed first, because a combining accent would count as the end of a word.
    titled = cells.str.normalize("NFC").str.to_titlecase()
    for letter, pattern in _LOWER_AFTER_APOSTROPHE.items():
        titled = titled.str.replace_all(pattern, f"${{1}}{letter.lower()}")
    for ending, pattern in _LOWER_AFTER_DIGIT.items():
        titled = titled.str.replace_all(pattern, f"${{1}}{ending.lower()}")
    return titled
