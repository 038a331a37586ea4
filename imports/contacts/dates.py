"""Dates: one format for a column, found from all its values; sent as ISO 8601 in UTC.

A format is written in the codes of strptime (`DIRECTIVES`), or is `ISO_8601`, which takes every usual form of
that standard, with or without time and zone. A date without a zone is taken to be in UTC.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import polars as pl

from imports.contacts.cells import cleaned, in_steps, trim, unguard

ISO_8601 = "ISO 8601"

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
"""Years outside are taken for typing mistakes, and for the zero of spreadsheets, 1899-12-30."""

LATEST_TWO_DIGIT_YEAR = 2029
"""Two-digit years are those from 1930 to 2029, as in Excel."""

_WIRE_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


class Directive(NamedTuple):
    """A strptime code: the cells it takes, and which part of a date it gives."""

    shape: str
    part: str


DIRECTIVES: dict[str, Directive] = {
    "%d": Directive("[0-9]{1,2}", "day"),
    "%m": Directive("[0-9]{1,2}", "month"),
    "%b": Directive("[A-Za-z]{3,9}", "month"),
    "%B": Directive("[A-Za-z]{3,9}", "month"),
    "%Y": Directive("[0-9]{4}", "year"),
    "%y": Directive("[0-9]{2}", "year"),
    "%H": Directive("[0-9]{1,2}", "hour"),
    "%I": Directive("[0-9]{1,2}", "hour"),
    "%M": Directive("[0-9]{2}", "minute"),
    "%S": Directive("[0-5][0-9]", "second"),
    "%p": Directive("[AaPp][Mm]", "half of day"),
    "%z": Directive("(?:Z|[+-][0-9]{2}:?[0-9]{2})", "zone"),
}

_DATES = (
    *("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"),
    *("%d %b %Y", "%d-%b-%Y", "%d. %b %Y", "%b %d, %Y", "%b %d %Y"),
    *("%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%m-%y", "%m-%d-%y", "%d-%b-%y", "%d %b %y"),
)
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")

CANDIDATE_FORMATS = (ISO_8601, *(date + time for date in _DATES for time in _TIMES))
"""The formats that are looked for in a column, in the order of preference."""

WITHOUT_YEAR = r"^[0-9]{1,2}[/.-][0-9]{1,2}\.?$"
"""The shape of a day and month, as Mailchimp keeps birthdays."""

_ISO_SHAPE = (
    r"^([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-2][0-9]:[0-5][0-9])(:[0-5][0-9])?(?:[.,][0-9]+)?[ ]?(Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$"
)


class DateFormatError(ValueError):
    """A format that cannot be used; the message says why, as the end of a sentence about the format."""


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A format, understood: what a cell must look like, and how it is parsed."""

    shape: str
    codes: str
    has_zone: bool
    has_short_year: bool


@cache
def parse_format(text: str) -> DateFormat:
    """Understand a format in strptime codes. Raises DateFormatError."""
    shape, parts = "^", []
    for piece in re.findall(r"%.?|[^%]+", text, flags=re.DOTALL):
        if piece.startswith("%"):
            directive = DIRECTIVES.get(piece)
            if directive is None:
                raise DateFormatError(f"has the unknown code {piece}")
            shape += directive.shape
            parts.append(directive.part)
        else:
            shape += re.escape(piece).replace("/", r"\/")
    repeated = next((part for part in parts if parts.count(part) > 1), None)
    if repeated:
        raise DateFormatError(f"has the {repeated} twice")
    missing = [part for part in ("day", "month", "year") if part not in parts]
    if missing:
        raise DateFormatError(f"lacks the {' and the '.join(missing)}")
    if ("minute" in parts and "hour" not in parts) or ("second" in parts and "minute" not in parts):
        raise DateFormatError("has a time without its hour or minute")
    if ("%I" in text) != ("%p" in text):
        raise DateFormatError("has %I without %p, or %p without %I")
    if "hour" in parts and "minute" not in parts:
        raise DateFormatError("has an hour without the minute")
    return DateFormat(shape + "$", text, "zone" in parts, "%y" in text)


def is_date_format(text: str) -> bool:
    """Whether `text` is a format that a date column can have."""
    try:
        return text == ISO_8601 or bool(parse_format(text))
    except DateFormatError:
        return False


def clean_date(cells: pl.Expr, date_format: str = ISO_8601) -> pl.Expr:
    """A date data field's value, such as `1980-07-02T00:00:00Z`."""
    trimmed, date, moment = pl.col("trimmed"), pl.col("date"), pl.col("moment")
    shape = _ISO_SHAPE if date_format == ISO_8601 else parse_format(date_format).shape
    fits = moment.dt.year().is_between(EARLIEST_YEAR, LATEST_YEAR)
    code = (
        pl.when(~date.str.contains(shape))
        .then(pl.lit("date_invalid"))
        .when(moment.is_null())
        .then(pl.lit("date_impossible"))
        .when(~fits)
        .then(pl.lit("date_out_of_range"))
    )
    return in_steps(
        cells,
        {"trimmed": trim(pl.col("cell"))},
        {"date": unguard(trimmed)},
        {"moment": parse_dates(date, date_format)},
        {"answer": cleaned(trimmed, pl.when(fits).then(moment.dt.strftime(_WIRE_FORMAT)), code)},
    )


def parse_dates(date: pl.Expr, date_format: str) -> pl.Expr:
    """The moments that trimmed cells of `date_format` name, as Datetime in UTC without a zone; else null."""
    if date_format == ISO_8601:
        return _parse_iso(date)
    known = parse_format(date_format)
    text = pl.when(date.str.contains(known.shape)).then(date).otherwise(None)
    if known.has_zone:
        text = text.str.replace("Z$", "+00:00")
        return text.str.to_datetime(known.codes, strict=False, time_zone="UTC").dt.replace_time_zone(None)
    moment = text.str.to_datetime(known.codes, strict=False)
    if not known.has_short_year:
        return moment
    return (
        pl.when(moment.dt.year() > LATEST_TWO_DIGIT_YEAR).then(moment.dt.offset_by("-100y")).otherwise(moment)
    )


def _parse_iso(date: pl.Expr) -> pl.Expr:
    day = date.str.extract(_ISO_SHAPE, 1)
    time = date.str.extract(_ISO_SHAPE, 2).fill_null("00:00") + date.str.extract(_ISO_SHAPE, 3).fill_null(
        ":00"
    )
    zone = (
        date.str.extract(_ISO_SHAPE, 4)
        .fill_null("Z")
        .str.replace("^(?:Z|UTC)$", "+0000")
        .str.replace(":", "", literal=True)
        .str.pad_end(5, "0")
    )
    text = day + "T" + time + zone
    moment = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%z", strict=False, time_zone="UTC")
    return moment.dt.replace_time_zone(None)
