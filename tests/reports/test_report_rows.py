import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.reports import report_rows
from imports.reports.ledger import LedgerError
from imports.reports.report_rows import (
    SELECTIONS,
    page_of_rows,
    report_frames,
    write_told_text,
)
from imports.reports.report_words import with_words
from imports.reports.settlement import VALUES_MISSING, scan_outcomes
from tests.examples import examples
from tests.reports.artefacts import WORDS, write_settled, write_staged

COLUMNS = ("Email", "Name")
CELLS = [
    ("ada@example.com", "Ada"),
    ("bob@example.com", "Bob (Mr.)"),
    ("cyd@example.org", "ÉLODIE"),
    ("", ""),
    ("eve@example.org", "50% off"),
]
OUTCOMES = [
    {"row": 2, "outcome": "created", "contact_id": 777},
    {"row": 3, "outcome": "refused", "codes": "invalidEmail", "reason": "Invalid value"},
    {"row": 4, "outcome": "updated", "contact_id": 5, "with_problems": True, "codes": "noConsent"},
    {"row": 5, "outcome": "blank"},
    {"row": 6, "outcome": "created", "contact_id": 3, "values_left_out": True, "repeated": True},
]

ISSUE = {"code": "email_invalid", "column": "Email", "original": "x", "result": ""}
REASONED = [
    {"row": 2, "outcome": "rejected", "issues": [ISSUE, ISSUE]},
    {"row": 2, "outcome": "created", "contact_id": 9, "values_left_out": True, "issues": [ISSUE]},
    {"row": 2, "outcome": "duplicate", "stands_for_it": 7},
    {"row": 2, "outcome": "not_sent"},
    {"row": 2, "outcome": "unknown", "told": '{"code": "not_mentioned", "params": {}}'},
    {
        "row": 2,
        "outcome": "refused",
        "reason": "Said",
        "told": '{"code": "refused_without_reason", "params": {}}',
    },
]


@pytest.fixture
def report(tmp_path):
    """Staged table, outcomes table and columns of a report on five rows."""
    staged = write_staged(tmp_path / "staged", 2, CELLS)
    return staged, write_settled(tmp_path / "outcomes", *OUTCOMES), COLUMNS


def rows_on(page):
    return [row["row"] for row in page[1]]


class TestPages:
    def test_a_row_has_its_own_cells_beside_its_outcome(self, report):
        total, rows = page_of_rows(*report, words=WORDS, limit=1)
        assert total == 5
        assert rows == [
            {
                "row": 2,
                "outcome": "created",
                "contact_id": 777,
                "codes": "",
                "reason": "",
                "with_problems": False,
                "values_left_out": False,
                "values_missing": None,
                "repeated": False,
                "cells": ["ada@example.com", "Ada"],
            }
        ]

    def test_pages_follow_each_other_and_end(self, report):
        assert [rows_on(page_of_rows(*report, words=WORDS, offset=offset, limit=2)) for offset in (0, 2, 4, 6)] == [
            [2, 3], [4, 5], [6], [],
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("bucket", "rows"),
        [
            (None, [2, 3, 4, 5, 6]), ("all", [2, 3, 4, 5, 6]), ("created", [2, 6]), ("blank", [5]),
            ("unknown", []), ("with_problems", [4]), ("values_left_out", [6]), ("sent_again", [6]),
        ],
    )  # fmt: skip
    def test_shows_one_bucket(self, report, bucket, rows):
        page = page_of_rows(*report, words=WORDS, bucket=bucket)
        assert (page[0], rows_on(page)) == (len(rows), rows)

    @pytest.mark.parametrize(
        ("search", "rows"),
        [
            ("EXAMPLE.org", [4, 6]), ("élodie", [4]), ("(mr.)", [3]), ("0%", [6]), ("  ada ", [2]),
            ("", [2, 3, 4, 5, 6]),
            ("did NOT answer", [6]), ("nothing in any", [5]),
            ("INVALID value", [3]), ("noconsent", [4]), ("777", [2]), ("77", []), ("3", [3, 6]), (".*", []),
        ],
    )  # fmt: skip
    def test_finds_text_anywhere_and_numbers_exactly(self, report, search, rows):
        page = page_of_rows(*report, words=WORDS, search=search)
        assert (page[0], rows_on(page)) == (len(rows), rows)

    @settings(max_examples=examples(quick=40, deep=1000))
    @given(
        st.lists(st.sampled_from([*OUTCOMES, *REASONED]), min_size=1, max_size=12),
        st.sampled_from(
            [
                "x",
                "said",
                "email holds 'x'",
                "row 7",
                "mention",
                "answer the FIRST",
                "9",
                "valid",
                "nowhere",
                ".",
            ]
        ),
        st.sampled_from(SELECTIONS),
    )
    def test_the_same_rows_are_found_when_what_is_said_was_written_before(self, kinds, needle, selection):
        outcomes = [{**kind, "row": row} for row, kind in enumerate(kinds, start=2)]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            staged = write_staged(folder / "staged", 2, [("", "") for _ in kinds])
            settled = write_settled(folder / "outcomes", *outcomes)
            write_told_text(settled, folder / "told", WORDS)
            report = (staged, settled, COLUMNS, selection, needle)
            assert page_of_rows(*report, words=WORDS, told=folder / "told") == page_of_rows(
                *report, words=WORDS
            )

    def test_words_have_another_version_in_another_language(self, request):
        before = WORDS.version
        assert before == WORDS.version
        request.getfixturevalue("shouting")
        assert before != WORDS.version

    def test_searches_within_a_bucket(self, report):
        assert rows_on(page_of_rows(*report, words=WORDS, bucket="created", search="example.org")) == [6]

    def test_refuses_a_bucket_that_does_not_exist(self, report):
        with pytest.raises(ValueError, match="no such rows: 'lost'"):
            page_of_rows(*report, words=WORDS, bucket="lost")

    def test_refuses_outcomes_of_rows_that_are_not_in_the_file(self, report, tmp_path):
        staged, _, columns = report
        outcomes = write_settled(tmp_path / "others", {"row": 99, "outcome": "created"})
        with pytest.raises(LedgerError, match="1 rows have an outcome, 0 of them are in the file"):
            page_of_rows(staged, outcomes, columns, words=WORDS)


class TestFrames:
    @pytest.mark.parametrize("selection", SELECTIONS)
    def test_the_selections_hold_what_pages_show(self, report, selection):
        found = [
            row for frame in report_frames(*report, selection, words=WORDS) for row in frame["row"].to_list()
        ]
        assert found == rows_on(page_of_rows(*report, words=WORDS, bucket=selection))

    def test_refuses_outcomes_of_rows_that_are_not_in_the_file(self, report, tmp_path):
        staged, _, columns = report
        outcomes = write_settled(tmp_path / "others", *OUTCOMES, {"row": 7, "outcome": "created"})
        with pytest.raises(LedgerError, match="6 rows have an outcome, 5 of them are in the file"):
            list(report_frames(staged, outcomes, columns, words=WORDS))

    def test_takes_a_file_row_group_by_row_group(self, tmp_path):
        rows = 120_000
        staged = write_staged(tmp_path / "staged", 2, [(str(row),) for row in range(2, rows + 2)], 7_000)
        buckets = ["created", "refused", "unknown"]
        outcomes = write_settled(
            tmp_path / "outcomes",
            *[{"row": row, "outcome": buckets[row % 3], "contact_id": row} for row in range(2, rows + 2)],
        )
        frames = list(report_frames(staged, outcomes, ["n"], "refused", words=WORDS))
        assert len(frames) > 1
        table = pl.concat(frames)
        assert table["row"].to_list() == list(range(4, rows + 2, 3))
        assert table.filter(pl.col("c0").cast(pl.Int64) != pl.col("contact_id")).is_empty()

    @settings(max_examples=examples(quick=30, deep=500))
    @given(
        st.lists(st.sampled_from([*OUTCOMES, *REASONED]), min_size=1, max_size=12),
        st.integers(1, 4),
        st.integers(1, 4),
        st.sampled_from(SELECTIONS),
    )
    def test_frames_of_any_size_say_the_same(self, kinds, rows_per_frame, rows_per_group, selection):
        outcomes = [{**kind, "row": row} for row, kind in enumerate(kinds, start=2)]
        cells = [(f"{row}@example.com", "Name") for row in range(2, len(kinds) + 2)]
        with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
            folder = Path(name)
            staged = write_staged(folder / "staged", 2, cells, rows_per_group)
            settled = write_settled(folder / "outcomes", *outcomes)
            # Of a row, the words are the same whatever the rows beside it.
            counted = scan_outcomes(settled).collect().with_columns(values_left_out=VALUES_MISSING)
            alone = [with_words(row, WORDS) for row in counted.iter_slices(1)]
            patch.setattr(report_rows, "ROWS_PER_FRAME", rows_per_frame)
            frames = list(report_frames(staged, settled, COLUMNS, selection, words=WORDS))
            wanted = {row["row"] for row in page_of_rows(staged, settled, COLUMNS, selection, words=WORDS)[1]}
        assert all(0 < frame.height <= rows_per_frame for frame in frames)
        assert [row for frame in frames for row in frame.iter_rows()] == [
            (f"{one['row'].item()}@example.com", "Name", *one.select(report_rows.REPORT_COLUMNS).row(0))
            for one in alone
            if one["row"].item() in wanted
        ]
