"""What becomes of rows and of contacts, where the pure packages tell it to one another: in a prepared table, and in a
report of Dotdigital's."""

from enum import StrEnum

import polars as pl

from imports.messages import gettext, gettext_noop


class Fate(StrEnum):
    """What the check makes of a row: `fate` of the prepared table, in the order in which pages show them."""

    READY = "ready"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    EXCLUDED = "excluded"
    BLANK = "blank"

    @property
    def label(self) -> str:
        """What rows of it are called."""
        return gettext(FATE_WORDS[self])

    @property
    def lit(self) -> pl.Expr:
        """The fate as a text column has it."""
        return pl.lit(self.value)

    @property
    def holds(self) -> pl.Expr:
        """Whether a row has it."""
        return pl.col("fate") == self.value


FATE_WORDS: dict[Fate, str] = {
    Fate.READY: gettext_noop("Ready"),
    Fate.REJECTED: gettext_noop("Not valid"),
    Fate.DUPLICATE: gettext_noop("Duplicate"),
    Fate.EXCLUDED: gettext_noop("Left out"),
    Fate.BLANK: gettext_noop("Blank"),
}

LEFT_OUT = tuple(fate for fate in Fate if fate is not Fate.READY)
"""The fates of rows that are not sent."""


class EntryKind(StrEnum):
    """What a report says of a contact, in the order in which it counts."""

    CREATED = "created"
    UPDATED = "updated"
    FAILED = "failed"
