"""Rows that an earlier import has brought are left out of a check."""

import polars as pl
import pytest

from imports.contacts.arrived import ARRIVED, BROUGHT
from imports.reports.lineage import ARRIVED_SCHEMA

COLUMNS = ("Email", "Name")
MAPPING = {
    "matchIdentifier": "email",
    "columns": [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Name", "target": "dataFields.FIRSTNAME"},
    ],
}
ROWS = [("ada@example.com", "Ada"), ("Grace@example.com", "Grace"), ("not an address", "Nora"), ("", "")]


@pytest.fixture
def with_arrived(checked, tmp_path):
    def check(*arrived: tuple[int, str | None], rows=ROWS):
        path = tmp_path / "arrived"
        pl.DataFrame(list(arrived), schema=ARRIVED_SCHEMA, orient="row").write_parquet(path)
        return checked(COLUMNS, rows, MAPPING, arrived=path)

    return check


def test_they_are_left_out_whatever_they_hold_and_it_is_said(with_arrived):
    found = with_arrived((2, None), (4, None), (5, None))

    assert found.prepared["fate"].to_list() == ["excluded", "ready", "excluded", "excluded"]
    assert found.prepared["contact"].null_count() == 3
    assert [found.codes(row) for row in (2, 3, 4, 5)] == [[ARRIVED], [], [ARRIVED], [ARRIVED]]
    assert found.summary.fates["excluded"] == 3


def test_a_duplicate_is_left_out_as_long_as_it_is_of_the_same_contact(with_arrived):
    assert with_arrived((3, "grace@example.com")).codes(3) == [BROUGHT]
    assert with_arrived((3, "another@example.com")).prepared["fate"].to_list()[1] == "ready"


def test_they_stand_for_no_other_row(with_arrived):
    rows = [("ada@example.com", "Old"), ("ada@example.com", "New")]

    found = with_arrived((3, None), rows=rows)

    assert found.prepared["fate"].to_list() == ["ready", "excluded"]


def test_nothing_is_left_out_without_any(with_arrived):
    assert with_arrived().prepared["fate"].to_list() == ["ready", "ready", "rejected", "blank"]
