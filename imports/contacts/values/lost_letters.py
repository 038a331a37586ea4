"""Values with U+FFFD, which stands where letters were lost: they are never sent."""

import polars as pl

from imports.contacts.values.cells import CLEANED
from imports.contacts.values.ways import refuse

REPLACEMENT_CHARACTER = "\N{REPLACEMENT CHARACTER}"
LETTERS_LOST = "letters_lost"


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
