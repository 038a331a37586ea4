"""Texts that were damaged on their way: letters that were lost, and what a program wrote down twice.

U+FFFD stands where letters were lost; a value with it is never sent. HTML entities (`Ren&eacute;e`) and letters decoded
by the wrong encoding (`RenÃ©e`) are pointed out, and repaired where a person says so: `&amp;` may be meant. What is of
the wrong encoding is for `ftfy` to tell.
"""

import html
import re

import ftfy
import polars as pl

from imports.contacts.values.cells import CLEANED, Cleaner, answer
from imports.contacts.values.ways import followed_by, refuse

REPLACEMENT_CHARACTER = "\N{REPLACEMENT CHARACTER}"
LETTERS_LOST = "letters_lost"

ENTITIES, REDECODED = "entities", "redecoded"
NOTES = {ENTITIES: "entities_decoded", REDECODED: "text_redecoded"}
DOUBTS = {ENTITIES: "text_entities", REDECODED: "text_misread"}

_ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
# The letters that the first bytes of UTF-8 become in one-byte encodings of Western and Central Europe and Cyrillic.
_LIKELY = rf"{_ENTITY}|[ÂÃÄÅÎÏÐÑâäåæçèéïðĂĎĐËŔР][^\x00-\x7f]"
_ENTITY_PATTERN = re.compile(_ENTITY)
_MAX_ROUNDS = 5
"""Entities of entities of entities: `&amp;amp;eacute;`."""


def lost_letters(texts: pl.Series) -> pl.Series | None:
    """`ways.Sight`: refuses the texts in which letters were lost."""
    # Where every character is a byte there is none, and to count is quicker than to search.
    is_wide = texts.str.len_bytes() != texts.str.len_chars()
    if not is_wide.any() or not _are_lost(texts.filter(is_wide)).any():
        return None
    return pl.select(pl.when(_are_lost(texts)).then(pl.lit(LETTERS_LOST))).to_series()


def refuse_lost_letters(answers: pl.Expr) -> pl.Expr:
    """The `CLEANED` structs without the values in which letters were lost: those are refused."""
    return answers.map_batches(
        lambda read: refuse(read, lost_letters(read.struct.field("value"))), return_dtype=CLEANED
    )


def _are_lost(texts: pl.Series) -> pl.Series:
    return texts.str.contains(REPLACEMENT_CHARACTER, literal=True)


def noting_garbled(clean: Cleaner, *, repairs: bool) -> Cleaner:
    """`clean`, for texts: garbled ones are repaired with a note, or sent as they are with a doubt."""

    def run(cells: pl.Series) -> pl.Series:
        frame, cell = cells.to_frame("cell"), pl.col("cell")
        # Most texts are plain ASCII, which is told many times as fast.
        may_be = cell.str.contains("&", literal=True) | (cell.str.len_bytes() != cell.str.len_chars())
        likely = frame.filter(may_be).filter(cell.str.contains(_LIKELY))["cell"].unique()
        found = [(cell, *repaired(cell)) for cell in likely]
        told = [(cell, text, kind) for cell, text, kind in found if kind]
        if not told:
            return frame.select(clean(cell)).to_series()
        texts, kinds = ({one[0]: one[place] for one in told} for place in (1, 2))
        kind = cell.replace_strict(kinds, default=None, return_dtype=pl.String)
        words = NOTES if repairs else DOUBTS
        said = kind.replace_strict(words, default=None, return_dtype=pl.String)
        first = answer(cell.replace(texts), said) if repairs else answer(cell, doubt=said)
        return frame.select(followed_by(first, clean)).to_series()

    return lambda cells: cells.map_batches(run, return_dtype=CLEANED)


def repaired(text: str) -> tuple[str, str | None]:
    """The text as it was meant, and what had to be undone; None where there was nothing."""
    whole, kind = text, None
    for _ in range(_MAX_ROUNDS):
        plain = _ENTITY_PATTERN.sub(lambda entity: html.unescape(entity[0]), whole)
        read = ftfy.fix_encoding(plain)
        if REPLACEMENT_CHARACTER in read and REPLACEMENT_CHARACTER not in plain:
            read = plain
        if read == whole:
            break
        kind = REDECODED if read != plain or kind == REDECODED else ENTITIES
        whole = read
    return whole, kind
