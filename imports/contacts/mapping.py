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
        {"column": "Geburtstag", "target": "dataFields.BIRTHDAY", "format": "%d.%m.%Y", "blankCells":
        "clear"}, {"column": "Umsatz", "target": "dataFields.SPEND", "decimal": ","},
        {"column": "Kunde", "target": "dataFields.VIP", "values": {"Stammkunde": true, "Neukunde": false}}
      ],
      "constants": [{"target": "lists", "value": [70001]}, {"target": "dataFields.SOURCE", "value": "Messe"}]
    }

`matchIdentifier`, `columns` and, in those, `column` and `target` are required; the rest has the defaults
below.
"""

from collections import abc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from imports.contacts.countries import REGIONS
from imports.contacts.dates import ISO_8601, DateFormatError, parse_format
from imports.contacts.numbers import DECIMAL_MARKS
from imports.contacts.targets import (
    DATA_FIELDS,
    IDENTIFIER_TARGETS,
    LISTS,
    Target,
    TargetCatalogue,
    is_reserved,
)
from imports.contacts.typed_values import clean_typed

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

    `region` is for phone numbers, `format` for dates, `decimal` for numbers. `values` translates cells, in
    any letter case, before anything else: to a value of the target's type, or to None, which leaves the value
    out.
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


@dataclass(frozen=True)
class Mapping:
    """What is sent of a file.

    `blank_cells`: `leave` sends nothing for a blank cell, `clear` sends null, which erases the data field.
    `duplicates`: which of the rows with one identifier is sent. `invalid_values`: whether a value that cannot
    be used is left out of its contact, or rejects the row; one of the match identifier always rejects it.
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
        """Read parsed JSON. Raises MappingFormatError for keys, types and words that a mapping does not
        have."""
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


@dataclass(frozen=True, slots=True)
class MappingProblem:
    """Why a mapping cannot be used. `where` is the column or constant it is about, "" for the mapping as a
    whole."""

    code: str
    sentence: str
    remedy: str
    where: str = ""


MAX_LISTS = 100
"""Most lists of one contact (`ImportContact.lists`)."""

# Code -> what is wrong, and what to do about it. Both may name the details they are given.
PROBLEMS: dict[str, tuple[str, str]] = {
    "match_identifier_unknown": (
        "Contacts cannot be matched by {name}.",
        "Match them by email or mobileNumber.",
    ),
    "match_identifier_missing": (
        "No column holds the {name} that contacts are matched by.",
        "Choose the column that holds it.",
    ),
    "column_unknown": ("The file has no column named {name}.", "Choose one of the file's columns."),
    "column_twice": ("The column {name} is mapped more than once.", "Map it once."),
    "target_unknown": (
        "The account has no {name}.",
        "Choose another target, or create the data field in Dotdigital.",
    ),
    "target_unsupported": ("{name} cannot be imported from a file yet.", "Leave it out of the mapping."),
    "target_twice": ("{name} is set more than once.", "Decide which column or constant it comes from."),
    "lists_from_column": ("Lists cannot be chosen by a column yet.", "Choose the lists for the whole file."),
    "identifier_constant": (
        "Every contact would get the same {name}.",
        "Map a column to it: no two contacts can share an identifier.",
    ),
    "format_missing": (
        "The format of the dates is not chosen.",
        "Choose how the dates in this column are written.",
    ),
    "format_unknown": (
        "The date format {name} {reason}.",
        "Write it like %d/%m/%Y, or choose one that is offered.",
    ),
    "decimal_unknown": ("The decimal mark cannot be {name}.", "Choose a point or a comma."),
    "region_unknown": ("{name} is not the code of a country.", "Use a two-letter code such as GB."),
    "region_column_unknown": (
        "The file has no column named {name} to take countries from.",
        "Choose another column.",
    ),
    "clear_identifier": (
        "A blank cell cannot erase an identifier.",
        "Leave blank cells of this column alone; only data fields can be erased.",
    ),
    "value_unfit": (
        "{name} is not a value that {target} can have.",
        "Write it as the data field's type wants it.",
    ),
    "values_twice": (
        "{name} is translated more than once.",
        "Translate it once; letter case makes no difference.",
    ),
    "lists_unfit": (
        "Lists must be chosen by their ids, 1 to 100 of them.",
        "Choose at least one list, or none at all.",
    ),
    "list_unknown": ("The account has no list with the id {name}.", "Choose one of the account's lists."),
}


def validate(mapping: Mapping, columns: Sequence[str], catalogue: TargetCatalogue) -> list[MappingProblem]:
    """Everything that keeps `mapping` from being used on a file with these headers. Empty when it can be
    used."""
    return [
        *_match_problems(mapping),
        *_twice_problems(mapping, catalogue),
        *(problem for column in mapping.columns for problem in _column_problems(column, columns, catalogue)),
        *(problem for constant in mapping.constants for problem in _constant_problems(constant, catalogue)),
    ]


def _problem(code: str, where: str = "", **details: object) -> MappingProblem:
    sentence, remedy = PROBLEMS[code]
    return MappingProblem(code, sentence.format(**details), remedy.format(**details), where)


def _match_problems(mapping: Mapping) -> Iterator[MappingProblem]:
    target = IDENTIFIER_TARGETS.get(mapping.match_identifier)
    if target is None:
        yield _problem("match_identifier_unknown", name=mapping.match_identifier)
    elif not any(column.target == target.name for column in mapping.columns):
        yield _problem("match_identifier_missing", name=target.label.lower())


def _twice_problems(mapping: Mapping, catalogue: TargetCatalogue) -> Iterator[MappingProblem]:
    targets: set[str] = set()
    for where, name in [
        *((column.column, column.target) for column in mapping.columns),
        *((constant.target, constant.target) for constant in mapping.constants),
    ]:
        target = catalogue.find(name)
        known = target.name if target else name
        if known in targets:
            yield _problem("target_twice", where, name=known)
        targets.add(known)
    seen: set[str] = set()
    for column in mapping.columns:
        if column.column in seen:
            yield _problem("column_twice", column.column, name=column.column)
        seen.add(column.column)


def _target_problem(name: str, where: str) -> MappingProblem:
    return _problem("target_unsupported" if is_reserved(name) else "target_unknown", where, name=name)


def _column_problems(
    column: ColumnMapping, columns: Sequence[str], catalogue: TargetCatalogue
) -> Iterator[MappingProblem]:
    where = column.column
    if column.column not in columns:
        yield _problem("column_unknown", where, name=column.column)
    target = catalogue.find(column.target)
    if target is None:
        yield _target_problem(column.target, where)
        return
    if target.part == LISTS:
        yield _problem("lists_from_column", where)
        return
    if target.part != DATA_FIELDS and column.blank_cells == CLEAR:
        yield _problem("clear_identifier", where)
    if target.type == "Date" and column.format is None:
        yield _problem("format_missing", where)
    if column.format is not None and column.format != ISO_8601:
        try:
            parse_format(column.format)
        except DateFormatError as error:
            yield _problem("format_unknown", where, name=column.format, reason=error)
    if column.decimal is not None and column.decimal not in DECIMAL_MARKS:
        yield _problem("decimal_unknown", where, name=column.decimal)
    if isinstance(column.region, RegionColumn):
        if column.region.column not in columns:
            yield _problem("region_column_unknown", where, name=column.region.column)
    elif column.region is not None and column.region.upper() not in REGIONS:
        yield _problem("region_unknown", where, name=column.region)
    yield from _value_problems(column, target)


def _value_problems(column: ColumnMapping, target: Target) -> Iterator[MappingProblem]:
    seen: set[str] = set()
    for word, value in (column.values or {}).items():
        spelling = word.strip().lower()
        if spelling in seen:
            yield _problem("values_twice", column.column, name=word)
        seen.add(spelling)
        if value is not None and clean_typed(value, target.type) is None:
            yield _problem("value_unfit", column.column, name=value, target=target.label)


def _constant_problems(constant: Constant, catalogue: TargetCatalogue) -> Iterator[MappingProblem]:
    where = constant.target
    target = catalogue.find(constant.target)
    if target is None:
        yield _target_problem(constant.target, where)
    elif target.part == LISTS:
        yield from _list_problems(constant.value, catalogue)
    elif target.part != DATA_FIELDS:
        yield _problem("identifier_constant", where, name=target.label.lower())
    elif clean_typed(constant.value, target.type) is None:
        yield _problem("value_unfit", where, name=constant.value, target=target.label)


def _list_problems(value: Any, catalogue: TargetCatalogue) -> Iterator[MappingProblem]:
    if (
        not isinstance(value, list)
        or not 1 <= len(value) <= MAX_LISTS
        or any(type(one) is not int for one in value)
    ):
        yield _problem("lists_unfit", LISTS)
        return
    for list_id in value:
        if not catalogue.has_list(list_id):
            yield _problem("list_unknown", LISTS, name=list_id)
