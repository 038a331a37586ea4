"""How dates are written: formats in the codes of strptime, and the four that have a name instead."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from imports.contacts.values.dates.date_names import MONTH_SHAPE
from imports.contacts.values.dates.zones import ZONE_SHAPE
from imports.locale_forms import listed
from imports.messages import gettext, gettext_noop

ISO_8601 = "ISO 8601"
"""Every usual form of the standard, with or without time and zone; days and months may have one digit."""

EXCEL_SERIAL = "Excel serial"
"""The days by which spreadsheets count from 1900, as `46112` or with the time as `46112.4271`."""

UNIX_SECONDS = "Unix seconds"
UNIX_MILLISECONDS = "Unix milliseconds"
"""The time since 1970-01-01 in UTC, as computers count it."""

COUNTED_FORMATS = (EXCEL_SERIAL, UNIX_SECONDS, UNIX_MILLISECONDS)
"""The formats that are plain numbers, so that a column of numbers may be of them without being of dates."""

_SPACE = r"[ \t\x{a0}\x{2009}\x{202f}]"


class Directive(NamedTuple):
    """A strptime code: the cells it takes, and which part of a date it gives."""

    shape: str
    part: str


DIRECTIVES: dict[str, Directive] = {
    "%d": Directive("[0-9]{1,2}", "day"),
    "%m": Directive("[0-9]{1,2}", "month"),
    "%b": Directive(MONTH_SHAPE, "month"),
    "%B": Directive(MONTH_SHAPE, "month"),
    "%Y": Directive("[0-9]{4}", "year"),
    "%y": Directive("[0-9]{2}", "year"),
    "%H": Directive("[0-9]{1,2}", "hour"),
    "%I": Directive("[0-9]{1,2}", "hour"),
    "%M": Directive("[0-9]{2}", "minute"),
    "%S": Directive("[0-5][0-9](?:[.,][0-9]{1,9})?", "second"),
    "%p": Directive(rf"[AaPp]\.?{_SPACE}?[Mm]\.?", "half"),
    "%z": Directive(ZONE_SHAPE, "zone"),
}
"""`%b` and `%B` take the same: a month's name, long or short, in any language of `date_names`."""

_PART_WORDS = {
    "day": gettext_noop("day"),
    "month": gettext_noop("month"),
    "year": gettext_noop("year"),
    "hour": gettext_noop("hour"),
    "minute": gettext_noop("minute"),
    "second": gettext_noop("second"),
    "half": gettext_noop("half of the day"),
    "zone": gettext_noop("time zone"),
}

_GROUP_OF = {"%b": "month_name", "%B": "month_name", "%y": "short_year"}
# Where the month has a name nothing else can be the day, so what languages put around it is taken as well:
# 3rd March 2026, 3. März 2026, 1er mars 2026, 3 de marzo de 2026, 3 marca 2026 r.
_ORDINAL = r"(?i:st|nd|rd|th|er|re|ème|e|ste|de|[.ºª°])?"
_YEAR_SIGN = rf"(?:{_SPACE}?r\.?)?"
_NAMED_GAP = rf"[.,]?{_SPACE}+(?:(?i:de|del|of){_SPACE}+)?"
_TIME_GAP = rf"(?:,?{_SPACE}+(?:(?i:at|um){_SPACE}+)?|T)"
_GAP = rf",?{_SPACE}+"
_BEFORE_HALF = rf"{_SPACE}*"

_WHOLE_DIGITS = {"%d": 2, "%m": 2, "%Y": 4, "%H": 2, "%M": 2, "%S": 2}


class DateFormatError(ValueError):
    """A format that cannot be used; the message says why, as the end of a sentence about the format, in the language of
    whoever reads it."""


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A format, understood.

    `shape` is what a cell must look like; its groups are named by the parts of a date. `plain_shape` is what
    most cells of formats of digits alone look like, with every digit written, which parse without more ado.
    """

    text: str
    shape: str
    has_time: bool
    plain_shape: str | None = None


_ISO_DAY = "(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
_ISO_TIME = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-5][0-9](?:[.,][0-9]+)?))?"
)

NAMED_FORMATS: dict[str, DateFormat] = {
    ISO_8601: DateFormat(
        ISO_8601,
        rf"^{_ISO_DAY}(?:(?:[Tt]|{_SPACE}+){_ISO_TIME}{_SPACE}?(?P<zone>{ZONE_SHAPE})?)?$",
        has_time=True,
    ),
    EXCEL_SERIAL: DateFormat(EXCEL_SERIAL, "^(?P<days>[0-9]{1,7})(?:[.,](?P<part>[0-9]+))?$", has_time=True),
    UNIX_SECONDS: DateFormat(UNIX_SECONDS, "^(?P<seconds>-?[0-9]{1,11})(?:[.,][0-9]+)?$", has_time=True),
    UNIX_MILLISECONDS: DateFormat(
        UNIX_MILLISECONDS, "^(?P<milliseconds>-?[0-9]{1,14})(?:[.,][0-9]+)?$", has_time=True
    ),
}

COMPACT_TIMES = (
    (r"^([0-9]{4})([0-9]{2})([0-9]{2})[Tt]([0-9]{2})([0-9]{2})(.*)$", "${1}-${2}-${3}T${4}:${5}${6}"),
    (r"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})([0-9]{2})(.*)$", "${1}:${2}${3}"),
)
"""Patterns and replacements, in turn, by which ISO 8601's `20260331T101500Z` becomes its usual form."""

_DATES = (
    *("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"),
    *("%d %b %Y", "%b %d, %Y", "%d-%b-%Y", "%d/%b/%Y", "%Y-%b-%d", "%Y %b %d"),
    *("%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%m-%y", "%m-%d-%y", "%d-%b-%y", "%d %b %y"),
)
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_RARE = (
    *("%d/%m/%Y %H:%M:%S %z", "%m/%d/%Y %H:%M:%S %z", "%d %b %Y %H:%M:%S %z", "%b %d %Y %H:%M:%S %z"),
    *("%b %d %H:%M:%S %Y", "%b %d %H:%M:%S %z %Y", "%d %m %Y", "%m %d %Y", "%d%m%Y", "%m%d%Y"),
)

CANDIDATE_FORMATS = (ISO_8601, *(date + time for date in _DATES for time in _TIMES), *_RARE, *COUNTED_FORMATS)
"""The formats that are looked for in a column, in the order of preference."""

WITHOUT_YEAR = r"^[0-9]{1,2}[/.-][0-9]{1,2}\.?$"
"""The shape of a day and month, as Mailchimp keeps birthdays."""


@cache
def parse_format(text: str) -> DateFormat:
    """Understand a format in strptime codes, or one that has a name. Raises DateFormatError."""
    if text in NAMED_FORMATS:
        return NAMED_FORMATS[text]
    pieces = re.findall(r"%.?|[^%]+", text, flags=re.DOTALL)
    codes = [piece for piece in pieces if piece.startswith("%")]
    _refuse_unusable(codes)
    has_name = "%b" in codes or "%B" in codes
    shape = "".join(_shapes(pieces, has_name=has_name))
    is_plain = all(code in _WHOLE_DIGITS for code in codes)
    plain = "".join(
        f"[0-9]{{{_WHOLE_DIGITS[piece]}}}" if piece in _WHOLE_DIGITS else _literal(piece) for piece in pieces
    )
    return DateFormat(
        text=text,
        shape=f"^{shape}$",
        has_time="%M" in codes,
        plain_shape=f"^{plain}$" if is_plain else None,
    )


def is_date_format(text: str) -> bool:
    """Whether `text` is a format that a date column can have."""
    try:
        parse_format(text)
    except DateFormatError:
        return False
    return True


def _refuse_unusable(codes: list[str]) -> None:
    unknown = next((code for code in codes if code not in DIRECTIVES), None)
    if unknown:
        raise DateFormatError(gettext("the code {code} is not known").format(code=unknown))
    parts = [DIRECTIVES[code].part for code in codes]
    repeated = next((part for part in parts if parts.count(part) > 1), None)
    if repeated:
        raise DateFormatError(gettext("it has the {part} twice").format(part=gettext(_PART_WORDS[repeated])))
    missing = [part for part in ("day", "month", "year") if part not in parts]
    if missing:
        raise DateFormatError(
            gettext("it lacks: {parts}").format(parts=listed(gettext(_PART_WORDS[part]) for part in missing))
        )
    if ("minute" in parts and "hour" not in parts) or ("second" in parts and "minute" not in parts):
        raise DateFormatError(gettext("it has a time without its hour or minute"))
    if ("%I" in codes) != ("%p" in codes):
        raise DateFormatError(gettext("it has %I without %p, or %p without %I"))
    if "hour" in parts and "minute" not in parts:
        raise DateFormatError(gettext("it has an hour without the minute"))
    if "zone" in parts and "hour" not in parts:
        raise DateFormatError(gettext("it has a time zone without a time"))


def _shapes(pieces: list[str], *, has_name: bool) -> Iterator[str]:
    """The pattern of each piece of a format."""
    for before, piece, following in zip(["", *pieces], pieces, [*pieces[1:], ""], strict=False):
        if piece.startswith("%"):
            directive = DIRECTIVES[piece]
            # Nothing but the number of digits tells parts apart that follow one another at once.
            is_alone = not before.startswith("%") and not following.startswith("%")
            digits = directive.shape if is_alone else directive.shape.replace("{1,2}", "{2}")
            yield f"(?P<{_GROUP_OF.get(piece, directive.part)}>{digits})"
            if has_name:
                yield {"day": _ORDINAL, "year": _YEAR_SIGN}.get(directive.part, "")
        elif not piece.strip(" ,."):
            yield _gap(piece, following, has_name=has_name)
        else:
            yield _literal(piece)


def _gap(piece: str, following: str, *, has_name: bool) -> str:
    """What may stand for spaces, commas and dots between two parts."""
    if " " not in piece:
        return _literal(piece) + (f"{_SPACE}?" if piece == "." else "")
    if following == "%p":
        return _BEFORE_HALF
    if following in ("%H", "%I"):
        return _TIME_GAP
    if following == "%z":
        return f"{_SPACE}*"
    if has_name:
        return _NAMED_GAP
    return rf"\.{_SPACE}*" if "." in piece else _GAP


def _literal(text: str) -> str:
    return re.escape(text).replace("/", r"\/")
