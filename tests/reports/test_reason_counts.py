"""Reasons are counted as their rows are found."""

from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from imports import tables
from imports.reports.ledger import Outcome
from imports.reports.reason_counts import MAX_REASONS, count_reasons, rows_of_reason, words_of_rows
from imports.reports.settlement import SENT_AGAIN
from tests.examples import examples
from tests.reports.artefacts import WORDS, write_settled

NOT_MENTIONED = '{"code": "not_mentioned", "params": {}}'
codes = st.lists(st.sampled_from(["a", "b", "GloballySuppressed", SENT_AGAIN]), unique=True, max_size=3)
records = st.lists(
    st.tuples(st.sampled_from(list(Outcome)), codes, st.sampled_from([None, NOT_MENTIONED])),
    min_size=1,
    max_size=12,
)


def table_of(folder: Path, given: list[tuple[Outcome, list[str], str | None]]) -> Path:
    rows = [
        {"row": row, "outcome": str(outcome), "codes": " ".join(said), "told": told}
        for row, (outcome, said, told) in enumerate(given, 2)
    ]
    return write_settled(folder / "outcomes", *rows)


@given(given_rows=records)
@settings(max_examples=examples(quick=30, deep=400), deadline=None)
def test_each_reason_has_the_rows_that_have_it(given_rows, tmp_path_factory):
    outcomes = table_of(tmp_path_factory.mktemp("reasons"), given_rows)

    found = count_reasons(outcomes)

    for one in found:
        rows = rows_of_reason(outcomes, one.outcome, one.code).to_list()
        assert (len(rows), rows[0]) == (one.rows, one.first_row)
    expected = {
        (str(outcome), code)
        for outcome, said, told in given_rows
        for code in (said or (["not_mentioned"] if told else []))
        if code != SENT_AGAIN
    }
    assert {(one.outcome, one.code) for one in found} == expected
    assert [one.rows for one in found] == sorted((one.rows for one in found), reverse=True)


def test_no_more_are_kept_than_can_be_shown(tmp_path):
    rows = [{"row": row, "outcome": "refused", "codes": f"code{row}"} for row in range(2, MAX_REASONS + 50)]

    assert len(count_reasons(write_settled(tmp_path / "outcomes", *rows))) == MAX_REASONS


def test_an_example_is_what_the_report_says_of_its_row(tmp_path):
    outcomes = write_settled(
        tmp_path / "outcomes", {"row": 2, "outcome": "refused", "codes": "x", "reason": "No such list"}
    )

    assert words_of_rows(outcomes, [2], WORDS) == {2: "No such list"}


def test_a_table_of_an_older_version_is_counted_too(tmp_path):
    path = tmp_path / "outcomes"
    table = pl.DataFrame({"row": [2, 3], "outcome": ["refused", "created"], "codes": ["InvalidEmail", ""]})
    table.cast({"row": pl.UInt32}).write_parquet(path)

    (reason,) = count_reasons(path)

    assert (reason.outcome, reason.code, reason.rows, reason.first_row) == ("refused", "InvalidEmail", 1, 2)
    assert tables.row_count(path) == 2
