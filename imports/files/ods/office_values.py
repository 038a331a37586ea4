"""What an OpenDocument cell says by its value, as a person would type it (OpenDocument 1.3 part 3, 19.385)."""

import datetime as dt
import math
import re
from collections.abc import Callable

from imports.files.workbooks.cell_values import (
    boolean_text,
    date_text,
    duration_text,
    moment_text,
    number_text,
)

_DURATION = re.compile(
    r"(-?)P(?:(\d{1,7})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,](\d{1,30}))?S)?)?"
)


def _number(value: str) -> str:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number_text(number)


def _date(value: str) -> str:
    moment = dt.datetime.fromisoformat(value).replace(tzinfo=None)
    return moment_text(moment) if moment.time() != dt.time.min else date_text(moment.date())


def _time(value: str) -> str:
    match = _DURATION.fullmatch(value)
    if match is None:
        raise ValueError
    sign, days, hours, minutes, seconds, fraction = match.groups("0")
    duration = dt.timedelta(
        days=int(days),
        hours=int(hours),
        minutes=int(minutes),
        seconds=int(seconds) + float(f"0.{fraction}"),
    )
    return duration_text(-duration if sign == "-" else duration)


def _boolean(value: str) -> str:
    return boolean_text({"true": True, "false": False}[value])


VALUES: dict[str, tuple[str, Callable[[str], str]]] = {
    "float": ("value", _number),
    "percentage": ("value", _number),
    "currency": ("value", _number),
    "date": ("date-value", _date),
    "time": ("time-value", _time),
    "boolean": ("boolean-value", _boolean),
}
"""What a cell's type says of its value: the attribute it is in, and how it is written."""

VALUES_BUT_NUMBERS = {kind: value for kind, value in VALUES.items() if value[0] != "value"}
"""The same of values that are no numbers."""
