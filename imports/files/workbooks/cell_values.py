"""How the values of a workbook's cells are written: as a person would type them to say the same.

Dates and times are to the second, as spreadsheet programs show them: they keep them as fractions of a day, so a
whole second often comes out a few microseconds off.
"""

import datetime as dt
import math
from decimal import Decimal

_HALF_A_SECOND = dt.timedelta(microseconds=500_000)


def cell_text(value: object) -> str:
    """A cell's value as text; text is left as it is. Raises TypeError for what no cell can hold."""
    match value:
        case str():
            return value
        case bool():
            return boolean_text(value)
        case int() | float():
            return number_text(value)
        case dt.datetime():
            return moment_text(value)
        case dt.date():
            return date_text(value)
        case dt.time():
            return time_text(value)
        case dt.timedelta():
            return duration_text(value)
    raise TypeError(f"a cell cannot hold a {type(value).__name__}")


def boolean_text(value: bool) -> str:
    """`TRUE` or `FALSE`."""
    return "TRUE" if value else "FALSE"


def number_text(value: float) -> str:
    """The shortest digits that read back as the same number; never an exponent, and no `.0`."""
    if math.isfinite(value) and value == int(value):
        return str(int(value))
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text


def date_text(value: dt.date) -> str:
    """`YYYY-MM-DD`."""
    return value.isoformat()


def moment_text(value: dt.datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS`."""
    whole = value.replace(microsecond=0)
    if value - whole < _HALF_A_SECOND or whole.year == dt.MAXYEAR:
        return whole.isoformat()
    return (whole + dt.timedelta(seconds=1)).isoformat()


def time_text(value: dt.time) -> str:
    """`HH:MM:SS`; what is a microsecond short of midnight is `24:00:00`."""
    return duration_text(
        dt.timedelta(
            hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
        )
    )


def duration_text(value: dt.timedelta) -> str:
    """`HH:MM:SS`, with more than two digits of hours when there are that many, and a minus before it if negative."""
    seconds = (abs(value) + _HALF_A_SECOND) // dt.timedelta(seconds=1)
    sign = "-" if seconds and value < dt.timedelta(0) else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
