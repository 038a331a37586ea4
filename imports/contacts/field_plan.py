"""A mapping's columns made ready: which staged column goes where, and by which rules its cells are cleaned."""

from collections.abc import Mapping as Translations
from collections.abc import Sequence

import polars as pl

from imports.contacts.cleaned_fields import CleanedField
from imports.contacts.column_cleaning import CASE_CHANGED, clean_column, words_named
from imports.contacts.joined_cells import COLUMNS_JOINED, joined_cells, told_if_joined
from imports.contacts.mapping import ColumnMapping, Mapping
from imports.contacts.policies import BLANK_CELLS, GUARDS, PLACEHOLDERS
from imports.contacts.targets import DATA_FIELDS, LISTS, Target, TargetCatalogue
from imports.contacts.value_types.value_type import CellRules
from imports.contacts.values.lists import MAX_LISTS

NO_GUARDS: Translations[str, str] = {}


def plan_fields(
    mapping: Mapping,
    columns: Sequence[str],
    catalogue: TargetCatalogue,
    default_region: str | None,
    guards: Translations[str, str] = NO_GUARDS,
) -> list[CleanedField]:
    """The fields of a mapping that has no problems (see `mapping_problems.validate`), in its order.

    `guards` are the marks that every cell of a staged column begins with (`guards.find_guards`).
    """
    staged = {name: f"c{place}" for place, name in enumerate(columns)}
    most_lists = _most_lists(mapping, catalogue)
    return [
        _plan_field(index, column, mapping, staged, catalogue, default_region, most_lists, guards)
        for index, column in enumerate(mapping.columns)
    ]


def _most_lists(mapping: Mapping, catalogue: TargetCatalogue) -> int:
    """How many lists one cell may name, so that no contact gets more than `MAX_LISTS` in all."""
    chosen = sum(len(constant.value) for constant in mapping.constants if constant.target == LISTS)
    naming = sum(column.target == LISTS for column in mapping.columns)
    return (MAX_LISTS - chosen) // naming if naming else MAX_LISTS


def _plan_field(
    index: int,
    column: ColumnMapping,
    mapping: Mapping,
    staged: dict[str, str],
    catalogue: TargetCatalogue,
    default_region: str | None,
    most_lists: int,
    guards: Translations[str, str],
) -> CleanedField:
    target = catalogue.find(column.target)
    if target is None:
        raise ValueError(f"{column.target} is not a target of this account")
    cells = [staged[name] for name in (column.column, *(column.join.columns if column.join else ()))]
    removes_marks = GUARDS.of(column.guards or "").removes and not target.type.knows_marks
    marks = guards if removes_marks else NO_GUARDS
    cell = joined_cells(cells, column, marks) if column.join else pl.col(cells[0])
    rules = CellRules(catalogue, column.settings, default_region, staged, most_lists)
    reads = column.columns_read if target.type.reads_row else ()
    return CleanedField(
        index=index,
        header=column.column,
        target=target,
        cell=pl.col(cells[0]),
        answer=told_if_joined(
            clean_column(column, target.type, cell, rules, None if column.join else marks.get(cells[0])),
            cells,
            column,
            marks,
        ),
        detail_answer=target.type.detail(cell, rules) if target.type.codes_with_detail else None,
        cells=tuple(cells),
        skips_placeholders=PLACEHOLDERS.of(column.placeholders or "").blanks,
        named=words_named(column),
        sources=frozenset({*cells, *(staged[name] for name in reads)}),
        clears=BLANK_CELLS.of(column.blank_cells or mapping.blank_cells).clears
        and target.part == DATA_FIELDS,
        format_code=_format_code(column, target),
    )


def _format_code(column: ColumnMapping, target: Target) -> str:
    if column.join:
        return COLUMNS_JOINED
    if column.case:
        return CASE_CHANGED
    return target.type.format_code
