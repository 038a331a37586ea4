"""Values that mean what their cells mean, written in the form that Dotdigital takes: a date in ISO 8601, a number with
its country code.

Most columns have one form for all of their cells, so it is not a line of the issues for each of them but two columns of
the prepared table: which form, and the value. The cell is in the staged table. Lines are made of them when somebody
looks. The issues table has one of each kind, as its example.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Self

import polars as pl

from imports import tables
from imports.contacts.cleaned_fields import FORM_CODES, CleanedField
from imports.contacts.issues import COUNTED_SCHEMA, ISSUES_SCHEMA
from imports.contacts.problems import Severity
from imports.fates import Fate

_FORM, _VALUE = "form", "formed"
_EXAMPLE = ["code", "column", "row"]


class FormColumns(NamedTuple):
    """The columns of a prepared table for one field: its place in the mapping, and the staged column of its cells."""

    place: int
    cell: str

    @classmethod
    def of(cls, field: CleanedField) -> Self:
        return cls(field.index, field.cells[0])

    @classmethod
    def named(cls, column: str) -> Self | None:
        """Those of which `column` is the form; None for other columns."""
        kind, *place = column.split("_")
        return cls(int(place[0]), place[1]) if kind == _FORM and len(place) == len(cls._fields) else None

    @property
    def form(self) -> str:
        return f"{_FORM}_{self.place}_{self.cell}"

    @property
    def value(self) -> str:
        return f"{_VALUE}_{self.place}_{self.cell}"


def forms_schema(fields: Sequence[CleanedField]) -> tables.Schema:
    """What a prepared table has for the forms of these fields."""
    names = [FormColumns.of(field) for field in fields]
    schema: tables.Schema = {name.form: FORM_CODES for name in names}
    return schema | {name.value: pl.String for name in names}


def forms(fields: Sequence[CleanedField]) -> dict[str, pl.Expr]:
    """The columns of `forms_schema`, for frames with `fate` and the fields' cleaned columns as they are sent."""
    told: dict[str, pl.Expr] = {}
    values: dict[str, pl.Expr] = {}
    for field in fields:
        name, value, form = FormColumns.of(field), pl.col(field.value), pl.col(field.form)
        is_told = Fate.READY.holds & value.is_not_null() & form.is_not_null()
        told[name.form] = pl.when(is_told).then(form)
        values[name.value] = pl.when(is_told).then(value)
    return told | values


def count_forms(prepared: pl.DataFrame, fields: Sequence[CleanedField]) -> pl.DataFrame:
    """How many values of a prepared frame are in which form, as `issues.count_lines`."""
    return pl.DataFrame(list(_counts(prepared, fields)), schema=COUNTED_SCHEMA, orient="row")


def _counts(
    prepared: pl.DataFrame, fields: Sequence[CleanedField]
) -> Iterator[tuple[str, str, str, str, bool, int, int]]:
    """A row of COUNTED_SCHEMA for each form of each field."""
    for field in fields:
        forms = prepared[FormColumns.of(field).form]
        for form, lines in forms.drop_nulls().value_counts().iter_rows():
            first = prepared["row"].item((forms == form).fill_null(value=False).arg_max())
            yield field.header, form, str(Severity.FORMAT), Fate.READY, True, lines, first


def count_formed_rows(prepared: pl.DataFrame, counts: pl.DataFrame) -> dict[str, int]:
    """How many rows of a prepared frame have a value in each form, and in any, by severity; `counts` are those of
    `count_forms`."""
    told = counts.group_by("code").agg(pl.len().alias("fields"), pl.col("lines").sum())
    if told.is_empty():
        return {}
    names = [FormColumns.named(column) for column in prepared.columns]
    forms = [pl.col(name.form) for name in names if name is not None]
    # A field has one form a row, so that of one field alone needs no second look.
    rows = {code: lines for code, fields, lines in told.iter_rows() if fields == 1}
    shared = [code for code, fields, _ in told.iter_rows() if fields > 1]
    in_any = {str(Severity.FORMAT): pl.any_horizontal(form.is_not_null() for form in forms).sum()}
    looked_at = {code: pl.any_horizontal(form == code for form in forms).sum() for code in shared}
    return rows | prepared.select(**looked_at, **in_any).row(0, named=True)


def forms_written(prepared: Path) -> int:
    """How many values of a prepared table are told to be in another form."""
    names = _names(prepared)
    if not names:
        return 0
    counted = tables.scan(prepared).select(pl.col(name.form).count() for name in names)
    return sum(counted.collect(engine="streaming").row(0))


def scan_lines(staged: Path, prepared: Path, issues: Path, columns: Sequence[str]) -> pl.LazyFrame:
    """Everything that a check said of a file whose headers are `columns`, unread, as ISSUES_SCHEMA: the lines of its
    issues table, then those of each column's forms. A table of an older version has all of them in the first."""
    names = _names(prepared)
    return pl.concat(
        [
            _other_lines(issues, names),
            *(_lines(_scan_cells(staged, prepared, name), name, columns) for name in names),
        ]
    )


def lines_at(
    staged: Path, prepared: Path, issues: Path, columns: Sequence[str], rows: Sequence[int]
) -> pl.DataFrame:
    """What `scan_lines` has of these rows."""
    others = problem_lines_at(prepared, issues, rows)
    return pl.concat([others, _forms_at(staged, prepared, columns, rows)])


def problem_lines_at(prepared: Path, issues: Path, rows: Sequence[int]) -> pl.DataFrame:
    """The same without what the prepared table has of forms."""
    return tables.rows_at(_other_lines(issues, _names(prepared)), rows)


def rows_told(prepared: Path, issues: Path, is_told: pl.Expr) -> pl.Series:
    """The numbers of the rows of which a check said something for which `is_told` holds, an expression of `code` and
    `severity`; they ascend. Read from these columns alone."""
    names = _names(prepared)
    told = _other_lines(issues, names).filter(is_told).select("row").collect()["row"]
    codes = pl.DataFrame({"code": FORM_CODES.categories}).with_columns(severity=pl.lit(str(Severity.FORMAT)))
    wanted = codes.filter(is_told)["code"].to_list()
    if names and wanted:
        # One comparison a code is several times as fast as `is_in`.
        is_one = [pl.col(name.form) == code for name in names for code in wanted]
        is_any = [pl.col(name.form).is_not_null() for name in names]
        is_formed = pl.any_horizontal(is_any if len(wanted) == len(codes) else is_one)
        told.append(tables.scan(prepared).filter(is_formed).select("row").collect()["row"])
    return tables.in_order(told)


def _other_lines(issues: Path, names: Sequence[FormColumns]) -> pl.LazyFrame:
    """The lines of an issues table beside a prepared table that has the columns `names`: without those of forms, as
    these are examples, which come again."""
    told = tables.scan(issues)
    return told.filter(pl.col("severity") != Severity.FORMAT) if names else told


def example_lines(
    staged: Path, prepared: Path, columns: Sequence[str], examples: Collection[tuple[str, str, int]]
) -> pl.DataFrame:
    """The lines of these examples of forms, each its code, its column's header and its row: for whoever shows one of a
    kind and has only the issues table."""
    lines = _forms_at(staged, prepared, columns, sorted({row for _, _, row in examples}))
    wanted = pl.DataFrame(
        list(examples), schema={name: ISSUES_SCHEMA[name] for name in _EXAMPLE}, orient="row"
    )
    return lines.join(wanted, on=_EXAMPLE, how="semi", maintain_order="left").unique(
        _EXAMPLE, keep="first", maintain_order=True
    )


def _names(prepared: Path) -> list[FormColumns]:
    columns = tables.scan(prepared).collect_schema().names()
    return [found for name in columns if (found := FormColumns.named(name))]


def _forms_at(staged: Path, prepared: Path, columns: Sequence[str], rows: Sequence[int]) -> pl.DataFrame:
    """The lines of forms of these rows, for which either table is read once, whatever the number of columns."""
    names = _names(prepared)
    told = tables.scan(prepared).select("row", *(one for name in names for one in (name.form, name.value)))
    cells = tables.scan(staged).select("row", *dict.fromkeys(name.cell for name in names))
    both = tables.rows_at(told, rows).join(tables.rows_at(cells, rows), on="row", maintain_order="left")
    lines = (_lines(both.lazy(), name, columns) for name in names)
    return pl.concat([pl.LazyFrame(schema=ISSUES_SCHEMA), *lines]).collect()


def _scan_cells(staged: Path, prepared: Path, names: FormColumns) -> pl.LazyFrame:
    """The rows that have one of these forms, with their cells."""
    told = tables.scan(prepared).select("row", names.form, names.value)
    cells = tables.scan(staged).select("row", names.cell)
    return told.filter(pl.col(names.form).is_not_null()).join(
        cells, on="row", how="left", maintain_order="left"
    )


def _lines(rows: pl.LazyFrame, names: FormColumns, columns: Sequence[str]) -> pl.LazyFrame:
    return (
        rows.filter(pl.col(names.form).is_not_null())
        .select(
            "row",
            column=pl.lit(columns[int(names.cell.removeprefix("c"))]),
            code=pl.col(names.form).cast(pl.String),
            severity=pl.lit(str(Severity.FORMAT)),
            original=names.cell,
            result=names.value,
        )
        .cast(ISSUES_SCHEMA)  # type: ignore[arg-type]
    )
