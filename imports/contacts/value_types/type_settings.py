"""How the values of a column are read, as far as that is to be chosen: settings as data.

A type of values declares its settings, and its cleaner asks for them (`CellRules.of`). All else follows from the
declaration: a mapping keeps each under its key, the mapping page makes a field of it by its widget and reads it back,
and a value that cannot be one is a problem of the mapping.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from imports.contacts.policies import (
    BLANK_CELLS,
    DEFAULT_SEPARATOR,
    GARBLED,
    GUARDS,
    LETTER_CASES,
    NAME_ORDERS,
    NAME_PARTS,
    PLACEHOLDERS,
    Chosen,
    Policy,
)
from imports.messages import Wording, gettext_noop

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class FromColumn:
    """The column of the file whose cells say a setting row by row."""

    column: str


SettingValue = str | FromColumn
"""What a mapping has for a setting."""

Choice = tuple[str, str]
"""What a mapping has, and its label, in English and marked."""


class SettingWidget(StrEnum):
    """What a setting is chosen with."""

    CHOICE = "choice"
    """One of a few words."""
    READING = "reading"
    """One of the ways in which the column can be read, with an example where several fit."""
    COUNTRY = "country"
    """A country, or a column of the file that says it row by row: of a setting that `takes_column`."""
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
    said. `kinds` are those of the values that can be read in each, where these are counted. `limit` is how many that
    fit are shown with examples. `are_open`: a person can choose one that does not fit.
    """

    fitting: Callable[[ReadColumn], Sequence[str]]
    others: Sequence[str]
    label: Callable[[str], str]
    read: Callable[[Sequence[str], str], list[str | None]]
    nothing: str
    kinds: Mapping[str, str] = field(default_factory=dict)
    limit: int = 4
    are_open: bool = False


CANNOT_BE = Wording(gettext_noop("“{setting}” cannot be {name}."), gettext_noop("Choose what is offered."))


def _as_it_is(given: Any) -> Any:
    return given


@dataclass(frozen=True)
class Setting(Generic[V]):
    """One thing to choose of how a column is read.

    `key` is what a mapping calls it, and the page's field too, unless it is `named` otherwise there. `default` holds
    where a mapping does not say it; the values of a mapping itself are always read by it, so it is JSON's own form.
    `read` makes of what a mapping has what the cleaner takes, and raises ValueError, which may say why, for what cannot
    be one; with `choices`, only those can, and "" among them is the default, which is not read: a mapping does not
    keep it. `unfit` is said of a value that cannot be one, and may name {name} and {reason}.
    `missing` is what to do where it has to be chosen on the page and is not; `required` says what is wrong with a
    mapping without it, if that cannot be used. `takes_column`: it may be a `FromColumn`. `is_asked` takes the column's
    entry in the mapping and some of its values.
    """

    key: str
    label: str
    default: V
    widget: SettingWidget = SettingWidget.CHOICE
    read: Callable[[Any], V] = _as_it_is
    choices: tuple[Choice, ...] = ()
    unfit: Wording = CANNOT_BE
    required: str = ""
    missing: str = ""
    help: str = ""
    named: str = ""
    readings: Readings | None = None
    takes_column: bool = False
    is_asked: Callable[[Mapping[str, Any], Sequence[str]], bool] = _always

    @property
    def field(self) -> str:
        """What its field on the page is called."""
        return self.named or self.key

    def of(self, given: SettingValue | None) -> V:
        """What a mapping's value means; None for nothing said. Raises ValueError for what cannot be one."""
        if given is None:
            return self.default
        if self.choices:
            if given not in {value for value, _ in self.choices}:
                raise ValueError
            if given == "":
                return self.default
        return self.read(given)


def of_policy(
    policy: Policy[Chosen],
    named: str = "",
    is_asked: Callable[[Mapping[str, Any], Sequence[str]], bool] = _always,
    first: Choice | None = None,
) -> Setting[Chosen]:
    """A setting with the options of a policy, and `first` before them."""
    choices = tuple((option.value, option.label) for option in policy)
    return Setting(
        policy.key,
        policy.question,
        default=policy.options[0],
        read=policy.of,
        named=named,
        choices=choices if first is None else (first, *choices),
        is_asked=is_asked,
    )


BLANK_SETTING = of_policy(BLANK_CELLS, "blank", first=("", gettext_noop("As for the whole file")))
"""Of columns that become data fields, which alone can be cleared."""

PLACEHOLDER_SETTING = of_policy(PLACEHOLDERS)
"""Of all columns that have such words."""

JOIN_SETTING = Setting(
    "join",
    gettext_noop("Followed by"),
    default=None,
    widget=SettingWidget.COLUMNS,
    choices=(
        (DEFAULT_SEPARATOR, gettext_noop("A space")),
        (", ", gettext_noop("A comma and a space")),
        ("; ", gettext_noop("A semicolon and a space")),
        (" - ", gettext_noop("A dash")),
        ("", gettext_noop("Nothing")),
    ),
    help=gettext_noop("Other columns, joined to this one."),
)
SEPARATOR_LABEL = gettext_noop("Separator")

TEXT_SETTINGS: tuple[Setting[Any], ...] = (
    of_policy(NAME_PARTS),
    of_policy(NAME_ORDERS, "order", is_asked=lambda entry, _: bool(entry.get(NAME_PARTS.key))),
    of_policy(LETTER_CASES),
    JOIN_SETTING,
    of_policy(GARBLED),
    of_policy(GUARDS),
)
"""What can be done to texts before they are sent."""

COLUMN_RULES: tuple[Setting[Any], ...] = (BLANK_SETTING, PLACEHOLDER_SETTING, *TEXT_SETTINGS)
"""What is done to cells before they are read, whatever their type: a mapping has a field of its own for each."""
