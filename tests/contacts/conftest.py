"""Staged tables made in place, and a check that is run on them."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

from imports import tables
from imports.contacts.check_request import CheckRequest
from imports.contacts.checking import CheckSummary, check
from imports.contacts.forms import scan_lines
from imports.contacts.mapping import Mapping
from imports.contacts.targets import TargetCatalogue

CATALOGUE = TargetCatalogue.from_account(
    data_fields=[
        ("FIRSTNAME", "String"),
        ("LASTNAME", "String"),
        ("NOTES", "String"),
        ("BIRTHDAY", "Date"),
        ("SPEND", "Numeric"),
        ("VIP", "Boolean"),
    ],
    lists=[(70001, "Newsletter"), (70002, "Customers")],
    preferences=[(9, "Offers"), (10, "Events")],
    custom_identifiers=["crm-id"],
)


class Checked(NamedTuple):
    """What a check gave, read back."""

    summary: CheckSummary
    prepared: pl.DataFrame
    issues: pl.DataFrame

    def codes(self, row: int) -> list[str]:
        return self.issues.filter(pl.col("row") == row)["code"].to_list()


def staged_table(path: Path, rows: Iterable[Sequence[str]], width: int) -> Path:
    """A staged table whose first row is the spreadsheet's second."""
    schema = {"row": pl.UInt32, **{f"c{index}": pl.String for index in range(width)}}
    records = [(number, *cells) for number, cells in enumerate(rows, 2)]
    tables.write_table([pl.DataFrame(records, schema=schema, orient="row")], schema, path)
    return path


def run_check(
    folder: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    mapping: dict[str, Any],
    **options: Any,
) -> Checked:
    staged = staged_table(folder / "staged", rows, len(columns))
    prepared, issues = folder / "prepared", folder / "issues"
    request = CheckRequest(
        staged,
        columns,
        Mapping.from_json(mapping),
        CATALOGUE,
        prepared,
        issues,
        **{"default_region": "GB"} | options,
    )
    summary = check(request)
    lines = scan_lines(staged, prepared, issues, columns).collect().sort("row", maintain_order=True)
    return Checked(summary, pl.read_parquet(prepared), lines)


@pytest.fixture
def checked(tmp_path: Path) -> Callable[..., Checked]:
    return lambda *arguments, **options: run_check(tmp_path, *arguments, **options)


def clean(cleaner: Callable[[pl.Expr], pl.Expr], *cells: str) -> list[tuple[str | None, str | None]]:
    """(value, code) of each cell."""
    answers = pl.DataFrame({"cell": cells}, schema={"cell": pl.String}).select(
        cleaner(pl.col("cell")).alias("answer")
    )
    return [(answer["value"], answer["code"]) for answer in answers["answer"]]
