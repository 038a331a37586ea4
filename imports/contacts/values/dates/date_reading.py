"""Cells of one format read: their parts taken out by its shape, and put together again as a moment."""

import datetime as dt
from collections.abc import Callable, Mapping

import polars as pl

from imports.contacts.values.dates.date_formats import (
    COMPACT_TIMES,
    EXCEL_SERIAL,
    ISO_8601,
    UNIX_MILLISECONDS,
    UNIX_SECONDS,
    DateFormat,
)
from imports.contacts.values.dates.date_names import read_month, weekday_before
from imports.contacts.values.dates.zones import offset_of

LATEST_TWO_DIGIT_YEAR = 2029
"""Two-digit years are those from 1930 to 2029, as in Excel."""

_MOMENT = pl.Datetime("us")
_SECONDS_OF_A_DAY = 86_400
_DAYS_FROM_1899 = (dt.date(1970, 1, 1) - dt.date(1899, 12, 30)).days
# Excel keeps the mistake of an older program, by which 1900 had a 29 February: day 60.
_NO_DAY = 60


def usual_form(date: pl.Expr, date_format: DateFormat) -> pl.Expr:
    """The cells without a weekday in front, and those of ISO 8601's compact form in its usual one."""
    if date_format.text in _COUNTED:
        return date
    if date_format.text != ISO_8601:
        # French Tuesdays and March are both shortened to mar.: a weekday is one only before more of the date.
        begins_with = r"\p{L}" if date_format.text.startswith(("%b", "%B")) else "[0-9]"
        return date.str.replace(f"{weekday_before()}({begins_with})", "${1}")
    for pattern, replacement in COMPACT_TIMES:
        date = date.str.replace(pattern, replacement)
    return date


def reading_steps(date: pl.Expr, date_format: DateFormat) -> list[Mapping[str, pl.Expr]]:
    """Steps (see `cells.in_steps`) that add four columns to one of cells in their usual form.

    `fits` says whether the cell looks like the format; `moment` (Datetime without a zone) is null where there
    is no such day or time; `offset` (Duration) is how far its own zone is ahead of UTC, null when it names
    none; `has_time` is false for a day alone.
    """
    parts = {"parts": date.str.extract_groups(date_format.shape)}
    if date_format.text in _COUNTED:
        return [parts, _COUNTED[date_format.text](pl.col("parts").struct.field)]
    groups = _Parts(date_format)
    text = pl.concat_str(
        groups.year(), pl.lit("-"), groups.month(), pl.lit("-"), groups.two_digits("day"), pl.lit("T"),
        groups.hour(), pl.lit(":"), groups.two_digits("minute"), pl.lit(":"), groups.two_digits("second"),
    )  # fmt: skip
    return [
        parts,
        {
            "fits": groups.field("day").is_not_null() & groups.month().is_not_null(),
            "moment": text.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us"),
            "offset": offset_of(groups.field("zone"))
            if groups.has("zone")
            else pl.lit(None, pl.Duration("us")),
            "has_time": groups.field("hour").is_not_null() if groups.has("hour") else pl.lit(value=False),
        },
    ]


class _Parts:
    """The parts of dates, as text of the digits that ISO 8601 gives them."""

    def __init__(self, date_format: DateFormat) -> None:
        self._shape = date_format.shape

    def has(self, name: str) -> bool:
        return f"(?P<{name}>" in self._shape

    def field(self, name: str) -> pl.Expr:
        return pl.col("parts").struct.field(name)

    def two_digits(self, name: str) -> pl.Expr:
        """A part, 00 for one that the format or the cell leaves out."""
        if not self.has(name):
            return pl.lit("00")
        return self.field(name).fill_null("00").str.head(2).str.zfill(2)

    def year(self) -> pl.Expr:
        if self.has("year"):
            return self.field("year")
        short = self.field("short_year")
        is_past = short > f"{LATEST_TWO_DIGIT_YEAR % 100:02}"
        return pl.when(is_past).then(pl.lit("19")).otherwise(pl.lit("20")) + short

    def month(self) -> pl.Expr:
        return read_month(self.field("month_name")) if self.has("month_name") else self.two_digits("month")

    def hour(self) -> pl.Expr:
        """The hour of the day. Null for one that a clock of twelve hours does not have."""
        if not self.has("half"):
            return self.two_digits("hour")
        hour = self.field("hour").cast(pl.Int64)
        is_afternoon = self.field("half").str.to_lowercase().str.starts_with("p")
        of_day = hour % 12 + pl.when(is_afternoon).then(12).otherwise(0)
        return pl.when(hour.is_between(1, 12)).then(of_day.cast(pl.String).str.zfill(2))


Part = Callable[[str], pl.Expr]


def _excel_serial(part: Part) -> Mapping[str, pl.Expr]:
    days = part("days").cast(pl.Int64)
    fraction = (pl.lit("0.") + part("part").fill_null("0")).cast(pl.Float64)
    since_1899 = days + pl.when(days < _NO_DAY).then(1).otherwise(0) - _DAYS_FROM_1899
    seconds = since_1899 * _SECONDS_OF_A_DAY + (fraction * _SECONDS_OF_A_DAY).round().cast(pl.Int64)
    return _counted(
        pl.when((days != _NO_DAY) & (days > 0)).then(seconds),
        fits=days.is_not_null(),
        has_time=part("part").fill_null("").str.contains("[1-9]"),
    )


def _unix_seconds(part: Part) -> Mapping[str, pl.Expr]:
    seconds = part("seconds").cast(pl.Int64)
    return _counted(seconds, fits=seconds.is_not_null(), has_time=pl.lit(value=True), is_utc=True)


def _unix_milliseconds(part: Part) -> Mapping[str, pl.Expr]:
    milliseconds = part("milliseconds").cast(pl.Int64)
    return _counted(
        milliseconds // 1000, fits=milliseconds.is_not_null(), has_time=pl.lit(value=True), is_utc=True
    )


def _counted(
    seconds: pl.Expr, *, fits: pl.Expr, has_time: pl.Expr, is_utc: bool = False
) -> Mapping[str, pl.Expr]:
    """The columns of `reading_steps` for a count of seconds since 1970."""
    return {
        "fits": fits,
        "moment": (seconds * 1_000_000).cast(_MOMENT),
        "offset": pl.lit(dt.timedelta(0) if is_utc else None, pl.Duration("us")),
        "has_time": has_time,
    }


_COUNTED: dict[str, Callable[[Part], Mapping[str, pl.Expr]]] = {
    EXCEL_SERIAL: _excel_serial,
    UNIX_SECONDS: _unix_seconds,
    UNIX_MILLISECONDS: _unix_milliseconds,
}
