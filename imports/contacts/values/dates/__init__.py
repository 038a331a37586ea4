"""Dates: one format for a column, found from all its values; sent as ISO 8601 in UTC.

A format is written in the codes of strptime (`DIRECTIVES`), or is one of those that have a name: `ISO_8601`,
`EXCEL_SERIAL`, `UNIX_SECONDS`, `UNIX_MILLISECONDS`. Months may be named in several languages. A time without
a zone is in the column's, else in UTC.
"""

from imports.contacts.values.dates.date_cleaning import clean_date, has_shape
from imports.contacts.values.dates.date_formats import (
    CANDIDATE_FORMATS,
    COUNTED_FORMATS,
    DIRECTIVES,
    EXCEL_SERIAL,
    ISO_8601,
    UNIX_MILLISECONDS,
    UNIX_SECONDS,
    WITHOUT_YEAR,
    DateFormat,
    DateFormatError,
    is_date_format,
    parse_format,
)
from imports.contacts.values.dates.date_reading import LATEST_TWO_DIGIT_YEAR
from imports.contacts.values.dates.wire import EARLIEST_YEAR, LATEST_YEAR
from imports.contacts.values.dates.zones import is_zone

__all__ = [
    "CANDIDATE_FORMATS",
    "COUNTED_FORMATS",
    "DIRECTIVES",
    "EARLIEST_YEAR",
    "EXCEL_SERIAL",
    "ISO_8601",
    "LATEST_TWO_DIGIT_YEAR",
    "LATEST_YEAR",
    "UNIX_MILLISECONDS",
    "UNIX_SECONDS",
    "WITHOUT_YEAR",
    "DateFormat",
    "DateFormatError",
    "clean_date",
    "has_shape",
    "is_date_format",
    "is_zone",
    "parse_format",
]
