"""Tables without a person: their rows stay, with their numbers and what became of them, and hold nothing any more.

A row is erased in place and not taken out, so that numbers, counts and ledgers stay true. Where a row is another
person's and only mentions the one to be erased, the cells that do are emptied, with what was made of them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import polars as pl

from imports import tables
from imports.contacts.repairs.overlay import CELLS_SCHEMA, OVERLAY_SCHEMA
from imports.contacts.repairs.repair_types import LeaveOutRow, repair_text
from imports.provenance.carried import CarriedTables
from imports.provenance.person_identifiers import (
    EMAIL_PATTERN,
    MOBILE_PATTERN,
    IdentifierKind,
    PersonIdentifier,
)


@dataclass(frozen=True)
class ErasurePlan:
    """What of a file is to be erased: whole `rows`; of other rows the `cells` in these columns, by their places, as
    they came or, where a repair has put the person there, as they were `repaired`; and the `repairs` of these numbers.
    Numbers alone: it can be kept until the file can be changed."""

    rows: Sequence[int]
    cells: Mapping[int, Sequence[int]] = field(default_factory=dict)
    repaired: Mapping[int, Sequence[int]] = field(default_factory=dict)
    repairs: Sequence[int] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "rows": list(self.rows),
            "cells": _named(self.cells),
            "repaired": _named(self.repaired),
            "repairs": list(self.repairs),
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Self:
        cells, repaired = (
            {int(row): places for row, places in given[name].items()} for name in ("cells", "repaired")
        )
        return cls(given["rows"], cells, repaired, given["repairs"])

    def __bool__(self) -> bool:
        return bool(self.touched or self.repairs)

    @property
    def touched(self) -> list[int]:
        """All rows that anything is erased of."""
        return sorted({*self.rows, *self.cells, *self.repaired})

    def joined(self, other: "ErasurePlan") -> "ErasurePlan":
        """Both."""
        rows = sorted({*self.rows, *other.rows})
        return ErasurePlan(
            rows,
            _joined(self.cells, other.cells, rows),
            _joined(self.repaired, other.repaired, rows),
            sorted({*self.repairs, *other.repairs}),
        )


def _named(cells: Mapping[int, Sequence[int]]) -> dict[str, list[int]]:
    return {str(row): list(places) for row, places in cells.items()}


def _joined(
    some: Mapping[int, Sequence[int]], others: Mapping[int, Sequence[int]], without: Collection[int]
) -> dict[int, list[int]]:
    rows = {*some, *others}.difference(without)
    return {row: sorted({*some.get(row, ()), *others.get(row, ())}) for row in rows}


def plan_erasure(
    person: PersonIdentifier, found: CarriedTables, excerpt: Path | None, overlay: Path | None
) -> ErasurePlan:
    """What of a file's tables is of `person`. A row is theirs if it is matched by their identifier or sends it, or,
    where nothing says whose it is, if a cell is the identifier and nothing else."""
    rows: set[int] = set()
    cells: dict[int, list[int]] = {}
    repaired: dict[int, list[int]] = {}
    for frame in tables.iter_frames(found.staged):
        if frame.is_empty():
            continue
        span = pl.col("row").is_between(frame["row"].min(), frame["row"].max())
        known = _known(person, found, span)
        theirs = set(known.filter("is_theirs")["row"])
        anothers = set(known.filter(pl.col("is_known") & ~pl.col("is_theirs"))["row"])
        rows |= theirs
        looked_at = [(frame, cells)]
        if found.repaired:
            looked_at.append((tables.scan(found.repaired).filter(span).collect(), repaired))
        for rows_of, named in looked_at:
            for row, place, is_whole in _mentions(person, rows_of):
                if row in theirs:
                    continue
                if is_whole and row not in anothers:
                    rows.add(row)
                else:
                    named.setdefault(row, []).append(place)
    if excerpt:
        rows |= _around_table(person, excerpt, found.staged)
    return ErasurePlan(
        sorted(rows),
        _joined(cells, {}, rows),
        _joined(repaired, {}, rows),
        _repairs_naming(person, overlay) if overlay else (),
    )


def _known(person: PersonIdentifier, found: CarriedTables, span: pl.Expr) -> pl.DataFrame:
    """Of rows of which it is said whose they are, whether they are the person's."""
    parts = [pl.DataFrame(schema={"row": pl.UInt32, "is_known": pl.Boolean, "is_theirs": pl.Boolean})]
    if found.prepared:
        names = {
            IdentifierKind.EMAIL: "email",
            IdentifierKind.MOBILE: "mobile_number",
            IdentifierKind.CONTACT_ID: "contact_id",
        }
        values = [pl.col(name).str.to_lowercase() for name in (names[person.kind], "match_identifier")]
        is_theirs = pl.any_horizontal((value == person.value).fill_null(value=False) for value in values)
        prepared = tables.scan(found.prepared).filter(span)
        is_known = pl.col("match_identifier").is_not_null()
        parts.append(prepared.select("row", is_known=is_known, is_theirs=is_theirs).collect())
    if person.kind == IdentifierKind.CONTACT_ID:
        for path in found.outcomes:
            settled = tables.scan(path).filter(span, pl.col("contact_id") == int(person.value))
            is_so = pl.lit(value=True)
            parts.append(settled.select("row", is_known=is_so, is_theirs=is_so).collect())
    return pl.concat(parts).group_by("row").agg(pl.col("is_known", "is_theirs").any())


def _mentions(person: PersonIdentifier, frame: pl.DataFrame) -> Iterator[tuple[int, int, bool]]:
    """Row and place of each cell that has the identifier in it, and whether the cell is nothing else."""
    value = pl.col("value")
    long = frame.unpivot(index="row", variable_name="name").lazy()
    if person.kind == IdentifierKind.EMAIL:
        near = long.filter(value.str.contains("@", literal=True))
        found = value.str.to_lowercase().str.extract_all(EMAIL_PATTERN).list.contains(person.value)
        whole = value.str.strip_chars().str.to_lowercase() == person.value
    elif person.kind == IdentifierKind.MOBILE:
        near = long.filter(value.str.contains(MOBILE_PATTERN))
        digits = value.str.replace_all(r"\D", "")
        wanted = person.value.removeprefix("+")
        found = whole = (digits == wanted) | (digits == f"00{wanted}")
    else:
        return
    for row, name, is_whole in near.filter(found).select("row", "name", whole).collect().iter_rows():
        yield row, int(name.removeprefix("c")), is_whole


def _repairs_naming(person: PersonIdentifier, overlay: Path) -> list[int]:
    """The numbers of repairs that name the person themselves."""
    if person.kind == IdentifierKind.CONTACT_ID:
        return []
    text = pl.col("repair").str.to_lowercase()
    named = tables.scan(overlay).filter(text.str.contains(person.value, literal=True))
    return named.select("number").unique().sort("number").collect()["number"].to_list()


def _around_table(person: PersonIdentifier, excerpt: Path, staged: Path) -> set[int]:
    """Rows of an excerpt that are not in the table, titles and remarks, and have the identifier in them."""
    shown = pl.read_parquet(excerpt, glob=False)
    if person.kind == IdentifierKind.CONTACT_ID or shown.is_empty():
        return set()
    text = pl.col("cells").list.join("\n").str.to_lowercase()
    named = shown.filter(text.str.contains(person.value, literal=True))["row"]
    inside = tables.scan(staged).filter(pl.col("row").is_in(named.implode())).select("row").collect()["row"]
    return set(named) - set(inside)


def write_erased(name: str, table: Path, target: Path, plan: ErasurePlan) -> None:
    """Write the table `table`, which is called `name` (a name of `storage.artefacts`), without what `plan` erases."""
    kind = "outcomes" if name.startswith("outcomes") else name
    schema: tables.Schema = dict(tables.scan(table).collect_schema())
    if kind == "excerpt":
        _erased_excerpt(table, plan).write_parquet(target)
        return
    if kind == "overlay":
        _write_overlay(table, target, plan)
        return
    each = _ERASERS[kind]
    tables.write_table(
        tables.iter_frames(table, lambda rows: each(rows, plan).select(*schema)), schema, target
    )


def _is_whole(plan: ErasurePlan) -> pl.Expr:
    return pl.col("row").is_in(list(plan.rows))


def _is_touched(plan: ErasurePlan) -> pl.Expr:
    return pl.col("row").is_in(plan.touched)


def _erased_staged(rows: pl.LazyFrame, plan: ErasurePlan) -> pl.LazyFrame:
    return _erased_cells(rows, plan, plan.cells)


def _erased_repaired(rows: pl.LazyFrame, plan: ErasurePlan) -> pl.LazyFrame:
    return _erased_cells(rows, plan, _joined(plan.cells, plan.repaired, ()))


def _erased_cells(rows: pl.LazyFrame, plan: ErasurePlan, cells: Mapping[int, Sequence[int]]) -> pl.LazyFrame:
    by_place: dict[int, list[int]] = {}
    for row, places in cells.items():
        for place in places:
            by_place.setdefault(place, []).append(row)
    names = [name for name in rows.collect_schema().names() if name != "row"]
    return rows.with_columns(
        pl.when(_is_whole(plan) | pl.col("row").is_in(by_place.get(int(name.removeprefix("c")), [])))
        .then(pl.lit(""))
        .otherwise(pl.col(name))
        .alias(name)
        for name in names
    )


_KEPT_OF_PREPARED = ("row", "fate", "stands_for_it", "match_by")
_KEPT_OF_MENTION = (*_KEPT_OF_PREPARED, "match_identifier", "email", "mobile_number", "contact_id")


def _erased_prepared(rows: pl.LazyFrame, plan: ErasurePlan) -> pl.LazyFrame:
    names = rows.collect_schema().names()
    return rows.with_columns(
        pl.when(~(_is_touched(plan) if name not in _KEPT_OF_MENTION else _is_whole(plan)))
        .then(pl.col(name))
        .alias(name)
        for name in names
        if name not in _KEPT_OF_PREPARED
    )


def _erased_issues(rows: pl.LazyFrame, plan: ErasurePlan) -> pl.LazyFrame:
    return rows.with_columns(
        pl.when(_is_touched(plan) & pl.col(name).is_not_null()).then(pl.lit("")).otherwise(name).alias(name)
        for name in ("original", "result")
    )


def _erased_outcomes(rows: pl.LazyFrame, plan: ErasurePlan) -> pl.LazyFrame:
    schema = rows.collect_schema()
    is_touched = _is_touched(plan)
    emptied: dict[str, pl.Expr] = {
        "reason": pl.when(is_touched).then(pl.lit("")).otherwise("reason"),
        "contact_id": pl.when(~_is_whole(plan)).then("contact_id"),
        "told": pl.when(~is_touched).then("told"),
        "changed": pl.when(~is_touched).then("changed"),
    }
    if "issues" in schema:
        blank = [pl.lit("").alias(name) for name in ("original", "result")]
        bare = pl.col("issues").list.eval(pl.element().struct.with_fields(*blank))
        emptied["issues"] = pl.when(is_touched).then(bare).otherwise("issues").cast(schema["issues"])
    return rows.with_columns(**{name: one for name, one in emptied.items() if name in schema})


def _write_overlay(overlay: Path, target: Path, plan: ErasurePlan) -> None:
    """Without the cells of erased rows. An entry that has no others is undone and says nothing of them any more; it
    keeps its number, by which the others are counted."""
    is_erased = _is_touched(plan).fill_null(value=False)
    every = tables.scan(overlay).group_by("number").agg(is_over=is_erased.all())
    is_named = pl.col("number").is_in(list(plan.repairs))
    numbers = every.filter(pl.col("is_over") | is_named).collect()["number"].to_list()
    is_over = pl.col("number").is_in(numbers)
    nothing = repair_text(LeaveOutRow(min(plan.touched, default=1), leave_out=False))

    def erased(lines: pl.LazyFrame) -> pl.LazyFrame:
        is_first = pl.col("number").ne_missing(pl.col("number").shift(1))
        cells = [pl.when(~is_over).then(name).alias(name) for name in CELLS_SCHEMA]
        return (
            lines.filter((is_over & is_first) | (~is_over & ~is_erased))
            .with_columns(
                *cells,
                repair=pl.when(is_over).then(pl.lit(nothing)).otherwise("repair"),
                is_undone=pl.col("is_undone") | is_over,
            )
            .select(*OVERLAY_SCHEMA)
        )

    tables.write_table(tables.iter_frames(overlay, erased), OVERLAY_SCHEMA, target)


def _as_it_is(rows: pl.LazyFrame, plan: ErasurePlan) -> pl.LazyFrame:
    return rows


_ERASERS = {
    "staged": _erased_staged,
    "repaired": _erased_repaired,
    "prepared": _erased_prepared,
    "issues": _erased_issues,
    "outcomes": _erased_outcomes,
    "origins": _as_it_is,
}


def _erased_excerpt(excerpt: Path, plan: ErasurePlan) -> pl.DataFrame:
    shown = pl.read_parquet(excerpt, glob=False)
    blank = pl.col("cells").list.eval(pl.lit(""))
    return shown.with_columns(cells=pl.when(_is_touched(plan)).then(blank).otherwise("cells"))
