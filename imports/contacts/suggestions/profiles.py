"""What each column of a file holds, told from all of its values in one pass, every different value being asked once.

The kinds that values can be of are those that the types of values declare. A type is asked only about values that a
cheap pattern does not rule out for it.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import polars as pl

from imports import tables
from imports.contacts.suggestions.column_dates import DateTally
from imports.contacts.value_types.number_type import DIFFERING, told_decimal
from imports.contacts.value_types.registry import VALUE_TYPES
from imports.contacts.value_types.value_type import HALF, MOSTLY, TIMES, VALUE, ValueKind
from imports.contacts.values.cells import PLACEHOLDERS, is_placeholder, shows_no_value, trim
from imports.contacts.values.dates import COUNTED_FORMATS
from imports.contacts.values.numbers import DecimalMark
from imports.messages import gettext_noop

CODE = ValueKind(
    "code",
    r"^[^\p{L}]+$|^#?\s?[A-Z]{0,5}[-_/. ]?[0-9]{3,}(?:[-_/.][A-Z0-9]+)*$",
    least_share=HALF,
    not_words=gettext_noop("Its name fits, but its values are numbers or codes, such as those of orders."),
)
"""The number of something, and no word: "#1001", "SO-1001", "2024/17". No type wants it."""

KINDS: tuple[ValueKind, ...] = (CODE, *(kind for one in VALUE_TYPES for kind in one.kinds))
LOOKS: tuple[tuple[str, str], ...] = tuple(
    (kind.name, kind.looks_like) for kind in sorted(KINDS, key=lambda kind: -kind.telling) if kind.looks_like
)
"""The kinds that most of a column's values may fit, the most telling first, and what it then looks like."""

_BY_NAME = {kind.name: kind for kind in KINDS}
_SHAPES = {kind.name: kind.shape for kind in KINDS if kind.shape}

# Longer ones are of no kind.
_MAX_CHARS = max(one.limit.max_chars for one in VALUE_TYPES if one.limit)

MAX_SAMPLES = 5
MAX_PLACEHOLDERS = 10
MAX_DISTINCT = 1000

ROWS_AT_A_TIME = 125_000
"""Of one column: enough for values to repeat, and few enough to hold."""
MAX_CELLS = 2_000_000
"""Of all columns of a table, while it is written."""

# Where values hardly repeat, looking for their like costs more than it saves.
_HARDLY_REPEATED = 0.6
_NEVER_IN_PLACEHOLDERS = f"[{''.join(sorted(set('123456789@').difference(*PLACEHOLDERS)))}]"


class KindTally:
    """How often values of each kind come in a column of at most `max_rows` values, while its frames go by.

    A kind that too few values fit, however the rest will be, for anything to be told from it, is counted no longer.
    """

    def __init__(self, max_rows: float) -> None:
        self._max_rows = max_rows
        self._seen = 0
        self._counts: Counter[str] = Counter()
        self._open = frozenset(kind.name for kind in KINDS)

    def add(self, values: pl.DataFrame) -> None:
        """Count a frame, which has VALUE and TIMES."""
        self._seen += int(values["times"].sum())
        short = values.filter(VALUE.str.len_chars() <= _MAX_CHARS)
        told = short.select(
            TIMES.filter(VALUE.str.contains(shape)).sum().alias(kind)
            for kind, shape in _SHAPES.items()
            if kind in self._open
        )
        self._counts.update(told.row(0, named=True) if told.width else {})
        for one in VALUE_TYPES:
            if not self._open.isdisjoint(kind.name for kind in one.kinds):
                self._counts.update(one.count(short))
        self._open = frozenset(kind.name for kind in KINDS if self._can_be_told(kind))

    def _can_be_told(self, kind: ValueKind) -> bool:
        kind = _BY_NAME[kind.counted_with or kind.name]
        others = self._seen - self._counts[kind.name]
        return kind.name in self._open and others <= (1 - kind.least_share) * self._max_rows

    @property
    def counts(self) -> Counter[str]:
        """How often values of a kind come, without the kinds of which nothing can be told; and of what is no kind."""
        closed = {kind.name for kind in KINDS} - self._open
        return Counter({name: count for name, count in self._counts.items() if name not in closed})


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """A column's counts. `filled` leaves out blanks and placeholders; `fits` says how many of those fit each
    kind, but for kinds that fewer fit than anything is told from.

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
        """Whether most values fit `kind`, a key of `fits`; `share` is at least its `ValueKind.least_share`."""
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
        """The profile that `to_dict` gave, with samples where they were put beside; one that an earlier version gave
        may lack keys."""
        sequences = {name: tuple(values.get(name, ())) for name in ("date_formats", "samples")}
        return cls(**{**values, **sequences, "fits": dict(values["fits"])})


def profile(staged: Path, columns: Sequence[str]) -> list[ColumnProfile]:
    """Profile every column of a staged table, whose columns `c0`, `c1`… have the headers `columns`.

    Columns are read one after another, and of each `ROWS_AT_A_TIME`.
    """
    rows = tables.row_count(staged)
    tallies = [_Tally(rows) for _ in columns]
    for index, tally in enumerate(tallies):
        for cells in _iter_cells(staged, index):
            tally.add(cells)
    return _profiles(tallies, staged, columns)


class Profiler:
    """Profiles the columns of a table while it is written, beside whoever writes it.

        with Profiler(max_rows) as profiler:
            write_table(profiler.watched(frames), schema, staged)
            profiles = profiler.profiles(staged, columns)

    `max_rows` is a number of rows that the table does not exceed, infinity where none is known: the nearer it is, the
    sooner is known what a column cannot be. Beside the frames that go by, as many rows are held as are counted at once,
    twice.
    """

    def __init__(self, max_rows: float = math.inf) -> None:
        self._max_rows = max_rows
        self._tallies: list[_Tally] = []
        self._waiting: list[pl.DataFrame] = []
        self._rows_waiting = 0
        self._pool = ThreadPoolExecutor(1)
        self._counting: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def watched(self, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """The same frames, of a table's `row` and cells, counted as they go by. Begun anew, all is forgotten."""
        self._settle()
        self._tallies, self._waiting, self._rows_waiting = [], [], 0
        for frame in frames:
            self._waiting.append(frame)
            self._rows_waiting += frame.height
            if self._rows_waiting >= min(ROWS_AT_A_TIME, MAX_CELLS // max(frame.width, 1)):
                self._count()
            yield frame
        self._count()

    def profiles(self, staged: Path, columns: Sequence[str]) -> list[ColumnProfile]:
        """What `profile` gives for the table, once it is written whole."""
        self._settle()
        if any(tally.rows > self._max_rows for tally in self._tallies):
            return profile(staged, columns)
        tallies = self._tallies or [_Tally(0) for _ in columns]
        return _profiles(tallies, staged, columns)

    def _count(self) -> None:
        self._settle()
        frames, self._waiting, self._rows_waiting = self._waiting, [], 0
        if frames:
            self._counting = self._pool.submit(self._add, frames)

    def _settle(self) -> None:
        counting, self._counting = self._counting, None
        if counting is not None:
            counting.result()

    def _add(self, frames: Sequence[pl.DataFrame]) -> None:
        frame = pl.concat(frames).drop("row")
        if not self._tallies:
            self._tallies = [_Tally(self._max_rows) for _ in frame.columns]
        for tally, cells in zip(self._tallies, frame.iter_columns(), strict=True):
            tally.add(cells)


def _profiles(tallies: Sequence["_Tally"], staged: Path, columns: Sequence[str]) -> list[ColumnProfile]:
    """What was counted of the columns of `staged`; dates that were found late are counted once more."""
    for index, tally in enumerate(tallies):
        if tally.needs_recount:
            tally.dates = tally.dates.recount()
            for cells in _iter_cells(staged, index):
                tally.dates.add(_told_apart(cells)[0])
    return [tally.profile(header) for tally, header in zip(tallies, columns, strict=True)]


def _iter_cells(staged: Path, index: int) -> Iterator[pl.Series]:
    for frame in tables.iter_frames(staged, lambda rows: rows.select(f"c{index}"), ROWS_AT_A_TIME):
        yield frame.to_series()


def _told_apart(cells: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The values among the cells of a column, and the placeholders, each with the times it comes."""
    frame = cells.to_frame("value")
    different = int(frame.select(VALUE.approx_n_unique()).item())
    if different > _HARDLY_REPEATED * frame.height:
        counted = frame.with_columns(times=pl.lit(1, pl.UInt32))
    else:
        counted = frame.group_by("value", maintain_order=True).len("times")
    filled = counted.with_columns(trim(VALUE)).filter(VALUE != "")
    likely = filled.filter(~VALUE.str.contains(_NEVER_IN_PLACEHOLDERS) | VALUE.str.starts_with("#"))
    placeholders = likely.filter(is_placeholder(VALUE) | shows_no_value(VALUE))
    if placeholders.height:
        filled = filled.join(placeholders, on="value", how="anti", maintain_order="left")
    return filled, placeholders


class _Tally:
    """The counts of one column while its cells go by. They are `max_rows` at most."""

    def __init__(self, max_rows: float) -> None:
        self.rows = 0
        self.filled = 0
        self.kinds = KindTally(max_rows)
        self.dates = DateTally(max_rows * (1 - MOSTLY) + 1)
        self.placeholders: Counter[str] = Counter()
        self.distinct: set[str] = set()
        self.samples: list[str] = []

    def add(self, cells: pl.Series) -> None:
        values, placeholders = _told_apart(cells)
        self.rows += len(cells)
        for text, times in placeholders.iter_rows():
            self.placeholders[text] += times
        self.filled += int(values["times"].sum())
        self.kinds.add(values)
        self.dates.add(values)
        if len(self.samples) < MAX_SAMPLES:
            new = values["value"].unique(maintain_order=True).head(2 * MAX_SAMPLES)
            self.samples = list(dict.fromkeys([*self.samples, *new]))[:MAX_SAMPLES]
        if len(self.distinct) <= MAX_DISTINCT:
            self.distinct.update(values["value"].unique().head(MAX_DISTINCT + 1))

    @property
    def needs_recount(self) -> bool:
        """Whether the column is one of dates of which some have been counted from the middle on."""
        return self.dates.is_partial and self.dates.date_like >= MOSTLY * self.filled

    def profile(self, column: str) -> ColumnProfile:
        date_formats = self.dates.best(MOSTLY * self.filled)
        fits = self.kinds.counts
        return ColumnProfile(
            column=column,
            rows=self.rows,
            filled=self.filled,
            looks_like=self._looks_like(fits, date_formats),
            fits={kind: count for kind, count in fits.items() if kind != DIFFERING},
            date_formats=date_formats,
            decimal=told_decimal(fits, self.filled),
            placeholders=dict(self.placeholders.most_common(MAX_PLACEHOLDERS)),
            distinct=len(self.distinct) if len(self.distinct) <= MAX_DISTINCT else None,
            samples=tuple(self.samples),
        )

    def _looks_like(self, fits: Mapping[str, int], date_formats: tuple[str, ...]) -> str:
        if not self.filled:
            return "empty"
        mostly = {kind for kind, count in fits.items() if count >= MOSTLY * self.filled}
        # Numbers that may be counted days are numbers first.
        if any(name not in COUNTED_FORMATS for name in date_formats):
            mostly.add("date")
        return next((looks for kind, looks in LOOKS if kind in mostly), "text")
