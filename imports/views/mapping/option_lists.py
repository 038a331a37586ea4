"""The options of selects on the mapping page, as HTML: plain ones, and those of countries and time zones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop
from phonenumbers import SUPPORTED_REGIONS

from imports.contacts.value_types.phone_type import INTERNATIONAL
from imports.locale_forms import country_name, reader_locale, zone_place
from imports.messages import column_label
from imports.views.mapping.column_form import column_value

_ZONE_AREAS: dict[str, str] = {
    "Europe": gettext_noop("Europe"),
    "Africa": gettext_noop("Africa"),
    "America": gettext_noop("America"),
    "Asia": gettext_noop("Asia"),
    "Atlantic": gettext_noop("Atlantic"),
    "Australia": gettext_noop("Australia"),
    "Indian": gettext_noop("Indian Ocean"),
    "Pacific": gettext_noop("Pacific"),
}
"""The areas of time zones, in the order of the page, and what they are called."""

INTERNATIONAL_LABEL = gettext_noop("Every number begins with its country code")


@dataclass(frozen=True)
class SettingsContext:
    """What settings are made from, the same for all columns of a job."""

    names: Sequence[str]
    account_region: str


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


def plain_options(choices: Iterable[tuple[str, str]]) -> SafeString:
    """Options of which none is chosen."""
    return format_html_join("", '<option value="{}">{}</option>', choices)


def option_group(heading: str, choices: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    options = option_list(choices, chosen)
    return format_html('<optgroup label="{}">{}</optgroup>', heading, options) if options else options


def region_options(context: SettingsContext, chosen: str) -> SafeString:
    """Where the country of numbers without one comes from: the account, a column, or one country for all."""
    own = context.account_region
    first = (
        gettext("The account’s country ({country})").format(country=country_name(own))
        if own
        else gettext("Nowhere: leave such numbers out")
    )
    columns = with_chosen(
        ((column_value(name, context.names), column_label(name)) for name in context.names),
        chosen if chosen.startswith("name:") else "column:0",
    )
    countries = country_choices()
    nowhere_else = [("", first), (INTERNATIONAL, gettext(INTERNATIONAL_LABEL))]
    is_known = chosen in {**dict(nowhere_else), **dict(countries), **dict(columns)}
    others = [] if is_known else [(chosen, chosen)]
    return format_html(
        "{}{}{}",
        option_list(nowhere_else, chosen),
        option_group(gettext("A column of the file"), columns, chosen),
        option_group(gettext("One country"), [*others, *countries], chosen),
    )


def country_choices() -> tuple[tuple[str, str], ...]:
    """(ISO 3166 code, name) of every country that phone numbers can be read in, by name."""
    return _countries(reader_locale())


@cache
def _countries(locale: Locale) -> tuple[tuple[str, str], ...]:
    names = locale.territories
    named = ((code, names[code]) for code in SUPPORTED_REGIONS if code in names)
    return tuple(sorted(named, key=lambda choice: choice[1]))


def zones_by_area() -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """The time zones of the world by continent: its name, and (zone, place) by place."""
    return [(gettext(_ZONE_AREAS[area]), zones) for area, zones in _zones(reader_locale())]


def zone_options(chosen: str) -> SafeString:
    """The time zones of the world by continent; without one, times are UTC."""
    groups = zones_by_area()
    known = {zone for _, zones in groups for zone, _ in zones}
    other = [(chosen, chosen)] if chosen and chosen not in known else []
    return format_html(
        '<option value="">UTC</option>{}{}',
        option_list(other, chosen),
        format_html_join("", "{}", ((option_group(area, zones, chosen),) for area, zones in groups)),
    )


@cache
def _zones(locale: Locale) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """(area, its zones) in the language of `locale`, the reader's; (zone, place) by place."""
    areas: dict[str, dict[str, str]] = {}
    for zone in available_timezones():
        area, _, place = zone.partition("/")
        if place and area in _ZONE_AREAS:
            areas.setdefault(area, {})[zone] = place.replace("_", " ")
    return tuple((area, _by_place(areas[area])) for area in _ZONE_AREAS if area in areas)


def _by_place(places: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Zones by the reader's name for their place; one that is another zone's already (Asia/Calcutta) keeps its own."""
    taken = {*places.values()}
    named = [(zone, own if zone_place(zone) in taken else zone_place(zone)) for zone, own in places.items()]
    return tuple(sorted(named, key=lambda choice: choice[1]))
