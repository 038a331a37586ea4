"""Words in texts that stand for nothing: what programs write for it, and errors of spreadsheets.

In a text such a word may be meant as it stands, and a few are names: Mr Null, Mrs Na. So it is not sent, which
overwrites nothing, until a person says that it is meant; and what is written as a name is sent, with a doubt.
"""

import polars as pl

from imports.contacts.values.cells import ANSWERED, CLEANED, SHEET_ERRORS, Cleaner, packed, trim, unpacked

_ANY_CASE = (
    *(
        "n/a",
        "#n/a",
        "n.a.",
        "(null)",
        "<null>",
        "[null]",
        "{null}",
        "\\n",
        "undefined",
        "(undefined)",
        "unknown",
    ),
    *("(unknown)", "(blank)", "(empty)", "(none)", "tbc", "tbd", "not available", "not applicable"),
    *("k.a.", "k. a.", "keine angabe", "unbekannt", "entfällt", "(leer)", "(unbekannt)", "nicht verfügbar"),
    *("n/d", "n.d.", "s/d", "s/i", "n/c", "inconnu", "non renseigné", "(vide)", "sans objet"),
    *("sin datos", "sin dato", "desconocido", "no aplica", "(vacío)"),
    *("non disponibile", "sconosciuto", "(vuoto)", "n.v.t.", "onbekend", "(leeg)"),
    *("nie dotyczy", "brak danych", "nieznany", "(puste)"),
    *("não aplicável", "desconhecido", "sem dados", "(vazio)"),
    *("-", "--", "---", "–", "—", ".", "..", "...", "…", "?", "??", "???", "/", "#", "*"),
    *("0.0.00", "00.00.00", "00.00.0000", "0.0.0000", "00/00/0000", "0000-00-00", "0000-00-00 00:00:00"),
    *SHEET_ERRORS,
)
_AS_WRITTEN = (
    *("NULL", "null", "NaN", "nan", "NONE", "none", "nil"),
    *("k.A.", "k. A.", "keine Angabe", "keine Angaben", "n/A", "N/a"),
)
_LIKE_NAMES = ("Null", "None", "Nil", "Nan", "Na", "NA", "na", "NAN", "NIL")

PLACEHOLDER, POSSIBLE = "placeholder", "placeholder_possible"

_IN_TEXTS = sorted(
    {*_AS_WRITTEN}.union(*({word, word.upper(), word.title(), word.capitalize()} for word in _ANY_CASE))
)
_ALL = sorted({*_IN_TEXTS, *_LIKE_NAMES})


def is_text_placeholder(trimmed: pl.Expr) -> pl.Expr:
    """Whether a trimmed text stands for no value."""
    return trimmed.is_in(_IN_TEXTS)


def without_placeholders(clean: Cleaner) -> Cleaner:
    """`clean`, for texts: what stands for nothing has no value, and what may is doubted."""

    def run(both: pl.Series) -> pl.Series:
        cell, answers = both.struct.field("cell"), both.struct.field("answer")
        value = answers.struct.field("value")
        # Nearly no column has one, and to look at cells and values costs less than to trim all cells.
        is_one = cell.is_in(_ALL) | value.is_in(_ALL).fill_null(value=False)
        if not is_one.any():
            return answers
        frame = (
            unpacked(answers).with_columns(cell=cell, is_one=is_one).with_columns(word=trim(pl.col("cell")))
        )
        return packed(frame.with_columns(**_told()).select(ANSWERED))

    return lambda cells: pl.struct(cell=cells, answer=clean(cells)).map_batches(run, return_dtype=CLEANED)


def _told() -> dict[str, pl.Expr]:
    value, code, doubt, word = map(pl.col, ("value", "code", "doubt", "word"))
    is_nothing = pl.col("is_one") & word.is_in(_IN_TEXTS)
    is_possible = pl.col("is_one") & word.is_in(_LIKE_NAMES) & value.is_not_null()
    return {
        "value": pl.when(~is_nothing).then(value),
        "code": pl.when(is_nothing).then(pl.lit(PLACEHOLDER)).otherwise(code),
        "doubt": pl.when(is_nothing)
        .then(None)
        .when(is_possible)
        .then(pl.coalesce(doubt, pl.lit(POSSIBLE)))
        .otherwise(doubt),
    }
