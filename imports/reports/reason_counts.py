"""Why rows ended as they did, counted: how many rows of each outcome have a code, and the first of them.

A row with several codes counts at each. A row without any is counted by what the portal has told of it. What needs no
reason, such as a duplicate or a blank row, has none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import polars as pl

from imports import tables
from imports.reports.report_words import ReportWords, with_words
from imports.reports.settlement import SENT_AGAIN, scan_outcomes

MAX_REASONS = 200
"""So many are kept of a job, the most frequent. Dotdigital's codes are a dozen, and the portal's below a hundred."""


@dataclass(frozen=True)
class ReasonCount:
    """How many `rows` of one `outcome` have `code`, and the first of them."""

    outcome: str
    code: str
    rows: int
    first_row: int

    def to_dict(self) -> dict[str, Any]:
        return {"outcome": self.outcome, "code": self.code, "rows": self.rows, "first_row": self.first_row}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """What `to_dict` gave."""
        return cls(**values)


def count_reasons(outcomes: Path) -> list[ReasonCount]:
    """The reasons in a final outcomes table, the most frequent first."""
    said = ["outcome", "codes", "told"]
    alike = scan_outcomes(outcomes).filter(_has_codes() | _is_told()).group_by(said)
    # What rows say alike is taken apart once.
    found = alike.agg(rows=pl.len(), first_row=pl.col("row").min()).collect(engine="streaming")
    counted = (
        found.with_columns(
            why=pl.when(_has_codes()).then(pl.col("codes").str.split(" ")).otherwise(_told_code())
        )
        .explode("why")
        .filter(pl.col("why").is_not_null() & (pl.col("why") != SENT_AGAIN))
        .group_by("outcome", "why")
        .agg(pl.col("rows").sum(), pl.col("first_row").min())
        .sort(["rows", "outcome", "why"], descending=[True, False, False])
        .select("outcome", "why", "rows", "first_row")
    )
    return [ReasonCount(*values) for values in counted.head(MAX_REASONS).iter_rows()]


def rows_of_reason(outcomes: Path, outcome: str, code: str) -> pl.Series:
    """The numbers of the rows of `outcome` that have `code`, ascending."""
    has_code = (
        (pl.col("codes") == code)
        | pl.col("codes").str.starts_with(f"{code} ")
        | pl.col("codes").str.ends_with(f" {code}")
        | pl.col("codes").str.contains(f" {code} ", literal=True)
    )
    is_told = ~_has_codes() & _is_told() & _told_code().list.contains(code)
    rows = scan_outcomes(outcomes).filter((pl.col("outcome") == outcome) & (has_code | is_told))
    return rows.select("row").collect().to_series()


def words_of_rows(outcomes: Path, rows: Sequence[int], words: ReportWords) -> dict[int, str]:
    """What a report says of these rows."""
    found = with_words(tables.rows_at(scan_outcomes(outcomes), sorted(set(rows))), words)
    return dict(found.select("row", "reason").iter_rows())


def _has_codes() -> pl.Expr:
    return pl.col("codes").fill_null("") != ""


def _is_told() -> pl.Expr:
    return pl.col("told").is_not_null()


def _told_code() -> pl.Expr:
    """The code of what the portal has told of a row, as a list of one."""
    return pl.concat_list(pl.col("told").str.json_path_match("$.code"))
