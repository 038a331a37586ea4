"""How a mapping's own values (constants, meanings of cells) are shown in fields and read from what was posted."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language

from imports.contacts.value_types.value_type import ValueType, ValueWidget, value_text
from imports.views.mapping.target_choices import AccountChoices

Choice = tuple[str, str]  # the value of an option, and its label

NOTHING = "null"
"""The option of a meaning that leaves the value out."""

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?")


@dataclass(frozen=True)
class TypedField:
    """A field for one value of a type: which widget, what it says, and the choices of a select.

    A value that the type cannot have is shown as it is, so that it is not lost.
    """

    widget: ValueWidget
    text: str
    choices: Sequence[Choice] = ()


def choices_of(value_type: ValueType, account_choices: AccountChoices) -> list[Choice]:
    """The values of a type that has only some, as JSON, with their labels; empty for types that take anything."""
    language = get_language() or settings.LANGUAGE_CODE
    return [
        (json.dumps(value), label) for value, label in value_type.choices(account_choices.catalogue, language)
    ]


def field_of(value: Any, value_type: ValueType, account_choices: AccountChoices) -> TypedField:
    """The field that shows `value`, None for a blank one; `read_value` is its inverse."""
    choices = choices_of(value_type, account_choices)
    if choices:
        text = "" if value is None else json.dumps(value)
        if text and text not in dict(choices):
            choices.append((text, value_type.words_of(value, account_choices.catalogue)))
        return TypedField(ValueWidget.SELECT, text, choices)
    text = "" if value is None else plain_text(value)
    if value_type.widget is ValueWidget.MOMENT:
        moment = _local_moment(text)
        is_shown = bool(moment) or not text
        return TypedField(ValueWidget.MOMENT, moment) if is_shown else TypedField(ValueWidget.TEXT, text)
    return TypedField(ValueWidget.LONG_TEXT if "\n" in text else value_type.widget, text)


def read_value(text: str, value_type: ValueType, account_choices: AccountChoices, current: Any = None) -> Any:
    """The value that a field says; None for a blank field, or one that says what cannot be.

    What says the same as `current` is `current`: 5 stays a number, and a date keeps its own form.
    """
    text = text.replace("\r\n", "\n")
    if current is not None and text == field_of(current, value_type, account_choices).text:
        return current
    if choices_of(value_type, account_choices):
        return _read_choice(text)
    text = text.strip()
    if value_type.widget is ValueWidget.MOMENT and _MOMENT.fullmatch(text):
        return f"{text if text.count(':') > 1 else text + ':00'}Z"
    return text or None


def value_words(value: str, value_type: ValueType) -> str:
    """A value in the form in which it is sent, for people: 3 Apr 2026."""
    if value_type.widget is not ValueWidget.MOMENT:
        return value
    moment = datetime.fromisoformat(value)
    return date_format(moment, "DATETIME_FORMAT" if (moment.hour, moment.minute) != (0, 0) else "DATE_FORMAT")


def plain_text(value: Any) -> str:
    """A value in a field for texts."""
    return value if isinstance(value, str) else value_text(value)


def _read_choice(text: str) -> Any:
    """What an option stands for. An option is JSON; what no page has offered is judged with the mapping."""
    try:
        value = json.loads(text) if text else None
    except ValueError:
        return text
    return value if isinstance(value, bool | str | list) else None


def _local_moment(text: str) -> str:
    """An ISO date and time in UTC as a browser's field for it has them; "" when it cannot show them."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    if moment.tzinfo:
        moment = moment.astimezone(UTC)
    if moment.microsecond:
        return ""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds" if moment.second else "minutes")
