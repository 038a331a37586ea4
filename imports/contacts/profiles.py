"""What each column of a file holds, judged from all its values: counts, never the values themselves."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from imports import tables
from imports.contacts import cleaning
from imports.contacts.countries import REGION_BY_WORD
from imports.contacts.dates import FORMATS, to_utc_text
from imports.contacts.words import NO_WORDS, YES_WORDS

MOSTLY = 0.9  # the share of a column's values that makes it what it looks like
DATE_LIKE = r"^\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}|^\d{8}$|^\d{1,2}[ -][A-Za-z]{3}|^[A-Za-z]{3,9} \d"
PHONE_LIKE = r"^[+('’]?[\d\s().\-/'’+]{7,24}$"


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """Counts over a whole column. `filled` leaves out blanks and placeholders; the others count what could be read so.

    `date_formats` are the formats that every filled value fits, in the order in which they are tried.
    """

    column: str
    rows: int
    filled: int
    emails: int
    phones: int
    countries: int
    booleans: int
    numbers_point: int
    numbers_comma: int
    date_formats: tuple[str, ...]

    def is_mostly(self, count: int) -> bool:
        return self.filled > 0 and count >= MOSTLY * self.filled

    @property
    def decimal(self) -> str | None:
        """The decimal mark that more of the column's values fit; None when they are not numbers."""
        best = max(self.numbers_point, self.numbers_comma)
        if not self.is_mostly(best):
            return None
        return "." if self.numbers_point >= self.numbers_comma else ","

    @property
    def fullness(self) -> float:
        """The share of rows that hold something, 0 to 1."""
        return self.filled / self.rows if self.rows else 0.0

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "ColumnProfile":
        return cls(**{**data, "date_formats": tuple(data["date_formats"])})


def profile(staged: Path, columns: Sequence[str]) -> list[ColumnProfile]:
    """Profile every column of a staged table."""
    totals = [dict.fromkeys(_COUNTS, 0) for _ in columns]
    formats: list[tuple[str, ...] | None] = [None] * len(columns)
    rows = 0
    for frame in tables.iter_frames(staged):
        rows += frame.height
        for i in range(len(columns)):
            values = frame.lazy().select(text=pl.col(f"c{i}")).filter(_is_filled(pl.col("text"))).collect()
            if values.is_empty():
                continue
            counts = values.select(**{name: expression.sum() for name, expression in _COUNTS.items()})
            for name, count in counts.row(0, named=True).items():
                totals[i][name] += count or 0
            formats[i] = _fitting_formats(values, FORMATS if formats[i] is None else formats[i] or ())
    return [
        ColumnProfile(column=column, rows=rows, date_formats=formats[i] or (), **totals[i])
        for i, column in enumerate(columns)
    ]


def _is_filled(text: pl.Expr) -> pl.Expr:
    return ~cleaning.is_blank(text) & ~cleaning.is_placeholder(text)


def _fitting_formats(values: pl.DataFrame, candidates: Sequence[str]) -> tuple[str, ...]:
    """Those of `candidates` that every value fits; a column's first value rules most of them out."""
    if not candidates or not values.select(pl.col("text").str.contains(DATE_LIKE).all()).item():
        return ()
    head = values.head(50)
    likely = [one for one in candidates if _fits_all(head, one)]
    return tuple(one for one in likely if _fits_all(values, one))


def _fits_all(values: pl.DataFrame, date_format: str) -> bool:
    return bool(values.select(to_utc_text(pl.col("text").str.strip_chars(), date_format).is_not_null().all()).item())


def _word_in(words: Sequence[str]) -> pl.Expr:
    return pl.col("text").str.strip_chars().str.to_lowercase().is_in(sorted(words))


_TEXT = pl.col("text")
_COUNTS: dict[str, pl.Expr] = {
    "filled": _TEXT.is_not_null(),
    "emails": cleaning.clean_email(_TEXT).value.is_not_null(),
    "phones": _TEXT.str.strip_chars().str.contains(PHONE_LIKE),
    "countries": _word_in(list(REGION_BY_WORD)),
    "booleans": _word_in([*YES_WORDS, *NO_WORDS]),
    "numbers_point": cleaning.clean_number(_TEXT, ".").value.is_not_null(),
    "numbers_comma": cleaning.clean_number(_TEXT, ",").value.is_not_null(),
}
