"""A mapping in words, to be read and not to be changed: what each column is sent as, and how its values are read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from imports.contacts.mapping import LEAVE_OUT_KEY
from imports.contacts.policies import DEFAULT_SEPARATOR
from imports.contacts.targets import LISTS
from imports.contacts.value_types.phone_type import INTERNATIONAL
from imports.contacts.value_types.registry import VALUE_TYPES
from imports.contacts.value_types.type_settings import (
    BLANK_SETTING,
    PLACEHOLDER_SETTING,
    SEPARATOR_LABEL,
    Setting,
    SettingWidget,
)
from imports.contacts.value_types.value_type import value_text
from imports.locale_forms import country_name, listed
from imports.messages import column_label
from imports.views.formatting import quoted
from imports.views.mapping.column_form import further_settings_of
from imports.views.mapping.column_values import LEFT_OUT
from imports.views.mapping.mapping_form import chosen_answers
from imports.views.mapping.option_lists import INTERNATIONAL_LABEL
from imports.views.mapping.target_choices import AccountChoices, TargetChoice

LabelledWords = tuple[str, str]
"""What is asked, and the answer."""

_SETTINGS: dict[str, Setting] = {
    setting.key: setting
    for value_type in reversed(VALUE_TYPES)
    for setting in (*value_type.settings, *value_type.further_settings, BLANK_SETTING, PLACEHOLDER_SETTING)
}
"""Every setting by its key, for targets that the account no longer has."""


@dataclass(frozen=True)
class ColumnWords:
    """What one column is sent as, and how its values are read. `column` is its key."""

    column: str
    target: str
    settings: list[LabelledWords]


@dataclass(frozen=True)
class MappingWords:
    """A mapping: the rules of the whole file, its columns, what is the same for every contact, and the columns whose
    words leave rows out."""

    rules: list[LabelledWords]
    columns: list[ColumnWords]
    constants: list[LabelledWords]
    leave_out: list[str]


def mapping_words(mapping: Mapping[str, Any], account_choices: AccountChoices) -> MappingWords:
    """A mapping's JSON in words; nothing of it is left out, be it known to the account or not."""
    return MappingWords(
        rules=[
            (question, answer.label) for question, answer in chosen_answers(dict(mapping), account_choices)
        ],
        columns=[
            ColumnWords(
                entry["column"],
                account_choices.name_of(entry["target"]),
                list(_setting_words(entry, account_choices)),
            )
            for entry in mapping.get("columns", ())
        ],
        constants=[
            (
                account_choices.name_of(entry["target"]),
                _constant_words(entry["target"], entry["value"], account_choices),
            )
            for entry in mapping.get("constants", ())
        ],
        leave_out=list(mapping.get(LEAVE_OUT_KEY, ())),
    )


def _setting_words(entry: Mapping[str, Any], account_choices: AccountChoices) -> Iterator[LabelledWords]:
    target_choice = account_choices.find(entry["target"])
    own = [*target_choice.value_type.settings, *further_settings_of(target_choice)] if target_choice else []
    settings = {**_SETTINGS, **{setting.key: setting for setting in own}}
    for key, value in entry.items():
        if setting := settings.get(key):
            yield gettext(setting.label), _ANSWERS[setting.widget](setting, value)
            if setting.widget is SettingWidget.COLUMNS:
                separator = value.get("separator", DEFAULT_SEPARATOR)
                yield gettext(SEPARATOR_LABEL), _choice_words(setting, separator)
        elif key == "values":
            yield gettext("Values"), listed(_meanings(value, target_choice, account_choices))


def _choice_words(setting: Setting, value: str) -> str:
    labels = dict(setting.choices)
    return gettext(labels[value]) if value in labels else quoted(value)


def _reading_words(setting: Setting, value: str) -> str:
    return setting.readings.label(value) if setting.readings else value


def _country_words(setting: Setting, value: str | Mapping[str, str]) -> str:
    if not isinstance(value, str):
        return gettext("as column “{column}” says").format(column=column_label(value["column"]))
    if value == INTERNATIONAL:
        return gettext(INTERNATIONAL_LABEL)
    return country_name(value)


def _zone_words(setting: Setting, value: str) -> str:
    return value


def _columns_words(setting: Setting, value: Mapping[str, Any]) -> str:
    return listed(quoted(column_label(name)) for name in value.get("columns", ()))


_ANSWERS: dict[SettingWidget, Callable[[Setting, Any], str]] = {
    SettingWidget.CHOICE: _choice_words,
    SettingWidget.READING: _reading_words,
    SettingWidget.COUNTRY: _country_words,
    SettingWidget.ZONE: _zone_words,
    SettingWidget.COLUMNS: _columns_words,
}


def _meanings(
    values: Mapping[str, Any], target_choice: TargetChoice | None, account_choices: AccountChoices
) -> Iterator[str]:
    for word, value in values.items():
        is_nothing = value is None
        meaning = gettext(LEFT_OUT) if is_nothing else _value_words(value, target_choice, account_choices)
        yield gettext("“{value}” is {meaning}").format(value=word, meaning=meaning)


def _value_words(value: Any, target_choice: TargetChoice | None, account_choices: AccountChoices) -> str:
    if target_choice is None:
        return value_text(value)
    return target_choice.value_type.words_of(value, account_choices.catalogue)


def _constant_words(target: str, value: Any, account_choices: AccountChoices) -> str:
    if target == LISTS:
        return listed(account_choices.list_names(value))
    return _value_words(value, account_choices.find(target), account_choices)
