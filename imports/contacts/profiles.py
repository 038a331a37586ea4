"""What each column of a file holds, told from all of its values in one pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import polars as pl

from imports import tables
from imports.contacts.booleans import clean_boolean
from imports.contacts.cells import is_placeholder, trim, unguard
from imports.contacts.countries import read_region
from imports.contacts.dates import CANDIDATE_FORMATS, WITHOUT_YEAR, parse_dates
from imports.contacts.emails import clean_email
from imports.contacts.numbers import clean_number

MOSTLY = 0.9
"""The share of a column's values that makes it what it looks like; the rest are taken for slips."""

MAX_SAMPLES = 5
_PROBE_ROWS = 200
# What these shapes rule out is not tried, because trying costs ten times as much.
_DATE_LIKE = r"^'?(?:[0-9]{1,4}[-/. ]|[0-9]{8}(?: |$)|[A-Za-z]{3,9} [0-9])"
_NEVER_IN_NUMBERS = r"[@:/_]|[A-Za-z]{4}"
_NUMBER_KINDS = ("number_point", "number_comma")
_PHONE_LIKE = r"^['’`+(0-9０-９＋][0-9０-９\s().\-/+·'’‐‑–]{5,24}(?:\s*(?:x|ext\.?|#)\s*[0-9]{1,6})?$"
_PHONE_ALONE = r"^['’`]?(?:\+|0|\()[0-9\s().\-/·‐‑–]{7,22}$"


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """A column's counts. `filled` leaves out blanks and placeholders; `fits` says how many of those fit each
    kind.

    `date_formats` are the formats that most of the values fit, the best first: more than one means that the
    column can be read more than one way. `decimal` is the decimal mark of a column of numbers, None when it
    has none or when both marks would do, with other numbers. `samples` are different values from its
    beginning: they are contact data, and so are left out of `to_dict`.
    """

    column: str
    rows: int
    filled: int
    looks_like: str | None = None
    fits: Mapping[str, int] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    decimal: str | None = None
    samples: tuple[str, ...] = field(default=(), compare=False)

    @property
    def fullness(self) -> float:
        """The share of rows that hold something, 0 to 1."""
        return self.filled / self.rows if self.rows else 0.0

    def is_mostly(self, kind: str, share: float = MOSTLY) -> bool:
        """Whether most values fit `kind`, a key of `fits`."""
        return self.filled > 0 and self.fits.get(kind, 0) >= share * self.filled

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON-safe values, but for the samples; `from_dict` is its inverse."""
        return {
            "column": self.column,
            "rows": self.rows,
            "filled": self.filled,
            "looks_like": self.looks_like,
            "fits": dict(self.fits),
            "date_formats": list(self.date_formats),
            "decimal": self.decimal,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The profile that `to_dict` gave, without samples."""
        return cls(**{**values, "fits": dict(values["fits"]), "date_formats": tuple(values["date_formats"])})


def profile(staged: Path, columns: Sequence[str]) -> list[ColumnProfile]:
    """Profile every column of a staged table, whose columns `c0`, `c1`… have the headers `columns`."""
    tallies = [_Tally() for _ in columns]
    rows = 0
    for frame in tables.iter_frames(staged):
        rows += frame.height
        for index, tally in enumerate(tallies):
            tally.add(frame.select(cell=pl.col(f"c{index}")))
    return [tally.profile(column, rows) for column, tally in zip(columns, tallies, strict=True)]


class _Tally:
    """The counts of one column while its frames go by."""

    def __init__(self) -> None:
        self.filled = 0
        self.fits = dict.fromkeys((*_KINDS, "email", *_NUMBER_KINDS), 0)
        self.differs = 0
        self.formats: dict[str, int] | None = None
        self.samples: list[str] = []

    def add(self, frame: pl.DataFrame) -> None:
        cells = frame.select(cell=trim(pl.col("cell"))).filter((_CELL != "") & ~is_placeholder(_CELL))
        if cells.is_empty():
            return
        self.filled += cells.height
        counts = cells.lazy().select(**{kind: fits.sum() for kind, fits in _KINDS.items()}).collect()
        for kind, count in counts.row(0, named=True).items():
            self.fits[kind] += count
        self._count_emails(cells)
        self._count_numbers(cells)
        self._count_formats(cells)
        if len(self.samples) < MAX_SAMPLES:
            new = cells["cell"].unique(maintain_order=True).head(MAX_SAMPLES + len(self.samples))
            self.samples = list(dict.fromkeys([*self.samples, *new]))[:MAX_SAMPLES]

    def _count_emails(self, cells: pl.DataFrame) -> None:
        likely = cells.filter(_CELL.str.contains("@", literal=True))
        if likely.height:
            self.fits["email"] += likely.select(_value(clean_email(_CELL)).count()).item()

    def _count_numbers(self, cells: pl.DataFrame) -> None:
        likely = cells.filter(_CELL.str.contains("[0-9]") & ~_CELL.str.contains(_NEVER_IN_NUMBERS))
        if likely.is_empty():
            return
        numbers = likely.select(
            number_point=_value(clean_number(_CELL, ".")), number_comma=_value(clean_number(_CELL, ","))
        )
        for kind in _NUMBER_KINDS:
            self.fits[kind] += numbers[kind].count()
        self.differs += int((numbers["number_point"] != numbers["number_comma"]).sum() or 0)

    def _count_formats(self, cells: pl.DataFrame) -> None:
        if self.formats is None:
            probe = cells.head(_PROBE_ROWS)
            hits = _count_dates(probe, CANDIDATE_FORMATS) if _mostly_date_like(probe) else {}
            self.formats = dict.fromkeys((name for name, count in hits.items() if count), 0)
        for name, count in _count_dates(cells, tuple(self.formats)).items():
            self.formats[name] += count

    def profile(self, column: str, rows: int) -> ColumnProfile:
        formats = self._date_formats()
        point, comma = self.fits["number_point"], self.fits["number_comma"]
        decimal = None
        if max(point, comma) >= MOSTLY * self.filled > 0:
            is_ambiguous = point == comma and self.differs > 0
            decimal = None if is_ambiguous else "." if point >= comma else ","
        return ColumnProfile(
            column=column,
            rows=rows,
            filled=self.filled,
            looks_like=_looks_like(self.filled, self.fits, formats, decimal),
            fits=self.fits,
            date_formats=formats,
            decimal=decimal,
            samples=tuple(self.samples),
        )

    def _date_formats(self) -> tuple[str, ...]:
        """The formats that fit most, when they fit most of the column."""
        counts = self.formats or {}
        most = max(counts.values(), default=0)
        if not most or most < MOSTLY * self.filled:
            return ()
        return tuple(name for name in CANDIDATE_FORMATS if counts.get(name) == most)


def _mostly_date_like(cells: pl.DataFrame) -> bool:
    return bool(cells.select(_CELL.str.contains(_DATE_LIKE).mean() >= MOSTLY / 2).item())


def _count_dates(cells: pl.DataFrame, formats: Sequence[str]) -> dict[str, int]:
    if not formats:
        return {}
    moments = [parse_dates(unguard(_CELL), name) for name in formats]
    counts = cells.lazy().select(
        moment.count().alias(str(position)) for position, moment in enumerate(moments)
    )
    return dict(zip(formats, counts.collect().row(0), strict=True))


def _looks_like(
    filled: int, fits: Mapping[str, int], formats: Sequence[str], decimal: str | None
) -> str | None:
    if not filled:
        return "empty"
    mostly = {kind for kind, count in fits.items() if count >= MOSTLY * filled}
    if formats:
        return "date"
    for kind in ("email", "boolean", "country", "date_without_year"):
        if kind in mostly:
            return kind
    if "phone_alone" in mostly:
        return "phone"
    if decimal is not None or {"number_point", "number_comma"} & mostly:
        return "number"
    return "text"


_CELL = pl.col("cell")


def _value(answer: pl.Expr) -> pl.Expr:
    return answer.struct.field("value")


_KINDS: dict[str, pl.Expr] = {
    "phone": _CELL.str.contains(_PHONE_LIKE),
    "phone_alone": _CELL.str.contains(_PHONE_ALONE),
    "country": read_region(_CELL).is_not_null(),
    "boolean": _value(clean_boolean(_CELL)).is_not_null(),
    "date_without_year": _CELL.str.contains(WITHOUT_YEAR),
}
