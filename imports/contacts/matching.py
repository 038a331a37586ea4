"""What each row's contact is matched by, and which rows share an identifier."""

from collections.abc import Sequence

import polars as pl

from imports.contacts.cleaned_fields import CleanedField
from imports.contacts.mapping import Mapping
from imports.contacts.policies import DuplicatePolicy
from imports.tables import Schema

ROWS_PER_PART = 1_000_000
MAX_ROWS_NAMED = 10

SHARED_SCHEMA: Schema = {"row": pl.UInt32, "stands_for_it": pl.UInt32, "rows": pl.String}
"""`stands_for_it` is the row that keeps the identifier, null when none does; `rows` names that or the
others."""


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


def find_shared(
    keys: pl.LazyFrame, policy: DuplicatePolicy, rows: int, contents: pl.LazyFrame | None = None
) -> pl.DataFrame:
    """The rows that lose an identifier they share, in order, as SHARED_SCHEMA.

    `keys` has `row`; `key`, an identifier without what does not tell two of them apart, null for none; and
    `is_held`, whether the row cannot go without it, which holds for one row of a key at most. `rows` is about
    how many there are. Where the policy has a row that stands for the others, all but that one of those who share
    lose, else all; but a row that holds the identifier keeps it under every policy.

    With `contents`, a row that says nothing but what the fullest row of its key says as well, and less, stands for no
    other: the second line of an order, blank but for the address, does not replace the first. `contents` has `row`
    and a number for each value of the row, null for none; `keys` then has `filled`, how many values there are.
    """
    parts = max(1, -(-rows // ROWS_PER_PART))
    hashed = keys.filter(pl.col("key").is_not_null()).with_columns(hash=pl.col("key").hash(seed=0))
    found = [
        _shared_of_part(hashed.filter(pl.col("hash") % parts == part), policy, contents)
        for part in range(parts)
    ]
    return pl.concat(found).sort("row")


def _shared_of_part(
    keys: pl.LazyFrame, policy: DuplicatePolicy, contents: pl.LazyFrame | None
) -> pl.DataFrame:
    """Nearly all keys are alone: only those whose hash comes again are read and compared."""
    hashes = keys.select("hash").collect(engine="streaming").to_series()
    again = hashes.filter(hashes.is_duplicated()).unique()
    if again.is_empty():
        return pl.DataFrame(schema=SHARED_SCHEMA)
    row = pl.col("row")
    held = keys.filter(pl.col("hash").is_in(again.implode())).drop("hash").collect(engine="streaming")
    repeated = held.filter(pl.col("key").is_duplicated())
    covered = _covered(repeated, policy, contents)
    holder = row.filter("is_held").first()
    standing = row.filter(~row.is_in(covered.implode()))
    chosen = policy.stands(standing) if policy.stands else pl.lit(None, pl.UInt32)
    groups = repeated.group_by("key").agg(
        stands_for_it=pl.coalesce(holder, chosen), named=row.sort().head(MAX_ROWS_NAMED + 1)
    )
    shared = repeated.join(groups, on="key").filter(row.ne_missing(pl.col("stands_for_it")))
    others = pl.col("named").list.set_difference(pl.concat_list("row")).list.sort().list.head(MAX_ROWS_NAMED)
    return shared.select(
        "row",
        "stands_for_it",
        rows=pl.coalesce(
            pl.col("stands_for_it").cast(pl.String), others.cast(pl.List(pl.String)).list.join(", ")
        ),
    ).cast(SHARED_SCHEMA)  # type: ignore[arg-type]


def _covered(repeated: pl.DataFrame, policy: DuplicatePolicy, contents: pl.LazyFrame | None) -> pl.Series:
    """The rows all of whose values the fullest row of their key has as well, and more."""
    nothing = pl.Series(dtype=pl.UInt32)
    if contents is None or policy.stands is None:
        return nothing
    filled = pl.col("filled")
    uneven = repeated.filter(filled.min().over("key") < filled.max().over("key"))
    if uneven.is_empty():
        return nothing
    said = contents.filter(pl.col("row").is_in(uneven["row"].implode())).collect(engine="streaming")
    values = [name for name in said.columns if name != "row"]
    compared = uneven.join(said, on="row")
    fullest = compared.sort("filled", "row", descending=[True, policy.prefers_later]).unique(
        "key", keep="first", maintain_order=True
    )
    beside = compared.join(fullest.select("key", "filled", *values), on="key", suffix="_of_fullest")
    is_said = [
        pl.col(name).is_null() | (pl.col(name) == pl.col(f"{name}_of_fullest")).fill_null(value=False)
        for name in values
    ]
    is_less = filled < pl.col("filled_of_fullest")
    return beside.filter(is_less & pl.all_horizontal(is_said))["row"]
