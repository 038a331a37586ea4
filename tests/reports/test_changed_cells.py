"""Cells that a person has repaired in the portal are told in the report, beside the person's own values."""

import pytest

from imports.reports.report_rows import page_of_rows, report_frames, write_told_text
from imports.reports.report_words import with_words
from imports.reports.settlement import RepairedCells, scan_outcomes, write_outcomes
from tests.reports.artefacts import WORDS, write_issues, write_prepared, write_settled, write_staged

COLUMNS = ("Email", "City", "Column 3")
OWN = [("a@x.example", "st. ives", ""), ("b@@x.example", "", "n/a"), ("c@x.example", "Bath", "7")]
NOW = [("a@x.example", "St Ives", "1"), ("b@x.example", "", "n/a"), ("c@x.example", "Bath", "7")]


@pytest.fixture
def report(tmp_path):
    staged = write_staged(tmp_path / "staged", 2, OWN, rows_per_group=2)
    repaired = RepairedCells(
        staged,
        write_staged(tmp_path / "repaired", 2, NOW, rows_per_group=2),
        {f"c{place}": name for place, name in enumerate(COLUMNS)},
    )
    arrived = [{"row": row, "outcome": "created"} for row in (2, 4)]
    write_outcomes(
        write_prepared(
            tmp_path / "prepared", [(2, "ready", None), (3, "rejected", None), (4, "ready", None)]
        ),
        write_issues(tmp_path / "issues", (3, "Email", "email_invalid", "error", "b@x.example")),
        [write_settled(tmp_path / "part", *arrived)],
        tmp_path / "outcomes",
        repaired=repaired,
    )
    return staged, tmp_path / "outcomes"


def reasons(outcomes):
    return dict(with_words(scan_outcomes(outcomes).collect(), WORDS).select("row", "reason").iter_rows())


def test_each_changed_cell_is_told_after_all_else_and_a_row_without_says_nothing(report):
    assert reasons(report[1]) == {
        2: "City was changed here from “st. ives” to “St Ives”. Column 3 was changed here from “” to “1”.",
        3: "Email holds 'b@x.example' (email_invalid). "
        "Email was changed here from “b@@x.example” to “b@x.example”.",
        4: "",
    }


def test_pages_and_downloads_show_the_own_cells_and_the_same_words(report):
    staged, outcomes = report
    _, rows = page_of_rows(staged, outcomes, COLUMNS, words=WORDS)
    assert [tuple(row["cells"]) for row in rows] == OWN
    (frame,) = report_frames(staged, outcomes, COLUMNS, words=WORDS)
    assert frame.select("c0", "c1", "c2").rows() == OWN
    assert frame["reason"].to_list() == [row["reason"] for row in rows] == list(reasons(outcomes).values())


def test_a_value_that_was_sent_is_found(report, tmp_path):
    staged, outcomes = report
    write_told_text(outcomes, tmp_path / "told", WORDS)
    for told in (None, tmp_path / "told"):
        found, rows = page_of_rows(staged, outcomes, COLUMNS, search="St Ives", words=WORDS, told=told)
        assert (found, [row["row"] for row in rows]) == (1, [2])
