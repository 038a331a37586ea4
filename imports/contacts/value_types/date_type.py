"""Dates, each column in a format of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from imports.contacts.value_types.type_settings import (
    ReadColumn,
    Readings,
    Setting,
    SettingValue,
    SettingWidget,
)
from imports.contacts.value_types.value_type import (
    AccountValues,
    CellRules,
    JsonForm,
    Obstacle,
    ValueKind,
    ValueType,
    ValueWidget,
    cell_limit,
    read_cells,
)
from imports.contacts.values.dates import (
    CANDIDATE_FORMATS,
    EXCEL_SERIAL,
    ISO_8601,
    UNIX_MILLISECONDS,
    UNIX_SECONDS,
    WITHOUT_YEAR,
    DateFormatError,
    clean_date,
    is_zone,
    parse_format,
)
from imports.messages import Wording, gettext, gettext_noop

if TYPE_CHECKING:
    from imports.contacts.suggestions.profiles import ColumnProfile

_NAMED_FORMATS = {
    ISO_8601: gettext_noop("2026-12-31, with or without a time (year, month, day)"),
    EXCEL_SERIAL: gettext_noop("46387 (Excel’s count of days)"),
    UNIX_SECONDS: gettext_noop("1798675200 (seconds since 1970)"),
    UNIX_MILLISECONDS: gettext_noop("1798675200000 (milliseconds since 1970)"),
}
"""Formats that are not written in the codes of strptime, by example."""

_EXAMPLE = {
    "%d": "31", "%m": "12", "%Y": "2026", "%y": "26", "%b": "Dec", "%B": "December", "%H": "18", "%I": "06",
    "%M": "30", "%S": "00", "%p": "pm", "%z": "+0100",
}  # fmt: skip
_DAY, _MONTH, _YEAR = gettext_noop("day"), gettext_noop("month"), gettext_noop("year")
_PARTS = {"%d": _DAY, "%m": _MONTH, "%b": _MONTH, "%B": _MONTH, "%Y": _YEAR, "%y": _YEAR}

_UNFIT = Obstacle(
    "unfit_date", gettext_noop("Its name fits, but too many of its values are not dates of one format.")
)
DATE_WITHOUT_YEAR = Obstacle("date_without_year", gettext_noop("Its name fits, but its dates have no year."))
AMBIGUOUS_DATE = Obstacle(
    "ambiguous_date",
    gettext_noop("Its dates can be read in more than one way: choose which."),
    needs_choice=True,
)


def format_label(date_format: str) -> str:
    """A date format by example: `31/12/2026 (day, month, year)`."""
    if date_format in _NAMED_FORMATS:
        return gettext(_NAMED_FORMATS[date_format])
    example = date_format
    for code, part in _EXAMPLE.items():
        example = example.replace(code, part)
    order = sorted((date_format.find(code), part) for code, part in _PARTS.items() if code in date_format)
    return f"{example} ({', '.join(gettext(part) for _, part in order)})"


def has_local_time(date_format: str) -> bool:
    """Whether dates of this format can have a time without saying in which time zone."""
    is_clock = date_format == EXCEL_SERIAL or any(code in date_format for code in ("%H", "%I"))
    return date_format == ISO_8601 or (is_clock and "%z" not in date_format)


def _asks_for_zone(entry: Mapping[str, Any], samples: Sequence[str]) -> bool:
    chosen = entry.get("format", "")
    has_times = any(":" in sample or "." in sample for sample in samples)
    return bool(entry.get("zone")) or (bool(chosen) and has_local_time(chosen) and has_times)


def _fitting(column: ReadColumn) -> Sequence[str]:
    return column.date_formats


def _read(cells: Sequence[str], date_format: str) -> list[str | None]:
    try:
        return read_cells(cells, lambda cell: clean_date(cell, date_format))
    except DateFormatError:
        return [None] * len(cells)


def _known_format(text: str) -> str:
    parse_format(text)
    return text


def _known_zone(text: str) -> str:
    if not is_zone(text):
        raise ValueError
    return text


FORMAT = Setting[str](
    "format",
    gettext_noop("Dates are written like"),
    default=ISO_8601,
    widget=SettingWidget.READING,
    read=_known_format,
    unfit=Wording(
        gettext_noop("The date format {name} cannot be used: {reason}."),
        gettext_noop("Write it like %d/%m/%Y, or choose one that is offered."),
    ),
    required=gettext_noop("The date format is not chosen."),
    missing=gettext_noop("Choose how the dates in this column are written."),
    readings=Readings(
        _fitting, CANDIDATE_FORMATS, format_label, _read, gettext_noop("no date"), are_open=True
    ),
)
ZONE = Setting[str | None](
    "zone",
    gettext_noop("Time zone of the times"),
    default=None,
    widget=SettingWidget.ZONE,
    read=_known_zone,
    unfit=Wording(
        gettext_noop("{name} is not the name of a time zone."), gettext_noop("Write it like Europe/London.")
    ),
    is_asked=_asks_for_zone,
)


class Date(ValueType):
    """A date, with or without a time."""

    name = "Date"
    json_form = JsonForm.PLAIN
    limit = cell_limit(
        250,
        "date_cell_too_long",
        gettext_noop("Dates in cells that are too long"),
        gettext_noop("The cell is longer than 250 characters, so it holds more than one date."),
    )
    format_code = "date_formatted"
    widget = ValueWidget.MOMENT
    settings = (FORMAT, ZONE)
    is_data_field = True
    words = gettext_noop("date")
    default_problem = gettext_noop("The default must be a date, such as 2026-04-03.")
    kinds = (
        ValueKind(
            "date_without_year",
            WITHOUT_YEAR,
            looks_like="date_without_year",
            holds=gettext_noop("dates without a year"),
            telling=30,
        ),
        ValueKind(
            "date",
            looks_like="date",
            holds=gettext_noop("dates"),
            telling=90,
            not_words=gettext_noop("Its name fits, but its values are dates."),
        ),
    )
    unfit = _UNFIT
    obstacles = (DATE_WITHOUT_YEAR, AMBIGUOUS_DATE)

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        return clean_date(cells, rules.of(FORMAT), rules.of(ZONE))

    def default_value(self, text: str, account: AccountValues) -> Any:
        return self.sent(text, account)

    def obstacle(self, profile: ColumnProfile) -> Obstacle | None:
        if profile.date_formats:
            return AMBIGUOUS_DATE if len(profile.date_formats) > 1 else None
        return DATE_WITHOUT_YEAR if profile.looks_like == "date_without_year" else _UNFIT

    def suggested_settings(
        self, profile: ColumnProfile, profiles: Sequence[ColumnProfile], default_region: str | None
    ) -> dict[str, SettingValue]:
        return {FORMAT.key: profile.date_formats[0]}


DATE = Date()
