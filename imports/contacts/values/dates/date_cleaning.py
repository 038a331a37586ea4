"""The cleaner of dates: a quick way for what is written plainly, and the whole way for the rest."""

from collections.abc import Mapping

import polars as pl

from imports.contacts.values.cells import Cleaner, cleaned, trim, unguard
from imports.contacts.values.dates.date_formats import ISO_8601, DateFormat, parse_format
from imports.contacts.values.dates.date_reading import reading_steps, usual_form
from imports.contacts.values.dates.wire import (
    DAY_SHAPE,
    LOCAL_SHAPE,
    WIRE_SHAPE,
    is_in_range,
    wire_midnight,
    wire_text,
)
from imports.contacts.values.dates.zones import comes_twice, from_zone
from imports.contacts.values.ways import in_steps, once_each, quick_first

_CALENDAR_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}:[0-9]{2})?$"
"""How spreadsheets' own dates are staged. They can be read in one way only, whatever the format of their column."""


def clean_date(cells: pl.Expr, date_format: str = ISO_8601, zone: str | None = None) -> pl.Expr:
    """A date data field's value, such as `1980-07-02T00:00:00Z`.

    `zone` is the IANA name of the time zone in which times that name none are read; without it they are in
    UTC. A day without a time is that day wherever it is, and is not shifted. What is not of the format but has the
    form of a spreadsheet's own dates (`1980-07-02`) is read as one. Raises DateFormatError.
    """
    known = parse_format(date_format)

    def clean(left: pl.Expr) -> pl.Expr:
        return once_each(left, lambda each: _clean_each(each, known, zone))

    if date_format == ISO_8601:
        return quick_first(cells, _as_sent, _quick_iso(clean, zone))
    if known.plain_shape is None or (known.has_time and zone):
        return clean(cells)
    return quick_first(cells, lambda cell: _quick(cell, known), clean)


def has_shape(cells: pl.Expr, date_format: str) -> pl.Expr:
    """Whether trimmed cells look like dates of a format; those of days that do not exist do as well."""
    known = parse_format(date_format)
    return usual_form(unguard(cells), known).str.contains(known.shape)


def _as_sent(cell: pl.Expr) -> pl.Expr:
    return pl.when(cell.str.contains(WIRE_SHAPE)).then(cell)


def _quick_iso(clean: Cleaner, zone: str | None) -> Cleaner:
    """Days, and times in UTC for want of a zone, by putting their texts together."""

    def quick(cell: pl.Expr) -> pl.Expr:
        day = pl.when(cell.str.contains(DAY_SHAPE)).then(cell + "T00:00:00Z")
        if zone:
            return day
        local = cell.str.slice(0, 10) + "T" + cell.str.slice(11) + "Z"
        return day.when(cell.str.contains(LOCAL_SHAPE)).then(local)

    return lambda cells: quick_first(cells, quick, clean)


def _quick(cell: pl.Expr, known: DateFormat) -> pl.Expr:
    plain = pl.when(cell.str.contains(known.plain_shape or "")).then(cell)
    if not known.has_time:
        return wire_midnight(plain.str.to_date(known.text, strict=False))
    return wire_text(plain.str.to_datetime(known.text, strict=False, time_unit="us"))


def _clean_each(cells: pl.Expr, known: DateFormat, zone: str | None) -> pl.Expr:
    trimmed, moment, local, offset = map(pl.col, ("trimmed", "moment", "local", "offset"))
    is_local = pl.col("has_time") & offset.is_null()
    shown = from_zone(local, zone) if zone else local
    code = (
        pl.when(~pl.col("fits"))
        .then(pl.lit("date_invalid"))
        .when(local.is_null())
        .then(pl.lit("date_impossible"))
        .when(moment.is_null())
        .then(pl.lit("date_skipped_hour"))
        .when(~is_in_range(moment))
        .then(pl.lit("date_out_of_range"))
    )
    twice = comes_twice(local, zone) if zone else pl.lit(value=False)
    doubt = pl.when(pl.col("value").is_not_null() & is_local & twice).then(pl.lit("date_repeated_hour"))
    return in_steps(
        cells,
        {"trimmed": trim(pl.col("cell"))},
        {"date": usual_form(unguard(trimmed), known)},
        *reading_steps(pl.col("date"), known),
        *([] if known.text == ISO_8601 else [_calendar_dates_read(trimmed)]),
        {"local": moment},
        {"moment": pl.when(is_local).then(shown).otherwise(local - offset.fill_null(pl.duration()))},
        {"value": wire_text(moment)},
        {"answer": cleaned(trimmed, pl.col("value"), code, doubt)},
    )


def _calendar_dates_read(trimmed: pl.Expr) -> Mapping[str, pl.Expr]:
    """The columns of `reading_steps`, with the calendar dates among the cells that are not of the column's format."""
    is_date = ~pl.col("fits").fill_null(value=False) & trimmed.str.contains(_CALENDAR_DATE)
    text = trimmed.str.slice(0, 10) + "T" + trimmed.str.slice(11)
    has_time = trimmed.str.len_bytes() > len("YYYY-MM-DD")
    text = pl.when(has_time).then(text).otherwise(text + "00:00:00")
    read = text.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us")
    return {
        "fits": pl.col("fits") | is_date,
        "moment": pl.when(is_date).then(read).otherwise("moment"),
        "has_time": pl.when(is_date).then(has_time).otherwise("has_time"),
    }
