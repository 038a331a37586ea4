"""Numbers in the form of a plan that has been replaced, where the new form follows from the old one for certain.

Mexico dialled a 1 between its country code and a mobile number until 2019; the ten digits behind it are the number
as it is now. Of no other country is this so sure: whether Argentina's 9 is missing, which digit Brazil put in front,
and which two Ivory Coast did, depends on what kind of number it was.
"""

import polars as pl

_MEXICO, _OLD_START, _OLD_MEXICAN = "MX", "521", "^521[0-9]{10}$"
_GROUPING = r"[ ().\-]"


def _digits(bare: pl.Expr) -> pl.Expr:
    return bare.str.strip_prefix("+").str.replace_all(_GROUPING, "")


def is_renumbered(bare: pl.Expr, region: pl.Expr) -> pl.Expr:
    """Whether a number, with its plus or in a region where it can have lost it, is of a plan that was replaced."""
    return are_renumbered(_digits(bare), bare.str.starts_with("+"), region)


def are_renumbered(digits: pl.Expr, plus: pl.Expr, region: pl.Expr) -> pl.Expr:
    """The same of a number's digits and of whether it has a plus."""
    says_country = plus | region.is_in([_MEXICO, "international"]).fill_null(value=False)
    return says_country & digits.str.starts_with(_OLD_START) & digits.str.contains(_OLD_MEXICAN)


def renumber(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of `bare`, `note` and `region` with such numbers in their new form, with a note."""
    bare = pl.col("bare")
    plus = pl.when(bare.str.starts_with("+")).then(pl.lit("+")).otherwise(pl.lit(""))
    found = frame.with_columns(renumbered=is_renumbered(bare, pl.col("region")))
    return found.with_columns(
        bare=pl.when("renumbered")
        .then(pl.concat_str(plus, pl.lit("52"), _digits(bare).str.slice(3)))
        .otherwise(bare),
        # Of several repairs the one is told that changes digits.
        note=pl.when("renumbered").then(pl.lit("phone_renumbered")).otherwise("note"),
    ).drop("renumbered")
