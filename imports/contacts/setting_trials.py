"""By which other setting of a column its problems would go away: another country of its phone numbers, another format
of its dates, another decimal sign. A setting is of the whole column, so what can be read now counts as well.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import polars as pl
from phonenumbers import (
    NumberParseException,
    PhoneNumberType,
    is_valid_number_for_region,
    number_type,
    parse,
)

from imports import tables
from imports.contacts.check_request import CheckRequest
from imports.contacts.cleaned_fields import CleanedField, clean_frame
from imports.contacts.field_plan import plan_fields
from imports.contacts.mapping import ColumnMapping, Mapping
from imports.contacts.repairs.resolving import issue_lines
from imports.contacts.targets import TargetCatalogue
from imports.contacts.value_types.date_type import FORMAT
from imports.contacts.value_types.number_type import DECIMAL
from imports.contacts.value_types.phone_type import REGION
from imports.contacts.value_types.type_settings import FromColumn
from imports.contacts.values.cells import trim
from imports.contacts.values.countries import REGIONS
from imports.contacts.values.dates import CANDIDATE_FORMATS, has_shape
from imports.contacts.values.numbers import DECIMAL_MARKS

MAX_CELLS = 2_000
"""Of different cells with the problem, and of those without: more are not looked at while somebody waits."""
_TRIED_FIRST = 50
_OFFERED = 5
_LIKELY_REGIONS = 5
_NUMBERS_ASKED = 10
_PHONE_CHARS = 40


def likely_regions(cells: Sequence[str]) -> list[str]:
    """The countries in which these are numbers, as far as a glance tells: where most of them are, and are mobile."""
    found: Counter[str] = Counter()
    for cell in cells[:_NUMBERS_ASKED]:
        for region in REGIONS:
            with suppress(NumberParseException):
                number = parse(cell[:_PHONE_CHARS], region)
                if is_valid_number_for_region(number, region):
                    found[region] += 2 if number_type(number) == PhoneNumberType.MOBILE else 1
    return [
        region for region, _ in sorted(found.items(), key=lambda one: (-one[1], one[0]))[:_LIKELY_REGIONS]
    ]


def _likely_formats(cells: Sequence[str]) -> list[str]:
    """The date formats in whose shape any of these is."""
    shaped = {place: has_shape(trim(pl.col("cell")), one) for place, one in enumerate(CANDIDATE_FORMATS)}
    found = pl.DataFrame({"cell": cells}).select(has.any().alias(str(place)) for place, has in shaped.items())
    return [CANDIDATE_FORMATS[int(place)] for place, is_any in found.row(0, named=True).items() if is_any]


_LIKELY: dict[str, Callable[[Sequence[str]], Sequence[str]]] = {
    REGION.key: likely_regions,
    FORMAT.key: _likely_formats,
    DECIMAL.key: lambda cells: DECIMAL_MARKS,
}
"""The key of a setting -> what of it is likely for some cells, which is then tried."""
_ONE_IN_A_COLUMN = frozenset({FORMAT.key, DECIMAL.key})


@dataclass(frozen=True)
class ReadOtherwise:
    """How many cells that can be read now would be read as something else (`count`), and one of them with its row: what
    it is `now`, and what it would be `then`."""

    count: int
    row: int
    cell: str
    now: str
    then: str


@dataclass(frozen=True)
class SettingOffer:
    """A setting by which cells with a problem can be read: how many they are (`count`), one of them with its row; how
    many cells that can be read now could not be then (`broken`); and those that would be something else (`changed`).
    They are counted over the MAX_CELLS commonest different cells; `is_all` says whether these are all there are."""

    key: str
    value: str
    count: int
    row: int
    was: str
    becomes: str
    broken: int
    is_all: bool
    changed: ReadOtherwise | None = None

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The offer of which `values` are the fields."""
        changed = values["changed"]
        return cls(**{**values, "changed": ReadOtherwise(**changed) if changed else None})

    @property
    def harmed(self) -> int:
        """How many cells that can be read now could not be then, or would be something else."""
        return self.broken + (self.changed.count if self.changed else 0)

    @property
    def is_worthwhile(self) -> bool:
        """Whether it mends more than it harms. A column has dates of one order and numbers of one decimal mark: where
        all that could be read still can be, the other reading may be what was meant, whatever it changes."""
        if self.key in _ONE_IN_A_COLUMN and not self.broken:
            return True
        return self.count > self.harmed


def with_column_setting(
    mapping: Mapping, catalogue: TargetCatalogue, column: str, key: str, value: str
) -> Mapping:
    """`mapping` with another setting of a column, wherever the type of its target has one of this key."""
    return replace(
        mapping,
        columns=tuple(
            replace(one, settings={**one.settings, key: value})
            if one.column == column and _has(one, catalogue, key)
            else one
            for one in mapping.columns
        ),
    )


def settings_of(mapping: Mapping, catalogue: TargetCatalogue, column: str) -> list[str]:
    """The keys of what can be set of how a column is read, of those that may be offered: not what is read row by row
    from another column."""
    own = [one for one in mapping.columns if one.column == column]
    return [
        key
        for key in _LIKELY
        if any(_has(one, catalogue, key) for one in own)
        and not any(isinstance(one.settings.get(key), FromColumn) for one in own)
    ]


def _has(column: ColumnMapping, catalogue: TargetCatalogue, key: str) -> bool:
    target = catalogue.find(column.target)
    return target is not None and any(setting.key == key for setting in target.type.own_settings)


def settings_offered(request: CheckRequest, code: str, column: str) -> list[SettingOffer]:
    """The settings by which most cells of `column` with the problem `code` can be read, the best first; none that would
    harm more than it mends. `request` is that of a check whose tables are there.
    """
    if column not in request.columns:
        return []
    trial = _ColumnTrial(request, code, column)
    offers: list[SettingOffer] = []
    for key in settings_of(request.mapping, request.catalogue, column):
        offers += trial.offers(key)
    return sorted(offers, key=lambda offer: offer.harmed - offer.count)[:_OFFERED]


class _ColumnTrial:
    """The cells of one column, read by one setting after another."""

    def __init__(self, request: CheckRequest, code: str, column: str) -> None:
        self._request, self._column = request, column
        self._cell = f"c{request.columns.index(column)}"
        self._cells = tables.scan(request.checked).select("row", self._cell)
        self._told = issue_lines(request.issues, code, column).select("row").unique()

    @cached_property
    def _bad(self) -> pl.DataFrame:
        return self._different(self._cells.join(self._told, on="row", how="semi"))

    @cached_property
    def _good(self) -> pl.DataFrame:
        return self._different(self._cells.join(self._told, on="row", how="anti"))

    def _different(self, cells: pl.LazyFrame) -> pl.DataFrame:
        grouped = cells.group_by(self._cell).agg(pl.col("row").min(), times=pl.len())
        return (
            grouped.sort("times", "row", descending=[True, False]).head(MAX_CELLS).collect(engine="streaming")
        )

    def offers(self, key: str) -> list[SettingOffer]:
        columns = self._request.mapping.columns
        now = [one.settings.get(key) for one in columns if one.column == self._column]
        if self._bad.is_empty():
            return []
        first = self._bad.head(_TRIED_FIRST)
        likely_values = _LIKELY[key](first[self._cell].to_list())
        tried = ((self._read(first, key, value)[1], value) for value in likely_values if value not in now)
        likely = sorted((one for one in tried if one[0]), key=lambda one: -one[0])[:_OFFERED]
        offers = (self._offer(key, value) for _, value in likely)
        return [offer for offer in offers if offer.is_worthwhile]

    def _offer(self, key: str, value: str) -> SettingOffer:
        read, count = self._read(self._bad, key, value)
        example = read.filter(pl.col("value").is_not_null()).sort("row").row(0, named=True)
        before = self._read(self._good, key, None)[0]
        after = self._read(self._good, key, value)[0]
        both = after.select("row", "times", self._cell, now=before["value"], then="value")
        both = both.filter(pl.col("now").is_not_null())
        is_all = max(self._bad.height, self._good.height) < MAX_CELLS
        return SettingOffer(
            key,
            value,
            count,
            example["row"],
            example[self._cell],
            example["value"],
            broken=int(both.filter(pl.col("then").is_null())["times"].sum()),
            is_all=is_all,
            changed=self._otherwise(both.filter(pl.col("now") != pl.col("then"))),
        )

    def _otherwise(self, cells: pl.DataFrame) -> ReadOtherwise | None:
        if cells.is_empty():
            return None
        row, cell, now, then = cells.sort("row").select("row", self._cell, "now", "then").row(0)
        return ReadOtherwise(int(cells["times"].sum()), row, cell, now, then)

    def _read(self, cells: pl.DataFrame, key: str, value: str | None) -> tuple[pl.DataFrame, int]:
        """The cells with their `value` by a setting, None for the present one; and how many rows have a value."""
        mapping, catalogue = self._request.mapping, self._request.catalogue
        if value is not None:
            mapping = with_column_setting(mapping, catalogue, self._column, key, value)
        places = [
            place
            for place, one in enumerate(mapping.columns)
            if one.column == self._column and _has(one, catalogue, key)
        ]
        fields = plan_fields(mapping, self._request.columns, catalogue, self._request.default_region)
        field: CleanedField = fields[places[0]]
        others = [pl.lit("").alias(name) for name in field.sources if name != self._cell]
        cleaned = clean_frame(cells.with_columns(others), [field])
        read = cells.with_columns(cleaned[field.value].alias("value"))
        return read, int(read.filter(pl.col("value").is_not_null())["times"].sum())
