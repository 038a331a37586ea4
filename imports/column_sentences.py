"""Sentences made for whole columns: a template is translated once, and filled in by an expression."""

from string import Formatter

import polars as pl


def filled(template: str, **params: pl.Expr) -> pl.Expr:
    """The text of `template` with a column in the place of each {parameter}; null where one of them is.

    A parameter that has no column stays as it is written.
    """
    pieces: list[pl.Expr] = []
    for words, name, _, _ in Formatter().parse(template):
        if words:
            pieces.append(pl.lit(words))
        if name is not None:
            pieces.append(params[name].cast(pl.String) if name in params else pl.lit(f"{{{name}}}"))
    return pl.concat_str(pieces) if pieces else pl.lit("")
