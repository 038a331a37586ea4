"""Rows as CSV that a spreadsheet may safely open."""

from io import BytesIO

import polars as pl

GUARD = "'"
FORMULA_START = r"^[=+\-@\t\r\n＝＋－＠]"
PLAIN_NUMBER = r"^[+\-](?:[0-9 .,/()%\-\x{A0}\x{202F}]*|[0-9]+(?:[.,][0-9]+)?[eE][+\-]?[0-9]+)$"


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """The rows of `frame` with commas and CRLF; nothing, rather than `""`, for a blank cell.

    A cell that a spreadsheet would run as a formula gets an apostrophe, unless it can only be a number or a telephone
    number.
    """
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    # To compare costs less than to match, and in most columns no cell can be a formula, or none is blank.
    may_be_formulas = frame.select(_may_be_formula(pl.col(texts)).any()).row(0)
    have_blanks = frame.select((pl.col(texts) == "").any()).row(0)
    changed = []
    for name, may_be_formula, has_blanks in zip(texts, may_be_formulas, have_blanks, strict=True):
        text = pl.when(pl.col(name) != "").then(pl.col(name)) if has_blanks else pl.col(name)
        if may_be_formula or has_blanks:
            changed.append((_guarded(text) if may_be_formula else text).alias(name))
    target = BytesIO()
    frame.with_columns(changed).write_csv(target, include_header=False, line_terminator="\r\n")
    return target.getvalue()


def _may_be_formula(text: pl.Expr) -> pl.Expr:
    """Whether a cell begins with what FORMULA_START names, or with a character that stands beside those."""
    return ((text < "0") & (text != "")) | ((text > "9") & (text < "A")) | (text >= "\uff00")


def _guarded(text: pl.Expr) -> pl.Expr:
    return pl.when(is_formula(text)).then(pl.concat_str(pl.lit(GUARD), text)).otherwise(text)


def is_formula(text: pl.Expr) -> pl.Expr:
    """Whether a spreadsheet would run a cell, so that it is guarded."""
    return text.str.contains(FORMULA_START) & ~text.str.contains(PLAIN_NUMBER)
