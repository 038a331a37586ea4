"""A line of imports: a file, and those that brought rows of it again. Which rows have arrived, and which are left.

A row keeps its number in the whole line. Numbers after the last of an import are those of rows that a later one added:
they mean the same below that one alone. So whoever asks says which span of numbers is meant.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from imports import tables
from imports.messages import Message
from imports.reports.ledger import BUCKETS, REACHED_DOTDIGITAL, Outcome
from imports.reports.sent_consent import CONSENT_RECORD, records_of
from imports.reports.settlement import scan_outcomes
from imports.tables import Schema

ARRIVED_SCHEMA: Schema = {"row": pl.UInt32, "match_identifier": pl.String}
"""Rows that are not to be sent again. `match_identifier`: only as long as the row's contact is matched by this, in
lower case, as another row has brought the contact; null: whatever the row holds by now, as it has itself arrived."""

LACKING_SCHEMA: Schema = {
    "row": pl.UInt32,
    "lacks": pl.List(pl.String),
    "was": pl.List(pl.String),
    "match_identifier": pl.String,
    "consents": pl.List(CONSENT_RECORD),
}
"""Rows that arrived without some of their values: the headers by which that was told, the row's cells then, in the
order of other columns, by what its contact was matched then, in lower case, and the consent records that Dotdigital has
of it by now."""

RETRIED = (Outcome.REFUSED, Outcome.UNKNOWN, Outcome.NOT_SENT)
"""The buckets whose rows may arrive when they are sent again as they are."""

OPEN = tuple(bucket.key for bucket in BUCKETS if bucket.needs_attention)
"""The buckets whose rows somebody may want to do something about."""


@dataclass(frozen=True)
class LeftToDo:
    """How many rows of an import are `open`; of these how many can be tried again as they are (`again`); and of the
    others that were sent how many are of people who are `barred`, and how many were given up by decision. `lacking`: of
    those that arrived, how many did so without some of their values."""

    open: int = 0
    again: int = 0
    barred: int = 0
    given_up: int = 0
    lacking: int = 0


def last_row(outcomes: Path) -> int:
    """The greatest number of a row."""
    return int(tables.scan(outcomes).select(pl.col("row").max()).collect().item() or 0)


def arrived_between(outcomes: Path, after: int, last: int) -> pl.Series:
    """The numbers greater than `after`, and not greater than `last`, of rows that have arrived."""
    arrived = pl.col("outcome").is_in(list(REACHED_DOTDIGITAL))
    wanted = tables.scan(outcomes).filter((pl.col("row") > after) & (pl.col("row") <= last) & arrived)
    return wanted.select("row").collect().to_series()


def arrived_without_values(outcomes: Path) -> pl.DataFrame:
    """`row` and `lacks` of the rows that arrived without some of their values, as far as is known which."""
    headers = pl.col("issues").list.eval(pl.element().struct.field("column")).list.unique()
    rows = scan_outcomes(outcomes).filter(pl.col("values_left_out") & (pl.col("issues").list.len() > 0))
    return rows.select("row", lacks=headers).collect()


def cells_then(
    lacking: pl.DataFrame, checked: Path, prepared: Path, places: Sequence[int | None]
) -> Iterator[pl.DataFrame]:
    """The rows of `lacking`, of `arrived_without_values`, as LACKING_SCHEMA without `consents`, a few at a time.
    `checked` is the table that was checked then, `places[i]` where in it the column is that is the i-th now, None where
    it had none."""
    cells = [pl.lit("") if place is None else pl.col(f"c{place}") for place in places]
    was = pl.concat_list(cells) if cells else pl.lit([], pl.List(pl.String))
    for part in lacking.iter_slices(tables.ROWS_PER_GROUP):
        before = tables.rows_at(tables.scan(checked).select("row", was=was), part["row"].to_list())
        found = part.join(before, on="row", how="inner", maintain_order="left")
        matched = matched_by(prepared, part["row"])
        yield found.join(matched, on="row", how="left", maintain_order="left")


def with_consents(
    frames: Iterable[pl.DataFrame], stored: Sequence[tuple[Path, pl.Series]]
) -> Iterator[pl.DataFrame]:
    """`frames` of `cells_then` as LACKING_SCHEMA. `stored`: the prepared tables of the imports that brought their rows,
    each with the rows whose consent records Dotdigital has stored."""
    nothing = pl.DataFrame(schema={"row": pl.UInt32, "consent": CONSENT_RECORD})
    for frame in frames:
        found = [nothing]
        for prepared, rows in stored:
            wanted = rows.filter(rows.is_in(frame["row"].implode())).to_list()
            contacts = tables.rows_at(tables.scan(prepared).select("row", "contact"), wanted)
            found.append(records_of(contacts.lazy()).collect())
        consents = pl.concat(found).group_by("row").agg(consents=pl.col("consent"))
        yield frame.join(consents, on="row", how="left", maintain_order="left").select(*LACKING_SCHEMA)


def rows_with_code(outcomes: Path, codes: Collection[str]) -> pl.Series:
    """The numbers of the rows of which Dotdigital said one of `codes`, whatever their letter case."""
    return tables.scan(outcomes).filter(_has_code(codes)).select("row").collect().to_series()


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


def rows_to_retry(outcomes: Path, hopeless: Collection[str]) -> pl.LazyFrame:
    """The numbers of the rows that can arrive when they are sent again as they are. `hopeless` are Dotdigital's codes
    for contacts that cannot."""
    rows = scan_outcomes(outcomes)
    return rows.filter(_can_arrive(hopeless)).select("row")


def count_left(outcomes: Path, barred: Collection[str], hopeless: Collection[str]) -> LeftToDo:
    """What is left to do of an import. `barred` are Dotdigital's codes for people who cannot be contacted,
    `hopeless` these and others that sending again does not help."""
    counted = scan_outcomes(outcomes).select(
        open=_is_open().sum(),
        again=_can_arrive(hopeless).sum(),
        barred=_is_refused(barred).sum(),
        given_up=_is_given_up().sum(),
        lacking=_is_lacking().sum(),
    )
    return LeftToDo(**counted.collect(engine="streaming").row(0, named=True))


def count_resolved(
    outcomes: Path, arrived: pl.Series, before: pl.Series, still_lacking: pl.Series, hopeless: Collection[str]
) -> LeftToDo:
    """Of the rows that have `arrived` with a later import, how many were left to do of the one with these outcomes
    until then: not those that had arrived `before`, with one in between. `still_lacking` are those of them that arrived
    without some of their values even then."""
    rows = scan_outcomes(outcomes).filter(pl.col("row").is_in(arrived.implode()))
    is_whole = ~pl.col("row").is_in(still_lacking.implode())
    is_first = ~pl.col("row").is_in(before.implode())
    counted = rows.select(
        open=(_is_open() & is_first).sum(),
        again=(_can_arrive(hopeless) & is_first).sum(),
        lacking=(_is_lacking() & is_whole).sum(),
    )
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


def _is_lacking() -> pl.Expr:
    return pl.col("values_left_out").fill_null(value=False)


def _can_arrive(hopeless: Collection[str]) -> pl.Expr:
    return pl.col("outcome").is_in([str(one) for one in RETRIED]) & ~_is_refused(hopeless) & ~_is_given_up()


def _is_refused(codes: Collection[str]) -> pl.Expr:
    return (pl.col("outcome") == pl.lit(Outcome.REFUSED)) & _has_code(codes)


def _has_code(codes: Collection[str]) -> pl.Expr:
    pattern = rf"(?i)(?:^| )(?:{'|'.join(sorted(codes))})(?: |$)"
    return pl.col("codes").fill_null("").str.contains(pattern)


def _is_given_up() -> pl.Expr:
    told = json.dumps(Message("given_up").to_json())
    return (pl.col("outcome") == pl.lit(Outcome.UNKNOWN)) & (pl.col("told") == told).fill_null(value=False)
