"""Cells of several columns joined to one text, and what is said of those that are passed over."""

from collections.abc import Mapping as Marks
from collections.abc import Sequence

import polars as pl

from imports.contacts.cleaned_fields import PLACEHOLDER_BLANK
from imports.contacts.guards import without_mark
from imports.contacts.mapping import ColumnMapping
from imports.contacts.policies import DEFAULT_SEPARATOR, PLACEHOLDERS, PlaceholderPolicy
from imports.contacts.values.cells import is_placeholder, noted, shows_no_value, trim
from imports.contacts.values.placeholders import PLACEHOLDER, is_text_placeholder

COLUMNS_JOINED, GUARD_ALONE = "columns_joined", "guard_alone"


def _policy(column: ColumnMapping) -> PlaceholderPolicy:
    return PLACEHOLDERS.of(column.placeholders or "")


def joined_cells(cells: Sequence[str], column: ColumnMapping, marks: Marks[str, str]) -> pl.Expr:
    """The cells that are not blank, one after the other, without the marks of their columns; a single one as it
    stands."""
    separator = column.join.separator if column.join else DEFAULT_SEPARATOR
    texts = {name: _unmarked_cell(name, marks) for name in cells}
    is_blank = {name: trim(text) == "" for name, text in texts.items()}
    is_blank = {
        name: blank | _is_passed_over(name, text, column)
        for (name, text), blank in zip(texts.items(), is_blank.values(), strict=True)
    }
    filled = [pl.when(~blank).then(texts[name]) for name, blank in is_blank.items()]
    together = pl.concat_str(filled, separator=separator, ignore_nulls=True)
    # Without one of its parts a value would be another.
    return pl.coalesce([*(pl.when(shows_no_value(pl.col(name))).then(name) for name in cells), together])


def _unmarked_cell(name: str, marks: Marks[str, str]) -> pl.Expr:
    if name not in marks:
        return pl.col(name)
    return without_mark(pl.col(name), marks[name]).struct.field("value").fill_null("")


def _is_passed_over(name: str, text: pl.Expr, column: ColumnMapping) -> pl.Expr:
    """Where a cell that is joined stands for nothing; `text` is the cell without the mark of its column."""
    policy = _policy(column)
    if policy.keeps:
        return pl.lit(value=False)
    if policy.blanks:
        return is_placeholder(trim(pl.col(name)))
    return is_text_placeholder(trim(text))


def told_if_joined(
    read: pl.Expr, cells: Sequence[str], column: ColumnMapping, marks: Marks[str, str]
) -> pl.Expr:
    """The answers, with a code where one of the cells that are joined is left out: what stands for nothing, or a
    mark and nothing else."""
    if not column.join or (_policy(column).keeps and not marks.keys() & cells):
        return read
    marked = [trim(pl.col(name)) == marks[name] for name in cells if name in marks]
    is_mark = pl.any_horizontal(marked) if marked else pl.lit(value=False)
    passed = [_is_passed_over(name, _unmarked_cell(name, marks), column) for name in cells]
    is_passed = pl.any_horizontal(passed)
    code = PLACEHOLDER_BLANK if _policy(column).blanks else PLACEHOLDER
    return noted(
        read,
        with_value=pl.when(is_mark | is_passed).then(pl.lit(COLUMNS_JOINED)),
        without=pl.when(is_mark).then(pl.lit(GUARD_ALONE)).when(is_passed).then(pl.lit(code)),
    )
