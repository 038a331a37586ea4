"""Values with U+FFFD, which stands where letters were lost: they are never sent."""

import polars as pl

from imports.contacts.values.cells import CLEANED, answer

REPLACEMENT_CHARACTER = "\N{REPLACEMENT CHARACTER}"
LETTERS_LOST = "letters_lost"
LOST = answer(pl.lit(None, pl.String), pl.lit(LETTERS_LOST))


def has_lost_letters(text: pl.Expr) -> pl.Expr:
    """Whether letters were lost in `text`."""
    return text.str.contains(REPLACEMENT_CHARACTER, literal=True).fill_null(value=False)


def refuse_lost_letters(answers: pl.Expr) -> pl.Expr:
    """The `CLEANED` structs without the values in which letters were lost: those are refused."""
    return answers.map_batches(_refuse, return_dtype=CLEANED)


def _refuse(answers: pl.Series) -> pl.Series:
    value = answers.struct.field("value")
    is_lost = value.to_frame("value").select(has_lost_letters(pl.col("value"))).to_series()
    # Hardly any column has one, and to rebuild the structs takes longer than to look.
    if not is_lost.any():
        return answers
    frame = pl.DataFrame(
        {
            "value": value,
            "code": answers.struct.field("code"),
            "doubt": answers.struct.field("doubt"),
            "is_lost": is_lost,
        }
    )
    is_kept = ~pl.col("is_lost")
    return frame.select(
        answer(
            pl.when(is_kept).then("value"),
            pl.when(is_kept).then("code").otherwise(pl.lit(LETTERS_LOST)),
            pl.when(is_kept).then("doubt"),
        )
    ).to_series()
