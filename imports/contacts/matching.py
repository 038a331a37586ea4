"""What each row's contact is matched by: the same for the whole file, or as a column says."""

from collections.abc import Sequence

import polars as pl

from imports.contacts.cleaned_fields import CleanedField
from imports.contacts.mapping import Mapping


def match_name(mapping: Mapping, fields: Sequence[CleanedField]) -> pl.Expr:
    """The name of the identifier of every row; null where a column says something that cannot be
    used. A cell that says nothing leaves it to the file's rule."""
    usual = pl.lit(mapping.match_identifier)
    saying = next((one for one in fields if one.says_match), None)
    if saying is None:
        return usual
    value = pl.col(saying.value)
    return pl.when(value.is_null() & ~saying.is_invalid()).then(usual).otherwise(value)


def match_value(fields: Sequence[CleanedField], name: str = "match_by") -> pl.Expr:
    """The value of the identifier that the column `name` names; null where the row has none."""
    return pl.coalesce(pl.when(pl.col(name) == one.target.key).then(pl.col(one.value)) for one in fields)


def identifier_key(one: CleanedField) -> pl.Expr:
    """What two spellings of one value of an identifier have in common."""
    return one.target.type.key(pl.col(one.value))


def match_key(fields: Sequence[CleanedField]) -> pl.Expr:
    """What rows of the same contact have in common: the identifier's name with its value."""
    keys = [
        pl.when(pl.col("match_by") == one.target.key).then(
            pl.concat_str(pl.lit(f"{one.target.key}:"), identifier_key(one))
        )
        for one in fields
    ]
    return pl.coalesce(keys)
