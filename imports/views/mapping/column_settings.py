"""How the values of a column are read: the settings of its target's type, as the mapping page shows them.

A field is made of a setting by its widget; which settings there are is for the types to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from imports.contacts.policies import DEFAULT_SEPARATOR, PLACEHOLDERS
from imports.contacts.value_types.type_settings import (
    PLACEHOLDER_SETTING,
    SEPARATOR_LABEL,
    Readings,
    Setting,
    SettingWidget,
)
from imports.locale_forms import listed, number
from imports.messages import column_label
from imports.views.formatting import quoted
from imports.views.mapping.column_form import (
    OTHER,
    ColumnFacts,
    Slot,
    column_value,
    further_settings_of,
    only_reading,
    region_value,
)
from imports.views.mapping.option_lists import (
    SettingsContext,
    option_group,
    option_list,
    region_options,
    with_chosen,
    zone_options,
)
from imports.views.mapping.target_choices import TargetChoice
from imports.views.mapping.typed_fields import value_words


@dataclass(frozen=True)
class Answer:
    """One of a few answers, with an example out of the column."""

    value: str
    label: str
    example: str
    is_chosen: bool


@dataclass(frozen=True)
class ColumnSetting:
    """A setting of a slot: a select with `options`, or `answers` where examples help to choose.

    `is_awaited`: what else the page shows depends on it.
    """

    kind: str
    key: str
    label: str
    options: SafeString | str = ""
    answers: Sequence[Answer] = ()
    is_multiple: bool = False
    hint: str = ""
    error: str = ""
    is_awaited: bool = False

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.key}"


@dataclass(frozen=True)
class _Asking:
    """What the field of a setting is made from."""

    slot: Slot
    target_choice: TargetChoice
    fact: ColumnFacts
    samples: Sequence[str]
    context: SettingsContext
    examples: Sequence[str] = ()

    def chosen(self, setting: Setting[Any]) -> Any:
        return self.slot.entry.get(setting.key, "")

    def fields(self, settings: Iterable[Setting[Any]]) -> list[ColumnSetting]:
        """The fields of those settings that are to be asked for."""
        return [
            field
            for setting in settings
            if setting.is_asked(self.slot.entry, self.samples)
            for field in _BUILDERS[setting.widget](setting, self)
        ]


def reading_settings(
    slot: Slot,
    target_choice: TargetChoice,
    fact: ColumnFacts,
    samples: Sequence[str],
    context: SettingsContext,
    examples: Sequence[str] = (),
) -> list[ColumnSetting]:
    """The settings without which the values cannot be read; `examples` are more values than the `samples` shown."""
    asking = _Asking(slot, target_choice, fact, samples, context, examples)
    return asking.fields(target_choice.value_type.settings)


def further_settings(
    slot: Slot,
    target_choice: TargetChoice,
    fact: ColumnFacts,
    samples: Sequence[str],
    placeholders: Mapping[str, int],
    context: SettingsContext,
) -> list[ColumnSetting]:
    """The settings that few columns need."""
    asking = _Asking(slot, target_choice, fact, samples, context)
    fields = asking.fields(
        one for one in further_settings_of(target_choice) if one is not PLACEHOLDER_SETTING
    )
    chosen = asking.chosen(PLACEHOLDER_SETTING)
    if placeholders or chosen:
        fields.append(
            _placeholder_field(slot.key, chosen, placeholders, is_text=target_choice.value_type.is_text)
        )
    return fields


def has_further_settings(slot: Slot, target_choice: TargetChoice) -> bool:
    """Whether a mapping says more of a column than how its values are read."""
    return any(slot.entry.get(one.key) is not None for one in further_settings_of(target_choice))


def _choice_fields(setting: Setting[Any], asking: _Asking) -> list[ColumnSetting]:
    chosen = asking.chosen(setting)
    worded = [(value, gettext(label)) for value, label in setting.choices]
    return [_field(setting, asking, option_list(with_chosen(worded, chosen), chosen))]


def _field(setting: Setting[Any], asking: _Asking, options: SafeString) -> ColumnSetting:
    """A select with these options, and what the setting has to say beside it."""
    return ColumnSetting(
        setting.field,
        asking.slot.key,
        gettext(setting.label),
        options,
        hint=gettext(setting.help) if setting.help else "",
        error=gettext(setting.missing) if asking.slot.missing is setting else "",
    )


def _select(
    setting: Setting[Any], key: str, choices: Iterable[tuple[str, str]], chosen: str, hint: str = ""
) -> ColumnSetting:
    worded = [(value, gettext(label)) for value, label in choices]
    options = option_list(with_chosen(worded, chosen), chosen)
    return ColumnSetting(setting.field, key, gettext(setting.label), options, hint=hint)


def _country_fields(setting: Setting[Any], asking: _Asking) -> list[ColumnSetting]:
    chosen = region_value(asking.chosen(setting) or None, asking.context.names)
    return [_field(setting, asking, region_options(asking.context, chosen))]


def _zone_fields(setting: Setting[Any], asking: _Asking) -> list[ColumnSetting]:
    return [_field(setting, asking, zone_options(asking.chosen(setting)))]


def _reading_fields(setting: Setting[Any], asking: _Asking) -> list[ColumnSetting]:
    """Answers with examples where the column can be read in several ways, else a select."""
    readings, key, chosen = setting.readings, asking.slot.key, asking.chosen(setting)
    if readings is None:
        return []
    label = gettext(setting.label)
    error = gettext(setting.missing) if asking.slot.missing is setting else ""
    fitting = list(readings.fitting(asking.fact))
    if len(fitting) <= 1 or not asking.samples:
        shown = chosen or only_reading(setting, asking.fact)
        options = _reading_options(readings, fitting, shown)
        return [ColumnSetting(setting.field, key, label, options, error=error, is_awaited=readings.are_open)]
    answers = _answers(readings, fitting[: readings.limit], chosen, asking)
    if not readings.are_open:
        return [ColumnSetting(setting.field, key, label, answers=answers, error=error)]
    is_other = bool(chosen) and not any(answer.is_chosen for answer in answers)
    other = gettext("Another format")
    others = _reading_options(readings, [], chosen if is_other else "")
    return [
        ColumnSetting(
            setting.field,
            key,
            label,
            answers=[*answers, Answer(OTHER, other, "", is_other)],
            error=error,
        ),
        ColumnSetting(f"{OTHER}_{setting.field}", key, other, others, is_awaited=True),
    ]


def _answers(readings: Readings, ways: Sequence[str], chosen: str, asking: _Asking) -> list[Answer]:
    if readings.kinds and asking.examples:
        return list(_counted_answers(readings, ways, chosen, asking))
    samples, value_type = asking.samples, asking.target_choice.value_type
    read = {way: readings.read(samples, way) for way in ways}
    # A value that is read differently in each of the ways, if there is one; else the first.
    differ = [len({values[place] for values in read.values()}) for place in range(len(samples))]
    place = differ.index(max(differ))
    meanings = {
        way: value_words(value, value_type) if (value := values[place]) else gettext(readings.nothing)
        for way, values in read.items()
    }
    return [
        Answer(
            way,
            readings.label(way),
            gettext("“{value}” is {meaning}").format(value=samples[place], meaning=meanings[way]),
            way == chosen,
        )
        for way in ways
    ]


def _counted_answers(
    readings: Readings, ways: Sequence[str], chosen: str, asking: _Asking
) -> Iterator[Answer]:
    """Answers that say how many values can be read so, with one that can be, and one that cannot."""
    values, fact = asking.examples, asking.fact
    read = {way: readings.read(values, way) for way in ways}
    # Of those that can be read, one that another way would not read, or else would read differently.
    differing = [len({found[place] for found in read.values()}) > 1 for place in range(len(values))]
    for way, found in read.items():
        others = [told for other, told in read.items() if other != way]
        places = [place for place, value in enumerate(found) if value]
        places.sort(key=lambda place: (all(told[place] for told in others), not differing[place]))
        unread = [place for place, value in enumerate(found) if not value and any(o[place] for o in others)]
        words = []
        kind = readings.kinds.get(way, "")
        if kind in fact.fits:
            words.append(
                ngettext(
                    "{count} of {all} value can be read so.",
                    "{count} of {all} values can be read so.",
                    fact.filled,
                ).format(count=number(fact.fits[kind]), all=number(fact.filled))
            )
        if places:
            meaning = value_words(str(found[places[0]]), asking.target_choice.value_type)
            words.append(_is_read_as(values[places[0]], meaning))
        if unread:
            words.append(_is_read_as(values[unread[0]], gettext(readings.nothing)))
        yield Answer(way, readings.label(way), " ".join(words), way == chosen)


def _is_read_as(value: str, meaning: str) -> str:
    return gettext("“{value}” is {meaning}.").format(value=value, meaning=meaning)


def _reading_options(readings: Readings, fitting: Sequence[str], chosen: str) -> SafeString:
    """The ways to choose from; of many, those that fit every value of the column come first."""
    known = list(dict.fromkeys([*readings.others, *([chosen] if chosen else [])]))
    choose = ("", gettext("Choose"))
    if not readings.are_open:
        return option_list([choose, *_labelled(readings, known)], chosen)
    others = [way for way in known if way not in fitting]
    return format_html(
        "{}{}{}",
        option_list([choose], ""),
        option_group(gettext("Fits the values"), _labelled(readings, fitting), chosen),
        option_group(
            gettext("Others") if fitting else gettext("Formats"), _labelled(readings, others), chosen
        ),
    )


def _labelled(readings: Readings, ways: Iterable[str]) -> list[tuple[str, str]]:
    return [(way, readings.label(way)) for way in ways]


def _column_fields(setting: Setting[Any], asking: _Asking) -> list[ColumnSetting]:
    join, names = asking.chosen(setting) or {}, asking.context.names
    chosen = list(join.get("columns", []))
    # Chosen columns stand first, in their order: that is the order in which a form gives them back.
    ordered = [*chosen, *(name for name in names if name not in chosen and name != asking.fact.name)]
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (column_value(name, names), mark_safe(" selected") if name in chosen else "", column_label(name))
            for name in ordered
        ),
    )
    separator = join.get("separator", DEFAULT_SEPARATOR)
    separators = [(value, gettext(label)) for value, label in setting.choices]
    key = asking.slot.key
    return [
        ColumnSetting(
            setting.field,
            key,
            gettext(setting.label),
            options,
            is_multiple=True,
            hint=gettext(setting.help),
        ),
        ColumnSetting(
            "separator",
            key,
            gettext(SEPARATOR_LABEL),
            option_list(with_chosen(separators, separator), separator),
        ),
    ]


def _placeholder_field(
    key: str, chosen: str, placeholders: Mapping[str, int], *, is_text: bool
) -> ColumnSetting:
    found = listed(f"{quoted(word)} {number(count)}×" for word, count in placeholders.items())
    hint = gettext("Found in this column: {values}.").format(values=found) if found else ""
    choices = list(PLACEHOLDER_SETTING.choices)
    if not is_text:
        # Only texts have such words as they stand; elsewhere to keep them is what is done without a choice.
        keeping = [option.value for option in PLACEHOLDERS if option.keeps]
        usual = chosen if chosen in keeping else ""
        choices = [(value or usual, label) for value, label in choices if value not in keeping]
    return _select(PLACEHOLDER_SETTING, key, choices, chosen, hint)


_BUILDERS: dict[SettingWidget, Callable[[Setting[Any], _Asking], list[ColumnSetting]]] = {
    SettingWidget.CHOICE: _choice_fields,
    SettingWidget.READING: _reading_fields,
    SettingWidget.COUNTRY: _country_fields,
    SettingWidget.ZONE: _zone_fields,
    SettingWidget.COLUMNS: _column_fields,
}
