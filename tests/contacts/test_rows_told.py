"""Rows of which something is said, and what, without reading all the lines."""

import polars as pl
import pytest

from imports.contacts.forms import lines_at, problem_lines_at, rows_told, scan_lines
from tests.contacts.conftest import run_check

COLUMNS = ("Email", "Mobile", "Birthday", "VIP")
MAPPING = {
    "matchIdentifier": "email",
    "columns": [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Mobile", "target": "identifiers.mobileNumber"},
        {"column": "Birthday", "target": "dataFields.BIRTHDAY", "format": "%d/%m/%Y"},
        {"column": "VIP", "target": "dataFields.VIP"},
    ],
}
ROWS = [
    ("ada@example.com", "07400 604986", "24/12/1990", "yes"),
    ("bob@gmial.com", "123", "1990-12-24", ""),
    ("not an address", "07400 604987", "", "no"),
    ("cyd@example.com", "07400 604986", "31/12/1991", "perhaps"),
    ("eve@example.com", "", "", ""),
    ("ADA@example.com", "", "", "true"),
]


@pytest.fixture
def told(tmp_path):
    """The tables of a check, and all of its lines."""
    lines = run_check(tmp_path, COLUMNS, ROWS, MAPPING).issues
    assert set(lines["severity"]) == {"error", "warning", "doubt", "format"}
    return (tmp_path / "staged", tmp_path / "prepared", tmp_path / "issues"), lines


@pytest.mark.parametrize("column", ["code", "severity"])
def test_the_rows_of_each_kind_are_those_that_have_such_a_line(told, column):
    (_, prepared, issues), lines = told
    for kind in lines[column].unique():
        wanted = lines.filter(pl.col(column) == kind)["row"].unique().sort().to_list()
        assert rows_told(prepared, issues, pl.col(column) == kind).to_list() == wanted


def test_there_are_none_of_what_was_never_said(told):
    (_, prepared, issues), _ = told
    assert rows_told(prepared, issues, pl.col("code") == "value_translated").to_list() == []


@pytest.mark.parametrize("rows", [[], [2], [3, 5], [2, 3, 4, 5, 6, 7]])
def test_lines_of_some_rows_are_those_of_all_that_are_about_them(told, rows):
    files, lines = told
    found = lines_at(*files, COLUMNS, rows).sort("row", maintain_order=True)
    assert found.equals(lines.filter(pl.col("row").is_in(rows)))


def test_problems_of_some_rows_are_those_lines_that_are_no_forms(told):
    (_, prepared, issues), lines = told
    problems = lines.filter(pl.col("row").is_in([2, 3, 5]), pl.col("severity") != "format")
    assert problems.height
    assert problem_lines_at(prepared, issues, [2, 3, 5]).sort("row", maintain_order=True).equals(problems)


def test_a_table_of_an_older_version_has_its_forms_as_lines(told):
    (staged, prepared, issues), lines = told
    scan_lines(staged, prepared, issues, COLUMNS).collect().sort("row").write_parquet(issues)
    pl.read_parquet(prepared).select(~pl.selectors.starts_with("form")).write_parquet(prepared)

    forms = lines.filter(pl.col("severity") == "format")["row"].unique().sort().to_list()
    assert rows_told(prepared, issues, pl.col("severity") == "format").to_list() == forms
    assert lines_at(staged, prepared, issues, COLUMNS, [2]).height == lines.filter(pl.col("row") == 2).height
