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
        {"column": "Geburtstag", "target": "dataFields.BIRTHDAY", "format": "%d.%m.%Y", "blankCells": "clear"},
        {"column": "Umsatz", "target": "dataFields.SPEND", "decimal": ","},
        {"column": "Kunde", "target": "dataFields.VIP", "values": {"Stammkunde": true, "Neukunde": false}}
      ],
      "constants": [{"target": "lists", "value": [70001]}, {"target": "dataFields.SOURCE", "value": "Messe"}]
    }

`matchIdentifier`, `columns` and, in those, `column` and `target` are required; the rest has the defaults below.
"""

from collections import abc
from dataclasses import dataclass
from typing import Any, Self

MERGE_OPTIONS = ("overwrite", "overwriteIfNotEmpty", "overwriteIfEmpty")
"""`mergeOption` of `PUT /contacts/v3/import`."""

LEAVE, CLEAR = "leave", "clear"
BLANK_CELLS = (LEAVE, CLEAR)
KEEP_LAST, KEEP_FIRST, REJECT = "keepLast", "keepFirst", "reject"
DUPLICATES = (KEEP_LAST, KEEP_FIRST, REJECT)
LEAVE_OUT = "leaveOut"
INVALID_VALUES = (LEAVE_OUT, REJECT)


class MappingFormatError(ValueError):
    """JSON that is not a mapping at all; the message says where and why."""


@dataclass(frozen=True, slots=True)
class RegionColumn:
    """The column whose cells say from which country a row's phone number is."""

    column: str


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column and its target.

    `region` is for phone numbers, `format` for dates, `decimal` for numbers. `values` translates cells, in any letter
    case, before anything else: to a value of the target's type, or to None, which leaves the value out.
    `blank_cells` overrules the file's rule for this column.
    """

    column: str
    target: str
    region: str | RegionColumn | None = None
    format: str | None = None
    decimal: str | None = None
    values: abc.Mapping[str, Any] | None = None
    blank_cells: str | None = None

    def to_json(self) -> dict[str, Any]:
        region = {"column": self.region.column} if isinstance(self.region, RegionColumn) else self.region
        values = None if self.values is None else dict(self.values)
        optional = {
            "region": region,
            "format": self.format,
            "decimal": self.decimal,
            "values": values,
            "blankCells": self.blank_cells,
        }
        given = {key: value for key, value in optional.items() if value is not None}
        return {"column": self.column, "target": self.target, **given}

    @classmethod
    def from_json(cls, document: Any, where: str) -> Self:
        keys = _Keys(document, where)
        region = keys.take("region", (str, dict))
        if isinstance(region, dict):
            inner = _Keys(region, f"{where}.region")
            region = RegionColumn(inner.require("column", str))
            inner.finish()
        column = cls(
            column=keys.require("column", str),
            target=keys.require("target", str),
            region=region,
            format=keys.take("format", str),
            decimal=keys.take("decimal", str),
            values=keys.take("values", dict),
            blank_cells=keys.choose("blankCells", BLANK_CELLS),
        )
        keys.finish()
        return column


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value for every contact: list ids for `lists`, otherwise a value of the data field's type."""

    target: str
    value: Any

    def to_json(self) -> dict[str, Any]:
        return {"target": self.target, "value": self.value}

    @classmethod
    def from_json(cls, document: Any, where: str) -> Self:
        keys = _Keys(document, where)
        if "value" not in keys:
            raise MappingFormatError(f'{where}: "value" is missing.')
        constant = cls(keys.require("target", str), keys.take("value", object))
        keys.finish()
        return constant


@dataclass(frozen=True, slots=True)
class Mapping:
    """What is sent of a file.

    `blank_cells`: `leave` sends nothing for a blank cell, `clear` sends null, which erases the data field.
    `duplicates`: which of the rows with one identifier is sent. `invalid_values`: whether a value that cannot be used
    is left out of its contact, or rejects the row; one of the match identifier always rejects it.
    """

    match_identifier: str
    columns: tuple[ColumnMapping, ...]
    constants: tuple[Constant, ...] = ()
    merge_option: str = "overwrite"
    blank_cells: str = LEAVE
    duplicates: str = KEEP_LAST
    invalid_values: str = LEAVE_OUT

    def to_json(self) -> dict[str, Any]:
        """The mapping as JSON-safe values, every rule spelt out; `from_json` is its inverse."""
        return {
            "matchIdentifier": self.match_identifier,
            "mergeOption": self.merge_option,
            "blankCells": self.blank_cells,
            "duplicates": self.duplicates,
            "invalidValues": self.invalid_values,
            "columns": [column.to_json() for column in self.columns],
            "constants": [constant.to_json() for constant in self.constants],
        }

    @classmethod
    def from_json(cls, document: Any) -> Self:
        """Read parsed JSON. Raises MappingFormatError for keys, types and words that a mapping does not have."""
        keys = _Keys(document, "mapping")
        columns = keys.require("columns", list)
        constants = keys.take("constants", list) or []
        mapping = cls(
            match_identifier=keys.require("matchIdentifier", str),
            columns=tuple(ColumnMapping.from_json(item, f"columns[{n}]") for n, item in enumerate(columns)),
            constants=tuple(Constant.from_json(item, f"constants[{n}]") for n, item in enumerate(constants)),
            merge_option=keys.choose("mergeOption", MERGE_OPTIONS) or cls.merge_option,
            blank_cells=keys.choose("blankCells", BLANK_CELLS) or cls.blank_cells,
            duplicates=keys.choose("duplicates", DUPLICATES) or cls.duplicates,
            invalid_values=keys.choose("invalidValues", INVALID_VALUES) or cls.invalid_values,
        )
        keys.finish()
        return mapping


class _Keys:
    """The keys of one JSON object, taken one by one, so that those left over can be refused."""

    def __init__(self, document: Any, where: str) -> None:
        if not isinstance(document, abc.Mapping):
            raise MappingFormatError(f"{where}: this must be an object.")
        self._left, self._where = dict(document), where

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def take(self, key: str, kind: type | tuple[type, ...]) -> Any:
        value = self._left.pop(key, None)
        if value is not None and not isinstance(value, kind):
            raise MappingFormatError(f'{self._where}: "{key}" is of the wrong type.')
        return value

    def require(self, key: str, kind: type) -> Any:
        value = self.take(key, kind)
        if value is None:
            raise MappingFormatError(f'{self._where}: "{key}" is missing.')
        return value

    def choose(self, key: str, words: tuple[str, ...]) -> Any:
        word = self.take(key, str)
        if word is not None and word not in words:
            raise MappingFormatError(f'{self._where}: "{key}" must be one of {", ".join(words)}.')
        return word

    def finish(self) -> None:
        if self._left:
            raise MappingFormatError(f'{self._where}: the key "{next(iter(self._left))}" is not known.')
