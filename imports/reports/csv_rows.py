"""Rows as CSV that a spreadsheet may safely open, whatever it takes for the separator.

In many countries that is a semicolon, whatever the file has: quotation marks within a line mean nothing then, and what
stands behind a semicolon or a line break inside a cell begins a cell of its own.
"""

from io import BytesIO

import polars as pl

GUARD = "'"
FORMULA_START = r"^[=+\-@\t\r\n＝＋－＠]"
SEPARATOR = r"[;|\t\r\n]"
# Where a cell may begin inside of another: behind a separator, or a line break, and quotation marks.
INNER_START = f'({SEPARATOR}"*)'
INNER_SIGN = r"([=@＝＋－＠])"
# A sign with more than a number behind it, up to where the next cell may begin.
INNER_TERM = r"([+\-][0-9 .,/()%\-\x{A0}\x{202F}]*[^0-9 .,/()%\-\x{A0}\x{202F};|\t\r\n])"
INNER_FORMULA = f"{INNER_START}(?:{INNER_SIGN}|{INNER_TERM})"
INNER_GUARDED = f"{INNER_START}{GUARD}(?:{INNER_SIGN}|{INNER_TERM})"
PLAIN_NUMBER = r"^[+\-](?:[0-9 .,/()%\-\x{A0}\x{202F}]*|[0-9]+(?:[.,][0-9]+)?[eE][+\-]?[0-9]+)$"


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """The rows of `frame` with commas and CRLF; nothing, rather than `""`, for a blank cell.

    What a spreadsheet would run as a formula, a cell or a part of one, gets an apostrophe, unless it can only be a
    number or a telephone number.
    """
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    # To compare costs less than to match, and in most columns no cell can be a formula, or none is blank.
    may_be_formulas = frame.select(_may_be_formula(pl.col(texts)).any()).row(0)
    have_separators = frame.select(pl.col(texts).str.contains(SEPARATOR).any()).row(0)
    have_blanks = frame.select((pl.col(texts) == "").any()).row(0)
    changed = []
    for name, may_be_formula, has_separators, has_blanks in zip(
        texts, may_be_formulas, have_separators, have_blanks, strict=True
    ):
        text = pl.when(pl.col(name) != "").then(pl.col(name)) if has_blanks else pl.col(name)
        if may_be_formula or has_separators:
            text = guarded(text)
        if may_be_formula or has_separators or has_blanks:
            changed.append(text.alias(name))
    target = BytesIO()
    frame.with_columns(changed).write_csv(target, include_header=False, line_terminator="\r\n")
    return target.getvalue()


def _may_be_formula(text: pl.Expr) -> pl.Expr:
    """Whether a cell begins with what FORMULA_START names, or with a character that stands beside those."""
    return ((text < "0") & (text != "")) | ((text > "9") & (text < "A")) | (text >= "\uff00")


def guarded(text: pl.Expr) -> pl.Expr:
    """Cells as a file has them: an apostrophe before whatever a spreadsheet would run."""
    inside = pl.when(has_inner_formula(text)).then(_with_inner_guards(text)).otherwise(text)
    return pl.when(is_formula(text)).then(pl.concat_str(pl.lit(GUARD), inside)).otherwise(inside)


def _with_inner_guards(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(INNER_FORMULA, f"${{1}}{GUARD}${{2}}${{3}}")


def without_inner_guards(text: pl.Expr) -> pl.Expr:
    """Cells without the apostrophes that `guarded` put inside of them."""
    return text.str.replace_all(INNER_GUARDED, "${1}${2}${3}")


def is_formula(text: pl.Expr) -> pl.Expr:
    """Whether a spreadsheet would run a cell, so that it is guarded."""
    return text.str.contains(FORMULA_START) & ~text.str.contains(PLAIN_NUMBER)


def has_inner_formula(text: pl.Expr) -> pl.Expr:
    """Whether a spreadsheet with another separator would run a part of a cell, so that the part is guarded."""
    return text.str.contains(INNER_FORMULA)


def has_inner_guard(text: pl.Expr) -> pl.Expr:
    """Whether a cell has an apostrophe where `guarded` puts one inside."""
    return text.str.contains(INNER_GUARDED)
