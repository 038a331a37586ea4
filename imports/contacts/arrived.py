"""Rows whose contact has arrived with an earlier import of the same rows: they are not sent again, but for those that
arrived without some of their values, where one of these is corrected."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path

import polars as pl

from imports import tables
from imports.contacts.cleaned_fields import CleanedField
from imports.contacts.consents import ConsentRecord
from imports.contacts.problems.row_problems import ARRIVED, BROUGHT, LACKING
from imports.contacts.targets import CONSENT_PARTS


@dataclass(frozen=True)
class _Part:
    """What is told by one header: its staged cells, and in which rows these hold something."""

    header: str
    cells: tuple[str, ...]
    is_filled: pl.Expr


def _parts(fields: Sequence[CleanedField], consents: Sequence[ConsentRecord]) -> Iterator[_Part]:
    for one in fields:
        yield _Part(one.header, one.cells, ~one.is_blank())
    for record in consents:
        if record.fields:
            cells = tuple(cell for one in record.fields.values() for cell in one.cells)
            yield _Part(record.header, cells, record.is_begun())


class ArrivedRows:
    """The rows of a table with `row` and `match_identifier`, which is null where the row has itself arrived, and else
    says, in lower case, by what the contact was matched that another row has brought.

    A second table has those of them that arrived without some of their values: `row`, `lacks` (the headers by which
    that was told), `was` (their cells then, in the order of the file's columns now), `match_identifier`, by which
    their contact was matched then, and `consents`, the consent records that Dotdigital has of them, by their parts.
    """

    def __init__(
        self,
        path: Path | None,
        lacking: Path | None,
        fields: Sequence[CleanedField],
        consents: Sequence[ConsentRecord],
    ) -> None:
        rows = None if path is None else pl.read_parquet(path, glob=False)
        self._rows = rows if rows is not None and rows.height else None
        self._lacking = lacking
        self._consents = consents
        self._parts = list(_parts(fields, consents))

    def mark(self, cleaned: pl.DataFrame, staged: pl.DataFrame) -> pl.DataFrame:
        """`cleaned`, of ascending rows with `match_value` and what the fields name, with the columns `arrived`, one of
        the codes or null; `lacks`, the headers of what the row arrived without; `is_corrected`: whether it has arrived,
        and is sent again; and for each consent record whether it has arrived as well (`repeated`). `staged` has the
        same rows as they are in the file."""
        if self._rows is None or cleaned.is_empty():
            nothing, no = pl.lit(None, pl.String).alias("arrived"), pl.lit(value=False)
            return cleaned.with_columns(
                nothing,
                nothing.alias("lacks"),
                no.alias("is_corrected"),
                *(no.alias(record.repeated) for record in self._consents),
            )
        near = self._rows.filter(_between(cleaned))
        is_own = pl.col("match_identifier").is_null()
        own = near.filter(is_own)["row"].implode()
        brought = (
            cleaned.select("row", pl.col("match_value").str.to_lowercase())
            .join(
                near.filter(~is_own),
                left_on=["row", "match_value"],
                right_on=["row", "match_identifier"],
                how="semi",
            )["row"]
            .implode()
        )
        lacking = self._lacking_in(cleaned, staged)
        corrected = lacking.filter("is_corrected")["row"].implode()
        named = lacking.select("row", lacks=pl.col("lacks").list.join(", "))
        repeated = [self._repeated(record, cleaned, lacking) for record in self._consents]
        return cleaned.join(named, on="row", how="left", maintain_order="left").with_columns(
            *repeated,
            arrived=pl.when(pl.col("row").is_in(corrected))
            .then(pl.lit(None, pl.String))
            .when(pl.col("row").is_in(lacking["row"].implode()))
            .then(pl.lit(LACKING))
            .when(pl.col("row").is_in(own))
            .then(pl.lit(ARRIVED))
            .when(pl.col("row").is_in(brought))
            .then(pl.lit(BROUGHT)),
            is_corrected=pl.col("row").is_in(corrected),
        )

    def _repeated(self, record: ConsentRecord, cleaned: pl.DataFrame, lacking: pl.DataFrame) -> pl.Expr:
        """Where a contact that is sent again has got the record before, the same in all its parts."""
        before = lacking.filter("is_corrected").select("row", "consents").explode("consents").drop_nulls()
        if before.is_empty():
            return pl.lit(value=False).alias(record.repeated)
        now = cleaned.select("row", **{f"now {part}": text for part, text in record.sent_parts().items()})
        same = (pl.col(f"now {part}") == pl.col("consents").struct.field(part) for part in CONSENT_PARTS)
        found = before.join(now, on="row").filter(pl.all_horizontal(same))
        return pl.col("row").is_in(found["row"].implode()).alias(record.repeated)

    def _lacking_in(self, cleaned: pl.DataFrame, staged: pl.DataFrame) -> pl.DataFrame:
        """The rows that arrived without values, the headers by which that was told (`lacks`), their `consents`, and
        whether one of these values `is_corrected`: something else stands there, and the contact is still matched by
        the same."""
        records = pl.List(pl.Struct(dict.fromkeys(CONSENT_PARTS, pl.String)))
        nothing = pl.DataFrame(
            schema={
                "row": pl.UInt32,
                "lacks": pl.List(pl.String),
                "consents": records,
                "is_corrected": pl.Boolean,
            }
        )
        if self._lacking is None:
            return nothing
        is_here = _between(cleaned) & pl.col("row").is_in(cleaned["row"].implode())
        rows = tables.scan(self._lacking).filter(is_here).collect()
        if rows.is_empty():
            return nothing
        flags = {f"has {place}": one.is_filled for place, one in enumerate(self._parts)}
        now = cleaned.select("row", "match_value", **flags).join(staged, on="row", how="left")
        found = rows.join(now, on="row", how="inner")
        is_other = (
            pl.col("lacks").list.contains(pl.lit(one.header))
            & pl.col(f"has {place}")
            & reduce(or_, (_differs(cell) for cell in one.cells))
            for place, one in enumerate(self._parts)
        )
        is_same_contact = pl.col("match_value").str.to_lowercase() == pl.col("match_identifier")
        is_corrected = is_same_contact & reduce(or_, is_other, pl.lit(value=False))
        return found.select("row", "lacks", "consents", is_corrected=is_corrected.fill_null(value=False))


def _between(frame: pl.DataFrame) -> pl.Expr:
    return pl.col("row").is_between(frame["row"].item(0), frame["row"].item(-1))


def _differs(cell: str) -> pl.Expr:
    """Whether a staged cell holds another text than it did; blanks around it are none."""
    before = pl.col("was").list.get(int(cell.removeprefix("c")), null_on_oob=True).fill_null("")
    return pl.col(cell).fill_null("").str.strip_chars() != before.str.strip_chars()
