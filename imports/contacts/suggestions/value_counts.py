"""The different values of one column and how often each comes, for saying what each stands for."""

from pathlib import Path

import polars as pl

from imports import tables
from imports.contacts.values.cells import trim

VALUES_AT_A_TIME = 250_000
"""About how many different values are held at once. A column with more is gone through several times, each
time for another part of its values."""

_KEY, _VALUE = pl.col("key"), pl.col("value")


def value_counts(
    staged: Path, column_index: int, limit: int, values_at_a_time: int = VALUES_AT_A_TIME
) -> tuple[list[tuple[str, int]], int]:
    """The commonest values of column `c<column_index>` of a staged table, at most `limit`, with the rows that
    hold each, and how many different values there are in all.

    Values are trimmed, and letter case makes no difference, as it makes none to what they mean: the commonest
    spelling stands for the others. Blanks do not count. The commonest come first, of equals the first in order
    of their characters.
    """
    cells = tables.scan(staged).select(value=trim(pl.col(f"c{column_index}"))).filter(_VALUE != "")
    values = cells.with_columns(key=_VALUE.str.to_lowercase())
    roughly = values.select(_KEY.approx_n_unique()).collect(engine="streaming").item()
    parts = max(1, -(-roughly // values_at_a_time))
    commonest: list[tuple[str, int]] = []
    distinct = 0
    for part in range(parts):
        counted = _count_part(values, part, parts)
        distinct += counted.height
        commonest += counted.sort("times", "value", descending=[True, False]).head(limit).rows()
    commonest.sort(key=lambda one: (-one[1], one[0]))
    return commonest[:limit], distinct


def _count_part(values: pl.LazyFrame, part: int, parts: int) -> pl.DataFrame:
    if parts > 1:
        values = values.filter(_KEY.hash(seed=0) % parts == part)
    spellings = values.group_by("key", "value").agg(times=pl.len().cast(pl.Int64))
    ordered = spellings.sort("times", "value", descending=[True, False])
    counted = ordered.group_by("key", maintain_order=True).agg(_VALUE.first(), pl.col("times").sum())
    return counted.select("value", "times").collect(engine="streaming")
