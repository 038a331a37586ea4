"""What each column of a file holds, told from all of its values in one pass, every different value being asked once.

The kinds that values can be of are those that the types of values declare. A type is asked only about values that a
cheap pattern does not rule out for it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import polars as pl

from imports import tables
from imports.contacts.suggestions.column_dates import DateTally
from imports.contacts.value_types.number_type import DIFFERING, told_decimal
from imports.contacts.value_types.registry import VALUE_TYPES
from imports.contacts.value_types.value_type import MOSTLY, TIMES, VALUE, ValueKind
from imports.contacts.values.cells import PLACEHOLDERS, is_placeholder, shows_no_value, trim
from imports.contacts.values.dates import COUNTED_FORMATS
from imports.contacts.values.numbers import DecimalMark
from imports.messages import gettext_noop

CODE = ValueKind(
    "code",
    r"^[^\p{L}]+$|^#?\s?[A-Z]{0,5}[-_/. ]?[0-9]{3,}(?:[-_/.][A-Z0-9]+)*$",
    not_words=gettext_noop("Its name fits, but its values are numbers or codes, such as those of orders."),
)
"""The number of something, and no word: "#1001", "SO-1001", "2024/17". No type wants it."""

KINDS: tuple[ValueKind, ...] = (CODE, *(kind for one in VALUE_TYPES for kind in one.kinds))
LOOKS: tuple[tuple[str, str], ...] = tuple(
    (kind.name, kind.looks_like) for kind in sorted(KINDS, key=lambda kind: -kind.telling) if kind.looks_like
)
"""The kinds that most of a column's values may fit, the most telling first, and what it then looks like."""

_SHAPES = {kind.name: kind.shape for kind in KINDS if kind.shape}

# Longer ones are of no kind.
_MAX_CHARS = max(one.limit.max_chars for one in VALUE_TYPES if one.limit)

MAX_SAMPLES = 5
MAX_PLACEHOLDERS = 10
MAX_DISTINCT = 1000

ROWS_AT_A_TIME = 200_000
"""Of one column: enough for values to repeat, and few enough to hold."""

# Where values hardly repeat, looking for their like costs more than it saves.
_HARDLY_REPEATED = 0.6
_NEVER_IN_PLACEHOLDERS = f"[{''.join(sorted(set('123456789@').difference(*PLACEHOLDERS)))}]"


def count_kinds(values: pl.DataFrame) -> dict[str, int]:
    """How often values of each kind come. `values` has VALUE and TIMES."""
    values = values.filter(VALUE.str.len_chars() <= _MAX_CHARS)
    told = values.select(
        TIMES.filter(VALUE.str.contains(shape)).sum().alias(kind) for kind, shape in _SHAPES.items()
    )
    counts: dict[str, int] = told.row(0, named=True)
    for one in VALUE_TYPES:
        counts |= one.count(values)
    return counts


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """A column's counts. `filled` leaves out blanks and placeholders; `fits` says how many of those fit each
    kind.

    `date_formats` are the formats that most of the values fit, the best first: more than one means that the
    column can be read more than one way. A column of numbers has them too, where its numbers may be days or
    times. `decimal` is the decimal mark of a column of numbers, None when it has none or when both marks
    would do, with other numbers. `placeholders` are the commonest ones as they are written, and how often
    they come. `distinct` is how many different values there are, None when there are more than
    `MAX_DISTINCT`. `samples` are different values from the column's beginning: they are contact data, and so
    are left out of `to_dict`.
    """

    column: str
    rows: int
    filled: int
    looks_like: str | None = None
    fits: Mapping[str, int] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    decimal: DecimalMark | None = None
    placeholders: Mapping[str, int] = field(default_factory=dict)
    distinct: int | None = None
    samples: tuple[str, ...] = field(default=(), compare=False)

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
            "placeholders": dict(self.placeholders),
            "distinct": self.distinct,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The profile that `to_dict` gave, without samples; one that an earlier version gave may lack keys."""
        return cls(**{**values, "fits": dict(values["fits"]), "date_formats": tuple(values["date_formats"])})


def profile(staged: Path, columns: Sequence[str]) -> list[ColumnProfile]:
    """Profile every column of a staged table, whose columns `c0`, `c1`… have the headers `columns`.

    Columns are read one after another, and of each `ROWS_AT_A_TIME`.
    """
    rows = tables.row_count(staged)
    return [_profile_column(staged, f"c{index}", header, rows) for index, header in enumerate(columns)]


def _profile_column(staged: Path, cell: str, header: str, rows: int) -> ColumnProfile:
    tally = _Tally(rows)
    for values, placeholders in _iter_values(staged, cell):
        tally.add(values, placeholders)
    dates = tally.dates
    if dates.is_partial and dates.date_like >= MOSTLY * tally.filled:
        dates = dates.recount()
        for values, _ in _iter_values(staged, cell):
            dates.add(values)
    return tally.profile(header, dates.best(MOSTLY * tally.filled))


def _iter_values(staged: Path, cell: str) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Frames of a column's values and of its placeholders, each with the times it comes."""
    for cells in tables.iter_frames(tables.scan(staged).select(value=pl.col(cell)), ROWS_AT_A_TIME):
        different = int(cells.select(VALUE.approx_n_unique()).item())
        if different > _HARDLY_REPEATED * cells.height:
            counted = cells.with_columns(times=pl.lit(1, pl.UInt32))
        else:
            counted = cells.group_by("value", maintain_order=True).len("times")
        filled = counted.with_columns(trim(VALUE)).filter(VALUE != "")
        likely = filled.filter(~VALUE.str.contains(_NEVER_IN_PLACEHOLDERS) | VALUE.str.starts_with("#"))
        placeholders = likely.filter(is_placeholder(VALUE) | shows_no_value(VALUE))
        if placeholders.height:
            filled = filled.join(placeholders, on="value", how="anti", maintain_order="left")
        yield filled, placeholders


class _Tally:
    """The counts of one column while its frames go by. `rows` is how many there will be in all."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.filled = 0
        self.fits: Counter[str] = Counter()
        self.dates = DateTally(rows - int(MOSTLY * rows))
        self.placeholders: Counter[str] = Counter()
        self.distinct: set[str] = set()
        self.samples: list[str] = []

    def add(self, values: pl.DataFrame, placeholders: pl.DataFrame) -> None:
        for text, times in placeholders.iter_rows():
            self.placeholders[text] += times
        self.filled += int(values["times"].sum())
        self.fits.update(count_kinds(values))
        self.dates.add(values)
        if len(self.samples) < MAX_SAMPLES:
            new = values["value"].unique(maintain_order=True).head(2 * MAX_SAMPLES)
            self.samples = list(dict.fromkeys([*self.samples, *new]))[:MAX_SAMPLES]
        if len(self.distinct) <= MAX_DISTINCT:
            self.distinct.update(values["value"].unique().head(MAX_DISTINCT + 1))

    def profile(self, column: str, date_formats: tuple[str, ...]) -> ColumnProfile:
        return ColumnProfile(
            column=column,
            rows=self.rows,
            filled=self.filled,
            looks_like=self._looks_like(date_formats),
            fits={kind: count for kind, count in self.fits.items() if kind != DIFFERING},
            date_formats=date_formats,
            decimal=told_decimal(self.fits, self.filled),
            placeholders=dict(self.placeholders.most_common(MAX_PLACEHOLDERS)),
            distinct=len(self.distinct) if len(self.distinct) <= MAX_DISTINCT else None,
            samples=tuple(self.samples),
        )

    def _looks_like(self, date_formats: tuple[str, ...]) -> str:
        if not self.filled:
            return "empty"
        mostly = {kind for kind, count in self.fits.items() if count >= MOSTLY * self.filled}
        # Numbers that may be counted days are numbers first.
        if any(name not in COUNTED_FORMATS for name in date_formats):
            mostly.add("date")
        return next((looks for kind, looks in LOOKS if kind in mostly), "text")
