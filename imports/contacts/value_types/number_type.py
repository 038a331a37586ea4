"""Numbers, with either decimal mark."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from imports.contacts.value_types.type_settings import (
    ReadColumn,
    Readings,
    Setting,
    SettingValue,
    SettingWidget,
)
from imports.contacts.value_types.value_type import (
    MOSTLY,
    TIMES,
    VALUE,
    AccountValues,
    CellRules,
    JsonForm,
    Obstacle,
    ValueKind,
    ValueType,
    cell_limit,
    read_cells,
)
from imports.contacts.values.numbers import DECIMAL_MARKS, DecimalMark, clean_number, number_shape
from imports.messages import Wording, gettext, gettext_noop

if TYPE_CHECKING:
    from imports.contacts.suggestions.profiles import ColumnProfile

_LABELS: dict[str, str] = {
    ".": gettext_noop("1,234.50 (decimal point)"),
    ",": gettext_noop("1.234,50 (decimal comma)"),
}

# Whole numbers are the same with either mark. A fraction that is no group of thousands is of its mark alone.
_WHOLE = "^-?[1-9][0-9]{0,14}$"
_FRACTION = {
    mark: rf"^-?(?:0|[1-9][0-9]{{0,14}})[{mark}](?:[0-9]{{1,2}}|[0-9]{{4,9}})$" for mark in DECIMAL_MARKS
}
_NEVER_IN_NUMBERS = "[@:/_]"
# Not ASCII are signs and digits that numbers are cleaned of first.
_NOT_ASCII = r"[^\x00-\x7f]"
_NUMBER = "|".join(f"(?:{re.sub('[(][?]P<[a-z]+>', '(?:', number_shape(mark))})" for mark in DECIMAL_MARKS)

_KINDS = {".": "number_point", ",": "number_comma"}
_EITHER = "number_either"
DIFFERING = "number_differs"
"""Counts the values that both decimal marks would do for, with different numbers."""

_HOLDS = gettext_noop("numbers")
_NOT_WORDS = gettext_noop("Its name fits, but its values are numbers.")
_UNFIT = Obstacle("unfit_number", gettext_noop("Its name fits, but too many of its values are not numbers."))
MIXED_NUMBER = Obstacle(
    "mixed_number",
    gettext_noop("Some of its numbers have a decimal point, others a decimal comma: choose which most have."),
    needs_choice=True,
)
AMBIGUOUS_NUMBER = Obstacle(
    "ambiguous_number",
    gettext_noop("Its numbers can be read with either decimal mark: choose which."),
    needs_choice=True,
)


def _fitting(column: ReadColumn) -> Sequence[str]:
    return DECIMAL_MARKS if column.decimal is None else (column.decimal,)


def _label(mark: str) -> str:
    return gettext(_LABELS[mark]) if mark in _LABELS else mark


def _known_mark(text: str) -> DecimalMark:
    return DECIMAL_MARKS[DECIMAL_MARKS.index(text)]  # raises ValueError for another


def _read(cells: Sequence[str], mark: str) -> list[str | None]:
    decimal = _known_mark(mark)
    return read_cells(cells, lambda cell: clean_number(cell, decimal))


DECIMAL = Setting[DecimalMark](
    "decimal",
    gettext_noop("Numbers are written like"),
    default=".",
    widget=SettingWidget.READING,
    read=_known_mark,
    unfit=Wording(
        gettext_noop("The decimal mark cannot be {name}."), gettext_noop("Choose a point or a comma.")
    ),
    missing=gettext_noop("Choose how the numbers in this column are written."),
    readings=Readings(_fitting, DECIMAL_MARKS, _label, _read, gettext_noop("no number"), kinds=_KINDS),
)


class Number(ValueType):
    """A number of a data field."""

    name = "Numeric"
    json_form = JsonForm.BARE
    # 27 digits.
    limit = cell_limit(
        250,
        "number_cell_too_long",
        gettext_noop("Numbers in cells that are too long"),
        gettext_noop("The cell is longer than 250 characters, so it holds more than one number."),
    )
    format_code = "number_formatted"
    own_values = (int, float, str)  # text, where a float is not exact
    settings = (DECIMAL,)
    is_data_field = True
    words = gettext_noop("number")
    default_problem = gettext_noop("The default must be a number, such as 12.5.")
    kinds = (
        ValueKind(_EITHER, looks_like="number", holds=_HOLDS, telling=10, not_words=_NOT_WORDS),
        *(
            ValueKind(
                kind,
                looks_like="number",
                holds=_HOLDS,
                telling=10,
                not_words=_NOT_WORDS,
                counted_with=_EITHER,
            )
            for kind in _KINDS.values()
        ),
    )
    unfit = _UNFIT
    obstacles = (MIXED_NUMBER, AMBIGUOUS_NUMBER)

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        return clean_number(cells, rules.of(DECIMAL))

    def default_value(self, text: str, account: AccountValues) -> Any:
        try:
            number = int(text) if text.lstrip("-").isdecimal() else float(text)
        except ValueError:
            return None
        return None if self.sent(number, account) is None else number

    def count(self, values: pl.DataFrame) -> dict[str, int]:
        likely = values.filter(~VALUE.str.contains(_NEVER_IN_NUMBERS))
        whole, point, comma = likely.select(
            whole=VALUE.str.contains(_WHOLE),
            point=VALUE.str.contains(_FRACTION["."]),
            comma=VALUE.str.contains(_FRACTION[","]),
        )
        counted = likely.select(whole=_times(whole), point=_times(point), comma=_times(comma)).row(0)
        others = likely.filter(~(whole | point | comma))
        numbers = others.filter(_can_be_number()).select(
            TIMES, point=_value(clean_number(VALUE, ".")), comma=_value(clean_number(VALUE, ","))
        )
        by_point, by_comma = pl.col("point"), pl.col("comma")
        rest = numbers.select(
            point=_times(by_point.is_not_null()),
            comma=_times(by_comma.is_not_null()),
            differs=_times(by_point != by_comma),
            either=_times(by_point.is_not_null() | by_comma.is_not_null()),
        ).row(0)
        return {
            _KINDS["."]: counted[0] + counted[1] + rest[0],
            _KINDS[","]: counted[0] + counted[2] + rest[1],
            DIFFERING: rest[2],
            _EITHER: sum(counted) + rest[3],
        }

    def obstacle(self, profile: ColumnProfile) -> Obstacle | None:
        if not any(profile.is_mostly(kind) for kind in _KINDS.values()):
            return MIXED_NUMBER if profile.is_mostly(_EITHER) else _UNFIT
        return None if profile.decimal else AMBIGUOUS_NUMBER

    def suggested_settings(
        self, profile: ColumnProfile, profiles: Sequence[ColumnProfile], default_region: str | None
    ) -> dict[str, SettingValue]:
        return {DECIMAL.key: profile.decimal} if profile.decimal else {}


def told_decimal(fits: Mapping[str, int], filled: int) -> DecimalMark | None:
    """The decimal mark of a column by its counts; None where it has no numbers, or where both marks would do, with
    other numbers."""
    point, comma = (fits.get(kind, 0) for kind in _KINDS.values())
    if not max(point, comma) >= MOSTLY * filled > 0:
        return None
    if point == comma and fits.get(DIFFERING, 0):
        return None
    return "." if point >= comma else ","


def _can_be_number() -> pl.Expr:
    """False only for what is a number with neither decimal mark."""
    bare = VALUE.str.strip_prefix("'")
    return bare.str.contains(_NUMBER) | VALUE.str.contains(_NOT_ASCII)


def _times(fits: pl.Expr | pl.Series) -> pl.Expr:
    return TIMES.filter(fits).sum()


def _value(answer: pl.Expr) -> pl.Expr:
    return answer.struct.field("value")


NUMBER = Number()
