"""Rows of people who are not to be mailed, by columns that are not imported.

Dotdigital subscribes a new contact that comes without a status. So where a column says `unsubscribed`, `bounced` or the
like and is not imported as a subscription, the mapping names it, and its rows are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import polars as pl

from imports.contacts.mapping import Mapping
from imports.contacts.values.cells import is_placeholder, trim
from imports.contacts.values.statuses import is_no, is_not_mailable, says_subscribed
from imports.languages.concepts import names_opt_out
from imports.languages.mail_questions import asks_for_mail


@dataclass(frozen=True, slots=True)
class WithholdingColumn:
    """A column whose cells keep their rows back. `original` names the column of frames that holds such cells."""

    index: int
    header: str
    cell: str

    @property
    def original(self) -> str:
        return f"withheld_{self.index}"

    def found(self) -> pl.Expr:
        """The cells that keep their rows back; null for the others."""
        asks_who_left, is_asked = names_opt_out(self.header), asks_for_mail(self.header)
        return pl.col(self.cell).map_batches(
            lambda cells: _found(cells, asks_who_left, is_asked), return_dtype=pl.String
        )


def _found(cells: pl.Series, asks_who_left: bool, asks_who_wants: bool) -> pl.Series:
    different = cells.unique().to_frame("cell").with_columns(text=trim(pl.col("cell")))
    text = pl.col("text")
    keeps_back = is_not_mailable(text)
    if asks_who_left:
        # A yes, a day, or a reason.
        keeps_back |= ~is_no(text) & ~is_placeholder(text) & ~says_subscribed(text)
    if asks_who_wants:
        keeps_back |= is_no(text)
    kept = different.filter((text != "") & keeps_back)["cell"]
    return (
        cells.to_frame("cell").select(pl.when(pl.col("cell").is_in(kept.implode())).then("cell")).to_series()
    )


def plan_withholding(mapping: Mapping, columns: Sequence[str]) -> list[WithholdingColumn]:
    """The columns by which a mapping leaves rows out."""
    return [
        WithholdingColumn(index, name, f"c{columns.index(name)}")
        for index, name in enumerate(mapping.leave_out_unsubscribed)
    ]


def is_withheld(columns: Sequence[WithholdingColumn]) -> pl.Expr:
    """Whether a row is kept back by any of the columns."""
    found = (pl.col(one.original).is_not_null() for one in columns)
    return reduce(or_, found, pl.lit(value=False))
