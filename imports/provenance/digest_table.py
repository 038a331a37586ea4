"""The table of an import's digests: what `carried` tells of its rows, with digests in the place of identifiers."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from imports import tables
from imports.keyring import Key
from imports.provenance.carried import CarriedTables, carried_frames
from imports.provenance.person_digests import digest_of_text
from imports.tables import Schema

DIGESTS_SCHEMA: Schema = {
    "digest": pl.Binary,
    "row": pl.UInt32,
    "outcome": pl.String,
    "consent": pl.Boolean,
}


@dataclass(frozen=True)
class CarriedRow:
    """A row that carried somebody: how it ended, and whether it brought a consent that Dotdigital has not refused."""

    row: int
    outcome: str
    consent: bool


def write_digests(found: CarriedTables, key: Key, target: Path) -> int:
    """Write the digests of an import, under `key`, in the order of its rows; how many there are."""
    tables.write_table(_digested(found, key), DIGESTS_SCHEMA, target)
    return tables.row_count(target)


def _digested(found: CarriedTables, key: Key) -> Iterator[pl.DataFrame]:
    for frame in carried_frames(found):
        pairs = zip(frame["kind"].to_list(), frame["value"].to_list(), strict=True)
        digests = pl.Series("digest", [digest_of_text(*pair, key.secret) for pair in pairs], pl.Binary)
        yield frame.select(digests, "row", "outcome", "consent")


def iter_digests(table: Path) -> Iterator[bytes]:
    """All digests of a table."""
    for frame in tables.iter_frames(table, lambda rows: rows.select("digest")):
        yield from frame["digest"]


def rows_of_digest(table: Path, digest: bytes) -> list[CarriedRow]:
    """The rows that carry what `digest` is of."""
    found = tables.scan(table).filter(pl.col("digest") == pl.lit(digest)).collect()
    return [CarriedRow(*row) for row in found.select("row", "outcome", "consent").iter_rows()]
