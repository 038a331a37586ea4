"""A mapping: what each column of a file is sent as, and by which rules. JSON outside, dataclasses inside.

    {
      "matchIdentifier": "email",
      "mergeOption": "overwrite",
      "blankCells": "leave",
      "duplicates": "keepLast",
      "invalidValues": "leaveOut",
      "columns": [
        {"column": "E-Mail-Adresse", "target": "identifiers.email"},
        {"column": "Mobil", "target": "identifiers.mobileNumber", "region": {"column": "Land"}},
        {"column": "Name", "target": "dataFields.FIRSTNAME", "part": "firstName"},
        {"column": "Name", "target": "dataFields.LASTNAME", "part": "lastName", "case": "title"},
        {"column": "Straße", "target": "dataFields.ADDRESS", "join": {"columns": ["PLZ", "Ort"], "separator": ", "}},
        {"column": "Geburtstag", "target": "dataFields.BIRTHDAY", "format": "%d.%m.%Y", "blankCells": "clear"},
        {"column": "Letzter Kauf", "target": "dataFields.LAST_ORDER", "format": "%d.%m.%Y %H:%M",
         "zone": "Europe/Berlin", "placeholders": "blank"},
        {"column": "Umsatz", "target": "dataFields.SPEND", "decimal": ","},
        {"column": "Kunde", "target": "dataFields.VIP", "values": {"Stammkunde": true, "Neukunde": false}},
        {"column": "Newsletter", "target": "preferences.9"},
        {"column": "Gruppen", "target": "lists"},
        {"column": "Einwilligung am", "target": "consentRecords.dateTimeConsented"},
        {"column": "IP", "target": "consentRecords.ipAddress"}
      ],
      "constants": [
        {"target": "lists", "value": [70001]},
        {"target": "dataFields.SOURCE", "value": "Messe"},
        {"target": "channelProperties.email.optInType", "value": "single"},
        {"target": "consentRecords.text", "value": "Ja, ich möchte den Newsletter"},
        {"target": "consentRecords.url", "value": "https://example.com/messe"},
        {"target": "consentRecords.userAgent", "value": "Formular am Stand"}
      ]
    }

`matchIdentifier`, `columns` and, in those, `column` and `target` are required; the rest has the defaults
below. A column may have several targets. The targets are in `targets`.
"""

import json
from collections import abc
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from imports.contacts.policies import (
    BLANK_CELLS,
    DEFAULT_SEPARATOR,
    DUPLICATES,
    GARBLED,
    GUARDS,
    INVALID_VALUES,
    LETTER_CASES,
    MERGING,
    NAME_ORDERS,
    NAME_PARTS,
    PLACEHOLDERS,
    Policy,
    PolicyOption,
)
from imports.contacts.value_types.registry import SETTINGS
from imports.contacts.value_types.type_settings import FromColumn, SettingValue
from imports.locale_forms import one_of
from imports.messages import gettext

NamePart = Literal["firstName", "lastName"]
LEAVE_OUT_KEY = "leaveOutUnsubscribed"


class MappingFormatError(ValueError):
    """JSON that is not a mapping at all; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Join:
    """Further columns whose cells follow the column's own, separated by `separator`; blank ones are passed over."""

    columns: tuple[str, ...]
    separator: str = DEFAULT_SEPARATOR


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column and its target.

    What happens to a cell, in this order: `join` adds other columns'; `placeholders`, when it
    is `blank`, takes words such as "N/A" for a blank (without it they are left out, which erases nothing, and
    with `keep` texts have them as they stand); `values` translates cells, in any letter case, to a value of the
    target's type, a list of list ids for `lists`, or None, which leaves the value out; the apostrophe or the
    prefix that every cell of the column begins with is taken away, unless `guards` is `keep`; `garbled` repairs
    texts such as `Ren&eacute;e` and `RenÃ©e`, or keeps quiet about them, and without it they are sent as they
    are, with a doubt; `part` takes the first or the last name of a full name, in the order that the header tells
    (`Nom Prénom`) or `name_order`; `case` is the letter case a text is put in. Then the cell is read, by the
    `settings` of the target's type, by their keys: `region` is for phone numbers (a country, a column of countries,
    or `international`: every number begins with its country code, whether or not the plus is still there), `format`
    and `zone` (the IANA name of a time zone, for times that do not tell theirs) for dates, `decimal` for numbers.
    Which settings there are is for the types to say; in JSON they stand beside the other keys. `blank_cells`
    overrules the file's rule for this column.
    """

    column: str
    target: str
    settings: abc.Mapping[str, SettingValue] = field(default_factory=dict, hash=False)
    values: abc.Mapping[str, Any] | None = None
    blank_cells: str | None = None
    placeholders: str | None = None
    join: Join | None = None
    part: NamePart | None = None
    case: str | None = None
    guards: str | None = None
    name_order: str | None = None
    garbled: str | None = None

    @property
    def columns_read(self) -> tuple[str, ...]:
        """Every column of the file that its values are made from, its own first."""
        joined = self.join.columns if self.join else ()
        return (self.column, *joined, *(source.column for source in _sources(self.settings)))

    def without_columns_but(self, there: abc.Container[str]) -> Self:
        """The same without what it says of other columns than those."""
        join, settings = self.join, self.settings
        if join:
            names = tuple(name for name in join.columns if name in there)
            join = Join(names, join.separator) if names else None
        gone = {source for source in _sources(settings) if source.column not in there}
        settings = {key: value for key, value in settings.items() if value not in gone}
        return replace(self, join=join, settings=settings)

    def to_json(self) -> dict[str, Any]:
        settings = {
            key: {"column": value.column} if isinstance(value, FromColumn) else value
            for key, value in self.settings.items()
        }
        values = None if self.values is None else dict(self.values)
        join = self.join and {"columns": list(self.join.columns), "separator": self.join.separator}
        optional = {
            **settings,
            "values": values,
            "blankCells": self.blank_cells,
            "placeholders": self.placeholders,
            "join": join,
            "part": self.part,
            "case": self.case,
            "guards": self.guards,
            "nameOrder": self.name_order,
            "garbled": self.garbled,
        }
        given = {key: value for key, value in optional.items() if value is not None}
        return {"column": self.column, "target": self.target, **given}

    @classmethod
    def from_json(cls, document: Any, where: str) -> Self:
        keys = _Keys(document, where)
        given = {key: keys.take_setting(key, one.takes_column) for key, one in SETTINGS.items()}
        join = keys.take("join", dict)
        if join is not None:
            inner = _Keys(join, f"{where}.join")
            joined = inner.require("columns", list)
            if not all(isinstance(name, str) for name in joined):
                raise _names_wanted(f"{where}.join", "columns")
            separator = inner.take("separator", str)
            join = Join(tuple(joined), DEFAULT_SEPARATOR if separator is None else separator)
            inner.finish()
        column = cls(
            column=keys.require("column", str),
            target=keys.require("target", str),
            settings={key: value for key, value in given.items() if value is not None},
            values=keys.take("values", dict),
            blank_cells=keys.choose(BLANK_CELLS),
            placeholders=keys.choose(PLACEHOLDERS),
            join=join,
            part=keys.choose(NAME_PARTS),
            case=keys.choose(LETTER_CASES),
            guards=keys.choose(GUARDS),
            name_order=keys.choose(NAME_ORDERS),
            garbled=keys.choose(GARBLED),
        )
        keys.finish()
        return column


def _sources(settings: abc.Mapping[str, SettingValue]) -> Iterator[FromColumn]:
    return (value for value in settings.values() if isinstance(value, FromColumn))


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value for every contact: list ids for `lists`, otherwise a value of the target's type."""

    target: str
    value: Any

    def to_json(self) -> dict[str, Any]:
        return {"target": self.target, "value": self.value}

    @classmethod
    def from_json(cls, document: Any, where: str) -> Self:
        keys = _Keys(document, where)
        if "value" not in keys:
            raise _missing(where, "value")
        constant = cls(keys.require("target", str), keys.take("value", object))
        keys.finish()
        return constant


@dataclass(frozen=True)
class Mapping:
    """What is sent of a file.

    `match_identifier` is what contacts are matched by; where a column has the target `matchIdentifier`, its
    cells say so row by row, and this holds for the blank ones.
    `blank_cells`: `leave` sends nothing for a blank cell, `clear` sends null, which erases the data field.
    `duplicates`: which of the rows with one identifier is sent. `invalid_values`: whether a value that cannot
    be used is left out of its contact, or rejects the row; one of the match identifier always rejects it.
    `leave_out_unsubscribed`: columns, not imported themselves, whose words for people who are unsubscribed, bounced
    or not subscribed leave their rows out.
    """

    match_identifier: str
    columns: tuple[ColumnMapping, ...]
    constants: tuple[Constant, ...] = ()
    merge_option: str = MERGING.default
    blank_cells: str = BLANK_CELLS.default
    duplicates: str = DUPLICATES.default
    invalid_values: str = INVALID_VALUES.default
    leave_out_unsubscribed: tuple[str, ...] = ()

    @property
    def columns_read(self) -> tuple[str, ...]:
        """Every column of the file that values are made from, each once."""
        return tuple(dict.fromkeys(name for column in self.columns for name in column.columns_read))

    @property
    def columns_needed(self) -> tuple[str, ...]:
        """Every column that a file must have for it: those that are read, and those whose words leave rows out."""
        return tuple(dict.fromkeys((*self.columns_read, *self.leave_out_unsubscribed)))

    def to_json(self) -> dict[str, Any]:
        """The mapping as JSON-safe values, every rule spelt out; `from_json` is its inverse."""
        left_out = {LEAVE_OUT_KEY: list(self.leave_out_unsubscribed)} if self.leave_out_unsubscribed else {}
        return {
            "matchIdentifier": self.match_identifier,
            "mergeOption": self.merge_option,
            "blankCells": self.blank_cells,
            "duplicates": self.duplicates,
            "invalidValues": self.invalid_values,
            **left_out,
            "columns": [column.to_json() for column in self.columns],
            "constants": [constant.to_json() for constant in self.constants],
        }

    @classmethod
    def from_json(cls, document: Any) -> Self:
        """Read parsed JSON. Raises MappingFormatError for keys, types and words that a mapping does not
        have."""
        _refuse_half_characters(document)
        keys = _Keys(document, "mapping")
        columns = keys.require("columns", list)
        constants = keys.take("constants", list) or []
        left_out = keys.take(LEAVE_OUT_KEY, list) or []
        if not all(isinstance(name, str) for name in left_out):
            raise _names_wanted("mapping", LEAVE_OUT_KEY)
        mapping = cls(
            match_identifier=keys.require("matchIdentifier", str),
            columns=tuple(ColumnMapping.from_json(item, f"columns[{n}]") for n, item in enumerate(columns)),
            constants=tuple(Constant.from_json(item, f"constants[{n}]") for n, item in enumerate(constants)),
            merge_option=keys.choose(MERGING) or cls.merge_option,
            blank_cells=keys.choose(BLANK_CELLS) or cls.blank_cells,
            duplicates=keys.choose(DUPLICATES) or cls.duplicates,
            invalid_values=keys.choose(INVALID_VALUES) or cls.invalid_values,
            leave_out_unsubscribed=tuple(dict.fromkeys(left_out)),
        )
        keys.finish()
        return mapping


def _refuse_half_characters(document: Any) -> None:
    """JSON can spell halves of characters ("\\ud800"), which no text can hold."""
    try:
        json.dumps(document, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise MappingFormatError(gettext("mapping: it holds half a character, which is not text.")) from None


def _names_wanted(where: str, key: str) -> MappingFormatError:
    return MappingFormatError(
        gettext("{where}: “{key}” must be the names of columns.").format(where=where, key=key)
    )


def _missing(where: str, key: str) -> MappingFormatError:
    return MappingFormatError(gettext("{where}: “{key}” is missing.").format(where=where, key=key))


class _Keys:
    """The keys of one JSON object, taken one by one, so that those left over can be refused."""

    def __init__(self, document: Any, where: str) -> None:
        if not isinstance(document, abc.Mapping):
            raise MappingFormatError(gettext("{where}: this must be an object.").format(where=where))
        self._left, self._where = dict(document), where

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def take(self, key: str, kind: type | tuple[type, ...]) -> Any:
        value = self._left.pop(key, None)
        if value is not None and not isinstance(value, kind):
            raise MappingFormatError(
                gettext("{where}: “{key}” is of the wrong type.").format(where=self._where, key=key)
            )
        return value

    def require(self, key: str, kind: type) -> Any:
        value = self.take(key, kind)
        if value is None:
            raise _missing(self._where, key)
        return value

    def take_setting(self, key: str, takes_column: bool) -> SettingValue | None:
        given: str | dict[str, Any] | None = self.take(key, (str, dict) if takes_column else str)
        if not isinstance(given, dict):
            return given
        inner = _Keys(given, f"{self._where}.{key}")
        source = FromColumn(inner.require("column", str))
        inner.finish()
        return source

    def choose(self, policy: Policy[PolicyOption]) -> Any:
        word = self.take(policy.key, str)
        if word is not None and word not in policy.values:
            raise MappingFormatError(
                gettext("{where}: “{key}” must be one of {words}.").format(
                    where=self._where, key=policy.key, words=one_of(policy.values)
                )
            )
        return word

    def finish(self) -> None:
        if self._left:
            raise MappingFormatError(
                gettext("{where}: the key “{key}” is not known.").format(
                    where=self._where, key=next(iter(self._left))
                )
            )
