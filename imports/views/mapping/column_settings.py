"""How the values of a column are read: the settings that its target needs, as the mapping page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import polars as pl
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django_countries.data import COUNTRIES
from phonenumbers import SUPPORTED_REGIONS

from imports.contacts.mapping import (
    BLANK,
    CLEAR,
    DEFAULT_SEPARATOR,
    FIRST_LAST,
    FIRST_NAME,
    INTERNATIONAL,
    KEEP,
    LAST_FIRST,
    LAST_NAME,
    LEAVE,
    REPAIR,
)
from imports.contacts.targets import DATA_FIELDS, TEXT_TYPES
from imports.contacts.values.dates import CANDIDATE_FORMATS, DateFormatError, clean_date
from imports.contacts.values.numbers import DECIMAL_MARKS, clean_number
from imports.views.mapping.column_form import (
    OTHER_FORMAT,
    SETTING_MISSING,
    TEXT_SETTINGS,
    ColumnFacts,
    Slot,
    column_value,
    only_format,
    region_value,
)
from imports.views.mapping.target_choices import (
    DATE_TYPE,
    DECIMALS,
    NUMBER_TYPE,
    PHONE_TYPE,
    TargetChoice,
    format_label,
    has_local_time,
)

LABELS = {
    "region": "Numbers without a country code are from",
    "format": "Dates are written like",
    "other_format": "Written in another way",
    "zone": "Times are those of",
    "decimal": "Numbers are written like",
    "part": "Take",
    "order": "Order of whole names",
    "guards": "Apostrophe or prefix before every value",
    "garbled": "Garbled text, such as RenÃ©e or Ren&eacute;e",
    "case": "Letters",
    "join": "Followed by",
    "separator": "Put between them",
    "blank": "Blank cells of this column",
    "placeholders": "Words that stand for nothing",
}
PARTS = (("", "The whole cell"), (FIRST_NAME, "Only the first name"), (LAST_NAME, "Only the last name"))
ORDERS = (
    ("", "As the header says"),
    (FIRST_LAST, "First name, last name"),
    (LAST_FIRST, "Last name, first name"),
)
GUARD_CHOICES = (("", "Remove it"), (KEEP, "Leave unchanged"))
GARBLED_CHOICES = (("", "Send it and list it"), (REPAIR, "Repair it"), (KEEP, "Send it as it is"))
CASES = (
    ("", "As in the file"),
    ("lower", "all in small letters"),
    ("upper", "ALL IN CAPITALS"),
    ("title", "Every Word With a Capital"),
)
SEPARATORS = (
    (DEFAULT_SEPARATOR, "A space"),
    (", ", "A comma and a space"),
    ("; ", "A semicolon and a space"),
    (" - ", "A dash"),
    ("", "Nothing"),
)
BLANKS = (("", "As for the whole file"), (LEAVE, "Change nothing"), (CLEAR, "Clear the field"))
ZONE_AREAS = frozenset({"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"})
BOTH_WAYS_AT_MOST = 4
"""Most formats of an ambiguous column that are shown side by side."""


@dataclass(frozen=True)
class Answer:
    """One of a few answers, with an example out of the column."""

    value: str
    label: str
    example: str
    is_chosen: bool


@dataclass(frozen=True)
class ColumnSetting:
    """A setting of a slot: a select with `options`, or `answers` where examples help to choose."""

    kind: str
    key: str
    label: str
    options: SafeString | str = ""
    answers: Sequence[Answer] = ()
    is_multiple: bool = False
    hint: str = ""
    error: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.key}"


@dataclass(frozen=True)
class SettingsContext:
    """What settings are made from, the same for all columns of a job."""

    names: Sequence[str]
    account_region: str


def reading_settings(
    slot: Slot,
    target_choice: TargetChoice,
    fact: ColumnFacts,
    samples: Sequence[str],
    context: SettingsContext,
) -> list[ColumnSetting]:
    """The settings without which the values cannot be read."""
    entry, key = slot.entry, slot.key
    error = SETTING_MISSING.get(slot.missing, "") if slot.missing else ""
    if target_choice.value_type == PHONE_TYPE:
        options = region_options(context, region_value(entry.get("region"), context.names))
        return [ColumnSetting("region", key, LABELS["region"], options)]
    if target_choice.value_type == NUMBER_TYPE:
        return [_decimal_setting(key, entry.get("decimal", ""), fact, samples, error)]
    if target_choice.value_type == DATE_TYPE:
        return _date_settings(key, entry, fact, samples, error)
    return []


def further_settings(
    slot: Slot,
    target_choice: TargetChoice,
    fact: ColumnFacts,
    placeholders: Mapping[str, int],
    context: SettingsContext,
) -> list[ColumnSetting]:
    """The settings that few columns need."""
    entry, key = slot.entry, slot.key
    settings = []
    if target_choice.value_type in TEXT_TYPES:
        settings += [
            _select("part", key, PARTS, entry.get("part", "")),
            *([_select("order", key, ORDERS, entry.get("nameOrder", ""))] if entry.get("part") else []),
            _select("case", key, CASES, entry.get("case", "")),
            *_join_settings(key, entry.get("join") or {}, fact.name, context.names),
            _select("garbled", key, GARBLED_CHOICES, entry.get("garbled", "")),
            _select("guards", key, GUARD_CHOICES, entry.get("guards", "")),
        ]
    if target_choice.part == DATA_FIELDS:
        settings.append(_select("blank", key, BLANKS, entry.get("blankCells", "")))
    chosen = entry.get("placeholders", "")
    if placeholders or chosen:
        settings.append(
            _placeholder_setting(key, chosen, placeholders, is_text=target_choice.value_type in TEXT_TYPES)
        )
    return settings


def has_further_settings(entry: Mapping[str, Any]) -> bool:
    """Whether a mapping says more of a column than how its values are read."""
    return any(entry.get(kind) is not None for kind in (*TEXT_SETTINGS, "join", "blankCells", "placeholders"))


def _select(
    kind: str, key: str, choices: Iterable[tuple[str, str]], chosen: str, hint: str = ""
) -> ColumnSetting:
    return ColumnSetting(
        kind, key, LABELS[kind], option_list(with_chosen(choices, chosen), chosen), hint=hint
    )


def with_chosen(choices: Iterable[tuple[str, str]], chosen: str) -> list[tuple[str, str]]:
    """The choices, and what is chosen if it is none of them, so that it is not lost."""
    known = list(choices)
    return known if chosen in dict(known) else [*known, (chosen, chosen)]


def option_list(choices: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, mark_safe(" selected") if value == chosen else "", label) for value, label in choices),
    )


def option_group(heading: str, choices: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    options = option_list(choices, chosen)
    return format_html('<optgroup label="{}">{}</optgroup>', heading, options) if options else options


def region_options(context: SettingsContext, chosen: str) -> SafeString:
    """Where the country of numbers without one comes from: the account, a column, or one country for all."""
    own = context.account_region
    first = f"The account’s country ({own})" if own else "Nowhere: leave such numbers out"
    columns = with_chosen(
        ((column_value(name, context.names), name) for name in context.names),
        chosen if chosen.startswith("name:") else "column:0",
    )
    countries = country_choices()
    nowhere_else = [("", first), (INTERNATIONAL, "Every number begins with its country code")]
    is_known = chosen in {**dict(nowhere_else), **dict(countries), **dict(columns)}
    others = [] if is_known else [(chosen, chosen)]
    return format_html(
        "{}{}{}",
        option_list(nowhere_else, chosen),
        option_group("A column of the file", columns, chosen),
        option_group("One country", [*others, *countries], chosen),
    )


def _decimal_setting(
    key: str, chosen: str, fact: ColumnFacts, samples: Sequence[str], error: str
) -> ColumnSetting:
    if fact.decimal is not None or not samples:
        options = option_list(with_chosen((("", "Choose"), *DECIMALS), chosen), chosen)
        return ColumnSetting("decimal", key, LABELS["decimal"], options, error=error)
    readings = {mark: read_numbers(samples, mark) for mark in DECIMAL_MARKS}
    sample = _telling(samples, list(readings.values()))
    answers = [
        Answer(mark, label, f"“{samples[sample]}” is {readings[mark][sample]}", mark == chosen)
        for mark, label in DECIMALS
    ]
    return ColumnSetting("decimal", key, LABELS["decimal"], answers=answers, error=error)


def _date_settings(
    key: str, entry: Mapping[str, Any], fact: ColumnFacts, samples: Sequence[str], error: str
) -> list[ColumnSetting]:
    chosen = entry.get("format", "")
    settings = []
    if len(fact.date_formats) > 1 and samples:
        fitting = fact.date_formats[:BOTH_WAYS_AT_MOST]
        readings = {one: read_dates(samples, one) for one in fitting}
        sample = _telling(samples, list(readings.values()))
        is_other = bool(chosen) and chosen not in fitting
        answers = [
            Answer(one, format_label(one), f"“{samples[sample]}” is {readings[one][sample]}", one == chosen)
            for one in fitting
        ]
        other = Answer(OTHER_FORMAT, LABELS["other_format"], "", is_other)
        settings += [
            ColumnSetting("format", key, LABELS["format"], answers=[*answers, other], error=error),
            ColumnSetting(
                "other_format", key, LABELS["other_format"], format_options(None, chosen if is_other else "")
            ),
        ]
    else:
        shown = chosen or only_format(fact) or ""
        settings.append(
            ColumnSetting("format", key, LABELS["format"], format_options(fact, shown), error=error)
        )
    zone = entry.get("zone", "")
    local_time = has_local_time(chosen) and any(":" in sample or "." in sample for sample in samples)
    if zone or (chosen and local_time):
        settings.append(ColumnSetting("zone", key, LABELS["zone"], zone_options(zone)))
    return settings


def _telling(samples: Sequence[str], readings: Sequence[Sequence[str]]) -> int:
    """The place of a sample that is read differently in each of the ways, if there is one; else the first."""
    differ = [len({reading[place] for reading in readings}) for place in range(len(samples))]
    return differ.index(max(differ))


def read_dates(cells: Sequence[str], date_format: str) -> list[str]:
    """What `cells` say in a date format, for people: 3 April 2026."""
    try:
        values = _cleaned(cells, clean_date(pl.col("cell"), date_format))
    except DateFormatError:
        return ["no date"] * len(cells)
    return [_date_words(value) if value else "no date" for value in values]


def read_numbers(cells: Sequence[str], decimal: Any) -> list[str]:
    """What `cells` say with a decimal mark, as Dotdigital is told."""
    return [value or "no number" for value in _cleaned(cells, clean_number(pl.col("cell"), decimal))]


def _cleaned(cells: Sequence[str], answer: pl.Expr) -> list[str | None]:
    frame = pl.DataFrame({"cell": list(cells)}, schema={"cell": pl.String}).select(answer=answer)
    return frame["answer"].struct.field("value").to_list()


def _date_words(value: str) -> str:
    moment = datetime.fromisoformat(value)
    day = f"{moment.day} {moment:%B %Y}"
    return f"{day}, {moment:%H:%M}" if (moment.hour, moment.minute) != (0, 0) else day


def format_options(column: ColumnFacts | None, chosen: str) -> SafeString:
    """How dates are written; those that fit every value of the column come first."""
    fitting = list(column.date_formats) if column else []
    others = [one for one in CANDIDATE_FORMATS if one not in fitting]
    if chosen and chosen not in fitting and chosen not in others:
        others.append(chosen)
    return format_html(
        '<option value="">Choose</option>{}{}',
        option_group("Fits the values", ((one, format_label(one)) for one in fitting), chosen),
        option_group(
            "Others" if fitting else "Formats", ((one, format_label(one)) for one in others), chosen
        ),
    )


def zone_options(chosen: str) -> SafeString:
    """The time zones of the world by continent; without one, times are UTC."""
    groups = _zones()
    known = {zone for _, zones in groups for zone, _ in zones}
    other = [(chosen, chosen)] if chosen and chosen not in known else []
    return format_html(
        '<option value="">UTC</option>{}{}',
        option_list(other, chosen),
        format_html_join("", "{}", ((option_group(area, zones, chosen),) for area, zones in groups)),
    )


@cache
def _zones() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    areas: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted(available_timezones()):
        area, _, place = zone.partition("/")
        if place and area in ZONE_AREAS:
            areas.setdefault(area, []).append((zone, place.replace("_", " ")))
    return tuple(
        (area, tuple(zones)) for area, zones in sorted(areas.items(), key=lambda one: one[0] != "Europe")
    )


def _join_settings(key: str, join: Mapping[str, Any], own: str, names: Sequence[str]) -> list[ColumnSetting]:
    chosen = list(join.get("columns", []))
    # Chosen columns stand first, in their order: that is the order in which a form gives them back.
    ordered = [*chosen, *(name for name in names if name not in chosen and name != own)]
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (column_value(name, names), mark_safe(" selected") if name in chosen else "", name)
            for name in ordered
        ),
    )
    separator = join.get("separator", DEFAULT_SEPARATOR)
    return [
        ColumnSetting(
            "join", key, LABELS["join"], options, is_multiple=True, hint="Other columns, joined to this one."
        ),
        _select("separator", key, SEPARATORS, separator),
    ]


def _placeholder_setting(
    key: str, chosen: str, placeholders: Mapping[str, int], *, is_text: bool
) -> ColumnSetting:
    usual = "Leave them out; nothing is erased"
    found = ", ".join(f"“{word}” {count:,}×" for word, count in placeholders.items())
    kept = [(KEEP, "Send them as they are")] if is_text else []
    choices = [
        (KEEP if chosen == KEEP and not is_text else "", usual),
        (BLANK, "Treat them as blank cells"),
        *kept,
    ]
    return _select("placeholders", key, choices, chosen, f"Found in this column: {found}." if found else "")


@cache
def country_choices() -> tuple[tuple[str, str], ...]:
    """(ISO 3166 code, name) of every country that phone numbers can be read in, by name."""
    named = ((code, str(COUNTRIES[code])) for code in SUPPORTED_REGIONS if code in COUNTRIES)
    return tuple(sorted(named, key=lambda choice: choice[1]))
