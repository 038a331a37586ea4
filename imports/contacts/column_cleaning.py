"""What is done to the cells of a column around the cleaner of its type, as its mapping says."""

from collections.abc import Callable
from collections.abc import Mapping as Translations
from typing import Any

import polars as pl

from imports.contacts.cleaned_fields import PLACEHOLDER_BLANK
from imports.contacts.guards import unmarked
from imports.contacts.mapping import ColumnMapping, NamePart
from imports.contacts.policies import GARBLED, LAST_FIRST, LETTER_CASES, PLACEHOLDERS
from imports.contacts.value_types.value_type import CellRules, ValueType, value_text
from imports.contacts.values.cells import (
    Cleaner,
    answer,
    either,
    folded_word,
    is_placeholder,
    shows_no_value,
    trim,
)
from imports.contacts.values.damaged_texts import noting_garbled
from imports.contacts.values.names import split_name
from imports.contacts.values.placeholders import without_placeholders
from imports.contacts.values.statuses import said_of_opting_out
from imports.contacts.values.ways import followed_by, once_each, refused_at_sight
from imports.languages.concepts import names_opt_out, surnames_first, surnames_named
from imports.languages.formula_errors import NOT_CALCULATED

VALUE_TRANSLATED, VALUE_LEFT_OUT = "value_translated", "value_left_out"
CASE_CHANGED = "case_changed"


def words_named(column: ColumnMapping) -> frozenset[str]:
    """What the mapping's `values` name, in the form of `folded_word`."""
    return frozenset(map(folded_word, column.values or ()))


def clean_column(
    column: ColumnMapping, value_type: ValueType, cell: pl.Expr, rules: CellRules, mark: str | None
) -> pl.Expr:
    """The cleaned cells of a column by all of its rules. `mark` is what every cell of it begins with."""
    garbled, placeholders = GARBLED.of(column.garbled or ""), PLACEHOLDERS.of(column.placeholders or "")
    clean = value_type.cleaner(rules)
    if value_type.keeps_row_back and names_opt_out(column.column):
        clean = said_of_opting_out(clean)
    if change := LETTER_CASES.of(column.case or "").change:
        clean = _cased(clean, change)
    if column.part:
        clean = _parted(clean, column.part, _surnames_first(column))
    if value_type.is_text and garbled.notes:
        clean = noting_garbled(clean, repairs=garbled.repairs)
    if value_type.is_text and not placeholders.blanks and not placeholders.keeps:
        clean = without_placeholders(clean)
    if mark is not None:
        clean = unmarked(clean, mark)
    if column.values:
        clean = _translated(clean, column.values, value_type, rules)
    # Of cells that are joined, each is asked by itself.
    if placeholders.blanks and not column.join:
        clean = _with_placeholders_blank(clean)
    whole = _without_formulas(clean, words_named(column))
    # What is read by another cell of its row as well may be another in each.
    return whole(cell) if value_type.reads_row else once_each(cell, whole)


def _cased(clean: Cleaner, change: Callable[[pl.Expr], pl.Expr]) -> Cleaner:
    return lambda cells: clean(change(cells))


def _parted(clean: Cleaner, part: NamePart, surnames: int) -> Cleaner:
    return lambda cells: followed_by(split_name(cells, part, surnames), clean)


def _surnames_first(column: ColumnMapping) -> int:
    """How many surnames usually come before the first name: as the mapping says, else the header; 0 for none."""
    if column.name_order:
        return surnames_named(column.column) if column.name_order == LAST_FIRST else 0
    return surnames_first(column.column)


def _without_formulas(clean: Cleaner, named: frozenset[str]) -> Cleaner:
    """`clean`, but for cells in which a spreadsheet shows no value. Those that the mapping's `values` name have one."""
    text = pl.col("cell")

    def find(cells: pl.Series) -> pl.Series | None:
        frame = cells.to_frame("cell")
        has_none = shows_no_value(text, named)
        if not frame.select(has_none.any()).item():
            return None
        code = (
            pl.when(text == NOT_CALCULATED)
            .then(pl.lit("formula_not_calculated"))
            .otherwise(pl.lit("formula_error"))
        )
        return frame.select(pl.when(has_none).then(code)).to_series()

    return lambda cells: refused_at_sight(cells, find, clean)


def _with_placeholders_blank(clean: Cleaner) -> Cleaner:
    def run(cells: pl.Expr) -> pl.Expr:
        stands_for_none = is_placeholder(trim(cells))
        nothing = answer(pl.lit(None, pl.String), pl.lit(PLACEHOLDER_BLANK))
        read = clean(pl.when(stands_for_none).then(pl.lit("")).otherwise(cells))
        return either(stands_for_none, nothing, read)

    return run


def _translated(
    clean: Cleaner, values: Translations[str, Any], value_type: ValueType, rules: CellRules
) -> Cleaner:
    """`clean`, but for cells that the mapping's `values` name, which are taken as what they stand for."""
    texts = {
        folded_word(word): None if value is None else value_text(value) for word, value in values.items()
    }
    own = value_type.cleaner(rules.for_own_values())

    def run(cells: pl.Expr) -> pl.Expr:
        word = trim(cells).str.to_lowercase()
        is_named = word.is_in(list(texts))
        meaning = word.replace_strict(texts, default=None, return_dtype=pl.String)
        read = own(meaning.fill_null(""))
        value = read.struct.field("value")
        note = (
            pl.when(meaning.is_null())
            .then(pl.lit(VALUE_LEFT_OUT))
            .when(value != cells)
            .then(pl.lit(VALUE_TRANSLATED))
        )
        translated = answer(value, note, read.struct.field("doubt"))
        return either(is_named, translated, clean(pl.when(is_named).then(pl.lit("")).otherwise(cells)))

    return run
