"""How a mapping's own values (constants, meanings of cells) are shown in fields and read from what was posted."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from babel import Locale

from imports.contacts.values.choices import LOCALE
from imports.contacts.values.typed_values import value_text
from imports.views.mapping.target_choices import AccountChoices

Choice = tuple[str, str]  # the value of an option, and its label

_EMAIL_STATUSES: tuple[Choice, ...] = (
    ("subscribed", "Subscribed"),
    ("unsubscribed", "Unsubscribed"),
    ("suppressed", "Suppressed: never to be contacted"),
)
_MOBILE_STATUSES: tuple[Choice, ...] = (("noSubscription", "No subscription"), *_EMAIL_STATUSES)

FIXED_WORDS: dict[str, tuple[Choice, ...]] = {
    "emailStatus": _EMAIL_STATUSES,
    "mobileStatus": _MOBILE_STATUSES,
    "emailType": (("html", "HTML"), ("plainText", "Plain text")),
    "optInType": (
        ("unknown", "Unknown"),
        ("single", "Single: they signed up"),
        ("double", "Double: they signed up and confirmed"),
        ("verifiedDouble", "Verified double: Dotdigital mails them to confirm"),
    ),
    "locale": tuple(
        (code, f"{Locale.parse(code.partition('-')[0]).get_display_name('en')} ({code})") for code in LOCALE
    ),
}
"""Type -> what its values are called. Other types have no fixed words, or take them from the account."""

YES, NO = "true", "false"
BOOLEANS: tuple[Choice, ...] = ((YES, "Yes"), (NO, "No"))
NOTHING = "null"
"""The option of a meaning that leaves the value out."""

SELECT, TEXT, LONG_TEXT, MOMENT = "select", "text", "long text", "moment"
_WIDGETS = {"LongText": LONG_TEXT, "Date": MOMENT}
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?")


@dataclass(frozen=True)
class TypedField:
    """A field for one value of a type: which widget, what it says, and the choices of a select.

    A value that the type cannot have is shown as it is, so that it is not lost.
    """

    widget: str
    text: str
    choices: Sequence[Choice] = ()


def choices_of(value_type: str, account_choices: AccountChoices) -> list[Choice]:
    """The values of a type that has only some, as JSON, with their labels; empty for types that take anything."""
    if value_type == "Boolean":
        return list(BOOLEANS)
    if value_type == "lists":
        return [(json.dumps([list_id]), name) for list_id, name in account_choices.lists]
    if value_type == "matchIdentifier":
        return [
            (json.dumps(target_choice.target.partition(".")[2]), target_choice.label)
            for target_choice in account_choices.identifiers
        ]
    return [(json.dumps(word), label) for word, label in FIXED_WORDS.get(value_type, ())]


def field_of(value: Any, value_type: str, account_choices: AccountChoices) -> TypedField:
    """The field that shows `value`, None for a blank one; `read_value` is its inverse."""
    choices = choices_of(value_type, account_choices)
    if choices:
        text = "" if value is None else json.dumps(value)
        if text and text not in dict(choices):
            choices.append((text, _unusual_label(value, value_type, account_choices)))
        return TypedField(SELECT, text, choices)
    text = "" if value is None else plain_text(value)
    if value_type == "Date":
        moment = _local_moment(text)
        return TypedField(MOMENT, moment) if moment or not text else TypedField(TEXT, text)
    return TypedField(LONG_TEXT if "\n" in text else _WIDGETS.get(value_type, TEXT), text)


def read_value(text: str, value_type: str, account_choices: AccountChoices, current: Any = None) -> Any:
    """The value that a field says; None for a blank field, or one that says what cannot be.

    What says the same as `current` is `current`: 5 stays a number, and a date keeps its own form.
    """
    text = text.replace("\r\n", "\n")
    if current is not None and text == field_of(current, value_type, account_choices).text:
        return current
    if choices_of(value_type, account_choices):
        return _read_choice(text)
    text = text.strip()
    if value_type == "Date" and _MOMENT.fullmatch(text):
        return f"{text if text.count(':') > 1 else text + ':00'}Z"
    return text or None


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


def _unusual_label(value: Any, value_type: str, account_choices: AccountChoices) -> str:
    if value_type == "lists" and isinstance(value, list):
        return " and ".join(account_choices.list_names(value))
    return plain_text(value)


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
