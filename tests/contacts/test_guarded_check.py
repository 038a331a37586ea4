"""Checking in a process of its own: what comes of it, and how its defeat is told."""

from dataclasses import replace

import pytest

from imports.children.asking import ChildFaultError
from imports.contacts import guarded_check
from imports.contacts.balance import UnaccountedCellsError
from imports.contacts.check_request import CheckRequest
from imports.contacts.checking import check
from imports.contacts.guarded_check import CheckDefeatedError, CheckLimits, check_guarded
from imports.contacts.mapping import Mapping
from imports.tables import scan
from tests.contacts.conftest import CATALOGUE, staged_table

COLUMNS = ("Mail", "Phone", "Birthday", "List")
MAPPING = Mapping.from_json(
    {
        "matchIdentifier": "email",
        "columns": [
            {"column": "Mail", "target": "identifiers.email"},
            {"column": "Phone", "target": "identifiers.mobileNumber"},
            {"column": "Birthday", "target": "dataFields.BIRTHDAY", "format": "%d/%m/%Y"},
            {"column": "List", "target": "lists"},
        ],
    }
)
ROWS = [
    ("ana@example.com", "07400 123456", "02/07/1980", "newsletter"),
    ("bo@example.org", "12", "99/07/1980", "70002"),
    ("no address", "", "", "Nowhere"),
]


@pytest.fixture
def staged(tmp_path):
    return staged_table(tmp_path / "staged", ROWS, len(COLUMNS))


def asked(staged, folder, **options):
    return CheckRequest(
        staged, COLUMNS, MAPPING, CATALOGUE, folder / "prepared", folder / "issues", **options
    )


def test_it_finds_what_is_found_here(staged, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    told: list[int] = []
    options = {"default_region": "GB", "excluded_rows": {3}}
    found = check(asked(staged, here, **options))
    assert found.fates["excluded"] == 1
    assert check_guarded(asked(staged, there, **options), told.append) == found
    assert told[-1] == len(ROWS)
    for table in ("prepared", "issues"):
        assert scan(there / table).collect().equals(scan(here / table).collect())


@pytest.mark.parametrize(
    ("limits", "codes"),
    [
        (CheckLimits(max_seconds=0.01), {"check_out_of_time"}),
        (CheckLimits(max_memory_bytes=60_000_000), {"check_out_of_memory", "check_defeated"}),
    ],
)
def test_its_defeat_is_told_to_a_person(staged, tmp_path, limits, codes):
    with pytest.raises(CheckDefeatedError) as defeated:
        check_guarded(asked(staged, tmp_path), limits=limits)
    assert defeated.value.code in codes
    assert "rows" in defeated.value.sentence
    assert defeated.value.remedy
    assert not (tmp_path / "prepared").exists()


def test_a_fault_of_ours_is_none_of_the_files(staged, tmp_path):
    with pytest.raises(ChildFaultError, match="UnusableMappingError"):
        check_guarded(replace(asked(staged, tmp_path), columns=COLUMNS[1:]))


def test_cells_that_are_not_accounted_for_are_told_with_their_column(staged, tmp_path, monkeypatch):
    monkeypatch.setattr(guarded_check, "MODULE", "tests.children.spoilt_check")
    with pytest.raises(UnaccountedCellsError) as fault:
        check_guarded(asked(staged, tmp_path, default_region="GB"))
    assert (fault.value.column, fault.value.place) == ("Birthday", 3)
    assert not (tmp_path / "prepared").exists()
