"""A mapping's columns made ready: which staged column goes where, and how its cells are cleaned."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from imports.contacts.cells import trim
from imports.contacts.countries import read_region
from imports.contacts.dates import ISO_8601
from imports.contacts.mapping import CLEAR, ColumnMapping, Mapping, RegionColumn
from imports.contacts.problems import PROBLEM_TYPES, Kind
from imports.contacts.targets import DATA_FIELDS, IDENTIFIERS, Target, TargetCatalogue
from imports.contacts.typed_values import cleaner_of, value_text

INVALID_CODES = tuple(code for code, problem in PROBLEM_TYPES.items() if problem.kind is Kind.INVALID)


@dataclass(frozen=True, slots=True)
class Field:
    """One mapped column. `cell` is its staged column; `value`, `code` and `original` name the columns of
    cleaned frames.

    `original` holds the cell where there is something to say about it, else null.
    """

    index: int
    header: str
    cell: str
    target: Target
    answer: pl.Expr
    """The cells' `CLEANED` structs."""
    sources: frozenset[str]
    """The staged columns that `answer` reads."""
    clears: bool
    is_match: bool

    @property
    def value(self) -> str:
        return f"value_{self.index}"

    @property
    def code(self) -> str:
        return f"code_{self.index}"

    @property
    def original(self) -> str:
        return f"original_{self.index}"

    @property
    def is_identifier(self) -> bool:
        return self.target.part == IDENTIFIERS

    @property
    def is_shareable(self) -> bool:
        """Whether the row can go without it when another row has the same."""
        return self.is_identifier and not self.is_match

    def is_blank(self) -> pl.Expr:
        return pl.col(self.value).is_null() & pl.col(self.code).is_null()

    def is_invalid(self) -> pl.Expr:
        return pl.col(self.code).is_in(INVALID_CODES).fill_null(value=False)


def plan_fields(
    mapping: Mapping, columns: Sequence[str], catalogue: TargetCatalogue, default_region: str | None
) -> list[Field]:
    """The fields of a mapping that has no problems (see `mapping.validate`), in its order."""
    return [
        _plan_field(index, column, mapping, columns, catalogue, default_region)
        for index, column in enumerate(mapping.columns)
    ]


def _plan_field(
    index: int,
    column: ColumnMapping,
    mapping: Mapping,
    columns: Sequence[str],
    catalogue: TargetCatalogue,
    default_region: str | None,
) -> Field:
    target = catalogue.find(column.target)
    if target is None:
        raise ValueError(f"{column.target} is not a target of this account")
    cell = f"c{columns.index(column.column)}"
    region, region_cell = _region(column.region, columns, default_region)
    return Field(
        index=index,
        header=column.column,
        cell=cell,
        target=target,
        answer=_translated(column, target, pl.col(cell), region),
        sources=frozenset({cell, region_cell} - {None}),  # type: ignore[arg-type]
        clears=(column.blank_cells or mapping.blank_cells) == CLEAR and target.part == DATA_FIELDS,
        is_match=target.part == IDENTIFIERS and target.key == mapping.match_identifier,
    )


def _region(
    region: str | RegionColumn | None, columns: Sequence[str], default_region: str | None
) -> tuple[pl.Expr, str | None]:
    """The region of every row's number, and the staged column it is read from."""
    if isinstance(region, RegionColumn):
        cell = f"c{columns.index(region.column)}"
        return read_region(pl.col(cell)).fill_null(pl.lit(default_region, pl.String)), cell
    return pl.lit(region.upper() if region else default_region, pl.String), None


def _translated(column: ColumnMapping, target: Target, cell: pl.Expr, region: pl.Expr) -> pl.Expr:
    """The cleaned cells, those that the mapping's `values` name being taken as what they stand for."""
    clean = cleaner_of(
        target.type,
        date_format=column.format or ISO_8601,
        decimal="," if column.decimal == "," else ".",
        region=region,
    )
    if not column.values:
        return clean(cell)
    texts = {
        word.strip().lower(): "" if value is None else value_text(value)
        for word, value in column.values.items()
    }
    word = trim(cell).str.to_lowercase()
    meaning = word.replace_strict(texts, default=None, return_dtype=pl.String)
    # What the mapping says is written in JSON's forms, whatever those of the column are.
    own = cleaner_of(target.type, region=region)(meaning.fill_null(""))
    return (
        pl.when(meaning.is_not_null())
        .then(own)
        .otherwise(clean(pl.when(meaning.is_null()).then(cell).otherwise(pl.lit(""))))
    )


def clean_frame(frame: pl.DataFrame, fields: Sequence[Field]) -> pl.DataFrame:
    """`row`, and each field's `value`, `code` and `original`."""
    answers = frame.lazy().select(
        "row",
        *(field.answer.alias(field.value) for field in fields),
        *(pl.col(field.cell).alias(field.original) for field in fields),
    )
    codes = {field.code: pl.col(field.value).struct.field("code") for field in fields}
    values = {field.value: pl.col(field.value).struct.field("value") for field in fields}
    originals = {
        field.original: pl.when(pl.col(field.code).is_not_null()).then(pl.col(field.original))
        for field in fields
    }
    return answers.with_columns(**codes).with_columns(**values, **originals).collect()
