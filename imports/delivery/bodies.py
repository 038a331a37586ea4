"""The bytes of a batch. They never change: a repeat sends the same."""

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl

from imports import tables
from imports.contacts.mapping import Mapping
from imports.contacts.payload import build_body
from imports.fates import Fate
from imports.models import ImportBatch
from imports.storage import artefacts

READY = Fate.READY.holds


class FrozenBodyError(Exception):
    """The bytes of a batch are not those it was made with: a fault in the portal."""


@dataclass(frozen=True)
class Slice:
    """Contacts of a batch, in order, each with its row, and the body that carries them."""

    rows: list[int]
    contacts: list[str]
    body: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def body_of(batch: ImportBatch) -> bytes:
    """The bytes `batch` was made with, built again from the prepared table.

    Raises FrozenBodyError if they differ, StorageUnavailableError when the table cannot be read just now.
    """
    return whole(batch).body


def whole(batch: ImportBatch) -> Slice:
    """All that `batch` carries. Errors as `body_of`."""
    with artefacts.local(batch.job, artefacts.PREPARED) as prepared:
        table = rows_of(batch, prepared).select("row", "contact").collect()
    found = _slice(batch, table["row"].to_list(), table["contact"].to_list())
    if found.sha256 != batch.body_sha256:
        raise FrozenBodyError(f"job={batch.job_id} batch={batch.number}")
    return found


def pieces_of(batch: ImportBatch, count: int) -> list[Slice]:
    """What `batch` carries, as `count` slices of about as many contacts each, or one a contact when it has fewer.
    Errors as `body_of`."""
    everything = whole(batch)
    total = len(everything.rows)
    count = min(count, total)
    cuts = [place * total // count for place in range(count + 1)]
    return [
        _slice(batch, everything.rows[begin:end], everything.contacts[begin:end])
        for begin, end in pairwise(cuts)
    ]


def _slice(batch: ImportBatch, rows: list[int], contacts: list[str]) -> Slice:
    merge_option = Mapping.from_json(batch.job.mapping).merge_option
    return Slice(rows, contacts, build_body(contacts, merge_option))


def rows_of(batch: ImportBatch, prepared: Path) -> pl.LazyFrame:
    """The ready rows of the `prepared` table between the first and the last of `batch`, unread."""
    return tables.scan(prepared).filter(pl.col("row").is_between(batch.first_row, batch.last_row), READY)
