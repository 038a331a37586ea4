"""Dates and times, which spreadsheets keep as days and fractions of days (ECMA-376 part 1, 18.17.4)."""

import datetime as dt

import polars as pl

from imports.files.xlsx.number_formats import NumberKind

_SECONDS_PER_DAY = 86_400
_UNIX_EPOCH = dt.date(1970, 1, 1)
# Day 1 is the first of January 1900, and there is a day 60, the 29th of February of a year that had none.
_BEFORE_LEAP_DAY = (dt.date(1899, 12, 31) - _UNIX_EPOCH).days
_AFTER_LEAP_DAY = (dt.date(1899, 12, 30) - _UNIX_EPOCH).days
_LEAP_DAY = 60
_LEAP_DAY_TEXT = "1900-02-29"
_DAY_ZERO_TEXT = "1900-01-00"
_FROM_1904 = (dt.date(1904, 1, 1) - _UNIX_EPOCH).days
# The last of December 9999.
_LAST_DAY = 2_958_465
_LAST_DAY_1904 = 2_957_003


def moment_texts(values: pl.Series, kinds: pl.Series, is_1904: bool) -> pl.Series:
    """The dates, times and durations that the numbers in `values` are, by their `NumberKind`, to the second.

    A date with a time of day, as some formats hide one or the other, is given with both; without one, alone. Null
    where there is no such day: spreadsheet programs show `####` there.
    """
    days = values.str.strip_chars().cast(pl.Float64, strict=False)
    last_day = _LAST_DAY_1904 if is_1904 else _LAST_DAY
    days = pl.select(pl.when(days.is_finite() & (days.abs() <= last_day + 1)).then(days)).to_series()
    seconds = (days * _SECONDS_PER_DAY).round().cast(pl.Int64)
    frame = pl.DataFrame({"days": days, "seconds": seconds, "kind": kinds}).with_columns(
        day=pl.col("seconds").floordiv(_SECONDS_PER_DAY), of_day=pl.col("seconds").mod(_SECONDS_PER_DAY)
    )
    total, day, of_day, kind = pl.col("seconds"), pl.col("day"), pl.col("of_day"), pl.col("kind")
    is_time = (kind == NumberKind.TIME) if is_1904 else (kind == NumberKind.TIME) | (total > 0)
    text = (
        pl.when(kind == NumberKind.DURATION)
        .then(_duration(total))
        .when((day < 0) | (day > last_day))
        .then(None)
        # A moment before midnight is 24:00:00: it has no day to pass into.
        .when((pl.col("days") < 1) & is_time)
        .then(_duration(total))
        .when(of_day > 0)
        .then(pl.concat_str(_date(day, is_1904), pl.lit("T"), _duration(of_day)))
        .otherwise(_date(day, is_1904))
    )
    return frame.select(text).to_series()


def _date(day: pl.Expr, is_1904: bool) -> pl.Expr:
    if is_1904:
        return _calendar_date(day + _FROM_1904)
    offset = pl.when(day > _LEAP_DAY).then(_AFTER_LEAP_DAY).otherwise(_BEFORE_LEAP_DAY)
    return (
        pl.when(day == _LEAP_DAY)
        .then(pl.lit(_LEAP_DAY_TEXT))
        .when(day == 0)
        .then(pl.lit(_DAY_ZERO_TEXT))
        .otherwise(_calendar_date(day + offset))
    )


def _calendar_date(days_since_1970: pl.Expr) -> pl.Expr:
    return days_since_1970.cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d")


def _duration(seconds: pl.Expr) -> pl.Expr:
    sign = pl.when(seconds < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    whole = seconds.abs()
    hours, minutes, rest = whole.floordiv(3600), whole.floordiv(60).mod(60), whole.mod(60)
    parts = (part.cast(pl.String).str.zfill(2) for part in (hours, minutes, rest))
    return pl.concat_str(sign, pl.concat_str(*parts, separator=":"))
