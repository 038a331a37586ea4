"""The values of columns: a few from the top of the file, to recognise a column by; and all the different ones, with how
often each comes and what it stands for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext, gettext_noop

from imports import tables
from imports.contacts.suggestions.value_counts import value_counts
from imports.contacts.value_types.value_type import ValueWidget
from imports.models import UploadJob
from imports.storage import artefacts
from imports.views.formatting import shortened
from imports.views.mapping.column_form import Slot
from imports.views.mapping.target_choices import AccountChoices, TargetChoice
from imports.views.mapping.typed_fields import NOTHING, Choice, TypedField, field_of

MAX_VALUES = 100
"""Most values of a column that are listed; the most frequent ones."""

ROWS_LOOKED_AT = 1_000
VALUES_PER_COLUMN = 4
EXAMPLES_PER_COLUMN = 100
"""So many are looked through for one that shows what a setting does."""

AS_IT_IS = gettext_noop("Unchanged")
LEFT_OUT = gettext_noop("Nothing: leave it out")


@dataclass(frozen=True)
class ValueRow:
    """One value: how many rows have it (None when the file was not asked), and the field for what it means."""

    number: int
    word: str
    rows: int | None
    field: TypedField
    is_nothing: bool

    @property
    def written(self) -> str:
        """The value as a hidden field carries it, safe from what browsers do to line ends."""
        return json.dumps(self.word, ensure_ascii=False)


@dataclass(frozen=True)
class ValueTable:
    """What the values of a slot mean. `distinct` is how many there are, None when the file was not asked."""

    key: str
    kind: str
    column: str
    target: str
    rows: Sequence[ValueRow]
    distinct: int | None

    @property
    def is_complete(self) -> bool:
        return self.distinct is not None

    @property
    def unlisted(self) -> int:
        return max(0, (self.distinct or 0) - len(self.rows))


def count_values(job: UploadJob, index: int) -> tuple[list[tuple[str, int]], int]:
    """The most frequent values of a column and their counts, and how many different ones it has.

    Spaces around a value and letter case make no difference, as they make none to what it means.
    """
    with artefacts.local_checked(job) as checked:
        return value_counts(checked, index, MAX_VALUES)


def value_table(
    slot: Slot,
    target_choice: TargetChoice,
    account_choices: AccountChoices,
    counts: tuple[Sequence[tuple[str, int]], int] | None,
) -> ValueTable:
    """The table of what the values of a slot mean: those that are translated already, then those of the file."""
    values: Mapping[str, Any] = slot.entry.get("values") or {}
    listed, distinct = counts if counts else ((), None)
    rows_of = {word.lower(): rows for word, rows in listed}
    translated = {word.strip().lower() for word in values}
    words = [*values, *(word for word, _ in listed if word.lower() not in translated)]
    rows = [
        _row(number, word, values, rows_of.get(word.strip().lower()), target_choice, account_choices)
        for number, word in enumerate(words)
    ]
    return ValueTable(
        slot.key, target_choice.value_type.name, slot.entry["column"], target_choice.name, rows, distinct
    )


def _row(
    number: int,
    word: str,
    values: Mapping[str, Any],
    rows: int | None,
    target_choice: TargetChoice,
    account_choices: AccountChoices,
) -> ValueRow:
    is_nothing = word in values and values[word] is None
    field = field_of(values.get(word), target_choice.value_type, account_choices)
    if field.widget is ValueWidget.SELECT:
        nothing: Choice = (NOTHING, gettext(LEFT_OUT))
        text = NOTHING if is_nothing else field.text
        field = TypedField(field.widget, text, [("", gettext(AS_IT_IS)), *field.choices, nothing])
    return ValueRow(number, word, rows, field, is_nothing)


def column_samples(job: UploadJob) -> list[list[str]]:
    """For each column of `job`, up to EXAMPLES_PER_COLUMN different values from the top of the file."""
    with artefacts.local(job, artefacts.STAGED) as staged:
        top = tables.scan(staged).head(ROWS_LOOKED_AT).collect()
    first = top.select(_first_values(pl.col(f"c{index}")) for index in range(len(job.columns)))
    return [[shortened(value) for value in values.item()] for values in first.iter_columns()]


def _first_values(cell: pl.Expr) -> pl.Expr:
    """The first different values of a column as one list."""
    filled = cell.filter(cell.str.strip_chars() != "")
    return filled.unique(maintain_order=True).head(EXAMPLES_PER_COLUMN).implode()
