"""A line of imports: a file, and those that brought rows of it again. Which rows have arrived, and which are left.

A row keeps its number in the whole line. Numbers after the last of an import are those of rows that a later one added:
they mean the same below that one alone. So whoever asks says which span of numbers is meant.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from imports import tables
from imports.messages import Message
from imports.reports.ledger import BUCKETS, REACHED_DOTDIGITAL, Outcome
from imports.reports.settlement import scan_outcomes
from imports.tables import Schema

ARRIVED_SCHEMA: Schema = {"row": pl.UInt32, "match_identifier": pl.String}
"""Rows that are not to be sent again. `match_identifier`: only as long as the row's contact is matched by this, in
lower case, as another row has brought the contact; null: whatever the row holds by now, as it has itself arrived."""

RETRIED = (Outcome.REFUSED, Outcome.UNKNOWN, Outcome.NOT_SENT)
"""The buckets whose rows may arrive when they are sent again as they are."""

OPEN = tuple(bucket.key for bucket in BUCKETS if bucket.needs_attention)
"""The buckets whose rows somebody may want to do something about."""


@dataclass(frozen=True)
class LeftToDo:
    """How many rows of an import are `open`; of these how many can be tried again as they are (`again`); and of the
    others that were sent how many are of people who are `barred`, and how many were given up by decision."""

    open: int = 0
    again: int = 0
    barred: int = 0
    given_up: int = 0


def last_row(outcomes: Path) -> int:
    """The greatest number of a row."""
    return int(tables.scan(outcomes).select(pl.col("row").max()).collect().item() or 0)


def arrived_between(outcomes: Path, after: int, last: int) -> pl.Series:
    """The numbers greater than `after`, and not greater than `last`, of rows that have arrived."""
    arrived = pl.col("outcome").is_in(list(REACHED_DOTDIGITAL))
    wanted = tables.scan(outcomes).filter((pl.col("row") > after) & (pl.col("row") <= last) & arrived)
    return wanted.select("row").collect().to_series()


def find_duplicates(outcomes: Path, prepared: Path, arrived: pl.Series) -> pl.DataFrame:
    """`row`, `stands_for_it`, `match_identifier` of the duplicates for which a row stands that has `arrived`."""
    is_copy = pl.col("outcome") == pl.lit(Outcome.DUPLICATE)
    rows = scan_outcomes(outcomes).filter(is_copy).select("row", "stands_for_it")
    found = rows.filter(pl.col("stands_for_it").is_in(arrived.implode())).collect()
    named = matched_by(prepared, found["row"])
    return found.join(named, on="row", maintain_order="left")


def matched_by(prepared: Path, rows: pl.Series) -> pl.DataFrame:
    """`row`, `match_identifier` of these rows, as far as they have one; in lower case, as addresses are compared."""
    wanted = tables.scan(prepared).filter(pl.col("row").is_in(rows.implode()))
    return wanted.select("row", pl.col("match_identifier").str.to_lowercase()).drop_nulls().collect()


def brought_by_others(duplicates: pl.DataFrame, arrivals: pl.DataFrame) -> pl.DataFrame:
    """Those of the `duplicates` whose contact has arrived with the row that stands for it, as ARRIVED_SCHEMA.
    `arrivals` says by what the rows that have arrived were matched then, which may be corrected since."""
    same = duplicates.join(
        arrivals,
        left_on=["stands_for_it", "match_identifier"],
        right_on=["row", "match_identifier"],
        how="semi",
    )
    return same.select(ARRIVED_SCHEMA.keys()).cast(ARRIVED_SCHEMA)  # type: ignore[arg-type]


def rows_to_retry(outcomes: Path, barred: Collection[str]) -> pl.LazyFrame:
    """The numbers of the rows that can arrive when they are sent again as they are."""
    rows = scan_outcomes(outcomes)
    return rows.filter(_can_arrive(barred)).select("row")


def count_left(outcomes: Path, barred: Collection[str]) -> LeftToDo:
    """What is left to do of an import. `barred` are Dotdigital's codes for people who cannot be contacted."""
    counted = scan_outcomes(outcomes).select(
        open=_is_open().sum(),
        again=_can_arrive(barred).sum(),
        barred=_is_barred(barred).sum(),
        given_up=_is_given_up().sum(),
    )
    return LeftToDo(**counted.collect(engine="streaming").row(0, named=True))


def count_resolved(outcomes: Path, arrived: pl.Series, barred: Collection[str]) -> LeftToDo:
    """Of the rows that have `arrived` with a later import, how many were left to do of the one with these outcomes."""
    rows = scan_outcomes(outcomes).filter(pl.col("row").is_in(arrived.implode()))
    counted = rows.select(open=_is_open().sum(), again=_can_arrive(barred).sum())
    return LeftToDo(**counted.collect().row(0, named=True))


def arrived_table(rows: Sequence[pl.Series], brought: pl.DataFrame) -> pl.DataFrame:
    """All rows that are not to be sent again, as ARRIVED_SCHEMA, in the order of their numbers: `rows` that have
    arrived themselves, and those that others have `brought`."""
    themselves = pl.concat([pl.Series("row", [], pl.UInt32), *rows]).unique().sort().to_frame()
    return pl.concat(
        [
            themselves.with_columns(match_identifier=pl.lit(None, pl.String)),
            brought.unique().join(themselves, on="row", how="anti"),
        ]
    ).sort("row", maintain_order=True)


def _is_open() -> pl.Expr:
    return pl.col("outcome").is_in(OPEN)


def _can_arrive(barred: Collection[str]) -> pl.Expr:
    return pl.col("outcome").is_in([str(one) for one in RETRIED]) & ~_is_barred(barred) & ~_is_given_up()


def _is_barred(barred: Collection[str]) -> pl.Expr:
    pattern = rf"(?i)(?:^| )(?:{'|'.join(sorted(barred))})(?: |$)"
    is_refused = pl.col("outcome") == pl.lit(Outcome.REFUSED)
    return is_refused & pl.col("codes").fill_null("").str.contains(pattern)


def _is_given_up() -> pl.Expr:
    told = json.dumps(Message("given_up").to_json())
    return (pl.col("outcome") == pl.lit(Outcome.UNKNOWN)) & (pl.col("told") == told).fill_null(value=False)
