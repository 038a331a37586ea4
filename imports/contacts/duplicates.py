"""Finds rows that share an identifier, over a whole file, from hashes of the identifiers: a few bytes a row."""

from collections.abc import Sequence

import polars as pl

# Frames of row UInt32, then one UInt64 hash for each identifier, null where the row has none.
HASH_TYPE = pl.UInt64


def identifier_hash(identifier: pl.Expr) -> pl.Expr:
    """The hash of an identifier, the same whatever its case; null for none."""
    return pl.when(identifier.is_not_null()).then(identifier.str.to_lowercase().hash(seed=0))


def find_duplicates(keys: pl.DataFrame, match_key: str, policy: str) -> pl.DataFrame:
    """Rows that another stands for: `row` and `stands_for_it`, by `policy` keepLast, keepFirst or reject.

    Under reject no row stands for another: `stands_for_it` is null, and every row that shares its identifier is there.
    """
    kept = pl.col("row").min() if policy == "keepFirst" else pl.col("row").max()
    shared = (
        keys.lazy()
        .filter(pl.col(match_key).is_not_null())
        .with_columns(copies=pl.len().over(match_key), stands_for_it=kept.over(match_key))
        .filter(pl.col("copies") > 1)
    )
    if policy == "reject":
        return shared.select("row", stands_for_it=pl.lit(None, pl.UInt32)).sort("row").collect()
    return shared.filter(pl.col("row") != pl.col("stands_for_it")).select("row", "stands_for_it").sort("row").collect()


def find_shared(keys: pl.DataFrame, other_keys: Sequence[str], gone: pl.DataFrame, policy: str) -> pl.DataFrame:
    """Rows that will be sent but whose other identifier stays with another row: `row` and `key`, the identifier's name."""
    sent = keys.lazy().join(gone.lazy(), on="row", how="anti")
    kept = pl.col("row").max() if policy == "keepLast" else pl.col("row").min()
    found = [
        sent.filter(pl.col(key).is_not_null())
        .with_columns(copies=pl.len().over(key), keeper=kept.over(key))
        .filter((pl.col("copies") > 1) & (pl.col("row") != pl.col("keeper")))
        .select("row", key=pl.lit(key))
        for key in other_keys
    ]
    if not found:
        return pl.DataFrame(schema={"row": pl.UInt32, "key": pl.String})
    return pl.concat(found).collect()
