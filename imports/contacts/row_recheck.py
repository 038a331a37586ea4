"""Some rows of a checked file checked again by themselves, as the whole file would be: with all rows that share an
identifier with them, and the rows that these share one with, and so on.

It is for showing at once what a repair does. What is sent is what the check of the whole file says afterwards.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Self

import polars as pl

from imports import tables
from imports.contacts.check_request import CheckRequest
from imports.contacts.checking import check
from imports.contacts.cleaned_fields import CleanedField, clean_frame
from imports.contacts.field_plan import plan_fields
from imports.contacts.forms import lines_at
from imports.contacts.guards import find_guards
from imports.contacts.matching import identifier_key
from imports.contacts.repairs.repaired_table import Repairer
from imports.contacts.targets import CONTACT_ID, EMAIL, MOBILE_NUMBER

MAX_ROWS = 5_000
"""More rows than this are not checked while somebody waits."""

_ROUNDS = 10
_SHARING_CODES = ("identifier_shared", "duplicate_row", "duplicate_rejected")
_COLUMN_OF = {EMAIL: "email", MOBILE_NUMBER: "mobile_number", CONTACT_ID: "contact_id"}


class CheckedLine(NamedTuple):
    """What is said of a value or of its row, as in the issues table."""

    column: str
    code: str
    severity: str
    original: str | None
    result: str | None


@dataclass(frozen=True)
class RecheckedRow:
    """A row as it is now: its `cells` in the order of the file's columns, its fate, and what is said of it.

    `fate_before` is what the last check of the whole file made of it.
    """

    row: int
    fate: str
    fate_before: str
    stands_for_it: int | None
    cells: tuple[str, ...]
    contact: str | None
    lines: tuple[CheckedLine, ...]

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        lines = tuple(CheckedLine(*line) for line in values["lines"])
        return cls(**{**values, "cells": tuple(values["cells"]), "lines": lines})


@dataclass(frozen=True)
class RowRecheck:
    """The rows that were asked about, and the `others` for which something follows.

    `is_whole`: all rows that share an identifier with them were looked at; otherwise more may follow, which the check
    of the whole file tells.
    """

    rows: tuple[RecheckedRow, ...]
    others: tuple[RecheckedRow, ...]
    is_whole: bool

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        rows, others = (tuple(map(RecheckedRow.from_dict, values[name])) for name in ("rows", "others"))
        return cls(rows, others, values["is_whole"])


@dataclass(frozen=True)
class WholeCheck:
    """The tables of the last check of the whole file: what was checked, and what came out."""

    checked: Path
    prepared: Path
    issues: Path


def recheck(
    request: CheckRequest, last: WholeCheck, rows: Sequence[int], touched: Sequence[int] = ()
) -> RowRecheck:
    """Check `rows` of the file in `request.staged` again, after the repairs of its overlay.

    `touched` are rows that were repaired since the last check. `request.prepared` and its like are where the small
    tables are written. Raises as `checking.check`.
    """
    group, is_whole = _sharing(request, last, [*rows, *touched])
    small = request.prepared.with_name("some")
    tables.rows_at(tables.scan(request.staged), group).write_parquet(small)
    part = replace(request, staged=small, whole=request.staged)
    check(part)
    found = _described(part.checked, part.prepared, part.issues, request.columns, group)
    before = _described(last.checked, last.prepared, last.issues, request.columns, group)
    rechecked = {
        row: replace(one, fate_before=before[row].fate if row in before else one.fate)
        for row, one in found.items()
    }
    asked = tuple(rechecked[row] for row in rows if row in rechecked)
    others = tuple(
        one
        for row, one in rechecked.items()
        if row not in rows and row in before and _said(one) != _said(before[row])
    )
    return RowRecheck(asked, others, is_whole)


def _said(one: RecheckedRow) -> tuple[Any, ...]:
    return one.fate, one.stands_for_it, one.contact, sorted(map(str, one.lines))


def _described(
    checked: Path, prepared: Path, issues: Path, columns: Sequence[str], rows: Sequence[int]
) -> dict[int, RecheckedRow]:
    """What the tables of a check have of these rows."""
    cells = [f"c{place}" for place in range(len(columns))]
    own = {row: tuple(cells) for row, *cells in _at(checked, ["row", *cells], rows).iter_rows()}
    lines: dict[int, list[CheckedLine]] = {}
    for row, *line in lines_at(checked, prepared, issues, columns, rows).iter_rows():
        lines.setdefault(row, []).append(CheckedLine(*line))
    fates = _at(prepared, ["row", "fate", "stands_for_it", "contact"], rows)
    return {
        row: RecheckedRow(row, fate, fate, stands_for_it, own[row], contact, tuple(lines.get(row, ())))
        for row, fate, stands_for_it, contact in fates.iter_rows()
    }


def _at(table: Path, names: Sequence[str], rows: Sequence[int]) -> pl.DataFrame:
    return tables.rows_at(tables.scan(table).select(names), rows)


# Which rows share an identifier


def _sharing(request: CheckRequest, last: WholeCheck, rows: Sequence[int]) -> tuple[list[int], bool]:
    """`rows` and all that share an identifier with one of them, before or after the repairs, ascending; and whether
    those are all."""
    finder = _Finder(request, last)
    group, new = set(rows), set(rows)
    for _ in range(_ROUNDS):
        new = finder.rows_with(finder.keys_of(sorted(new))) - group
        if len(group) + len(new) > MAX_ROWS:
            return sorted(group), False
        group |= new
        if not new:
            return sorted(group), True
    return sorted(group), False


class _Finder:
    """Finds rows of the checked file by the identifiers that they have or had."""

    def __init__(self, request: CheckRequest, last: WholeCheck) -> None:
        self._request, self._last = request, last
        cells = [f"c{place}" for place in range(len(request.columns))]
        guards = find_guards(request.staged, cells)
        fields = plan_fields(
            request.mapping, request.columns, request.catalogue, request.default_region, guards
        )
        self._identifiers = [one for one in fields if one.is_identifier]
        self._repairer = Repairer(request.overlay, request.columns) if request.overlay else None

    def keys_of(self, rows: Sequence[int]) -> dict[int, set[str]]:
        """The keys of the identifiers that these rows have now and had when the file was checked, by field."""
        now = _all_at(self._request.staged, rows)
        if self._repairer:
            now = self._repairer.repair(now).drop("left_out")
        keys: dict[int, set[str]] = {one.index: set() for one in self._identifiers}
        for frame in (now, _all_at(self._last.checked, rows)):
            cleaned = clean_frame(frame, self._identifiers)
            for one in self._identifiers:
                found = cleaned.select(identifier_key(one).alias("key"))["key"].drop_nulls()
                keys[one.index].update(found.cast(pl.String).to_list())
        return keys

    def rows_with(self, keys: dict[int, set[str]]) -> set[int]:
        """The rows of the file that had one of these keys when it was checked."""
        found: set[int] = set()
        for one in self._identifiers:
            wanted = sorted(keys[one.index])
            if wanted:
                found.update(_rows_with_key(self._last.prepared, one, wanted), self._rows_told(one, wanted))
        return found

    def _rows_told(self, one: CleanedField, wanted: Sequence[str]) -> list[int]:
        """The rows that lost one of these to another row, or are the copy of one: their lines name it."""
        is_sharing = pl.col("code").is_in(_SHARING_CODES) & (pl.col("column") == one.header)
        lines = tables.scan(self._last.issues).filter(is_sharing).select("row", "original").collect()
        return lines.filter(_key(one, pl.col("original")).is_in(wanted))["row"].to_list()


def _rows_with_key(prepared: Path, one: CleanedField, wanted: Sequence[str]) -> list[int]:
    """The rows of a prepared table that have one of these keys of an identifier."""
    rows, name = tables.scan(prepared), _COLUMN_OF.get(one.target)
    if name is None:
        # It has no column of its own; where its contact is not matched by it, it is in the contact's text.
        written = pl.Series("text", wanted).to_frame().select(one.target.type.json(pl.col("text")))
        is_match = pl.col("match_by") == one.target.key
        has = is_match & _key(one, pl.col("match_identifier")).is_in(wanted)
        has |= pl.col("contact").str.contains_any(written.to_series().to_list())
        return rows.filter(has).select("row").collect()["row"].to_list()
    # A key costs ten times what lower case does. Of text in ASCII it differs from the text by letter case at most.
    value = pl.col(name)
    is_wide = value.str.len_chars() != value.str.len_bytes()
    may_be = value.str.to_lowercase().is_in([text.lower() for text in wanted]) | is_wide
    likely = rows.filter(may_be).select("row", name).collect()
    return likely.filter(_key(one, pl.col(name)).is_in(wanted))["row"].to_list()


def _key(one: CleanedField, values: pl.Expr) -> pl.Expr:
    return one.target.type.key(values).cast(pl.String)


def _all_at(table: Path, rows: Sequence[int]) -> pl.DataFrame:
    return tables.rows_at(tables.scan(table), rows)
