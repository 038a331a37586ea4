"""Rows whose contact has arrived with an earlier import of the same rows: they are not sent again."""

from pathlib import Path

import polars as pl

ARRIVED, BROUGHT = "arrived_before", "duplicate_arrived_before"
"""Codes of the issues: a row has itself arrived; another has, and brought its contact."""


class ArrivedRows:
    """The rows of a table with `row` and `match_identifier`, which is null where the row has itself arrived, and else
    says, in lower case, by what the contact was matched that another row has brought."""

    def __init__(self, path: Path | None) -> None:
        rows = None if path is None else pl.read_parquet(path, glob=False)
        self._rows = rows if rows is not None and rows.height else None

    def mark(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame`, of ascending rows with `match_value`, with the column `arrived`: one of the codes, or null."""
        if self._rows is None or frame.is_empty():
            return frame.with_columns(arrived=pl.lit(None, pl.String))
        between = pl.col("row").is_between(frame["row"].item(0), frame["row"].item(-1))
        near = self._rows.filter(between)
        is_own = pl.col("match_identifier").is_null()
        own = near.filter(is_own)["row"].implode()
        brought = (
            frame.select("row", pl.col("match_value").str.to_lowercase())
            .join(
                near.filter(~is_own),
                left_on=["row", "match_value"],
                right_on=["row", "match_identifier"],
                how="semi",
            )["row"]
            .implode()
        )
        return frame.with_columns(
            arrived=pl.when(pl.col("row").is_in(own))
            .then(pl.lit(ARRIVED))
            .when(pl.col("row").is_in(brought))
            .then(pl.lit(BROUGHT))
        )
