"""Yes and no, in the words of several languages."""

import polars as pl

from imports.contacts.cells import cleaned, in_steps, trim

TRUE, FALSE = "true", "false"

YES_AND_NO: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "signs": (("1", "1.0", "x", "✓", "✔", "☑", "✅"), ("0", "0.0", "✗", "✘", "☐", "❌")),
    "en": (("true", "t", "yes", "y", "on", "checked"), ("false", "f", "no", "n", "off", "unchecked")),
    "de": (("wahr", "ja", "j", "ein", "an"), ("falsch", "nein", "n", "aus")),
}
"""Language -> words for yes, words for no; in lower case."""

_MEANING = {
    word: meaning
    for words in YES_AND_NO.values()
    for meaning, spellings in zip((TRUE, FALSE), words, strict=True)
    for word in spellings
}


def clean_boolean(cells: pl.Expr) -> pl.Expr:
    """A yes/no data field's value: `true` or `false`."""
    trimmed, value = pl.col("trimmed"), pl.col("value")
    code = pl.when(value.is_null()).then(pl.lit("boolean_unknown"))
    return in_steps(
        cells,
        {"trimmed": trim(pl.col("cell"))},
        {"value": trimmed.str.to_lowercase().replace_strict(_MEANING, default=None, return_dtype=pl.String)},
        {"answer": cleaned(trimmed, value, code)},
    )
