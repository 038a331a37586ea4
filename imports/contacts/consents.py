"""Consent records: one is sent only when all its five parts are there and valid (`ConsentRecord`), and once: Dotdigital
keeps each that it is sent beside those that it has."""

from collections.abc import Mapping as Sources
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import and_, or_
from typing import TypeVar

import polars as pl

from imports.contacts.cleaned_fields import CleanedField
from imports.contacts.targets import CONSENT_PARTS

CONSENT_DATE = "dateTimeConsented"
_SENT_MOMENT = "%Y-%m-%dT%H:%M:%SZ"

Source = TypeVar("Source")


@dataclass(frozen=True)
class ConsentRecord:
    """One of a contact's consent records: which parts come from columns, and which are the same for all.

    `constants` are in the form in which they are sent. Together they are all five parts.
    """

    number: int
    fields: Sources[str, CleanedField]
    constants: Sources[str, str]

    @property
    def header(self) -> str:
        """The column to speak of when the record is not complete."""
        return next((one.header for one in self.fields.values()), "")

    @property
    def repeated(self) -> str:
        """Names the column that says where the very same record was sent with an earlier import (see `arrived`)."""
        return f"repeated_consent_{self.number}"

    def is_complete(self) -> pl.Expr:
        """Whether all its parts are there."""
        found = (pl.col(one.value).is_not_null() for one in self.fields.values())
        return reduce(and_, found, pl.col("row").is_not_null())

    def is_withheld(self) -> pl.Expr:
        """Whether it is complete, and not sent because it was before."""
        return self.is_complete() & pl.col(self.repeated)

    def is_sent(self) -> pl.Expr:
        """Whether a contact gets the record."""
        return self.is_complete() & ~pl.col(self.repeated)

    def sent_parts(self) -> dict[str, pl.Expr]:
        """Its parts as they are sent, in their order; null where one is missing."""
        same = {part: pl.lit(value) for part, value in self.constants.items()}
        own = {part: pl.col(one.value) for part, one in self.fields.items()}
        return {part: (same | own)[part] for part in CONSENT_PARTS}

    def is_future(self, now: datetime) -> pl.Expr:
        """Whether a contact gets the record, with a date that has yet to come: nobody has consented tomorrow."""
        limit = now.astimezone(UTC).strftime(_SENT_MOMENT)
        column = self.fields.get(CONSENT_DATE)
        date = pl.lit(self.constants.get(CONSENT_DATE, "")) if column is None else pl.col(column.value)
        # The form in which dates are sent sorts as they do.
        return self.is_sent() & (date > limit)

    def is_begun(self) -> pl.Expr:
        """Whether a row brings anything of its own for the record, usable or not."""
        brought = (~one.is_blank() for one in self.fields.values())
        return reduce(or_, brought, pl.col("row").is_null())

    def missing(self) -> pl.Expr:
        """The keys of the parts that a row lacks, such as `dateTimeConsented, ipAddress`."""
        labels = [
            pl.when(pl.col(one.value).is_null()).then(pl.lit(part)) for part, one in self.fields.items()
        ]
        return pl.concat_str(labels, separator=", ", ignore_nulls=True)


def plan_consents(fields: Sequence[CleanedField], constants: Sources[str, str]) -> list[ConsentRecord]:
    """The consent records of a mapping, in their order.

    `constants` maps the `key` of a consent target to its value.
    """
    columns = {one.target.key: one for one in fields if one.target.consent_record}
    numbers = sorted({_number(key) for key in (*columns, *constants)})
    return [ConsentRecord(number, _parts(columns, number), _parts(constants, number)) for number in numbers]


def _number(key: str) -> int:
    number = key.partition(".")[0]
    return int(number) if number.isdecimal() else 1


def _parts(by_key: Sources[str, Source], number: int) -> dict[str, Source]:
    keys = {part: part if number == 1 else f"{number}.{part}" for part in CONSENT_PARTS}
    return {part: by_key[key] for part, key in keys.items() if key in by_key}
