"""How a person is asked how the values of a column are read: settings as data.

The mapping page makes a field of each by its widget, and reads it back, whatever the type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from imports.contacts.policies import (
    BLANK_CELLS,
    DEFAULT_SEPARATOR,
    GARBLED,
    GUARDS,
    LETTER_CASES,
    NAME_ORDERS,
    NAME_PARTS,
    PLACEHOLDERS,
    Policy,
    PolicyOption,
)
from imports.messages import gettext_noop

Choice = tuple[str, str]
"""What a mapping has, and its label, in English and marked."""


class SettingWidget(StrEnum):
    """What a setting is chosen with."""

    CHOICE = "choice"
    """One of a few words."""
    READING = "reading"
    """One of the ways in which the column can be read, with an example where several fit."""
    COUNTRY = "country"
    """A country, or a column of the file that says it row by row."""
    ZONE = "zone"
    """A time zone of the world."""
    COLUMNS = "columns"
    """Other columns of the file, and what separates their cells."""


class ReadColumn(Protocol):
    """What reading a file has told of a column (`ColumnProfile`)."""

    @property
    def date_formats(self) -> Sequence[str]: ...
    @property
    def decimal(self) -> str | None: ...


def _always(entry: Mapping[str, Any], samples: Sequence[str]) -> bool:
    return True


@dataclass(frozen=True)
class Readings:
    """The ways in which a column can be read.

    `fitting` are those that fit the values of a column, and `others` all the rest; `label` gives what one is called.
    `read` gives what cells say in one of them, as they are sent, None for what they do not say, for which `nothing` is
    said. `limit` is how many that fit are shown with examples. `are_open`: a person can choose one that does not fit.
    """

    fitting: Callable[[ReadColumn], Sequence[str]]
    others: Sequence[str]
    label: Callable[[str], str]
    read: Callable[[Sequence[str], str], list[str | None]]
    nothing: str
    limit: int = 4
    are_open: bool = False


@dataclass(frozen=True)
class Setting:
    """One thing to choose of how a column is read.

    `key` is what a mapping calls it, `field` the page. `missing` is said where it has to be chosen and is not.
    `is_asked` takes the column's entry in the mapping and some of its values.
    """

    key: str
    field: str
    label: str
    widget: SettingWidget = SettingWidget.CHOICE
    choices: tuple[Choice, ...] = ()
    help: str = ""
    missing: str = ""
    readings: Readings | None = None
    is_asked: Callable[[Mapping[str, Any], Sequence[str]], bool] = _always


def of_policy(
    policy: Policy[PolicyOption],
    field_name: str = "",
    is_asked: Callable[[Mapping[str, Any], Sequence[str]], bool] = _always,
    first: Choice | None = None,
) -> Setting:
    """A setting with the options of a policy, and `first` before them."""
    choices = tuple((option.value, option.label) for option in policy)
    return Setting(
        policy.key,
        field_name or policy.key,
        policy.question,
        choices=choices if first is None else (first, *choices),
        is_asked=is_asked,
    )


BLANK_SETTING = of_policy(BLANK_CELLS, "blank", first=("", gettext_noop("As for the whole file")))
"""Of columns that become data fields, which alone can be cleared."""

PLACEHOLDER_SETTING = of_policy(PLACEHOLDERS)
"""Of all columns that have such words."""

JOIN_SETTING = Setting(
    "join",
    "join",
    gettext_noop("Followed by"),
    SettingWidget.COLUMNS,
    (
        (DEFAULT_SEPARATOR, gettext_noop("A space")),
        (", ", gettext_noop("A comma and a space")),
        ("; ", gettext_noop("A semicolon and a space")),
        (" - ", gettext_noop("A dash")),
        ("", gettext_noop("Nothing")),
    ),
    help=gettext_noop("Other columns, joined to this one."),
)
SEPARATOR_LABEL = gettext_noop("Separator")

TEXT_SETTINGS = (
    of_policy(NAME_PARTS),
    of_policy(NAME_ORDERS, "order", is_asked=lambda entry, _: bool(entry.get(NAME_PARTS.key))),
    of_policy(LETTER_CASES),
    JOIN_SETTING,
    of_policy(GARBLED),
    of_policy(GUARDS),
)
"""What can be done to texts before they are sent."""
