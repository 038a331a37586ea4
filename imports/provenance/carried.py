"""Which identifiers the rows of a file carry, told from the tables of its import: every address, telephone number with
a country code and contact id that a row has, whether or not it was sent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from imports import tables
from imports.contacts.contact_text import part_start
from imports.contacts.targets import CONSENT_RECORDS
from imports.dotdigital.contact_failures import CONSENT_NOT_STORED
from imports.fates import Fate
from imports.provenance.person_identifiers import EMAIL_PATTERN, MOBILE_PATTERN, IdentifierKind
from imports.reports.ledger import Outcome
from imports.tables import Schema

CARRIED_SCHEMA: Schema = {
    "row": pl.UInt32,
    "kind": pl.String,
    "value": pl.String,
    "outcome": pl.String,
    "consent": pl.Boolean,
}
"""`kind` and `value` as in `person_identifiers`. `consent`: the row's contact went out with a record of its consent,
which Dotdigital has not refused."""

_IDENTIFIERS = {
    "email": IdentifierKind.EMAIL,
    "mobile_number": IdentifierKind.MOBILE,
    "contact_id": IdentifierKind.CONTACT_ID,
}
"""Columns of a prepared table."""
_MATCHED_BY = {
    "email": IdentifierKind.EMAIL,
    "mobileNumber": IdentifierKind.MOBILE,
    "contactId": IdentifierKind.CONTACT_ID,
}
_WITH_CONSENT = [str(one) for one in (Outcome.CREATED, Outcome.UPDATED, Outcome.UNKNOWN)]


@dataclass(frozen=True)
class CarriedTables:
    """The tables of an import on this machine: its rows as they are `checked` (the staged table, or the repaired one)
    and as they came (`staged`); `prepared` where it was checked; its outcomes, of the whole or by batches.

    `unsettled`: how a row ended that was to be sent and is in none of the outcomes.
    """

    staged: Path
    repaired: Path | None = None
    prepared: Path | None = None
    outcomes: Sequence[Path] = ()
    unsettled: Outcome = Outcome.NOT_SENT


def carried_frames(found: CarriedTables) -> Iterator[pl.DataFrame]:
    """What the rows carry, as CARRIED_SCHEMA, in the order of rows; each identifier of a row once."""
    for cells in tables.iter_frames(found.staged):
        if cells.is_empty():
            continue
        span = pl.col("row").is_between(cells["row"].min(), cells["row"].max())
        parts = [_of_cells(cells)]
        if found.repaired:
            parts.append(_of_cells(tables.scan(found.repaired).filter(span).collect()))
        ended = _ended(found, cells.select("row"), span)
        parts += _of_rows(ended)
        carried = pl.concat(parts).unique(maintain_order=True).sort("row", maintain_order=True)
        told = ended.select("row", "outcome", "consent")
        yield carried.join(told, on="row", how="left", maintain_order="left").select(*CARRIED_SCHEMA)


def _of_cells(frame: pl.DataFrame) -> pl.DataFrame:
    cells = frame.unpivot(index="row").lazy().select("row", "value").drop_nulls()
    value = pl.col("value")
    emails = (
        cells.filter(value.str.contains("@", literal=True))
        .select("row", value=value.str.extract_all(EMAIL_PATTERN))
        .explode("value")
        .drop_nulls()
        .select("row", kind=pl.lit(str(IdentifierKind.EMAIL)), value=value.str.to_lowercase())
    )
    digits = value.str.replace_all(r"\D", "")
    national = pl.when(value.str.strip_chars().str.starts_with("+")).then(digits)
    mobiles = cells.filter(value.str.contains(MOBILE_PATTERN)).select(
        "row",
        kind=pl.lit(str(IdentifierKind.MOBILE)),
        value=pl.concat_str(pl.lit("+"), national.otherwise(digits.str.slice(2))),
    )
    return pl.concat(pl.collect_all([emails, mobiles]))


def _ended(found: CarriedTables, rows: pl.DataFrame, span: pl.Expr) -> pl.DataFrame:
    """Of these rows the identifiers they were prepared with, the contact's id, how they ended, and `consent`."""
    names = [*_IDENTIFIERS, "match_by", "match_identifier"]
    if found.prepared:
        has_consent = pl.col("contact").str.contains(part_start(CONSENT_RECORDS), literal=True)
        prepared = tables.scan(found.prepared).filter(span).select("row", "fate", *names, has=has_consent)
        ended = rows.join(prepared.collect(), on="row", how="left", maintain_order="left")
    else:
        nothing = [pl.lit(None, pl.String).alias(name) for name in ("fate", *names)]
        ended = rows.with_columns(*nothing, has=pl.lit(value=False))
    schema: Schema = {"row": pl.UInt32, "outcome": pl.String, "codes": pl.String, "given": pl.Int64}
    outcomes = [pl.DataFrame(schema=schema)]
    for path in found.outcomes:
        settled = tables.scan(path).filter(span)
        outcomes.append(settled.select("row", "outcome", "codes", given=pl.col("contact_id")).collect())
    settled_rows = pl.concat(outcomes).unique("row", keep="last", maintain_order=True)
    outcome = pl.coalesce(
        "outcome",
        pl.when(pl.col("fate") != str(Fate.READY)).then(pl.col("fate")),
        pl.lit(str(found.unsettled)),
    )
    refused = pl.col("codes").fill_null("").str.to_lowercase().str.contains(CONSENT_NOT_STORED, literal=True)
    return (
        ended.join(settled_rows, on="row", how="left", maintain_order="left")
        .with_columns(outcome=outcome)
        .with_columns(
            consent=pl.col("has").fill_null(value=False) & pl.col("outcome").is_in(_WITH_CONSENT) & ~refused
        )
    )


def _of_rows(ended: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for column, kind in _IDENTIFIERS.items():
        yield _named(ended.select("row", value=pl.col(column)), kind)
    for name, kind in _MATCHED_BY.items():
        yield _named(ended.filter(pl.col("match_by") == name).select("row", value="match_identifier"), kind)
    yield _named(ended.select("row", value=pl.col("given").cast(pl.String)), IdentifierKind.CONTACT_ID)


def _named(rows: pl.DataFrame, kind: IdentifierKind) -> pl.DataFrame:
    value = pl.col("value").str.to_lowercase()
    return rows.drop_nulls().select("row", kind=pl.lit(str(kind)), value=value)
