"""A job's tables, made small and by hand."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from imports.messages import Catalogue
from imports.reports.report_words import TEXTS, ReportWords
from imports.reports.settlement import FINAL_SCHEMA
from imports.tables import Schema, write_table

PREPARED_SCHEMA: Schema = {"row": pl.UInt32, "fate": pl.String, "stands_for_it": pl.UInt32}
SENT_SCHEMA: Schema = {
    "row": pl.UInt32,
    "match_by": pl.String,
    "match_identifier": pl.String,
    "email": pl.String,
    "mobile_number": pl.String,
}
ISSUES_SCHEMA: Schema = {
    "row": pl.UInt32,
    "column": pl.String,
    "code": pl.String,
    "severity": pl.String,
    "original": pl.String,
    "result": pl.String,
}
DEFAULT_OUTCOME = {
    "contact_id": None,
    "codes": "",
    "reason": "",
    "with_problems": False,
    "values_left_out": False,
    "repeated": False,
    "told": None,
    "stands_for_it": None,
    "issues": None,
    "changed": None,
}


def describe(code: str, column: str, original: str, result: str = "") -> str:
    return f"{column} holds {original!r} ({code})."


WORDS = ReportWords(
    Catalogue(TEXTS).sentence,
    lambda issues: pl.Series([describe(*issue) for issue in issues.iter_rows()], dtype=pl.String),
)


def sent(
    *rows: tuple[int, str | None, str | None, str | None], match_by: str | Sequence[str] = ""
) -> pl.DataFrame:
    """(row, match identifier, email, mobile number) of each row of a batch.

    `match_by` names what all of them, or each, were matched by; without it, by whichever of the two it is.
    """
    names = [match_by] * len(rows) if isinstance(match_by, str) else match_by
    records = [
        (row, name or ("email" if "@" in (match or "") else "mobileNumber"), match, email, number)
        for name, (row, match, email, number) in zip(names, rows, strict=True)
    ]
    return pl.DataFrame(records, schema=SENT_SCHEMA, orient="row")


def write_prepared(
    path: Path, rows: Iterable[tuple[int, str, int | None]], rows_per_group: int = 50_000
) -> Path:
    """(row, fate, the row that stands for it) of each row of the file."""
    frame = pl.DataFrame(list(rows), schema=PREPARED_SCHEMA, orient="row")
    write_table(iter([frame]), PREPARED_SCHEMA, path, rows_per_group)
    return path


def write_issues(path: Path, *errors: tuple[int, str, str, str, str]) -> Path:
    """(row, column, code, severity, original) of each issue."""
    frame = pl.DataFrame([(*error, None) for error in errors], schema=ISSUES_SCHEMA, orient="row")
    write_table(iter([frame]), ISSUES_SCHEMA, path)
    return path


def write_settled(path: Path, *rows: dict[str, object]) -> Path:
    """An outcomes table; what a row leaves out is DEFAULT_OUTCOME."""
    frame = pl.DataFrame([{**DEFAULT_OUTCOME, **row} for row in rows], schema=FINAL_SCHEMA)
    write_table(iter([frame]), FINAL_SCHEMA, path)
    return path


def write_staged(
    path: Path, first_row: int, cells: Sequence[Sequence[str]], rows_per_group: int = 50_000
) -> Path:
    """The staged table of a file whose records are `cells`, the first of them in `first_row`."""
    width = len(cells[0])
    schema: Schema = {"row": pl.UInt32, **{f"c{position}": pl.String for position in range(width)}}
    rows = [(row, *values) for row, values in enumerate(cells, start=first_row)]
    write_table(iter([pl.DataFrame(rows, schema=schema, orient="row")]), schema, path, rows_per_group)
    return path
