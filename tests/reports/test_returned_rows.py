"""A report's file that comes back, however it was edited: its columns, its numbers, its cells."""

import io

import polars as pl
import pytest

from imports.reports.export import added_columns, export_csv, report_headers
from imports.reports.returned_rows import (
    may_hold_marks,
    number_rows,
    row_number,
    told_apart,
    write_returned,
)
from imports.reports.sheet_rows import CUT_MARK, MAX_CELL_CHARS
from tests.pseudo_language import speaking_pseudo
from tests.reports.artefacts import WORDS, write_settled, write_staged


def apart(found, columns):
    return told_apart(found, columns, [report_headers(columns)])


class TestColumns:
    def test_are_found_wherever_they_are(self):
        found = [
            "import_job",
            "Name",
            "row",
            "Email",
            "outcome",
            "reason",
            "codes",
            "contact_id",
            "values_left_out",
        ]

        told = apart(found, ["Email", "Name"])

        assert told.own == {1: "Name", 3: "Email"}
        assert set(told.added) == set(added_columns())
        assert (told.added["row"], told.added["import_job"]) == (2, 0)

    def test_the_persons_own_are_not_taken_for_ours(self):
        columns = ["Row", "codes", "Email"]

        told = apart(report_headers(columns), columns)

        assert list(told.own.values()) == columns
        assert told.added["row"] == 3

    def test_those_that_an_export_guards_keep_their_names(self):
        told = apart(["'=Sum", "row"], ["=Sum"])

        assert told.own == {0: "=Sum"}

    def test_those_without_a_name_are_known_in_every_language(self):
        columns = ["Email", "Column 2"]
        with speaking_pseudo():
            written = report_headers(columns)
        assert written[1] != "Column 2"

        told = told_apart(written, columns, [report_headers(columns), written])

        assert list(told.own.values()) == columns

    def test_those_of_consent_are_ours_where_the_import_had_some(self):
        columns = ["Email", "consent_url"]
        written = report_headers(columns, 2)
        moved = written[::-1]

        told = told_apart(moved, columns, [written], 2)

        assert sorted(told.own.values()) == sorted(columns)
        assert set(told.added) == set(added_columns(2))
        assert moved[told.added["consent_url"]] == "consent_url (import)"
        before = told_apart(report_headers(columns), columns, [written], 2)
        assert list(before.own.values()) == columns
        other = told_apart(["Email", "row", "consent_text"], ["Email"], [report_headers(["Email"])])
        assert other.own == {0: "Email", 2: "consent_text"}

    def test_new_ones_are_the_persons_own(self):
        told = apart(["Email", "row", "Remark", "EMAIL"], ["Email"])

        assert told.own == {0: "Email", 2: "Remark", 3: "EMAIL"}

    @pytest.mark.parametrize("header", ["import_job", "Import_Job", "import_job (import)", "'import_job (2)"])
    def test_the_one_of_the_mark_is_known_by_its_name(self, header):
        assert may_hold_marks(header)
        assert not may_hold_marks("job")


class TestNumbers:
    @pytest.mark.parametrize(
        ("cell", "number"),
        [
            ("61", 61), (" 61 ", 61), ("61.0", 61), ("'61", 61), ("1,234", 1234), ("1.234", 1234),
            ("1 234 567", 1234567), ("1’234", 1234), ("", None), ("six", None), ("6,1", None), ("-6", None),
            ("99999999999", None), ("6E+1", None),
        ],
    )  # fmt: skip
    def test_are_read_as_spreadsheets_write_them(self, cell, number):
        assert pl.DataFrame({"cell": [cell]}).select(row_number(pl.col("cell"))).item() == number

    def number(self, folder, *cells, known=(2, 3, 5), last=9):
        table = write_staged(folder / "table", 2, [(cell, "x") for cell in cells])
        return number_rows(table, apart(["row", "Email"], ["Email"]), pl.Series(known, dtype=pl.UInt32), last)

    def test_those_of_the_first_file_stay_in_whatever_order(self, tmp_path):
        assert self.number(tmp_path, "5", "2")["row"].to_list() == [5, 2]

    def test_new_rows_are_numbered_after_the_last(self, tmp_path):
        numbered = self.number(tmp_path, "", "5", "4", "soon")

        assert numbered["row"].to_list() == [10, 5, 11, 12]
        assert numbered["is_new"].to_list() == [True, False, True, True]

    def test_the_copy_of_a_row_is_a_row_of_its_own(self, tmp_path):
        numbered = self.number(tmp_path, "3", "2", "3", "3")

        assert numbered["row"].to_list() == [3, 2, 10, 11]
        assert numbered["origin"].to_list() == [None, None, 3, 3]


class TestCells:
    def returned(self, folder, cells, originals, numbers=None):
        """The cells of a column that come back, under the numbers of rows 2, 3 and so on."""
        numbers = numbers or range(2, 2 + len(cells))
        pairs = list(zip(map(str, numbers), cells, strict=True))
        table = write_staged(folder / "table", 2, pairs)
        original = write_staged(folder / "original", 2, [(cell,) for cell in originals])
        columns = apart(["row", "Note"], ["Note"])
        known = pl.Series(range(2, 2 + len(originals)), dtype=pl.UInt32)
        numbered = number_rows(table, columns, known, 100)
        write_returned(table, numbered, columns, original, ["Note"], folder / "returned")
        return dict(pl.read_parquet(folder / "returned").iter_rows())

    @pytest.mark.parametrize(
        ("cell", "original", "meant"),
        [
            ("'=1+1", "=1+1", "=1+1"),
            ("=1+1", "=1+1", "=1+1"),
            ("'=2+2", "=1+1", "=2+2"),
            ("'=1+1", "'=1+1", "'=1+1"),
            ("'=1+1", "x", "'=1+1"),
            ("'t Harde", "'t Harde", "'t Harde"),
            ("'t Harde", "=1+1", "'t Harde"),
            ("'@ada", "@ada", "@ada"),
            ("x;'=1", "x;=1", "x;=1"),
            ("y;'=1", "x;=1", "y;=1"),
            ("x;'=1", "x;'=1", "x;'=1"),
            ("x;'=1;'=2", "x;=1;'=2", "x;=1;'=2"),
            ("'=1;'=2", "=1;=2", "=1;=2"),
            ("x;'=1", "y", "x;'=1"),
        ],
    )
    def test_a_guard_of_the_export_is_taken_off(self, cell, original, meant, tmp_path):
        assert self.returned(tmp_path, [cell], [original]) == {2: meant}

    def test_what_the_export_guards_comes_back_as_it_was(self, tmp_path):
        cells = [
            "=1",
            "+44 7700 900123",
            "-5.3",
            "@x",
            "\tx",
            "＝1",
            "-",
            "'=1",
            "",
            "'",
            "plain",
            "x;=1",
            "=1|=2",
        ]
        staged = write_staged(tmp_path / "staged", 2, [(cell,) for cell in cells])
        rows = ({"row": row, "outcome": "refused"} for row in range(2, 2 + len(cells)))
        outcomes = write_settled(tmp_path / "outcomes", *rows)
        target = io.BytesIO()
        export_csv(staged, outcomes, ["Note"], target, words=WORDS, mark="m")
        written = [
            line.split(",")[0].strip('"') for line in target.getvalue().decode("utf-8-sig").splitlines()[1:]
        ]

        found = self.returned(tmp_path, written, cells)

        assert list(found.values()) == cells

    def test_a_cell_that_a_worksheet_cut_has_its_end_again(self, tmp_path):
        long = "😀" * MAX_CELL_CHARS
        cut = long[: (MAX_CELL_CHARS - len(CUT_MARK)) // 2] + CUT_MARK

        assert self.returned(tmp_path, [cut, "y" + cut], [long, long]) == {2: long, 3: "y" + cut}

    def test_rows_are_in_the_order_of_their_numbers(self, tmp_path):
        assert self.returned(tmp_path, ["c", "a", "new", "b"], ["a", "b", "c"], [4, 2, "", 3]) == {
            2: "a",
            3: "b",
            4: "c",
            101: "new",
        }

    @pytest.mark.parametrize("rows_at_once", [1, 2, 1_000])
    def test_it_does_not_matter_how_many_are_written_at_once(self, rows_at_once, tmp_path, monkeypatch):
        monkeypatch.setattr("imports.reports.returned_rows.ROWS_AT_ONCE", rows_at_once)

        found = self.returned(tmp_path, ["'=3", "'=1", "'=2"], ["=1", "=2", "=3"], [4, 2, 3])

        assert list(found.items()) == [(2, "=1"), (3, "=2"), (4, "=3")]
