"""Yes and no, in the words of all languages."""

import polars as pl

from imports.contacts.values.cells import cleaned, trim
from imports.contacts.values.ways import in_steps, once_each
from imports.languages.known_languages import words_in_all

TRUE, FALSE = "true", "false"

_YES_SIGNS = ("1", "1.0", "1,0", "x", "✓", "✔", "☑", "✅")
_NO_SIGNS = ("0", "0.0", "0,0", "✗", "✘", "☐", "❌")
# A single letter is a word where it cannot mean the opposite in another of the languages: y, j, o, s and t
# begin a yes or a true, n and f a no or a false. v does both (vrai, vals), and so does w (waar, wrong).
_YES_LETTERS, _NO_LETTERS = ("y", "j", "o", "s", "t"), ("n", "f")

YES = frozenset((*_YES_SIGNS, *_YES_LETTERS, *words_in_all("YES")))
NO = frozenset((*_NO_SIGNS, *_NO_LETTERS, *words_in_all("NO")))

_MEANING = dict.fromkeys(YES, TRUE) | dict.fromkeys(NO, FALSE)


def clean_boolean(cells: pl.Expr) -> pl.Expr:
    """A yes/no value: `true` or `false`."""
    trimmed, value = pl.col("trimmed"), pl.col("value")
    code = pl.when(value.is_null()).then(pl.lit("boolean_unknown"))

    def clean(different: pl.Expr) -> pl.Expr:
        word = trimmed.str.normalize("NFC").str.to_lowercase()
        return in_steps(
            different,
            {"trimmed": trim(pl.col("cell"))},
            {"value": word.replace_strict(_MEANING, default=None, return_dtype=pl.String)},
            {"answer": cleaned(trimmed, value, code)},
        )

    return once_each(cells, clean)
