"""The issues table: everything that is said of a value or a row, one line each, with what it was and what it
became; but for values that are the cell in another form, which `forms` keeps as columns.

A line is about a row that is sent, or about why a row is not. No value is sent that differs from its cell
without a line here or a form.
"""

from collections.abc import Sequence

import polars as pl

from imports.contacts.cleaned_fields import CleanedField
from imports.contacts.consents import ConsentRecord
from imports.contacts.problems import PROBLEM_TYPES, ProblemKind, Severity
from imports.contacts.targets import CONTACT_ID
from imports.contacts.withheld import WithholdingColumn
from imports.fates import Fate
from imports.tables import Schema

ISSUES_SCHEMA: Schema = {
    "row": pl.UInt32,
    "column": pl.String,
    "code": pl.String,
    "severity": pl.String,
    "original": pl.String,
    "result": pl.String,
}

COUNTED_SCHEMA: Schema = {
    "column": pl.String,
    "code": pl.String,
    "severity": pl.String,
    "fate": pl.String,
    "has_result": pl.Boolean,
    "lines": pl.UInt32,
    "row": pl.UInt32,
}

ROW_CODES = [code for code, problem in PROBLEM_TYPES.items() if problem.kind is ProblemKind.ROW]
"""What is said of rows as a whole."""

_NOTHING = pl.lit(None, pl.String)


def find_issues(
    settled: pl.DataFrame,
    fields: Sequence[CleanedField],
    consents: Sequence[ConsentRecord],
    withholding: Sequence[WithholdingColumn] = (),
    *,
    rejects_invalid: bool,
) -> pl.DataFrame:
    """The issues of a frame of rows whose fates are settled, in the order of the rows: ISSUES_SCHEMA, and `fate`.

    `settled` has `row`, `fate`, `arrived`, `lacks`, `match_by`, `match_value`, `rows` (of the same contact) and
    `stands_for_it`; for every field its cleaned columns, and `rows_{index}` for an identifier that another row has; and
    for every consent record its `repeated`.
    """
    frame = settled.lazy()
    parts = [_of_matching(frame, fields)]

    def holds_any(column: str) -> bool:
        return settled.schema[column] == pl.String and settled[column].null_count() < settled.height

    for one in fields:
        if holds_any(one.code):
            parts.append(_of_values(frame, one, rejects_invalid=rejects_invalid))
        if holds_any(one.doubt):
            parts.append(_of_doubts(frame, one))
        if one.is_identifier and holds_any(f"rows_{one.index}"):
            parts.append(_of_shared(frame, one, rejects_invalid=rejects_invalid))
        if one.target == CONTACT_ID:
            parts.append(_of_unused(frame, one))
    if holds_any("arrived"):
        parts.append(_of_arrived(frame))
    parts += [_of_withheld(frame, column) for column in withholding if holds_any(column.original)]
    parts += [_of_consent(frame, record) for record in consents if record.fields]
    parts += [_of_withheld_consent(frame, record) for record in consents if settled[record.repeated].any()]
    found = [part for part in pl.collect_all(parts) if part.height]
    if not found:
        return pl.DataFrame(schema={**ISSUES_SCHEMA, "fate": pl.String})
    return pl.concat(found).sort("row", maintain_order=True)


def count_lines(found: pl.DataFrame) -> pl.DataFrame:
    """How many `lines` of an issues' frame have the same `column`, `code`, `severity` and `fate`, and a result or none
    (`has_result`); and the first `row` of them: COUNTED_SCHEMA."""
    same = ["column", "code", "severity", "fate", pl.col("result").is_not_null().alias("has_result")]
    return found.group_by(same).agg(lines=pl.len(), row=pl.col("row").min())


def count_told_rows(found: pl.DataFrame) -> dict[str, int]:
    """Of how many rows an issues' frame says something, by code; and by severity, of what is not about the row as a
    whole. A row with several such lines is one."""
    if found.is_empty():
        return {}
    by_code = found.group_by("code").agg(pl.col("row").n_unique())
    of_values = found.filter(~pl.col("code").is_in(ROW_CODES))
    by_severity = of_values.group_by("severity").agg(pl.col("row").n_unique())
    return dict(by_code.iter_rows()) | dict(by_severity.iter_rows())


def _lines(
    rows: pl.LazyFrame,
    header: pl.Expr,
    code: pl.Expr,
    severity: pl.Expr,
    original: pl.Expr,
    result: pl.Expr,
) -> pl.LazyFrame:
    return rows.select(
        "row",
        column=header,
        code=code,
        severity=severity.cast(pl.String),
        original=original,
        result=result,
        fate="fate",
    )


def _of_values(frame: pl.LazyFrame, one: CleanedField, *, rejects_invalid: bool) -> pl.LazyFrame:
    """What was done to the values of rows that are sent; and why values of rejected rows cannot be used."""
    value, code, original = (pl.col(name) for name in (one.value, one.code, one.original))
    is_told = code.is_not_null() & (Fate.READY.holds | (Fate.REJECTED.holds & value.is_null()))
    if one.is_identifier:
        is_told &= pl.col(f"rows_{one.index}").is_null()
    fails = pl.lit(rejects_invalid) & one.is_invalid()
    if one.is_identifier:
        fails |= pl.col("match_by") == one.target.key
    if one.says_match or one.says_subscription:
        fails |= one.is_invalid()
    severity = (
        pl.when(value.is_null() & fails)
        .then(pl.lit(Severity.ERROR))
        .when(value.is_null())
        .then(pl.lit(Severity.WARNING))
        .otherwise(pl.lit(Severity.NOTE))
    )
    result = value if one.detail_answer is None else pl.coalesce(value, one.detail)
    return _lines(frame.filter(is_told), pl.lit(one.header), code, severity, original, result)


def _of_doubts(frame: pl.LazyFrame, one: CleanedField) -> pl.LazyFrame:
    """Values that are sent, and may not be what was meant."""
    doubt = pl.col(one.doubt)
    is_told = doubt.is_not_null() & Fate.READY.holds
    if one.is_identifier:
        is_told &= pl.col(f"rows_{one.index}").is_null()
    return _lines(
        frame.filter(is_told),
        pl.lit(one.header),
        doubt,
        pl.lit(Severity.DOUBT),
        pl.col(one.original),
        pl.col(one.value),
    )


def _of_shared(frame: pl.LazyFrame, one: CleanedField, *, rejects_invalid: bool) -> pl.LazyFrame:
    """Identifiers that stay with another row."""
    rows = pl.col(f"rows_{one.index}")
    severity = pl.lit(Severity.ERROR if rejects_invalid else Severity.WARNING)
    return _lines(
        frame.filter(rows.is_not_null()),
        pl.lit(one.header),
        pl.lit("identifier_shared"),
        severity,
        pl.col(one.value),
        rows,
    )


def _of_unused(frame: pl.LazyFrame, one: CleanedField) -> pl.LazyFrame:
    """Contact ids of contacts that are matched by something else: they cannot be given to one."""
    value = pl.col(one.value)
    is_unused = Fate.READY.holds & (pl.col("match_by") != one.target.key) & value.is_not_null()
    return _lines(
        frame.filter(is_unused & pl.col(f"rows_{one.index}").is_null()),
        pl.lit(one.header),
        pl.lit("contact_id_unused"),
        pl.lit(Severity.WARNING),
        value,
        _NOTHING,
    )


def _of_matching(frame: pl.LazyFrame, fields: Sequence[CleanedField]) -> pl.LazyFrame:
    """Rows without the identifier that their contact is matched by, and rows of one contact."""
    identifiers = [one for one in fields if one.is_identifier]
    header = pl.coalesce(
        [
            *(pl.when(pl.col("match_by") == one.target.key).then(pl.lit(one.header)) for one in identifiers),
            pl.lit(""),
        ]
    )
    is_blank = pl.coalesce(
        [
            *(pl.when(pl.col("match_by") == one.target.key).then(one.is_blank()) for one in identifiers),
            # The row names an identifier that no column holds.
            pl.col("match_by").is_not_null(),
        ]
    )
    is_missing = Fate.REJECTED.holds & pl.col("match_value").is_null() & is_blank
    is_copy = pl.col("rows").is_not_null()
    is_kept_out = pl.col("stands_for_it").is_null()
    code = (
        pl.when(is_missing)
        .then(pl.lit("match_identifier_missing"))
        .when(is_kept_out)
        .then(pl.lit("duplicate_rejected"))
        .otherwise(pl.lit("duplicate_row"))
    )
    is_error = is_missing | is_kept_out
    severity = pl.when(is_error).then(pl.lit(Severity.ERROR)).otherwise(pl.lit(Severity.WARNING))
    return _lines(
        frame.filter(is_missing | is_copy),
        header,
        code,
        severity,
        pl.col("match_value").fill_null(""),
        pl.col("rows"),
    )


def _of_withheld(frame: pl.LazyFrame, column: WithholdingColumn) -> pl.LazyFrame:
    """Rows of people who are not to be mailed."""
    original = pl.col(column.original)
    return _lines(
        frame.filter(original.is_not_null() & Fate.REJECTED.holds),
        pl.lit(column.header),
        pl.lit("not_mailable"),
        pl.lit(Severity.ERROR),
        original,
        _NOTHING,
    )


def _of_arrived(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Rows that an earlier import has brought."""
    code = pl.col("arrived")
    return _lines(
        frame.filter(code.is_not_null()),
        pl.lit(""),
        code,
        pl.lit(Severity.ERROR),
        pl.col("match_value").fill_null(""),
        pl.col("lacks"),
    )


def _of_consent(frame: pl.LazyFrame, record: ConsentRecord) -> pl.LazyFrame:
    """Rows that bring something for a consent record, but not all of it."""
    is_told = Fate.READY.holds & record.is_begun() & ~record.is_complete()
    return _lines(
        frame.filter(is_told),
        pl.lit(record.header),
        pl.lit("consent_incomplete"),
        pl.lit(Severity.WARNING),
        pl.lit(""),
        record.missing(),
    )


def _of_withheld_consent(frame: pl.LazyFrame, record: ConsentRecord) -> pl.LazyFrame:
    """Rows whose consent record was sent with an earlier import."""
    return _lines(
        frame.filter(Fate.READY.holds & record.is_withheld()),
        pl.lit(record.header),
        pl.lit("consent_sent_before"),
        pl.lit(Severity.SENT_BEFORE),
        pl.lit(""),
        _NOTHING,
    )
