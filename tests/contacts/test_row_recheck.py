"""A row checked again by itself becomes what the check of the whole file makes of it, and so do the rows it touches."""

from dataclasses import replace
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.contacts.check_request import CheckRequest
from imports.contacts.checking import check
from imports.contacts.mapping import Mapping
from imports.contacts.row_recheck import RowRecheck, WholeCheck, recheck
from tests.contacts.conftest import CATALOGUE
from tests.contacts.test_overlay import CELLS, COLUMNS, FILES, MAPPING, Bench
from tests.examples import examples


def rechecked(bench: Bench, row: int, mapping: Mapping = MAPPING, last: str = "before") -> RowRecheck:
    """The row after the bench's overlay, beside the check that is kept as `last`."""
    folder = bench.folder / "recheck"
    folder.mkdir(exist_ok=True)
    request = CheckRequest(
        bench.staged,
        COLUMNS,
        mapping,
        CATALOGUE,
        folder / "prepared",
        folder / "issues",
        default_region="GB",
        overlay=bench.overlay,
        repaired=folder / "repaired",
    )
    return recheck(request, WholeCheck(bench.staged, *kept(bench, last)), [row])


def kept(bench: Bench, name: str) -> tuple[Path, Path]:
    return bench.folder / f"{name}-prepared", bench.folder / f"{name}-issues"


def keep(bench: Bench, name: str = "before", mapping: Mapping = MAPPING) -> pl.DataFrame:
    """Check the file as it is now and keep the tables; what was prepared."""
    prepared, issues = kept(bench, name)
    request = CheckRequest(
        bench.staged,
        COLUMNS,
        mapping,
        CATALOGUE,
        prepared,
        issues,
        default_region="GB",
        overlay=bench.overlay,
        repaired=bench.folder / f"{name}-repaired",
    )
    check(request)
    return pl.read_parquet(prepared)


def test_a_row_that_is_mended_is_ready_and_nothing_follows(tmp_path):
    bench = Bench(tmp_path)
    keep(bench)
    bench.add({"column": "Email", "row": 5, "value": "dee@example.com"})

    found = rechecked(bench, 5)

    assert found.is_whole
    (row,) = found.rows
    assert (row.row, row.fate_before, row.fate) == (5, "rejected", "ready")
    assert row.cells == ("dee@example.com", "", "UK", "Dee")
    assert row.contact
    assert found.others == ()


def test_a_row_that_becomes_a_copy_says_which_other_row_changes(tmp_path):
    bench = Bench(tmp_path)
    keep(bench)
    bench.add({"column": "Email", "row": 5, "value": "ANN@example.com"})

    found = rechecked(bench, 5)

    rows = {one.row: one for one in (*found.rows, *found.others)}
    whole = {
        row: (fate, other)
        for row, fate, other in keep(bench, "after").select("row", "fate", "stands_for_it").rows()
    }
    assert {2, 5} <= set(rows)
    assert {row: (one.fate, one.stands_for_it) for row, one in rows.items()} == {
        row: whole[row] for row in rows
    }
    assert "duplicate" in {one.fate for one in rows.values()}


def test_a_phone_that_is_given_up_comes_back_to_the_row_that_had_lost_it(tmp_path):
    bench = Bench(tmp_path)
    keep(bench)
    bench.add({"column": "Mobile", "row": 4, "value": ""})

    found = rechecked(bench, 4)

    (other,) = found.others
    assert other.row == 2
    assert (other.fate_before, other.fate) == ("ready", "ready")
    assert '"mobileNumber"' in (other.contact or "")
    assert not [line for line in other.lines if line.code == "identifier_shared"]


def test_a_mark_of_the_whole_column_is_known_to_a_row_alone(tmp_path):
    rows = [(f"p{place}@example.com", "", "GB", f"'Name{place}") for place in range(4)]
    bench = Bench(tmp_path, rows)
    keep(bench)
    bench.add({"column": "Mobile", "row": 3, "value": "07400 604986"})
    (row,) = rechecked(bench, 3).rows
    assert '"Name1"' in (row.contact or "")


def test_an_identifier_of_the_account_s_own_is_found_in_contacts(tmp_path):
    mapping = Mapping.from_json(
        {
            "matchIdentifier": "email",
            "columns": [
                {"column": "Email", "target": "identifiers.email"},
                {"column": "Name", "target": "identifiers.crm-id"},
            ],
        }
    )
    bench = Bench(tmp_path, [(f"p{place}@example.com", "", "", f'"{place}') for place in range(4)])
    keep(bench, mapping=mapping)
    bench.add({"column": "Name", "row": 5, "value": '"0'})

    found = rechecked(bench, 5, mapping)

    assert [one.row for one in found.others] == [2]


def test_what_is_told_of_rows_is_written_and_read_back(tmp_path):
    bench = Bench(tmp_path)
    keep(bench)
    bench.add({"column": "Email", "row": 5, "value": "ann@example.com"})
    found = rechecked(bench, 5)
    assert RowRecheck.from_dict(found.to_dict()) == found


@settings(
    max_examples=examples(quick=8, deep=500), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=FILES,
    column=st.sampled_from(["Email", "Mobile"]),
    data=st.data(),
    policy=st.sampled_from(["keepLast", "keepFirst", "reject"]),
)
def test_it_is_what_the_whole_check_says(tmp_path_factory, rows, column, data, policy):
    mapping = replace(MAPPING, duplicates=policy)
    bench = Bench(tmp_path_factory.mktemp("rows"), rows)
    before = keep(bench, mapping=mapping)
    row = data.draw(st.integers(2, len(rows) + 1))
    bench.add({"column": column, "row": row, "value": data.draw(st.sampled_from(CELLS[column]))})

    found = rechecked(bench, row, mapping)

    told = pl.col("row", "fate", "stands_for_it", "contact")
    after = {one[0]: one for one in keep(bench, "after", mapping).select(told).rows()}
    was = {one[0]: one for one in before.select(told).rows()}
    assert found.is_whole
    for one in (*found.rows, *found.others):
        assert (one.row, one.fate, one.stands_for_it, one.contact) == after[one.row]
    named = {one.row for one in (*found.rows, *found.others)}
    assert {row for row, now in after.items() if now != was[row]} <= named
