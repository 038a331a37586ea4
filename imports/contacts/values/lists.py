"""Lists named by a column's cells: by name or id, one or several to a cell."""

import re
from typing import Protocol

import polars as pl

from imports.contacts.values.cells import CLEANED, cleaned, trim
from imports.contacts.values.ways import once_each

MAX_LISTS = 100
"""Most of a contact (`ImportContact`)."""

SEPARATORS = re.compile(r"[;|,\n]")
"""What parts the lists of one cell. A list whose own name has one of these is found by its whole name."""


class KnownLists(Protocol):
    """The lists of an account."""

    def find_list(self, name_or_id: str) -> int | None:
        """The id of the list with this name, or this id; None when there is not just one."""
        ...


def clean_lists(cells: pl.Expr, account: KnownLists, most: int) -> pl.Expr:
    """The ids of the lists that cells name, as `70001,70002`, each once, at most `most` of them.

    A cell that names a list which the account does not have is refused as a whole: nobody is put on half of
    the lists they were meant for.
    """

    def run(series: pl.Series) -> pl.Series:
        texts = series.to_frame("cell").select("cell", trimmed=trim(pl.col("cell")))
        found = [_read_lists(text, account, most) for text in texts["trimmed"]]
        read = texts.with_columns(
            value=pl.Series([ids for ids, _ in found], dtype=pl.String),
            code=pl.Series([code for _, code in found], dtype=pl.String),
        )
        return read.select(cleaned(pl.col("trimmed"), pl.col("value"), pl.col("code"))).to_series()

    return once_each(cells, lambda different: different.map_batches(run, return_dtype=CLEANED), repeated=1)


def _read_lists(text: str, account: KnownLists, most: int) -> tuple[str | None, str | None]:
    """The ids that one trimmed cell names, or why it cannot be used."""
    whole = account.find_list(text)
    names = [text] if whole is not None else [name for name in SEPARATORS.split(text) if name.strip()]
    ids = list(dict.fromkeys(account.find_list(name) for name in names))
    if None in ids or not ids:
        return None, "list_unknown"
    if len(ids) > most:
        return None, "lists_too_many"
    return ",".join(map(str, ids)), None
