"""The consent records that went out with each row's contact, as columns of a report's files.

They are taken from the contact's finished JSON, which is what Dotdigital was sent: the evidence as it is there, not the
cells that it was made of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from imports.reports.ledger import BUCKET_BY_KEY, Outcome

PARTS = {
    "text": "text",
    "date": "dateTimeConsented",
    "url": "url",
    "ip": "ipAddress",
    "user_agent": "userAgent",
}
"""What the columns are called by, and the part of Dotdigital's consent record that each holds."""

SENT = frozenset({Outcome.CREATED, Outcome.UPDATED, Outcome.REFUSED, Outcome.UNKNOWN})
"""How rows end that were sent."""

_RECORDS = "consentRecords"
CONSENT_RECORD = pl.Struct(dict.fromkeys(PARTS.values(), pl.String))
_CONTACT = pl.Struct({_RECORDS: pl.List(CONSENT_RECORD)})


@dataclass(frozen=True)
class SentConsent:
    """Where the consent that was sent is found: the table of the contacts as they were `prepared`, and how many
    consent `records` one can have."""

    prepared: Path
    records: int


def consent_columns(records: int) -> tuple[str, ...]:
    """The columns of so many consent records: `consent_text`, `consent_date` and so on, then `consent_2_text` …

    A contact's records come in the order in which they were sent; of a contact that had fewer, the last are blank.
    """
    return tuple(
        f"consent_{part}" if number == 1 else f"consent_{number}_{part}"
        for number in range(1, records + 1)
        for part in PARTS
    )


def may_have_been_sent(selection: str) -> bool:
    """Whether rows of a selection of a report may have been sent: not where it is a bucket of others alone."""
    return selection not in BUCKET_BY_KEY or selection in SENT


def consent_of(rows: pl.LazyFrame, records: int) -> pl.LazyFrame:
    """`row` and `consent_columns` of rows of a prepared table; null where a contact has no such record."""
    places = [(number, key) for number in range(records) for key in PARTS.values()]
    return rows.select("row", _records().alias(_RECORDS)).select(
        "row",
        *(
            pl.col(_RECORDS).list.get(number, null_on_oob=True).struct.field(key).alias(name)
            for (number, key), name in zip(places, consent_columns(records), strict=True)
        ),
    )


def records_of(rows: pl.LazyFrame) -> pl.LazyFrame:
    """`row` and `consent`, a CONSENT_RECORD, of rows of a prepared table: as often as a contact has one."""
    return rows.select("row", consent=_records()).explode("consent").drop_nulls()


def _records() -> pl.Expr:
    return pl.col("contact").str.json_decode(_CONTACT).struct.field(_RECORDS)


def with_consent(frame: pl.DataFrame, consent: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """`frame`, which has `row` and `outcome`, with the columns `names` of `consent`: null for rows that were not sent.

    `consent` has each of its rows.
    """
    joined = frame.join(consent, on="row", how="left", maintain_order="left")
    was_sent = pl.col("outcome").is_in([str(one) for one in SENT])
    return joined.with_columns(pl.when(was_sent).then(pl.col(name)).alias(name) for name in names)
