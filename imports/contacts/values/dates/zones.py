"""Time zones: those that a time names itself, and that of a column whose times name none."""

from functools import cache
from zoneinfo import available_timezones

import polars as pl

ABBREVIATIONS: dict[str, str] = {
    "Z": "+0000",
    "UT": "+0000",
    "UTC": "+0000",
    "GMT": "+0000",
    "WET": "+0000",
    "WEST": "+0100",
    "CET": "+0100",
    "MEZ": "+0100",
    "CEST": "+0200",
    "MESZ": "+0200",
    "EET": "+0200",
    "EEST": "+0300",
}
"""Abbreviations that mean one zone everywhere. EST, CST, IST, BST and their like mean several, and are not
guessed at."""

ZONE_SHAPE = (
    rf"(?i:{'|'.join(sorted(ABBREVIATIONS, key=len, reverse=True))}"
    r"|(?:UTC|GMT)?[+\x{2212}-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?(?: \([^()]*\))?)"
)
"""A zone behind a time: `Z`, `CET`, `+01:00`, `-0530`, or `GMT+0100 (CET)` as browsers write it."""

_OFFSET = r"(?P<sign>[+\x{2212}-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2})?"
# The system's own zone, and none, under names that are no places.
_NO_PLACES = {"Factory", "localtime"}


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones() - _NO_PLACES)


def is_zone(text: str) -> bool:
    """Whether `text` is the IANA name of a time zone, such as `Europe/Berlin`."""
    return text in _zone_names()


def offset_of(zone: pl.Expr) -> pl.Expr:
    """How far the zones of `ZONE_SHAPE` are ahead of UTC, as Durations; null where there is none."""
    upper = zone.str.to_uppercase()
    parts = upper.replace(ABBREVIATIONS).str.extract_groups(_OFFSET).struct
    ahead = pl.duration(
        hours=parts.field("hours").cast(pl.Int64),
        minutes=parts.field("minutes").fill_null("0").cast(pl.Int64),
    )
    return pl.when(parts.field("sign") == "+").then(ahead).otherwise(-ahead)


def from_zone(local: pl.Expr, zone: str) -> pl.Expr:
    """Local times of a zone in UTC: the earlier of two where clocks were set back, null where they were set
    forward and no clock showed the time."""
    return _to_utc(local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null"))


def comes_twice(local: pl.Expr, zone: str) -> pl.Expr:
    """Whether the clocks of a zone showed the time twice, having been set back."""
    later = _to_utc(local.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null"))
    return (later != from_zone(local, zone)).fill_null(value=False)


def _to_utc(moment: pl.Expr) -> pl.Expr:
    return moment.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
