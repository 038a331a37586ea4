"""What every cleaner does with a cell: the shape of its answer, blanks, and words that stand for a blank.

A cleaner is a function from an expression of cells (String, never null, "" for blank) to an expression of
`CLEANED` structs:

    value     code      doubt     meaning
    null      null      null      the cell is blank
    "x"       null      null      the value, in the form in which it is sent
    "x"       code      null      the value, and what was done to it: a note
    null      code      null      why the cell cannot be used: it is left out, or its row is rejected
    "x"       any       code      the value, which is sent, and why it may not be what was meant

The struct itself is never null. Structs only carry an answer out of an expression: what is joined, chosen or put
together by rows is put together in their three columns (`unpacked`, `packed`), because Polars miscounts the nulls
of structs. See docs/adr/0023-every-cell-is-accounted-for.md.

Cleaning a value that cleaning gave changes nothing and notes nothing, as long as cleaner and settings are
those of the form in which values are sent.
"""

from collections.abc import Callable, Collection

import polars as pl

from imports.languages.formula_errors import FORMULA_ERRORS, NOT_CALCULATED

CLEANED = pl.Struct({"value": pl.String, "code": pl.String, "doubt": pl.String})

ANSWERED = ("value", "code", "doubt")

Cleaner = Callable[[pl.Expr], pl.Expr]

# Characters without ink that copying from web pages, chats and address books leaves behind: soft hyphen,
# zero-width spaces and joiners, direction marks, word joiner, byte order mark.
INVISIBLE = (
    "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2067\u2068\u2069\ufeff"
)
SPACES = (
    " \t\n\r\x0b\x0c\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)

SHEET_ERRORS = (
    *("#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!", "#na", "#error!", "#spill!", "#calc!"),
    *("#field!", "#blocked!", "#connect!", "#getting_data", "#unknown!"),
    *("#bezug!", "#wert!", "#zahl!", "#nv", "#valeur!", "#nom?", "#nombre!", "#nul!"),
    *(
        "#¡ref!",
        "#¡valor!",
        "#¡div/0!",
        "#¿nombre?",
        "#¡num!",
        "#¡nulo!",
        "#n/d",
        "#rif!",
        "#valore!",
        "#nome?",
    ),
    *("#verw!", "#waarde!", "#deel/0!", "#naam?", "#getal!", "#leeg!", "#n/b", "#adr!", "#arg!", "#liczba!"),
    *("#dziel/0!", "#nazwa?", "#zero!", "#valor!", "#núm!", "#nulo!", "#disp!"),
)
"""What spreadsheets show for a formula that has no result, in eight languages, in lower case."""

PLACEHOLDERS = (
    *(
        "n/a",
        "#n/a",
        "n.a.",
        "na",
        "nan",
        "null",
        "(null)",
        "none",
        "nil",
        "undefined",
        "unknown",
        "tbc",
        "tbd",
    ),
    *("k.a.", "k. a.", "keine", "keine angabe", "unbekannt", "entfällt", "leer"),
    *("-", "--", "---", "–", "—", ".", "?", "/", "#"),
    *("0.0.00", "00.00.00", "00.00.0000", "0.0.0000", "00/00/0000", "0000-00-00", "0000-00-00 00:00:00"),
    *SHEET_ERRORS,
)
"""What people and programs write for "nothing here", in lower case. Of those in texts, `placeholders`
says more."""

_EDGES = SPACES + INVISIBLE


def trim(cell: pl.Expr) -> pl.Expr:
    """The cell without spaces and invisible characters at its ends."""
    return cell.str.strip_chars(_EDGES)


def folded_word(text: str) -> str:
    """A word of a mapping in the form in which cells are compared with it: trimmed, in lower case."""
    return text.strip(_EDGES).lower()


def unguard(cell: pl.Expr) -> pl.Expr:
    """The cell without the apostrophe by which spreadsheets keep digits as text."""
    return cell.str.strip_prefix("'")


def is_placeholder(trimmed: pl.Expr) -> pl.Expr:
    """Whether a trimmed cell stands for no value."""
    return trimmed.str.to_lowercase().is_in(PLACEHOLDERS)


def shows_no_value(cell: pl.Expr, sent_all_the_same: Collection[str] = ()) -> pl.Expr:
    """Whether a cell has the error of a formula, or a formula that was never calculated, in place of a value.

    Not where the cell, in the form of `folded_word`, is among those that are `sent_all_the_same`.
    """
    texts = [text for text in (*FORMULA_ERRORS, NOT_CALCULATED) if folded_word(text) not in sent_all_the_same]
    return cell.is_in(texts)


def answer(value: pl.Expr, code: pl.Expr | None = None, doubt: pl.Expr | None = None) -> pl.Expr:
    """The `CLEANED` struct of these three."""
    nothing = pl.lit(None, pl.String)
    return pl.struct(
        value=value, code=nothing if code is None else code, doubt=nothing if doubt is None else doubt
    )


def unpacked(answers: pl.Series) -> pl.DataFrame:
    """The columns `value`, `code` and `doubt` of `CLEANED` structs."""
    return answers.struct.unnest()


def packed(answers: pl.DataFrame) -> pl.Series:
    """The `CLEANED` structs of the columns `value`, `code` and `doubt`; `unpacked` is the inverse."""
    return answers.select(answer(*map(pl.col, ANSWERED))).to_series()


def either(is_first: pl.Expr, first: pl.Expr, other: pl.Expr) -> pl.Expr:
    """The `CLEANED` structs of `first` where `is_first` holds, else those of `other`."""

    def run(both: pl.Series) -> pl.Series:
        frame = both.struct.unnest()
        if not frame["is_first"].any():
            return packed(unpacked(frame["other"]))
        one, two, holds = unpacked(frame["first"]), unpacked(frame["other"]), frame["is_first"]
        return packed(pl.DataFrame([one[name].zip_with(holds, two[name]) for name in ANSWERED]))

    together = pl.struct(is_first=is_first.fill_null(value=False), first=first, other=other)
    return together.map_batches(run, return_dtype=CLEANED)


def noted(answers: pl.Expr, with_value: pl.Expr, without: pl.Expr) -> pl.Expr:
    """The `CLEANED` structs with a code where they have none: one for a value, another for none."""

    def run(both: pl.Series) -> pl.Series:
        frame = both.struct.unnest()
        note = pl.when(pl.col("value").is_not_null()).then("with_value").otherwise("without")
        together = unpacked(frame["answers"]).hstack(frame.select("with_value", "without"))
        return packed(together.with_columns(code=pl.coalesce("code", note)))

    return pl.struct(answers=answers, with_value=with_value, without=without).map_batches(
        run, return_dtype=CLEANED
    )


def cleaned(trimmed: pl.Expr, value: pl.Expr, code: pl.Expr, doubt: pl.Expr | None = None) -> pl.Expr:
    """The `CLEANED` struct of a cell: nothing for a blank, a receipt for a placeholder, else what is given.

    `value` must be null where `code` is a refusal, and `doubt` where `value` is.
    """
    blank, placeholder = trimmed == "", is_placeholder(trimmed)
    return answer(
        pl.when(~blank & ~placeholder).then(value),
        pl.when(blank).then(None).when(placeholder).then(pl.lit("placeholder")).otherwise(code),
        None if doubt is None else pl.when(~blank & ~placeholder).then(doubt),
    )
